"""Weight decay pulls the weights to zero faster than they learn."""

from __future__ import annotations

import numpy as np

from engine.doctor.case import Case, shown
from engine.doctor.finding import Change, Finding
from engine.messages import message

SHRUNK = 0.3
"""Of the weights' first norm."""
STRONG = 0.05
"""Weight decay below which it is not the cause."""


def look(case: Case) -> Finding | None:
    """The weights have lost most of their size under a strong weight decay."""
    decay = getattr(case.recipe.training.optimizer, "weight_decay", 0.0)
    norms = case.history.watched.whole("weight_norm")
    norms = norms[np.isfinite(norms)]
    if not decay or decay < STRONG or len(norms) < 2 or norms[-1] >= SHRUNK * norms[0]:
        return None
    weaker = 0.01
    return Finding(
        name="too_much_decay",
        title=message("Weight decay is too strong"),
        evidence=message(
            "The norm of the weights has shrunk from {first} to {last}.",
            first=shown(norms[0]),
            last=shown(norms[-1]),
        ),
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
