"""The network does not get better than a guess."""

from __future__ import annotations

import math

import numpy as np

from engine.doctor.case import Case, shown
from engine.doctor.finding import Finding
from engine.messages import Message, message

LEAST_EPOCHS = 5
LEAST_ROWS = 100
SIGNAL = 0.02
"""R² from which on something was learned."""


def look(case: Case) -> Finding | None:
    """On validation rows the network is no better than one that predicts the same for all of them."""
    if case.started is None or case.epochs < LEAST_EPOCHS:
        return None
    rows = case.started.validation_rows
    if rows < LEAST_ROWS:
        return None
    evidence = _of_classes(case, rows) or _of_numbers(case)
    if evidence is None:
        return None
    return Finding(
        name="not_learning",
        title=message("Nothing was learned"),
        evidence=evidence,
        advice=message(
            "The columns may not tell anything about the target. See on the Data page how they go with it, and whether the target is the right one."
        ),
        is_severe=True,
        explains=("overfitting", "plateau", "more_epochs", "classes_missed", "impatient"),
    )


def _of_classes(case: Case, rows: int) -> Message | None:
    area = case.best("roc_auc")
    # The standard deviation of the area under the curve of guesses, at equal shares, is 1 / √(3 rows);
    # the best of many epochs lies above that of one.
    if not math.isfinite(area) or area > 0.5 + 3 / math.sqrt(3 * rows):
        return None
    return message(
        "In {epochs} epochs the validation ROC AUC was {area} at best; 0.5 is a guess.",
        epochs=case.epochs,
        area=shown(area),
    )


def _of_numbers(case: Case) -> Message | None:
    best = case.best("r2")
    if not math.isfinite(best) or best > SIGNAL or not np.isfinite(case.train_loss).all():
        return None
    return message(
        "In {epochs} epochs the validation R² was {value} at best; 0 is what predicting the mean gives.",
        epochs=case.epochs,
        value=shown(best, 2),
    )
