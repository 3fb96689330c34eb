"""Checks across the fields of a recipe: one function each, one message, one suggested fix."""

from __future__ import annotations

from engine.messages import message
from engine.recipe.finding import Check as Check
from engine.recipe.finding import Finding as Finding
from engine.recipe.privacy import PRIVACY_CHECKS
from engine.recipe.recipe import Recipe
from engine.recipe.row_checks import ROW_CHECKS
from engine.recipe.several_targets import SEVERAL_TARGETS_CHECKS
from engine.recipe.split import SplitMethod
from engine.recipe.training import Training
from engine.schema import Kind

_CHECKS: list[Check] = [*ROW_CHECKS, *SEVERAL_TARGETS_CHECKS, *PRIVACY_CHECKS]


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
def _early_stopping_has_validation_rows(recipe: Recipe) -> Finding | None:
    by_column = recipe.split.method is SplitMethod.COLUMN
    has_rows = recipe.split.has_validation or by_column
    if has_rows or not recipe.training.early_stopping.enabled:
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
def _batches_are_large_enough_for_the_trunk(recipe: Recipe) -> Finding | None:
    trunk, size = recipe.model.trunk, recipe.training.batch_size
    smallest = trunk.smallest_batch if trunk is not None else 1
    if size is None or size >= smallest:
        return None
    training = recipe.training.model_copy(update={"batch_size": 32})
    return Finding(
        ("training", "batch_size"),
        message(
            "Batch normalization compares the rows of a batch: it needs at least {rows}, found {found}.",
            rows=smallest,
            found=size,
        ),
        message("Use {rows}.", rows=32),
        recipe.model_copy(update={"training": training}),
    )


@check
def _batches_have_rows_to_mix(recipe: Recipe) -> Finding | None:
    if not recipe.training.augmentation.mixup or recipe.training.batch_size != 1:
        return None
    training = recipe.training.model_copy(update={"batch_size": 32})
    return Finding(
        ("training", "batch_size"),
        message("Mixup mixes the rows of a batch: it needs at least 2, found 1."),
        message("Use {rows}.", rows=32),
        recipe.model_copy(update={"training": training}),
    )


@check
def _trunk_can_be_built(recipe: Recipe) -> Finding | None:
    trunk = recipe.model.trunk
    for flaw in trunk.flaws() if trunk is not None else ():
        model = recipe.model.model_copy(update={"trunk": flaw.fixed})
        fixed = recipe.model_copy(update={"model": model})
        path = ("model", "trunk", *flaw.field.split("."))
        return Finding(path, flaw.problem, flaw.fix_label, fixed)
    return None


@check
def _stand_ins_are_of_their_columns_kind(recipe: Recipe) -> Finding | None:
    for spec in recipe.columns:
        fill, kind = spec.missing, spec.kind
        if fill is None or kind is None or kind not in fill.kinds or fill.fits(kind):
            continue
        name = spec.name or str(spec.position)
        problem = (
            message("What stands in for a missing value of “{name}” must be a number.", name=name)
            if kind is Kind.NUMBER
            else message(
                "What stands in for a missing value of “{name}” must be a date like 2026-11-22.",
                name=name,
            )
        )
        fixed = recipe.with_column(spec.model_copy(update={"missing": None}))
        named = spec.name is not None
        return Finding(
            ("columns", name, "missing"), problem, message("Use Auto."), fixed if named else None
        )
    return None
