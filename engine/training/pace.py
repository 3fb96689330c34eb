"""How fast a run goes on, from the times that it has told."""

from __future__ import annotations

from engine.training.columns import Floats, Ints

LAST = 6
"""Ends of epochs that count; those before may have been slower or faster."""


def pace(epoch_times: Floats, epoch_steps: Ints, times: Floats, steps: Ints) -> tuple[float, int]:
    """Seconds and the steps taken in them: over the last epochs, or within the first one.

    Args:
        epoch_times: Seconds of training at which each epoch ended.
        epoch_steps: The steps at which they ended.
        times: The same of all steps that were told of.
        steps: Those steps.
    """
    if len(epoch_times) >= 2:
        times, steps = epoch_times[-LAST:], epoch_steps[-LAST:]
    if len(steps) < 2:
        return 0.0, 0
    return float(times[-1] - times[0]), int(steps[-1] - steps[0])
