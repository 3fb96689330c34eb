"""Weight decay pulls the weights to zero faster than they learn."""

from __future__ import annotations

import numpy as np

from engine.doctor.case import Case, recent, shown
from engine.doctor.finding import Change, Finding
from engine.messages import message
from engine.training.columns import Floats

SHRUNK = 0.3
"""Of the weights' first norm."""
STRONG = 0.1
"""Weight decay below which it is not the cause."""
LEAST = 6
"""Epochs."""
WORSE = 1.03
"""Times its lowest value that the training loss comes to."""


def look(case: Case) -> Finding | None:
    """The weights have lost most of their size under a strong weight decay."""
    decay = getattr(case.recipe.training.optimizer, "weight_decay", 0.0)
    if not decay or decay < STRONG:
        return None
    norms = case.history.watched.whole("weight_norm")
    norms, losses = norms[np.isfinite(norms)], case.train_loss
    if len(norms) > 1 and norms[-1] < SHRUNK * norms[0]:
        evidence = message(
            "The norm of the weights has shrunk from {first} to {last}.",
            first=shown(norms[0]),
            last=shown(norms[-1]),
        )
    elif len(losses) >= LEAST and _comes_back(losses):
        evidence = message(
            "The training loss was {lowest} in epoch {epoch} and has come back to {now}: the weights are drawn to zero.",
            lowest=shown(losses.min()),
            epoch=int(losses.argmin()) + 1,
            now=shown(float(np.median(recent(losses)))),
        )
    else:
        return None
    weaker = 0.01
    return Finding(
        name="too_much_decay",
        title=message("Weight decay is too strong"),
        evidence=evidence,
        advice=message("Lower it from {decay} to {weaker}.", decay=shown(decay), weaker=weaker),
        changes=(Change("training.optimizer.weight_decay", weaker),),
        explains=(
            "not_learning",
            "plateau",
            "dead_units",
            "classes_missed",
            "vanishing",
            "rate_too_low",
            "rate_too_high",
            "gradient_spikes",
        ),
    )


def _comes_back(losses: Floats) -> bool:
    lowest = int(losses.argmin())
    now = float(np.median(recent(losses)))
    return lowest < len(losses) / 2 and now > WORSE * float(losses[lowest]) > 0
