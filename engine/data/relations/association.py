"""How strongly two columns go together: one measure for every pair of kinds, all from 0 to 1."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from engine.data.profiling.histogram import Floats, Integers

Codes = NDArray[np.int32]
"""The level of each row; −1 where it has none."""

_BINS = 16


def crosstab(one: Codes, ones: int, other: Codes, others: int) -> Integers:
    """How often each level of one column meets each level of the other."""
    wide = others + 1
    flat = np.where(one < 0, ones, one) * wide + np.where(other < 0, others, other)
    counts = np.bincount(flat, minlength=(ones + 1) * wide)
    return counts.reshape(ones + 1, wide)[:ones, :others].astype(np.int64)


def cramers_v(counts: Integers) -> float:
    """Cramér's V of a table of counts, corrected for bias; NaN where it says nothing.

    Bergsma, "A bias-correction for Cramér's V and Tschuprow's T", Journal of the Korean Statistical
    Society 42 (2013): without the correction two unrelated columns of many levels seem related.
    """
    counts = _filled(counts)
    total = float(counts.sum())
    rows, columns = counts.shape
    if min(rows, columns) < 2 or total < 3:
        return math.nan
    by_row, by_column = counts.sum(axis=1), counts.sum(axis=0)
    at_row, at_column = np.nonzero(counts)
    expected = by_row[at_row] * (by_column[at_column] / total)
    phi = float((counts[at_row, at_column] ** 2 / expected).sum()) / total - 1
    phi = max(0.0, phi - (rows - 1) * (columns - 1) / (total - 1))
    most = min(
        rows - (rows - 1) ** 2 / (total - 1) - 1, columns - (columns - 1) ** 2 / (total - 1) - 1
    )
    return min(1.0, math.sqrt(phi / most)) if most > 1e-9 else math.nan


def information(counts: Integers) -> tuple[float, float]:
    """Mutual information in bits, and as a share of the smaller entropy of the two columns.

    With the correction of Miller, "Note on the bias of information estimates" (1955).
    """
    counts = _filled(counts)
    total = float(counts.sum())
    if total < 3 or min(counts.shape) < 2:
        return math.nan, math.nan
    one, other = _entropy(counts.sum(axis=1), total), _entropy(counts.sum(axis=0), total)
    cells = counts[counts > 0]
    excess = (len(cells) - counts.shape[0] - counts.shape[1] + 1) / (2 * total * math.log(2))
    bits = one + other - _entropy(cells, total) - excess
    least = min(one, other)
    bits = min(max(0.0, bits), least)
    return bits, bits / least if least > 0 else math.nan


def correlation_ratios(codes: Codes, levels: int, values: Floats) -> Floats:
    """For each column of `values` how much of its spread lies between the levels: η, corrected for bias.

    η² is taken as Kelley's ε² ("An unbiased correlation ratio measure", 1935), because η itself grows
    with the number of levels. NaN where it says nothing. `values` [rows, columns], NaN where missing.
    """
    known = ~np.isnan(values)
    known &= (codes >= 0)[:, None]
    filled = np.where(known, values, 0.0)
    counts = _summed(codes, levels, known.astype(np.float64))
    sums = _summed(codes, levels, filled)
    rows, squares = counts.sum(axis=0), (filled * filled).sum(axis=0)
    groups = (counts > 0).sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        middle = sums.sum(axis=0) ** 2 / rows
        total = squares - middle
        between = np.where(counts > 0, sums**2 / counts, 0.0).sum(axis=0) - middle
        inside = 1 - np.clip(between / total, 0.0, 1.0)
        corrected = 1 - (rows - 1) / (rows - groups) * inside
    usable = (rows > groups) & (groups > 1) & (total > 1e-12 * np.maximum(squares, 1e-300))
    return np.where(usable, np.sqrt(np.clip(corrected, 0.0, 1.0)), np.nan)


def correlations(values: Floats) -> Floats:
    """Pearson's correlation of every pair of columns, over the rows where both have a value.

    `values` [rows, columns], NaN where missing, roughly centred and scaled. NaN where it says nothing.
    """
    known = (~np.isnan(values)).astype(values.dtype)
    filled = np.nan_to_num(values, nan=0.0)
    if known.all():
        rows = np.full((values.shape[1],) * 2, float(len(values)))
        sums = np.broadcast_to(filled.sum(axis=0)[:, None], rows.shape)
        squares = np.broadcast_to((filled * filled).sum(axis=0)[:, None], rows.shape)
    else:
        rows = known.T @ known
        sums, squares = filled.T @ known, (filled * filled).T @ known
    products = filled.T @ filled
    with np.errstate(invalid="ignore", divide="ignore"):
        together = products - sums * sums.T / rows
        spread = squares - sums**2 / rows
        found = together / np.sqrt(spread * spread.T)
    usable = (rows >= 3) & (np.minimum(spread, spread.T) > 1e-9 * rows)
    return np.where(usable, np.clip(found, -1.0, 1.0), np.nan)


def standardised(values: Floats) -> Floats:
    """Each column with mean 0 and deviation 1; a column without spread as zeros, NaN where missing."""
    result = np.empty_like(values)
    for at in range(values.shape[1]):
        column = values[:, at]
        known = column[~np.isnan(column)]
        size = float(np.abs(known).max()) if len(known) else 0.0
        scaled = column / size if size > 0 else column  # squares of huge numbers would overflow
        known = known / size if size > 0 else known
        mean = float(known.mean()) if len(known) else 0.0
        spread = float(known.std()) if len(known) else 0.0
        result[:, at] = (scaled - mean) / spread if spread > 1e-14 else scaled * 0.0
    return result


def ranked(values: Floats) -> Floats:
    """Each value's rank among the known ones of its column, ties in the middle; standardised."""
    return standardised(np.column_stack([_ranks(values[:, at]) for at in range(values.shape[1])]))


