"""Settings that do nothing beside the others are told."""

from __future__ import annotations

from typing import Any

import pytest

from engine.recipe.idle import idle_split_settings, idle_training_settings
from engine.recipe.recipe import Recipe
from engine.recipe.split import SplitMethod


def told(split: dict[str, Any], *, classes: bool = True) -> list[str]:
    columns = [{"name": "day", "role": "time"}, {"name": "y", "role": "target"}]
    recipe = Recipe.model_validate({"columns": columns, "split": split})
    method = recipe.split_method
    if method is SplitMethod.AUTO:
        method = SplitMethod.STRATIFIED
    return [str(each) for each in idle_split_settings(recipe, method, classes=classes)]


@pytest.mark.parametrize(
    ("split", "word"),
    [
        ({"method": "random", "gap": 3}, "gap"),
        ({"method": "stratified", "bins": 4}, "bins"),
        ({"method": "random", "file": "later.csv"}, "later.csv"),
        ({"method": "random", "column": "day"}, "day"),
    ],
)
def test_a_setting_of_another_split_is_told(split: dict[str, Any], word: str) -> None:
    (found,) = told(split)
    assert word in found


@pytest.mark.parametrize(
    "split", [{}, {"gap": 2}, {"method": "time", "gap": 2, "column": "day"}, {"method": "random"}]
)
def test_settings_that_count_are_not_told(split: dict[str, Any]) -> None:
    assert told(split) == []


def test_bins_count_where_numbers_are_stratified() -> None:
    assert told({"method": "stratified", "bins": 4}, classes=False) == []


def test_custom_weights_that_are_not_asked_for_are_told() -> None:
    given = {"training": {"custom_weights": {"a": 2}}}
    (found,) = idle_training_settings(Recipe.model_validate(given))
    assert "none" in str(found)
    given["training"]["class_weights"] = "custom"  # type: ignore[assignment]
    assert idle_training_settings(Recipe.model_validate(given)) == ()
