"""Single batches with enormous gradients throw the network off."""

from __future__ import annotations

import numpy as np

from engine.doctor.case import Case, shown
from engine.doctor.finding import Change, Finding
from engine.messages import message

TIMES = 30
"""The median gradient norm."""
LEAST = 5


def look(case: Case) -> Finding | None:
    """The gradient norm was tens of times its usual size, and nothing clips it."""
    if case.recipe.training.clip_norm is not None:
        return None
    norms = case.history.gradient_norm
    looks = case.history.watched.whole("gradient_norm")
    norms = norms[np.isfinite(norms)]
    if len(norms) < LEAST:
        return None
    usual = float(np.median(norms))
    known = looks[np.isfinite(looks)]
    highest = max(float(norms.max()), float(known.max()) if len(known) else 0.0)
    if usual <= 0 or highest < TIMES * usual:
        return None
    epoch = int(np.argmax(norms)) + 1
    clip = shown(2 * usual, 1)
    return Finding(
        name="gradient_spikes",
        title=message("The gradient has spikes"),
        evidence=message(
            "Its norm was {highest}, highest around epoch {epoch}; {usual} is usual.",
            highest=shown(highest),
            epoch=epoch,
            usual=shown(usual),
        ),
        advice=message("Clip gradients at {clip}.", clip=clip),
        changes=(Change("training.clip_norm", clip),),
    )