def _ranks(values: Floats) -> Floats:
    """Ranks from 1. Not those of pandas, which keeps all other threads waiting meanwhile."""
    order = np.argsort(values)  # what is missing comes last
    ordered = values[order[: len(values) - int(np.isnan(values).sum())]]
    ranks = np.full(len(values), np.nan)
    if len(ordered):
        starts = np.flatnonzero(np.concatenate(([True], ordered[1:] != ordered[:-1])))
        counts = np.diff(np.append(starts, len(ordered)))
        ranks[order[: len(ordered)]] = np.repeat(starts + (counts + 1) / 2, counts)
    return ranks


def binned(values: Floats) -> tuple[Codes, int]:
    """Numbers as levels: each value one while they are few, else bins with equally many values."""
    known = values[~np.isnan(values)]
    if not len(known):
        return np.full(len(values), -1, dtype=np.int32), 0
    ordered = np.sort(known)
    starts = np.concatenate(([True], ordered[1:] != ordered[:-1]))
    edges = ordered[starts]
    if len(edges) > _BINS:
        at = (np.arange(1, _BINS) * len(ordered)) // _BINS
        edges = np.unique(np.concatenate((ordered[:1], ordered[at])))
    found = np.searchsorted(edges, values, side="right") - 1
    found[np.isnan(values)] = -1
    return found.astype(np.int32), len(edges)


def _summed(codes: Codes, levels: int, values: Floats) -> Floats:
    """Sums of the rows of each level [levels, columns]."""
    if levels <= 64:
        member = (codes == np.arange(levels, dtype=np.int32)[:, None]).astype(values.dtype)
        summed: Floats = member @ values
        return summed
    order = np.argsort(codes, kind="stable")
    order = order[np.searchsorted(codes[order], 0) :]
    starts = np.searchsorted(codes[order], np.arange(levels))
    present = np.flatnonzero(np.diff(np.append(starts, len(order))) > 0)
    result = np.zeros((levels, values.shape[1]))
    if len(present):
        result[present] = np.add.reduceat(values[order], starts[present], axis=0)
    return result


def _filled(counts: Integers) -> Integers:
    """Without the rows and columns that nothing is in."""
    return counts[counts.any(axis=1)][:, counts.any(axis=0)]


def _entropy(counts: Integers, total: float) -> float:
    shares = counts[counts > 0] / total
    return float(-(shares * np.log2(shares)).sum())
