"""Edges of histograms of dates: whole minutes, days, months or years."""

from __future__ import annotations

import numpy as np

from engine.data.profiling.histogram import BINS, Floats, round_edges

_DAY = 86_400.0
_LENGTHS = (
    1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200,
    86_400, 172_800, 604_800, 1_209_600,
)  # fmt: skip
"""Seconds."""
_MONTHS = (1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1_200, 2_400, 6_000, 12_000)
_MONDAY = 4 * _DAY
"""The first Monday after the beginning of 1970."""
_YEARS = 290_000
"""Years before and after 1970 that a date can be in."""


def calendar_edges(low: float, high: float, bins: int = BINS) -> Floats:
    """Edges in seconds since 1970 that hold all moments from `low` to `high`; about `bins` bars."""
    span = high - low
    if not span >= bins or abs(low) > _YEARS * 366 * _DAY or abs(high) > _YEARS * 366 * _DAY:
        return round_edges(low, high, whole=False, bins=bins)
    for length in _LENGTHS:
        if span / length <= bins:
            start = _MONDAY if length % (7 * _DAY) == 0 else 0.0
            first = np.floor((low - start) / length)
            last = np.floor((high - start) / length) + 1
            found: Floats = np.arange(first, last + 1) * length + start
            return found
    months = span / (_DAY * 30.44)
    step = next((step for step in _MONTHS if months / step <= bins), _MONTHS[-1])
    first, last = (_month(moment) for moment in (low, high))
    first -= first % step
    edges = np.arange(first, last + step + 1, step)
    if edges[-2] > last:
        edges = edges[:-1]
    moments: Floats = edges.astype("datetime64[M]").astype("datetime64[s]").astype(np.float64)
    return moments


def _month(moment: float) -> int:
    """Months since 1970."""
    whole = np.datetime64(int(np.floor(moment)), "s")
    return int(whole.astype("datetime64[M]").astype(np.int64))
