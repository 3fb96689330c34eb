"""Nothing gets better any more, and training goes on."""

from __future__ import annotations

import numpy as np

from engine.doctor.case import Case, shown
from engine.doctor.finding import Change, Finding
from engine.messages import message

LEAST = 20
"""Epochs without a change, at least."""
SHARE = 0.5
"""And this share of all epochs."""
STILL = 0.01
"""Of the way that the losses have come."""


def look(case: Case) -> Finding | None:
    """Both losses have stood still for half of the run."""
    train, validation = case.train_loss, case.validation_loss
    if len(train) < 2 * LEAST or len(validation) != len(train):
        return None
    since = max(_still_since(train), _still_since(validation))
    length = len(train) - since
    if length < LEAST or length < SHARE * len(train):
        return None
    epochs = max(1, since + LEAST // 2)
    is_constant = getattr(case.recipe.training.schedule, "kind", "") == "constant"
    if is_constant:
        advice = message("A learning rate that falls gets further: train with the cosine schedule.")
        changes = (Change("training.schedule.kind", "cosine"),)
    else:
        advice = message("{epochs} epochs would do.", epochs=epochs)
        changes = (Change("training.epochs", epochs),)
    return Finding(
        name="plateau",
        title=message("Nothing changes since epoch {epoch}", epoch=since + 1),
        evidence=message(
            "Over the last {epochs} epochs the validation loss stayed at {value}, and the training loss at {train}.",
            epochs=length,
            value=shown(float(np.median(validation[since:]))),
            train=shown(float(np.median(train[since:]))),
        ),
        advice=advice,
        changes=changes,
    )


def _still_since(losses: np.ndarray) -> int:
    """The place from which on a curve stays within a narrow band around its end."""
    end = float(np.median(losses[-LEAST:]))
    band = STILL * max(abs(float(losses[0]) - end), abs(end) * STILL)
    outside = np.flatnonzero(~(np.abs(losses - end) <= band))
    return int(outside[-1]) + 1 if len(outside) else 0
