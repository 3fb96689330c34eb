"""Arithmetic on the numbers that curves are drawn from: smoothing, thinning out, ranges."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.signal import lfilter

Numbers: TypeAlias = NDArray[np.float64]

SMOOTHED_SHARE = 0.1
"""Share of a curve that smoothing averages over at most: the course of a short one is no noise."""
WARM_UP_SHARE = 0.1
"""Share of the first points that may leave the view, so that the rest is not squeezed flat."""
WARM_UP_MIN_POINTS = 20
SETTLED = 37.0
"""Minus the logarithm of a share that a float64 next to 1 no longer shows."""
LEAST_SPAN = 0.01
"""Share of the values that a range spans at least."""


def smoothed(values: Numbers, weight: float) -> Numbers:
    """Exponentially weighted means, corrected for the short past of the first points.

    `weight` from 0 (as it is) to below 1 is the share that the past keeps from point to point. On short
    curves it is lowered, so that a mean reaches over a tenth of the points at most. Values that are not finite stay where they are and do not spread.
    """
    if not len(values):
        return values
    weight = min(weight, 1 - 1 / (SMOOTHED_SHARE * len(values)))
    if weight <= 0:
        return values
    known = np.isfinite(values)
    share = 1 - weight
    if known.all():
        found: Numbers = lfilter([share], [1, -weight], values)
        # Soon the weights of the past add up to one, to the last digit.
        short = found[: int(-SETTLED / np.log(weight)) + 1]
        short /= 1 - weight ** np.arange(1, len(short) + 1)
        return found
    finite = np.where(known, values, np.nan)
    means = pd.Series(finite).ewm(alpha=share, adjust=True).mean().to_numpy()
    return np.where(known, means, np.nan)


def thinned(x: Numbers, y: Numbers, pixel: float) -> tuple[Numbers, Numbers]:
    """At most two points for each stretch of `pixel` on ascending `x`: the lowest and the highest.

    What is drawn stays the same, whatever the number of points was.
    """
    if len(x) < 4 or len(x) <= 2 * (x[-1] - x[0]) / pixel:
        return x, y
    columns = np.floor((x - x[0]) / pixel)
    starts = np.concatenate(([0], np.flatnonzero(columns[1:] != columns[:-1]) + 1))
    if len(x) <= 2 * len(starts):
        return x, y
    pairs = np.empty((len(starts), 2))
    pairs[:, 0] = np.fmin.reduceat(y, starts)
    pairs[:, 1] = np.fmax.reduceat(y, starts)
    pairs[1::2] = pairs[1::2, ::-1]  # up, down, up: the strokes join without crossing the column
    return np.repeat(x[starts], 2), pairs.ravel()


def clipped(x: Numbers, y: Numbers, low: float, high: float) -> tuple[Numbers, Numbers]:
    """The points within `low` to `high` and one more on either side; `x` is ascending."""
    start = max(int(np.searchsorted(x, low)) - 1, 0)
    stop = int(np.searchsorted(x, high, side="right")) + 1
    return x[start:stop], y[start:stop]


def extent(x: Numbers, y: Numbers, low: float, high: float) -> tuple[float, float] | None:
    """Lowest and highest value of a curve between `low` and `high`; None without values.

    When the view starts at the beginning of a long curve, the first points may leave it.
    """
    if not len(x):
        return None
    warm_up = int(len(x) * WARM_UP_SHARE) if len(x) >= WARM_UP_MIN_POINTS else 0
    start = max(int(np.searchsorted(x, low)), warm_up if low <= x[0] else 0)
    seen = y[start : int(np.searchsorted(x, high, side="right"))]
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
    right = int(np.searchsorted(x, at))
    if right == 0:
        return 0
    if right == len(x):
        return len(x) - 1
    return right - 1 if at - x[right - 1] <= x[right] - at else right
