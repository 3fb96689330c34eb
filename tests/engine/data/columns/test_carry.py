"""What of a recipe still holds when its file has changed."""

from __future__ import annotations

from engine.data.columns.carry import carried_over
from engine.recipe.columns import ColumnSpec
from engine.recipe.recipe import Recipe
from engine.recipe.rows import DerivedColumn
from engine.schema import Column, Kind, Role, Schema

SCHEMA = Schema(
    columns=(Column(name="size", kind=Kind.NUMBER), Column(name="label", kind=Kind.CATEGORY)),
    rows=10,
)


def test_what_is_said_of_a_derived_column_stays_and_of_a_column_that_is_gone_does_not() -> None:
    recipe = Recipe(
        columns=(
            ColumnSpec(name="gone", role=Role.IGNORE),
            ColumnSpec(name="area", role=Role.GROUP),
            ColumnSpec(name="label", role=Role.TARGET),
        ),
        derived=(DerivedColumn(name="area", expression="size * size"),),
    )
    carried, gone = carried_over(recipe, None, SCHEMA)
    assert gone == ("gone",)
    assert carried.column("area").role is Role.GROUP
    assert [spec.name for spec in carried.columns] == ["size", "label", "area"]
    again, gone = carried_over(carried, SCHEMA, SCHEMA)
    assert gone == ()
    assert again == carried
