"""Arithmetic on the numbers that curves are drawn from: smoothing, thinning out, ranges."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Numbers: TypeAlias = NDArray[np.float64]

WARM_UP_SHARE = 0.1
"""Share of the first points that may leave the view, so that the rest is not squeezed flat."""
WARM_UP_MIN_POINTS = 20


def smoothed(values: Numbers, weight: float) -> Numbers:
    """Exponentially weighted means, corrected for the short past of the first points.

    `weight` from 0 (as it is) to below 1 is the share that the past keeps from point to point.
    Values that are not finite stay where they are and do not spread.
    """
    if weight <= 0 or len(values) < 2:
        return values
    finite = np.where(np.isfinite(values), values, np.nan)
    means = pd.Series(finite).ewm(alpha=1 - weight, adjust=True).mean().to_numpy()
    return np.where(np.isnan(finite), np.nan, means)


def thinned(x: Numbers, y: Numbers) -> tuple[Numbers, Numbers]:
    """At most two points for each whole number of `x` (ascending pixels): the lowest and the highest.

    What is drawn stays the same, whatever the number of points was.
    """
    if len(x) < 4:
        return x, y
    columns = np.floor(x)
    starts = np.concatenate(([0], np.flatnonzero(np.diff(columns)) + 1))
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


def value_range(
    curves: Iterable[tuple[Numbers, Numbers]], low: float, high: float
) -> tuple[float, float] | None:
    """Lowest and highest value between `low` and `high`, with a little air; None without values.

    When the view starts at the beginning of a long curve, the first few points may leave it.
    """
    bottom, top = np.inf, -np.inf
    for x, y in curves:
        if not len(x):
            continue
        warm_up = int(len(x) * WARM_UP_SHARE) if len(x) >= WARM_UP_MIN_POINTS else 0
        start = max(int(np.searchsorted(x, low)), warm_up if low <= x[0] else 0)
        stop = int(np.searchsorted(x, high, side="right"))
        seen = y[start:stop]
        seen = seen[np.isfinite(seen)]
        if len(seen):
            bottom, top = min(bottom, float(seen.min())), max(top, float(seen.max()))
    if bottom > top:
        return None
    air = (top - bottom) * 0.06 or abs(top) * 0.1 or 0.5
    return bottom - air, top + air


def logarithm(values: Numbers) -> Numbers:
    """Base 10 logarithms; what has none is NaN."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(values > 0, np.log10(values), np.nan)


def logarithmic_ticks(low: float, high: float, size: float) -> list[tuple[float, list[float]]]:
    """Levels of ticks, as pyqtgraph wants them, between powers of ten `low` and `high`.

    As few per power of ten as give at least three, with room of 18 px each of `size`.
    """
    decades = np.arange(np.floor(low), np.ceil(high) + 1)
    ticks: list[float] = []
    for steps in ((1,), (1, 3), (1, 2, 5), (1, 2, 3, 4, 5, 7)):
        every = np.log10(np.array(steps))[None, :] + decades[:, None]
        found = [float(tick) for tick in every.ravel() if low <= tick <= high]
        if ticks and len(found) > size / 18:
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
