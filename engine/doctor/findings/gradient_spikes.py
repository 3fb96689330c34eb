"""Single batches with enormous gradients throw the network off."""

from __future__ import annotations

import numpy as np

from engine.doctor.case import Case, shown
from engine.doctor.finding import Change, Finding
from engine.messages import Message, message

TIMES = 12
"""The median gradient norm."""
LEAST = 5
TIMES_LOSS = 20
"""The median loss of the steps told."""
TIMES_MEAN = 6
"""The mean absolute error that the root of the mean square is; 1.25 for errors on a bell curve."""
START = 0.15
"""Share of a run in which gradients are still large."""


def look(case: Case) -> Finding | None:
    """The gradient norm was tens of times its usual size, and nothing clips it."""
    if case.recipe.training.clip_norm is not None:
        return None
    usual, evidence = (
        _spike_of_gradient(case) or _spike_of_loss(case) or _rows_far_off(case) or (0.0, None)
    )
    if evidence is None:
        return None
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
        evidence=evidence,
        advice=advice,
        changes=tuple(changes),
        explains=("not_learning", "plateau", "impatient", "more_epochs"),
    )


def _spike_of_gradient(case: Case) -> tuple[float, Message] | None:
    """The usual norm, and what was seen."""
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
    return usual, message(
        "In epoch {epoch} a batch had a gradient norm of {highest}; {usual} is usual.",
        epoch=epoch,
        highest=shown(highest),
        usual=shown(usual),
    )


def _spike_of_loss(case: Case) -> tuple[float, Message] | None:
    """The same by the losses of single steps."""
    told = case.history.steps
    half = len(told.loss) // 2
    losses, norms = told.loss[half:], case.history.gradient_norm
    losses, norms = losses[np.isfinite(losses)], norms[np.isfinite(norms)]
    if len(losses) < LEAST or not len(norms):
        return None
    usual, highest = float(np.median(losses)), float(losses.max())
    if usual <= 0 or highest < TIMES_LOSS * usual:
        return None
    return float(np.median(norms)), message(
        "Some batches have a loss of {highest} and more; {usual} is usual.",
        highest=shown(highest),
        usual=shown(usual),
    )


def _rows_far_off(case: Case) -> tuple[float, Message] | None:
    """Single values of the target that are far off the others make gradients that drown all else."""
    history = case.history
    norms = history.gradient_norm[np.isfinite(history.gradient_norm)]
    if not {"rmse", "mae"} <= set(history.metrics) or len(norms) < LEAST:
        return None
    for of in (history.train, history.validation):
        root, mean = float(np.median(of("rmse"))), float(np.median(of("mae")))
        if mean > 0 and root >= TIMES_MEAN * mean:
            return float(np.median(norms)), message(
                "The RMSE is {root} and the MAE only {mean}: a few rows are far off all others.",
                root=shown(root),
                mean=shown(mean),
            )
    return None
