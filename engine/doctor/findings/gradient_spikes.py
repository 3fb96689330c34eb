"""Single batches with enormous gradients throw the network off."""

from __future__ import annotations

import numpy as np

from engine.doctor.case import Case, shown
from engine.doctor.finding import Change, Finding
from engine.messages import message

TIMES = 12
"""The median gradient norm."""
LEAST = 5
START = 0.15
"""Share of a run in which gradients are still large."""


def look(case: Case) -> Finding | None:
    """The gradient norm was tens of times its usual size, and nothing clips it."""
    if case.recipe.training.clip_norm is not None:
        return None
    watched = case.history.watched
    looks = watched.whole("gradient_norm")
    late = np.isfinite(looks) & (watched.steps > START * case.history.step)
    looks, steps = looks[late], watched.steps[late]
    if len(looks) < LEAST or case.started is None:
        return None
    usual, place = float(np.median(looks)), int(np.argmax(looks))
    highest = float(looks[place])
    if usual <= 0 or highest < TIMES * usual:
        return None
    epoch = int((steps[place] - 1) // case.started.steps_per_epoch) + 1
    clip = shown(2 * usual, 1)
    changes = [Change("training.clip_norm", clip)]
    advice = message("Clip gradients at {clip}.", clip=clip)
    if "r2" in case.history.metrics:
        advice = message(
            "Clip gradients at {clip}, and look for values of the target that are far off the others.",
            clip=clip,
        )
        if case.recipe.training.loss.kind in ("auto", "squared"):
            changes.append(Change("training.loss.kind", "huber"))
    return Finding(
        name="gradient_spikes",
        title=message("The gradient has spikes"),
        evidence=message(
            "In epoch {epoch} a batch had a gradient norm of {highest}; {usual} is usual.",
            highest=shown(highest),
            epoch=epoch,
            usual=shown(usual),
        ),
        advice=advice,
        changes=tuple(changes),
        explains=("not_learning", "plateau", "impatient", "more_epochs"),
    )
