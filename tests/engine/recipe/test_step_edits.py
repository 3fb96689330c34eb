"""Steps that are switched off do nothing, stay in the recipe, and come back as they were."""

from __future__ import annotations

import pytest

from engine.errors import RecipeInvalid
from engine.recipe.checks import findings
from engine.recipe.diff import differences
from engine.recipe.files import parse_recipe, recipe_json
from engine.recipe.path_edits import edited
from engine.recipe.privacy import without_values
from engine.recipe.recipe import Recipe
from engine.recipe.step_edits import (
    disabled_at,
    with_step_disabled,
    with_step_enabled,
    without_step,
)
from engine.recipe.words import recipe_steps
from engine.schema import Role
from tests.engine.recipe.test_words import RECIPE

LATER = RECIPE.model_copy(
    update={
        "columns": (
            *RECIPE.columns,
            *Recipe.model_validate({"columns": [{"name": "family", "scale": "log"}]}).columns,
        )
    }
)
STEPS = [step for step in recipe_steps(LATER) if step.can_be_disabled]


@pytest.mark.parametrize("path", [step.path for step in STEPS], ids=".".join)
def test_a_step_that_is_switched_off_and_on_leaves_the_recipe_as_it_was(
    path: tuple[str, ...],
) -> None:
    off = with_step_disabled(LATER, path)
    assert off.model_copy(update={"disabled": ()}) == without_step(LATER, path)
    assert parse_recipe(recipe_json(off), "memory") == off
    on = with_step_enabled(off, path)
    assert on.disabled == ()
    # A derived column's place among the columns is that of the file.
    assert sorted(on.columns, key=lambda c: c.name or "") == sorted(
        LATER.columns, key=lambda c: c.name or ""
    )
    assert on.model_copy(update={"columns": ()}) == LATER.model_copy(update={"columns": ()})


@pytest.mark.parametrize("path", [step.path for step in STEPS], ids=".".join)
def test_a_step_that_is_switched_off_is_told_where_it_was(path: tuple[str, ...]) -> None:
    off = recipe_steps(with_step_disabled(LATER, path))
    told = [step.path for step in off if not step.enabled]
    assert told == [path]
    gone = {("columns", path[1])} if path[0] == "derived" else set()
    assert [s.path for s in off] == [s.path for s in recipe_steps(LATER) if s.path not in gone]
    words = {step.path: str(step) for step in recipe_steps(LATER)}
    assert next(str(step) for step in off if step.path == path) == words[path]


def test_all_steps_can_be_switched_off_and_on_again_in_any_order() -> None:
    recipe = LATER
    for step in reversed(STEPS):
        recipe = with_step_disabled(recipe, step.path)
    assert len(recipe.disabled) == len(STEPS)
    for step in STEPS:
        recipe = with_step_enabled(recipe, step.path)
    assert {step.path for step in recipe_steps(recipe)} == {s.path for s in recipe_steps(LATER)}
    assert recipe.disabled == ()


@pytest.mark.parametrize(
    ("path", "edit"),
    [(("rows", "where"), "rows.where=Age < 9"), (("derived", "family"), "derived.family=1")],
)
def test_what_is_set_again_is_not_switched_off_any_more(path: tuple[str, str], edit: str) -> None:
    again = edited(with_step_disabled(RECIPE, path), [edit])
    assert disabled_at(again, path) is None
    assert [step.enabled for step in recipe_steps(again) if step.path == path] == [True]
    with pytest.raises(KeyError):
        with_step_enabled(again, path)
    off = with_step_disabled(again, path)
    assert [step.path for step in off.disabled] == [path]
    assert with_step_enabled(off, path) == again.model_copy(update={"disabled": ()})


def test_what_was_switched_off_is_there_again_when_what_took_its_place_is_left_out() -> None:
    path = ("rows", "where")
    again = edited(with_step_disabled(RECIPE, path), ["rows.where=Age < 9"])
    left = without_step(again, path)
    assert left.rows.where is None
    assert with_step_enabled(left, path).rows.where == "Age > 18"


def test_a_column_that_is_used_again_is_not_switched_off_any_more() -> None:
    off = with_step_disabled(RECIPE, ("columns", "Age"))
    assert off.column("Age").role is Role.IGNORE
    used = off.with_column(off.column("Age").model_copy(update={"role": Role.FEATURE}))
    assert disabled_at(used, ("columns", "Age")) is None
    assert all(step.enabled for step in recipe_steps(used))
    assert with_step_disabled(used, ("columns", "Age")).disabled == off.disabled


def test_a_step_that_is_left_out_while_it_is_off_is_forgotten() -> None:
    off = with_step_disabled(RECIPE, ("rows", "where"))
    gone = without_step(off, ("rows", "where"))
    assert gone.disabled == ()
    assert gone.rows.where is None


@pytest.mark.parametrize(
    "path", [("split",), ("rows",), ("rows", "nothing"), ("columns", "nobody"), ("derived", "none")]
)
def test_what_is_no_step_cannot_be_switched_off(path: tuple[str, ...]) -> None:
    with pytest.raises(KeyError):
        with_step_disabled(RECIPE, path)
    with pytest.raises(KeyError):
        with_step_enabled(RECIPE, path)


@pytest.mark.parametrize(
    "step",
    [
        {"path": ["rows", "where"], "value": 3},
        {"path": ["nowhere", "at all"]},
        {"path": ["derived", "x", "y"]},
        {"path": ["columns", "Age", "scale"], "value": "wrong"},
        {"path": ["split", "seed", "deep"], "value": 1},
    ],
)
def test_a_step_written_by_hand_that_is_none_is_told_and_can_be_forgotten(
    step: dict[str, object],
) -> None:
    recipe = Recipe.model_validate({"columns": [{"name": "Age"}], "disabled": [step]})
    (found,) = findings(recipe)
    assert found.path[0] == "disabled"
    assert found.fixed is not None
    assert findings(found.fixed) == ()
    assert all(each.enabled for each in recipe_steps(recipe))


def test_the_command_line_switches_steps_off_and_on() -> None:
    off = edited(RECIPE, ["disabled.rows.where=true"])
    assert off == with_step_disabled(RECIPE, ("rows", "where"))
    assert edited(off, ["disabled.rows.where=true"]) == off
    assert edited(off, ["disabled.rows.where=false"]) == RECIPE
    with pytest.raises(RecipeInvalid, match=r"rows\.where"):
        edited(RECIPE, ["disabled.rows.were=true"])
    with pytest.raises(RecipeInvalid, match="neither true nor false"):
        edited(RECIPE, ["disabled.rows.where=perhaps"])


def test_what_is_switched_off_is_different_and_named() -> None:
    off = with_step_disabled(RECIPE, ("rows", "where"))
    assert "Switched off · “rows.where”: not there → there" in [
        str(each) for each in differences(RECIPE, off)
    ]


def test_corrections_that_are_switched_off_are_not_kept_with_runs_of_hidden_columns() -> None:
    off = with_step_disabled(RECIPE, ("reading", "fixes"))
    assert "x" in str(off.disabled[0].value)
    assert without_values(off).disabled == ()
    kept = without_values(with_step_disabled(RECIPE, ("rows", "where")))
    assert len(kept.disabled) == 1
