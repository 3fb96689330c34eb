"""What a recipe tells of the values that it hides."""

from __future__ import annotations

from engine.recipe.checks import findings
from engine.recipe.privacy import hidden_names, hides, what_is_kept, without_values
from engine.recipe.recipe import Recipe

CORRECTED = {
    "fixes": [{"line": 7, "found": "Ann;1", "text": "Anna;1"}],
    "columns": [
        {"name": "who", "missing": ["?"], "fixes": [{"found": "An", "value": "Ann"}]},
        {"name": "city", "fixes": [{"found": "Pariss", "value": "Paris"}]},
    ],
}


def test_corrections_of_rows_and_of_hidden_columns_are_not_kept_with_a_run() -> None:
    recipe = Recipe.model_validate(
        {"reading": CORRECTED, "columns": [{"name": "who", "hide": "hash"}]}
    )
    kept = without_values(recipe)
    assert kept.reading.fixes == ()
    assert kept.reading.column("who").fixes == ()
    assert kept.reading.column("who").missing == ("?",)
    assert kept.reading.column("city") == recipe.reading.column("city")
    assert "Ann" not in kept.model_dump_json()
    assert (hides(recipe), hidden_names(recipe)) == (True, ("who",))


def test_a_recipe_that_hides_nothing_is_kept_as_it_is() -> None:
    recipe = Recipe.model_validate({"reading": CORRECTED})
    assert without_values(recipe) is recipe
    assert not hides(recipe)


def test_a_derived_column_is_hidden_where_it_comes_from() -> None:
    recipe = Recipe.model_validate(
        {
            "derived": [{"name": "double", "expression": "age * 2"}],
            "columns": [{"name": "double", "hide": {"kind": "coarsen_number", "step": 5}}],
        }
    )
    (found,) = findings(recipe)
    assert found.path == ("columns", "double", "hide")
    assert "computed from other columns" in str(found.problem)
    assert found.fixed is not None
    assert not findings(found.fixed)


def test_cells_of_a_hidden_column_are_not_corrected_in_the_recipe() -> None:
    cell = {"row": 3, "found": "Ann", "value": "Bob"}
    corrections = [{"name": name, "cells": [cell]} for name in ("city", "who")]
    recipe = Recipe.model_validate(
        {"rows": {"corrections": corrections}, "columns": [{"name": "who", "hide": "hash"}]}
    )
    (found,) = findings(recipe)
    assert found.path == ("rows", "corrections", "who")
    assert found.fixed is not None
    assert [each.name for each in found.fixed.rows.corrections] == ["city"]
    assert not findings(found.fixed)


def test_what_hiding_promises_is_said() -> None:
    said = " ".join(map(str, what_is_kept()))
    assert "hidden values only" in said
    assert "deleted as soon as nothing uses it" in said
