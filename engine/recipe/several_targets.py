"""Checks of recipes that predict several columns, and the checks of one target for each of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from engine.messages import message, message_n
from engine.recipe.finding import Check, Finding
from engine.recipe.recipe import Recipe
from engine.recipe.target import Resampling, TargetSpec
from engine.recipe.target_checks import TARGET_CHECKS, outcome_findings
from engine.schema import Kind, Task


def targets_are_of_one_kind(recipe: Recipe) -> Finding | None:
    """Several targets are all numbers, or all answers of yes and no."""
    targets = recipe.targets
    kinds = {name: recipe.column(name).kind for name in targets}
    if len(targets) < 2 or None in kinds.values():
        return None
    numbers = [name for name, kind in kinds.items() if kind is Kind.NUMBER]
    others = [name for name in targets if name not in numbers]
    if not numbers or not others:
        return None
    kept = numbers if targets[0] in numbers else others
    fixed = recipe
    for name in targets:
        fixed = fixed if name in kept else fixed.without_target(name)
    return Finding(
        ("columns",),
        message(
            "Several targets must all be numbers, or all be yes/no answers. Numbers: {numbers}. Not numbers: {others}.",
            numbers=", ".join(numbers),
            others=", ".join(others),
        ),
        message("Predict only {names}.", names=", ".join(kept)),
        fixed,
    )


def several_targets_are_not_resampled(recipe: Recipe) -> Finding | None:
    """A row that is rare for one target is common for another."""
    if len(recipe.targets) < 2:
        return None
    plain = Resampling.NONE
    if all(recipe.outcome_of(name).resampling is plain for name in recipe.targets):
        return None
    fixed = recipe
    for name in recipe.targets:
        own = recipe.outcome_of(name).model_copy(update={"resampling": plain})
        if own != recipe.outcome_of(name):
            fixed = fixed.with_outcome_of(name, own)
    fixed = fixed.model_copy(
        update={"outcome": fixed.outcome.model_copy(update={"resampling": plain})}
    )
    return Finding(
        ("outcome", "resampling"),
        message(
            "Rows cannot be drawn so that the classes of several targets are balanced at once."
        ),
        message("Use no resampling."),
        fixed,
    )


def several_targets_have_no_custom_weights(recipe: Recipe) -> Finding | None:
    """Weights go by the names of classes, which several targets may share."""
    if len(recipe.targets) < 2 or recipe.training.class_weights != "custom":
        return None
    training = recipe.training.model_copy(
        update={"class_weights": "balanced", "custom_weights": ()}
    )
    return Finding(
        ("training", "class_weights"),
        message("Custom class weights are for one target; several are predicted."),
        message("Use balanced class weights."),
        recipe.model_copy(update={"training": training}),
    )


def _for_each_target(function: Check) -> Check:
    def check(recipe: Recipe) -> Finding | None:
        found = function(recipe)
        if found is not None:
            return found
        for name in recipe.targets:
            if recipe.column(name).outcome is not None:
                found = function(_focused(recipe, name))
                if found is not None:
                    return _of_target(found, recipe, name)
        return None

    return check


SEVERAL_TARGETS_CHECKS: tuple[Check, ...] = (
    targets_are_of_one_kind,
    several_targets_are_not_resampled,
    several_targets_have_no_custom_weights,
    *(_for_each_target(function) for function in TARGET_CHECKS),
)
"""What is checked of targets without a table, of one or of several."""


def target_findings(
    recipe: Recipe,
    task: Task,
    classes: Mapping[str, Mapping[str, int]],
    distinct: Mapping[str, int],
) -> Iterator[Finding]:
    """What does not fit the targets of a table.

    Args:
        recipe: Passes the checks that need no table.
        task: What is predicted.
        classes: For each target the rows of its classes as they stand in the table; empty for numbers.
        distinct: How many different values each target has.
    """
    if task is Task.MULTI_LABEL:
        yield from _of_labels(recipe, distinct)
    for name in recipe.targets:
        focused = _focused(recipe, name)
        for finding in outcome_findings(focused, task.of_one_target, classes.get(name, {})):
            yield _of_target(finding, recipe, name)


def _of_labels(recipe: Recipe, distinct: Mapping[str, int]) -> Iterator[Finding]:
    """Of several targets that are not numbers each has two classes."""
    many = [
        name
        for name in recipe.targets
        if recipe.outcome_of(name).rare is None
        and recipe.outcome_of(name).left_of(distinct.get(name, 2)) > 2
    ]
    if not many:
        return
    left = [name for name in recipe.targets if name not in many] or many[:1]
    fixed = recipe
    for name in recipe.targets:
        fixed = fixed if name in left else fixed.without_target(name)
    yield Finding(
        ("columns", many[0], "role"),
        message_n(
            "“{names}” has more than two classes. Of several targets that are not numbers each must be a yes/no answer.",
            "{names} have more than two classes. Of several targets that are not numbers each must be a yes/no answer.",
            len(many),
            names=", ".join(many),
        ),
        message("Predict only {names}.", names=", ".join(left)),
        fixed,
    )


def _focused(recipe: Recipe, name: str) -> Recipe:
    """The recipe with what it says of that target as what it says of all."""
    return recipe.model_copy(update={"outcome": recipe.outcome_of(name)})


def _of_target(finding: Finding, recipe: Recipe, name: str) -> Finding:
    """What was found in a focused recipe, in the recipe itself."""
    if recipe.column(name).outcome is None:
        if len(recipe.targets) == 1 or finding.fixed is None:
            return finding
        if finding.fixed.outcome == recipe.outcome:
            return finding
    path = finding.path
    if path[0] == "outcome" and recipe.column(name).outcome is not None:
        path = ("columns", name, *path)
    fixed = finding.fixed
    if fixed is not None:
        changed: TargetSpec = fixed.outcome
        fixed = fixed.model_copy(update={"outcome": recipe.outcome})
        if changed != recipe.outcome_of(name):
            fixed = fixed.with_outcome_of(name, changed)
    return replace(finding, path=path, fixed=fixed)
