"""The validation part is too small to tell epochs and runs apart."""

from __future__ import annotations

from engine.doctor.case import Case
from engine.doctor.finding import Change, Finding
from engine.messages import message

WIDE = 0.06
"""Half the width of the accuracy's 95% interval from which on it tells little."""
FEW = 60
"""Rows, for numbers."""
FOLDS = 5


def look(case: Case) -> Finding | None:
    """The accuracy is uncertain by many points, or a mean is taken over few rows."""
    if case.started is None or not case.epochs:
        return None
    rows = case.started.validation_rows
    if not rows:
        return None
    error = case.error_of_share
    if error == error:
        if error < WIDE:
            return None
        evidence = message(
            "With {rows} validation rows the accuracy is known to ±{points} points only.",
            rows=rows,
            points=round(100 * error),
        )
    elif rows >= FEW:
        return None
    else:
        evidence = message("There are {rows} validation rows.", rows=rows)
    split = case.recipe.split
    if split.fold is not None or split.cross_validates:
        return None  # a fold is small on purpose: all rows validate once
    return Finding(
        name="small_validation",
        title=message("Validation is too small to tell"),
        evidence=evidence,
        advice=message(
            "Cross-validate with {folds} folds: then every row validates once.", folds=FOLDS
        ),
        changes=(Change("split.folds", FOLDS),),
        explains=("overfitting", "more_epochs", "impatient", "plateau", "classes_missed"),
    )
