"""Recipe files that are no recipes are told, whatever stands in them."""

from __future__ import annotations

import pytest

from engine.errors import RecipeUnreadable
from engine.recipe.files import parse_recipe


@pytest.mark.parametrize(
    "text",
    ["", "{", "[" * 200_000, '{"split": {"seed": ' + "9" * 10_000 + "}}", "[]", '"text"', "NaN"],
)
def test_what_is_no_recipe_is_told_with_the_name_of_the_file(text: str) -> None:
    with pytest.raises(RecipeUnreadable, match="mine"):
        parse_recipe(text, "mine.json")
