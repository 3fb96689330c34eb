"""Checks across the fields of a recipe: one function each, one message, one suggested fix."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from engine.errors import RecipeInvalid
from engine.messages import Message, message
from engine.recipe.recipe import Recipe
from engine.recipe.split import Split
from engine.recipe.training import Training


@dataclass(frozen=True, slots=True)
class Finding:
    """One broken rule: where, what, and a recipe that mends it (if there is a plain way)."""

    path: tuple[str, ...]
    problem: Message
    fix_label: Message | None = None
    fixed: Recipe | None = None

    def error(self) -> RecipeInvalid:
        """The finding as an error."""
        fix = str(self.fix_label) if self.fix_label is not None else ""
        return RecipeInvalid(".".join(self.path), str(self.problem), fix)


Check: TypeAlias = Callable[[Recipe], Finding | None]
_CHECKS: list[Check] = []


def check(function: Check) -> Check:
    """Register a check."""
    _CHECKS.append(function)
    return function


def findings(recipe: Recipe) -> tuple[Finding, ...]:
    """All broken rules, in the order in which the checks are written."""
    found = (function(recipe) for function in _CHECKS)
    return tuple(finding for finding in found if finding is not None)


def require_valid(recipe: Recipe) -> None:
    """Raise `RecipeInvalid` for the first broken rule."""
    for finding in findings(recipe):
        raise finding.error()


@check
def _parts_leave_rows_for_training(recipe: Recipe) -> Finding | None:
    split = recipe.split
    if split.validation + split.test <= 0.9:
        return None
    fixed = recipe.model_copy(
        update={"split": split.model_copy(update={"validation": 0.15, "test": 0.15})}
    )
    return Finding(
        ("split", "validation"),
        message(
            "Validation and test together take {share}% of the rows; at most 90% leaves enough to train on.",
            share=round(100 * (split.validation + split.test)),
        ),
        message("Use 15% and 15%."),
        fixed,
    )


@check
def _early_stopping_has_validation_rows(recipe: Recipe) -> Finding | None:
    if recipe.split.validation > 0 or not recipe.training.early_stopping.enabled:
        return None
    stopping = recipe.training.early_stopping.model_copy(update={"enabled": False})
    training: Training = recipe.training.model_copy(update={"early_stopping": stopping})
    return Finding(
        ("training", "early_stopping"),
        message("Early stopping watches validation rows, but the split leaves none."),
        message("Switch early stopping off."),
        recipe.model_copy(update={"training": training}),
    )


@check
def _one_target(recipe: Recipe) -> Finding | None:
    targets = [c.name or str(c.position) for c in recipe.columns if c.role == "target"]
    if len(targets) <= 1:
        return None
    return Finding(
        ("columns",),
        message("Several columns have the role target: {names}.", names=", ".join(targets)),
        message("Keep “{name}”.", name=targets[0]),
        recipe.with_target(targets[0]) if recipe.columns[0].name else None,
    )


@check
def _split_default_is_usable(recipe: Recipe) -> Finding | None:
    if recipe.split.validation == 0 and recipe.split.test == 0:
        return Finding(
            ("split", "test"),
            message("The split keeps no rows to check the result on."),
            message("Use 15% and 15%."),
            recipe.model_copy(update={"split": Split(seed=recipe.split.seed)}),
        )
    return None


@check
def _batches_are_large_enough_for_the_trunk(recipe: Recipe) -> Finding | None:
    smallest = recipe.model.trunk.smallest_batch
    if recipe.training.batch_size >= smallest:
        return None
    training = recipe.training.model_copy(update={"batch_size": 32})
    return Finding(
        ("training", "batch_size"),
        message(
            "Batch normalization compares the rows of a batch: it needs at least {rows}, found {found}.",
            rows=smallest,
            found=recipe.training.batch_size,
        ),
        message("Use {rows}.", rows=32),
        recipe.model_copy(update={"training": training}),
    )


@check
def _trunk_can_be_built(recipe: Recipe) -> Finding | None:
    for flaw in recipe.model.trunk.flaws():
        model = recipe.model.model_copy(update={"trunk": flaw.fixed})
        fixed = recipe.model_copy(update={"model": model})
        return Finding(("model", "trunk", flaw.field), flaw.problem, flaw.fix_label, fixed)
    return None
