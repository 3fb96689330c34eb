"""Differences of recipes: none for equal ones, each place once, columns by name."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from engine.messages import Message
from engine.recipe.diff import Difference, differences
from engine.recipe.field_words import Words
from engine.recipe.recipe import Recipe

PLAIN: dict[str, Any] = {
    "columns": [
        {"name": "age", "kind": "number", "role": "feature"},
        {"name": "y", "role": "target"},
    ]
}
CHANGES: list[tuple[str, Any]] = [
    ("training.epochs", 7),
    ("split.validation", 0.2),
    ("model.trunk", {"kind": "linear"}),
    ("rows.where", "age > 3"),
    ("rows.duplicates", {"policy": "drop", "columns": ["age"]}),
    ("derived", [{"name": "old", "expression": "age > 60"}]),
    ("reading.delimiter", ";"),
    ("columns", [{"name": "age", "hide": {"kind": "coarsen_number", "step": 5}}]),
]


def recipe(changes: list[tuple[str, Any]]) -> Recipe:
    data: dict[str, Any] = {**PLAIN}
    for path, value in changes:
        place = data
        *outer, last = path.split(".")
        for key in outer:
            place[key] = dict(place.get(key, {}))
            place = place[key]
        place[last] = value
    return Recipe.model_validate(data)


def paths(found: tuple[Difference, ...]) -> list[str]:
    return [".".join(difference.path) for difference in found]


@given(one=st.lists(st.sampled_from(CHANGES)), other=st.lists(st.sampled_from(CHANGES)))
def test_recipes_differ_exactly_where_they_are_not_equal(
    one: list[tuple[str, Any]], other: list[tuple[str, Any]]
) -> None:
    first, second = recipe(one), recipe(other)
    found = differences(first, second)
    assert bool(found) == (first != second)
    assert len(set(paths(found))) == len(found)
    back = differences(second, first)
    assert [(d.path, d.before, d.after) for d in found] == [
        (d.path, d.after, d.before)
        for d in sorted(back, key=lambda d: paths(found).index(".".join(d.path)))
    ]


def test_a_column_is_named_and_a_part_is_told_by_its_title_and_settings() -> None:
    changed = Recipe.model_validate(
        {
            "columns": [
                {"name": "y", "role": "target"},
                {
                    "name": "age",
                    "kind": "number",
                    "role": "ignore",
                    "hide": {"kind": "mask", "keep": 3},
                },
            ]
        }
    )
    found = differences(Recipe.model_validate(PLAIN), changed)
    assert [str(difference) for difference in found] == [
        "Column “age” · Role: feature → left out",
        "Column “age” · Hide values: as they are → Mask (Letters kept 3)",
    ]
    assert paths(found) == ["columns.age.role", "columns.age.hide"]


def test_a_column_that_is_not_listed_is_used_automatically() -> None:
    same = Recipe.model_validate({"columns": [*PLAIN["columns"], {"name": "new"}]})
    assert differences(Recipe.model_validate(PLAIN), same) == ()


def test_an_entry_that_came_or_went_and_the_order_of_derived_columns_are_told() -> None:
    def derived(*names: str) -> Recipe:
        return Recipe.model_validate(
            {"derived": [{"name": name, "expression": "1 + 1"} for name in names]}
        )

    (gone,) = differences(derived("a", "b"), derived("b"))
    assert (gone.path, str(gone)) == (
        ("derived", "a"),
        "Derived columns · “a”: “1 + 1” → not there",
    )
    (order,) = differences(derived("a", "b"), derived("b", "a"))
    assert str(order) == "Derived columns · Order: a, b → b, a"


def test_every_piece_is_translated_for_itself() -> None:
    (found,) = differences(Recipe(), Recipe.model_validate({"training": {"epochs": 7}}))
    assert isinstance(found.where, Words)
    assert all(isinstance(part, Message) for part in found.where.parts)

    def shouted(template: str, plural: str, count: int) -> str:
        return template if "{" in template else template.upper()

    assert found.render(shouted) == "TRAINING · EPOCHS: 100 → 7"
