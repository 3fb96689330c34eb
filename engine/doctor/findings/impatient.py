"""Early stopping ended a run that was still learning."""

from __future__ import annotations

import numpy as np

from engine.doctor.case import Case, shown
from engine.doctor.finding import Change, Finding
from engine.messages import message

FEW = 4
"""Epochs of patience."""
PATIENCE = 16
FALLS = 0.02
"""Of the training loss, from one epoch to the next."""


def look(case: Case) -> Finding | None:
    """It was stopped after few epochs without a gain, while the training loss fell."""
    patience = case.recipe.training.early_stopping.patience
    losses = case.train_loss
    if not case.stopped_early or patience is None or patience > FEW or len(losses) < 3:
        return None
    fall = float(np.median(-np.diff(losses[-3:])) / max(abs(float(losses[-1])), 1e-9))
    if fall < FALLS:
        return None
    return Finding(
        name="impatient",
        title=message("Stopped too soon"),
        evidence=message(
            "It ended after {patience} epochs without a gain, while the training loss still fell by {fall}% an epoch.",
            patience=patience,
            fall=shown(100 * fall, 2),
        ),
        advice=message("Wait for {patience} epochs.", patience=PATIENCE),
        changes=(Change("training.early_stopping.patience", PATIENCE),),
        explains=("more_epochs",),
    )
