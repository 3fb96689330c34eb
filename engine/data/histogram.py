"""Histograms on round edges, counts split by class, and rates with their uncertainty."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

BINS = 20
"""About so many bars."""
_ROUND = (1.0, 2.0, 2.5, 5.0, 10.0)
_Z95 = 1.959964


def round_edges(low: float, high: float, *, whole: bool, bins: int = BINS) -> Floats:
    """Edges at round numbers that hold all values from `low` to `high`."""
    if not high > low:
        return np.array([low - 0.5, low + 0.5])
    rough = (high - low) / bins
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in _ROUND if factor * power >= rough * (1 - 1e-9))
    if whole:
        step = max(1.0, float(math.ceil(step)))
    first = math.floor(low / step)
    last = math.floor(high / step) + 1
    if not whole and (last - 1) * step == high and last - 1 > first:
        last -= 1  # the last bar holds its right edge too
    edges = np.arange(first, last + 1) * step
    if len(edges) < 2 or not np.all(np.diff(edges) > 0):  # a range too narrow for its size
        return np.array([low, high])
    return edges.astype(np.float64)


def places(values: Floats, edges: Floats) -> Integers:
    """The bar of each value; −1 for NaN."""
    found = np.searchsorted(edges, values, side="right") - 1
    found = np.minimum(found, len(edges) - 2)
    return np.where(np.isnan(values), -1, found)


def counted(bars: Integers, size: int) -> Integers:
    """How many values are in each of `size` bars; negative bars are left out."""
    return np.bincount(bars[bars >= 0], minlength=size).astype(np.int64)


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
