"""Which epochs count as a gain for early stopping, and how long ago the last one was."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.metrics.metric import Metric


def is_gain(monitor: Metric, value: float, before: float, least: float) -> bool:
    """Whether the watched metric is better than it was by `least` or more; than NaN any number is."""
    return monitor.is_better(value, before) and not abs(value - before) < least


class Gains:
    """Counts the epochs since the last gain that counts, from the values of the watched metric."""

    def __init__(self, monitor: Metric, least: float) -> None:
        self.monitor, self.least = monitor, least
        self.waited = 0
        """Epochs since the last gain."""
        self._before = math.nan

    def take(self, value: float) -> None:
        """Take up an epoch."""
        if is_gain(self.monitor, value, self._before, self.least):
            self._before, self.waited = value, 0
        else:
            self.waited += 1
