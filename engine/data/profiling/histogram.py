"""Histograms on round edges, counts split by class, rates and means with their uncertainty."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

BINS = 20
"""About so many bars."""
COARSE = 8
"""About so many points along a column, each from enough rows."""
_ROUND = (1.0, 2.0, 2.5, 5.0, 10.0)
_Z95 = 1.959964
_MANY = 5_000
"""Values from which on it pays to compute bars instead of searching for them."""


def round_edges(low: float, high: float, *, whole: bool, bins: int = BINS) -> Floats:
    """Edges at round numbers that hold all values from `low` to `high`."""
    if not high > low:
        return np.array([low - 0.5, low + 0.5])
    rough = high / bins - low / bins
    power = 10.0 ** math.floor(math.log10(rough)) if rough > 0 else 0.0
    steps = (factor * power for factor in _ROUND if factor * power >= rough * (1 - 1e-9))
    step = next(steps, 0.0)
    if whole:
        step = max(1.0, float(math.ceil(step)))
    if not 0 < step < math.inf:
        return np.array([low, high])
    first = math.floor(low / step)
    last = math.floor(high / step) + 1
    if not whole and (last - 1) * step == high and last - 1 > first:
        last -= 1  # the last bar holds its right edge too
    if last - first > 4 * bins:  # a range too narrow for the size of its numbers
        return np.array([low, high])
    edges = np.arange(first, last + 1) * step
    if len(edges) < 2 or not np.all(np.isfinite(edges)) or not np.all(np.diff(edges) > 0):
        return np.array([low, high])
    return edges.astype(np.float64)


def places(values: Floats, edges: Floats) -> Integers:
    """The bar of each value; −1 for NaN."""
    last = len(edges) - 2
    width = float(edges[-1]) - float(edges[0])
    if len(values) < _MANY or not 0 < width < math.inf or not _even(edges):
        found = np.minimum(np.searchsorted(edges, values, side="right") - 1, last)
        return np.where(np.isnan(values), -1, found)
    missing = np.isnan(values)
    bars: Integers
    with np.errstate(over="ignore"):
        guess = (np.where(missing, edges[0], values) - edges[0]) * ((last + 1) / width)
        bars = np.clip(guess, 0, last).astype(np.int64)
    # Rounding may be off by one at an edge.
    bars -= values < edges[bars]
    bars += (values >= edges[bars + 1]) & (bars < last)
    bars[missing] = -1
    return bars


def _even(edges: Floats) -> bool:
    """Whether no edge is a whole bar away from where it would be if all bars were equally wide."""
    even = np.linspace(edges[0], edges[-1], len(edges))
    return bool(np.abs(edges - even).max() < (even[1] - even[0]) * 0.9)


def counted(bars: Integers, size: int) -> Integers:
    """How many values are in each of `size` bars; negative bars are left out."""
    return np.bincount(bars[bars >= 0], minlength=size).astype(np.int64)


def counted_sorted(values: Floats, edges: Floats) -> Integers:
    """How many of the values, which are sorted and not NaN, are in each bar."""
    starts = np.searchsorted(values, edges, side="left")
    starts[-1] = len(values)
    return np.diff(starts).astype(np.int64)


def counted_by_class(bars: Integers, size: int, codes: Integers, classes: int) -> Integers:
    """Counts by class and bar; negative bars and codes are left out."""
    known = (bars >= 0) & (codes >= 0)
    flat = np.bincount(codes[known] * size + bars[known], minlength=classes * size)
    return flat.reshape(classes, size).astype(np.int64)


def wilson(hits: int, total: int) -> tuple[float, float, float]:
    """A rate with its 95% interval."""
    rate = hits / total
    squared = _Z95**2 / total
    centre = (rate + squared / 2) / (1 + squared)
    half = _Z95 / (1 + squared) * math.sqrt(rate * (1 - rate) / total + squared / (4 * total))
    return rate, min(rate, max(0.0, centre - half)), max(rate, min(1.0, centre + half))


def mean_band(
    count: int, total: float, squares: float, centre: float
) -> tuple[float, float, float] | None:
    """A mean with its 95% interval, from sums of distances to `centre`; `None` beyond all bounds."""
    apart = total / count
    spread = max(0.0, squares - total * apart) / max(1, count - 1)
    half = _Z95 * math.sqrt(spread / count)
    mean = centre + apart
    return (mean, mean - half, mean + half) if math.isfinite(mean + half) else None
