"""The lowest and highest values of a long curve in blocks of growing length.

A view a thousand pixels wide needs some thousand points, however many a curve has: it takes them from the
level with about as many blocks. Each level is made once, when it is first needed.
"""

from __future__ import annotations

import numpy as np

from gui.pages.train.series import Numbers, clipped, thinned

FACTOR = 8
ENOUGH = 4.0
"""Points a pixel from which on a shorter level would do."""


class Levels:
    """One curve: x ascending, with y."""

    def __init__(self, x: Numbers, y: Numbers) -> None:
        self._levels: list[tuple[Numbers, Numbers]] = [(x, y)]

    def thinned(self, low: float, high: float, pixel: float) -> tuple[Numbers, Numbers]:
        """At most two points a `pixel` (in units of x) between `low` and `high`, and one beyond each end."""
        depth = 0
        while True:
            x, y = clipped(*self._level(depth), low, high)
            pixels = max(1.0, (high - low) / pixel)
            if len(x) <= 2 * FACTOR * ENOUGH * pixels or len(self._level(depth)[0]) <= 4 * FACTOR:
                return thinned(x, y, pixel)
            depth += 1

    def _level(self, depth: int) -> tuple[Numbers, Numbers]:
        while len(self._levels) <= depth:
            self._levels.append(_halved(*self._levels[-1], first=len(self._levels) == 1))
        return self._levels[depth]


def _halved(x: Numbers, y: Numbers, *, first: bool) -> tuple[Numbers, Numbers]:
    """The lowest and the highest of each block of points; on a level above the first, points are pairs."""
    size = FACTOR if first else 2 * FACTOR
    whole = len(y) // size * size
    blocks = y[:whole].reshape(-1, size)
    low, high = np.fmin.reduce(blocks, axis=1), np.fmax.reduce(blocks, axis=1)
    starts = x[:whole:size]
    if whole < len(y):
        starts = np.append(starts, x[whole])
        low = np.append(low, np.fmin.reduce(y[whole:]))
        high = np.append(high, np.fmax.reduce(y[whole:]))
    values = np.empty(2 * len(starts))
    values[0::2], values[1::2] = low, high
    return np.repeat(starts, 2), values
