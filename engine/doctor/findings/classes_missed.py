"""A class that is there is never predicted."""

from __future__ import annotations

from engine.doctor.case import Case
from engine.doctor.finding import Change, Finding
from engine.messages import message

LEAST_EPOCHS = 3
LEAST_ROWS = 3
"""Validation rows of the class."""


def look(case: Case) -> Finding | None:
    """In the newest look no validation row was predicted to be of a class that some are of."""
    seen = case.history.classes_predicted
    if case.epochs < LEAST_EPOCHS or not seen:
        return None
    epoch = max(seen)
    told = seen[epoch]
    missed = [
        place
        for place, (rows, actual) in enumerate(zip(told.rows, told.actual, strict=False))
        if rows == 0 and actual >= LEAST_ROWS
    ]
    if not missed:
        return None
    names = [case.classes[n] if n < len(case.classes) else str(n + 1) for n in missed]
    rows = sum(told.actual[n] for n in missed)
    changes: tuple[Change, ...] = ()
    if case.recipe.training.class_weights == "none":
        changes = (Change("training.class_weights", "balanced"),)
        advice = message(
            "Give rare classes the same say as frequent ones: train with balanced class weights."
        )
    else:
        advice = message("The columns may not tell this class from the others.")
    return Finding(
        name="classes_missed",
        title=message("Never predicted: {classes}", classes=", ".join(names[:5])),
        evidence=message(
            "In epoch {epoch} none of {all} validation rows was predicted to be one of these, and {rows} are.",
            epoch=epoch,
            all=sum(told.actual),
            rows=rows,
        ),
        advice=advice,
        changes=changes,
    )
