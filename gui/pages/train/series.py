"""Arithmetic on the numbers that curves are drawn from: ranges, scales, ticks."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Numbers: TypeAlias = NDArray[np.float64]

WARM_UP_SHARE = 0.1
"""Share of the first points that may leave the view, so that the rest is not squeezed flat."""
WARM_UP_MIN_POINTS = 20
LEAST_SPAN = 0.01
"""Share of the values that a range spans at least."""


def clipped(x: Numbers, y: Numbers, low: float, high: float) -> tuple[Numbers, Numbers]:
    """The points within `low` to `high` and one more on either side; `x` is ascending."""
    start = max(int(np.searchsorted(x, low)) - 1, 0)
    stop = int(np.searchsorted(x, high, side="right")) + 1
    return x[start:stop], y[start:stop]


def in_view(x: Numbers, low: float, high: float) -> tuple[int, int]:
    """The first point that is to be in view between `low` and `high`, and the one after the last.

    When the view starts at the beginning of a long curve, the first points may leave it.
    """
    if not len(x):
        return 0, 0
    warm_up = int(len(x) * WARM_UP_SHARE) if len(x) >= WARM_UP_MIN_POINTS else 0
    start = max(int(x.searchsorted(low)), warm_up if low <= x[0] else 0)
    return start, max(start, int(x.searchsorted(high, side="right")))


def extent(x: Numbers, y: Numbers, low: float, high: float) -> tuple[float, float] | None:
    """Lowest and highest value of a curve that are to be in view; None without values."""
    start, stop = in_view(x, low, high)
    seen = y[start:stop]
    if not len(seen):
        return None
    bottom, top = float(np.fmin.reduce(seen)), float(np.fmax.reduce(seen))
    if not (np.isfinite(bottom) and np.isfinite(top)):
        finite = seen[np.isfinite(seen)]
        return (float(finite.min()), float(finite.max())) if len(finite) else None
    return bottom, top


def settled(
    extents: Iterable[tuple[float, float]], before: tuple[float, float]
) -> tuple[float, float] | None:
    """A range that holds all `extents` with a little air; `before` as long as it still fits well.

    A range that follows every point would make the curves tremble. None without extents.
    """
    found = list(extents)
    if not found:
        return None
    bottom = min(low for low, _ in found)
    top = max(high for _, high in found)
    span = top - bottom
    fits = before[0] <= bottom and top <= before[1]
    if fits and 0 < (before[1] - before[0]) <= 1.25 * span:
        return before
    air = span * 0.06 or abs(top) * 0.1 or 0.5
    # Curves that differ by less are told apart by figures; the tick labels would have no room.
    air = max(air, (LEAST_SPAN * max(abs(bottom), abs(top)) - span) / 2)
    return bottom - air, top + air


def logarithm(values: Numbers) -> Numbers:
    """Base 10 logarithms; what has none is NaN."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(values > 0, np.log10(values), np.nan)


def logarithmic_ticks(low: float, high: float, size: float) -> list[tuple[float, list[float]]]:
    """Levels of ticks, as pyqtgraph wants them, between powers of ten `low` and `high`.

    As few per power of ten as give at least three, if each has 15 px of `size`.
    """
    edge = 0.06 * (high - low)  # a label at the very edge would be cut off
    low, high = low + edge, high - edge
    decades = np.arange(np.floor(low), np.ceil(high) + 1)
    ticks: list[float] = []
    for steps in ((1,), (1, 3), (1, 2, 5), (1, 2, 4, 7), (1, 2, 3, 4, 5, 7)):
        every = np.log10(np.array(steps))[None, :] + decades[:, None]
        found = [float(tick) for tick in every.ravel() if low <= tick <= high]
        if ticks and len(found) > size / 15:
            break
        ticks = found
        if len(ticks) >= 3:
            break
    return [(1.0, ticks)]


def nearest(x: Numbers, at: float) -> int | None:
    """Index of the point of ascending `x` that is closest to `at`; None without points."""
    if not len(x):
        return None
    right = int(x.searchsorted(at))
    if right == 0:
        return 0
    if right == len(x):
        return len(x) - 1
    return right - 1 if at - x[right - 1] <= x[right] - at else right
