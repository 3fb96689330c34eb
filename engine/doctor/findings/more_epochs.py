"""Training ended while the run was still getting better."""

from __future__ import annotations

import numpy as np

from engine.doctor.case import Case, recent, shown
from engine.doctor.finding import Change, Finding
from engine.messages import message

LEAST = 4
GAIN = 0.05
"""Of all that was gained, that came in the last fifth of the epochs."""
MOST = 100_000


def look(case: Case) -> Finding | None:
    """The last epochs are the best ones, and they still gain."""
    values = case.watched
    if not case.ran_out or len(values) < LEAST or not np.isfinite(values).all():
        return None
    last = recent(values, least=2)
    before = values[: len(values) - len(last)]
    whole = float(values[0] - values.min())
    gained = float(before.min() - last.min()) if len(before) else 0.0
    fell = float(case.validation_loss[0] - case.validation_loss.min())
    falls = float(case.validation_loss[-len(last) - 1] - case.validation_loss[-1])
    if whole <= 0 or gained < GAIN * whole or fell <= 0 or falls < GAIN * fell:
        return None
    epochs = min(MOST, 2 * case.epochs)
    return Finding(
        name="more_epochs",
        title=message("It was still getting better"),
        evidence=message(
            "The last {count} of {epochs} epochs brought {share}% of all that was gained.",
            count=len(last),
            epochs=case.epochs,
            share=shown(100 * gained / whole, 2),
        ),
        advice=message("Train for {epochs} epochs.", epochs=epochs),
        changes=(Change("training.epochs", epochs),),
    )
