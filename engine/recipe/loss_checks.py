"""Checks of a loss against the values and the classes of a table: each one message, one fix."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.messages import message
from engine.recipe.finding import Finding
from engine.recipe.recipe import Recipe
from engine.recipe.training import Training
from engine.schema import Task


def loss_findings(
    recipe: Recipe, task: Task, lowest: Mapping[str, float], classes: Mapping[str, tuple[str, ...]]
) -> Iterator[Finding]:
    """What the loss does not fit.

    Args:
        recipe: Its loss is for the task.
        task: What is predicted.
        lowest: The least value of each number target, where the loss has a bound.
        classes: The classes of each target in their natural order, where the loss needs an order.
    """
    for name in recipe.targets:
        found = _below_bound(recipe, name, lowest.get(name))
        if found is None and not task.has_several_targets:
            found = _unordered(recipe, name, classes.get(name, ()))
        if found is not None:
            yield found


def _below_bound(recipe: Recipe, name: str, lowest: float | None) -> Finding | None:
    """Counts are not negative, amounts are above zero."""
    loss = recipe.training.loss
    if loss.least is None or lowest is None or lowest > loss.least:
        return None
    if lowest == loss.least and loss.takes_least:
        return None
    problem = (
        message(
            "The loss “{kind}” is for values of 0 and more, but the least of “{column}” is {lowest}.",
            kind=loss.kind,
            column=name,
            lowest=lowest,
        )
        if loss.takes_least
        else message(
            "The loss “{kind}” is for values above 0, but the least of “{column}” is {lowest}.",
            kind=loss.kind,
            column=name,
            lowest=lowest,
        )
    )
    return Finding(
        ("training", "loss"), problem, message("Use the automatic one."), _with_auto(recipe)
    )


def _unordered(recipe: Recipe, name: str, classes: tuple[str, ...]) -> Finding | None:
    """Classes have an order if they are numbers, or if the recipe tells it of all but one."""
    told = set(recipe.outcome_of(name).order)
    untold = [label for label in classes if label not in told]
    if len(classes) < 3 or len(untold) < 2 or all(map(_is_number, classes)):
        return None
    return Finding(
        ("outcome", "order"),
        message(
            "The ordinal loss needs the order of the classes, which “{column}” does not tell by itself: {names}.",
            column=name,
            names=", ".join(untold[:12]),
        ),
        message("Use the automatic loss, or list the classes in their order."),
        _with_auto(recipe),
    )


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _with_auto(recipe: Recipe) -> Recipe:
    training = recipe.training.model_copy(update={"loss": Training().loss})
    return recipe.model_copy(update={"training": training})
