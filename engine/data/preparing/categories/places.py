"""Ordinal encoding: the place of each level in an order."""

from __future__ import annotations

import numpy as np

from engine.data.preparing.categories.fitted_category import FittedCategory
from engine.data.preparing.categories.tables import FittedTable
from engine.data.preparing.levels import LevelCounts, sorted_levels
from engine.data.preparing.numbers.moments import usable


def fit_places(column: FittedCategory, seen: LevelCounts, order: tuple[str, ...]) -> FittedTable:
    """The place of each code, with mean 0 and deviation 1 over the training rows that have one.

    Rare levels that were merged share the mean of their places. What has no place is 0.

    Args:
        column: Levels and codes.
        seen: How many training rows have each level.
        order: Levels in their order; others follow as they are sorted.
    """
    known = {*column.levels, *column.merged}
    listed = dict.fromkeys(level for level in order if level in known)
    rest = (level for level in sorted_levels(seen.counts) if level not in listed)
    ranks = {level: rank for rank, level in enumerate((*listed, *rest))}
    places = np.zeros(column.all_codes)
    rows = np.zeros(column.all_codes)
    for code, level in enumerate(column.levels, start=1):
        places[code], rows[code] = ranks[level], seen.counts[level]
    if column.merged:
        code = 1 + len(column.levels)
        counts = np.asarray([seen.counts[level] for level in column.merged], np.float64)
        own = np.asarray([ranks[level] for level in column.merged], np.float64)
        rows[code] = counts.sum()
        places[code] = float((own * counts).sum() / rows[code])
    total = max(1.0, float(rows.sum()))
    mean = float((places * rows).sum() / total)
    spread = usable(mean, float(np.sqrt((rows * (places - mean) ** 2).sum() / total)))
    scaled = np.where(rows > 0, (places - mean) / spread, 0.0)
    return FittedTable(outputs=("",), values=tuple(scaled.astype(np.float32).tolist()))
