"""A recipe in words: each step once, in order, and each can be left out where it says so."""

from __future__ import annotations

from typing import Any

import pytest

from engine.recipe.diff import differences
from engine.recipe.recipe import Recipe
from engine.recipe.step_edits import moved_step, without_step
from engine.recipe.words import Step, StepGroup, recipe_steps
from engine.schema import Role

RECIPE = Recipe.model_validate(
    {
        "reading": {"delimiter": ";", "fixes": [{"line": 3, "found": "x", "text": ""}]},
        "derived": [
            {"name": "family", "expression": "SibSp + Parch"},
            {"name": "alone", "expression": "family == 0"},
        ],
        "columns": [
            {"name": "Name", "role": "ignore", "hide": {"kind": "mask", "keep": 2}},
            {
                "name": "Age",
                "kind": "number",
                "role": "feature",
                "missing": "mean",
                "flag": True,
                "scale": {"kind": "quantile", "output": "uniform"},
            },
            {"name": "Ticket", "role": "group"},
            {"name": "Survived", "kind": "category", "role": "target"},
        ],
        "rows": {"where": "Age > 18", "duplicates": {"policy": "drop", "keep": "last"}},
        "split": {"method": "group"},
        "outcome": {"order": ["1", "0"]},
        "training": {"class_weights": "balanced"},
    }
)


def lines(steps: tuple[Step, ...], group: StepGroup) -> list[str]:
    return [str(step) for step in steps if step.group is group]


def test_steps_are_told_in_the_order_in_which_they_are_done() -> None:
    steps = recipe_steps(RECIPE)
    groups = list(dict.fromkeys(step.group for step in steps))
    assert groups == list(StepGroup)
    assert all(str(group.heading) for group in groups)
    assert len({step.path for step in steps}) == len(steps)


def test_steps_say_what_is_done() -> None:
    steps = recipe_steps(RECIPE)
    assert lines(steps, StepGroup.READING) == ["Delimiter “;”", "1 row corrected"]
    assert lines(steps, StepGroup.HIDING) == ["Name: masked but for the first 2 letters"]
    assert lines(steps, StepGroup.DERIVED)[0] == "family: computed as SibSp + Parch"
    assert lines(steps, StepGroup.ROWS) == [
        "Only rows where Age > 18",
        "Of rows that are alike the last is used",
    ]
    (split,) = lines(steps, StepGroup.SPLIT)
    assert split.startswith("By groups of “Ticket”, each in one part, 70% train, 15% validation")
    columns = lines(steps, StepGroup.COLUMNS)
    assert columns[0] == (
        "Age: number, missing → Mean + flag, Scale → Quantile (Output shape Uniform)"
    )
    assert columns[-1] == "1 column is left out: Name"
    assert lines(steps, StepGroup.TARGET) == [
        "Survived: is predicted (category)",
        "Class order 1, 0",
    ]
    assert "Class weights Balanced" in lines(steps, StepGroup.TRAINING)


def test_auto_is_told_as_what_is_in_force() -> None:
    def in_force(spec: Any) -> Any:
        return type(spec).model_validate({**spec.model_dump(), "scale": "standard"})

    steps = recipe_steps(Recipe.model_validate({"columns": [{"name": "a"}]}), in_force)
    assert lines(steps, StepGroup.COLUMNS) == ["a: Scale → Standard"]


def test_a_step_that_can_be_left_out_is_gone_afterwards_and_nothing_else_is() -> None:
    removable = [step for step in recipe_steps(RECIPE) if step.removable]
    assert len(removable) >= 9
    for step in removable:
        without = without_step(RECIPE, step.path)
        left = {each.path for each in recipe_steps(without)}
        assert step.path not in left
        expected = {each.path for each in recipe_steps(RECIPE)} - {step.path}
        assert expected - left <= {("columns", "Ticket")}
        assert all(each.path[0] == step.path[0] for each in differences(RECIPE, without))


def test_leaving_a_column_out_keeps_what_is_said_of_it() -> None:
    without = without_step(RECIPE, ("columns", "Age"))
    assert without.column("Age").role is Role.IGNORE
    assert without.column("Age").scale == RECIPE.column("Age").scale


def test_derived_columns_can_be_computed_in_another_order() -> None:
    moved = moved_step(RECIPE, ("derived", "alone"), -5)
    assert [column.name for column in moved.derived] == ["alone", "family"]
    assert moved_step(moved, ("derived", "alone"), 1) == RECIPE
    with pytest.raises(KeyError):
        moved_step(RECIPE, ("split",), 1)


@pytest.mark.parametrize("path", [("columns", "nobody"), ("derived", "nobody"), ("nowhere",)])
def test_a_path_that_leads_nowhere_is_refused(path: tuple[str, ...]) -> None:
    with pytest.raises(KeyError):
        without_step(RECIPE, path)
