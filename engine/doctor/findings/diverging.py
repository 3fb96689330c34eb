"""The loss grows without end."""

from __future__ import annotations

import numpy as np

from engine.doctor.case import Case, recent, shown
from engine.doctor.finding import Change, Finding
from engine.messages import message

GROWN = 1.5
"""Times the lowest loss that the last epochs come to."""
CLIP = 1.0


def look(case: Case) -> Finding | None:
    """The loss became infinite, or has grown beyond what it was at first."""
    rate = case.learning_rate
    losses = case.train_loss
    if case.failed_with == "LossNotFinite":
        evidence = message(
            "The loss became NaN or infinite in epoch {epoch} at a learning rate of {rate}.",
            epoch=case.epochs + 1,
            rate=shown(rate),
        )
    elif len(losses) >= 3 and _grows(losses):
        lowest = int(np.nanargmin(losses))
        evidence = message(
            "The training loss was {lowest} in epoch {epoch} and is {now} now.",
            lowest=shown(losses[lowest]),
            epoch=lowest + 1,
            now=shown(float(np.median(recent(losses)))),
        )
    else:
        return None
    return Finding(
        name="diverging",
        title=message("The loss diverges"),
        evidence=evidence,
        advice=message(
            "Each step overshoots. Lower the learning rate to {rate} and clip gradients at {clip}.",
            rate=shown(rate / 10, 2),
            clip=CLIP,
        ),
        changes=(
            Change("training.optimizer.learning_rate", shown(rate / 10, 2)),
            Change("training.clip_norm", CLIP),
        ),
        is_severe=True,
        explains=(
            "rate_too_high",
            "not_learning",
            "gradient_spikes",
            "overfitting",
            "plateau",
            "dead_units",
            "classes_missed",
            "few_steps",
            "vanishing",
        ),
    )


def _grows(losses: np.ndarray) -> bool:
    now, lowest = float(np.median(recent(losses))), float(np.nanmin(losses))
    # Losses of shares of classes are above 0; others may be below, so that times mean nothing.
    return lowest > 0 and now > GROWN * lowest and now > losses[0]
