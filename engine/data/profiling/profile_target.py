"""The target of the rows that a profile looks at, and how it changes along a column."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from engine.data.profiling.column_profile import Estimate, Point
from engine.data.profiling.histogram import (
    Floats,
    Integers,
    counted_by_class,
    mean_band,
    places,
    wilson,
)
from engine.data.progress import Cancelled
from engine.data.rows.row_selection import Selection, taken
from engine.data.table import Table, texts
from engine.data.values import numbers
from engine.schema import Kind, Schema

_MOST_CLASSES = 30
_FEWEST = 10
"""Rows that a rate or a mean needs to be told."""


@dataclass(frozen=True)
class Target:
    """The target, row by row."""

    name: str
    classes: tuple[str, ...]
    codes: Integers
    """Class of each row; −1 where it has none."""
    values: Floats
    """The number to predict, or 1 for the last of two classes; empty for more classes."""

    @property
    def is_binary(self) -> bool:
        """Whether there are two classes."""
        return len(self.classes) == 2


def read_target(
    table: Table, schema: Schema, name: str | None, rows: Selection, cancelled: Cancelled
) -> Target | None:
    """The target of these rows; `None` without one that distributions can be split by."""
    if name is None or name not in schema:
        return None
    column = schema[name]
    if column.kind is Kind.NUMBER:
        return Target(name, (), np.empty(0, dtype=np.int64), numbers(table, name, rows.rows))
    if column.kind is not Kind.CATEGORY or column.distinct > _MOST_CLASSES:
        return None
    codes, names = encoded(taken(table, name, rows, cancelled))
    classes = tuple(in_order(names))
    if not classes:
        return None
    ranks = np.array([classes.index(text) for text in names] + [-1], dtype=np.int64)
    ranked = ranks[codes]
    values = np.where(ranked >= 0, ranked, np.nan) if len(classes) == 2 else np.empty(0)
    return Target(name, classes, ranked, values.astype(np.float64))


def encoded(values: pa.ChunkedArray) -> tuple[Integers, list[str]]:
    """The level of each row (−1: none) and the levels as text."""
    whole = values.dictionary_encode()
    if isinstance(whole, pa.ChunkedArray):
        whole = whole.combine_chunks() if whole.num_chunks != 1 else whole.chunk(0)
    if isinstance(whole, pa.ChunkedArray):  # no chunk at all
        return np.empty(0, dtype=np.int64), []
    codes = whole.indices.fill_null(-1) if whole.null_count else whole.indices
    names: list[str] = texts(whole.dictionary).to_pylist()
    return codes.to_numpy(zero_copy_only=False).astype(np.int64), names


def in_order(names: list[str]) -> list[str]:
    """Levels by value if all are numbers, else by text: the order of a network's outputs."""
    try:
        return sorted(names, key=lambda name: (float(name), name))
    except ValueError:
        return sorted(names)


def rates_along(values: Floats, edges: Floats, target: Target, *, whole: bool) -> tuple[Point, ...]:
    """The share of the last of two classes in bins of `values`; `whole` when those are whole numbers."""
    counts = counted_by_class(places(values, edges), len(edges) - 1, target.codes, 2)
    return tuple(
        (_centre(edges, bar, whole=whole), *wilson(int(counts[1, bar]), int(counts[:, bar].sum())))
        for bar in range(len(edges) - 1)
        if counts[:, bar].sum() >= _FEWEST
    )


def means_along(values: Floats, edges: Floats, target: Target, *, whole: bool) -> tuple[Point, ...]:
    """The mean of a number as target in bins of `values`; `whole` when those are whole numbers."""
    found = _means(places(values, edges), len(edges) - 1, target.values)
    return tuple(
        (_centre(edges, bar, whole=whole), *estimate)
        for bar, estimate in enumerate(found)
        if estimate is not None
    )


def target_of_levels(codes: Integers, levels: int, target: Target) -> tuple[Estimate | None, ...]:
    """The share of the last of two classes, or the mean of a number, for each of the levels."""
    if target.is_binary:
        counts = counted_by_class(codes, levels, target.codes, 2)
        totals = counts.sum(axis=0)
        return tuple(
            wilson(int(counts[1, at]), int(totals[at])) if totals[at] >= _FEWEST else None
            for at in range(levels)
        )
    return _means(codes, levels, target.values) if not target.classes else ()


def correlation(values: Floats, target: Target) -> float | None:
    """Pearson's between numbers and the target, where that is a number or one of two classes."""
    if not len(target.values):
        return None
    known = ~(np.isnan(values) | np.isnan(target.values))
    if np.count_nonzero(known) < 3:
        return None
    one, other = values[known], target.values[known]
    with np.errstate(over="ignore", invalid="ignore"):
        one, other = one - one.mean(), other - other.mean()
        size = math.sqrt(float(one @ one)) * math.sqrt(float(other @ other))
        found = float(one @ other) / size if size > 0 else math.nan
    return min(1.0, max(-1.0, found)) if math.isfinite(found) else None


def _centre(edges: Floats, bar: int, *, whole: bool) -> float:
    """The middle of a bin; of one that holds a single whole number, that number."""
    if whole and edges[bar + 1] - edges[bar] == 1:
        return float(edges[bar])
    return float(edges[bar] + edges[bar + 1]) / 2


def _means(places_of: Integers, size: int, values: Floats) -> tuple[Estimate | None, ...]:
    known = (places_of >= 0) & ~np.isnan(values)
    bars, numbers_there = places_of[known], values[known]
    centre = float(numbers_there.mean()) if len(numbers_there) else 0.0
    apart = numbers_there - centre  # squares of large numbers would cancel
    counts = np.bincount(bars, minlength=size)
    sums = np.bincount(bars, weights=apart, minlength=size)
    squares = np.bincount(bars, weights=apart * apart, minlength=size)
    return tuple(
        mean_band(int(counts[at]), float(sums[at]), float(squares[at]), centre)
        if counts[at] >= _FEWEST
        else None
        for at in range(size)
    )
