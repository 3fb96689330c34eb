"""What is in each column: counts, spread, distribution, and how it goes with the target."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from engine.data.histogram import (
    Floats,
    Integers,
    counted,
    counted_by_class,
    places,
    round_edges,
    wilson,
)
from engine.data.progress import Cancelled, never
from engine.data.table import Table, texts
from engine.data.values import extremes, levels, numbers, seconds
from engine.errors import Cancelled as CancelledError
from engine.schema import Column, Kind, Schema

SAMPLE = 200_000
"""Rows that are looked at in a longer table."""
_TOP = 20
_MOST_CLASSES = 30
_RATES = 8
_FEWEST = 10
"""Rows that a rate needs to be drawn."""


@dataclass(frozen=True, slots=True)
class ColumnProfile:
    """The figures of one column; a figure that its kind has not is `None` or empty."""

    name: str
    kind: Kind
    rows: int
    missing: int
    distinct: int
    minimum: float | None = None
    """Dates as seconds since 1970, here and in the figures below."""
    maximum: float | None = None
    mean: float | None = None
    deviation: float | None = None
    quartiles: tuple[float, float, float] | None = None
    outliers: int | None = None
    """Values more than 1.5 times the distance of the quartiles away from them."""
    histogram: tuple[int, ...] = ()
    edges: tuple[float, ...] = ()
    """One more than bars; a bar holds its left edge, the last one its right edge too."""
    top: tuple[tuple[str, int], ...] = ()
    """The most frequent values with their counts."""
    shortest: int | None = None
    longest: int | None = None
    """Lengths of texts in characters."""
    by_class: tuple[tuple[int, ...], ...] = ()
    """For each class of the target the counts of `histogram`, or else of `top`."""
    classes: tuple[str, ...] = ()
    target_rate: tuple[tuple[float, float, float, float], ...] = ()
    """Value, share of the last class there, and the ends of its 95% interval."""
    correlation: float | None = None
    """Pearson's, with a number as target or with the last of two classes."""


@dataclass(frozen=True, slots=True)
class Profile:
    """The figures of all columns."""

    columns: dict[str, ColumnProfile]
    rows: int
    sampled: bool
    """Whether distributions, means and correlations come from a sample; counts in bars are its own."""


@dataclass(frozen=True)
class _Target:
    """The target of the rows that are looked at."""

    name: str
    classes: tuple[str, ...]
    codes: Integers
    """Class of each row; −1 where it has none."""
    values: Floats
    """The number to predict, or 1 for the last of two classes; empty for more classes."""

    @cached_property
    def is_binary(self) -> bool:
        return len(self.classes) == 2


def profile(
    table: Table,
    schema: Schema,
    *,
    target: str | None = None,
    rows: Integers | None = None,
    cancelled: Cancelled = never,
) -> Profile:
    """Profile every column as the kind that the schema gives it.

    `rows` are the rows to look at, in any order; `None` means all. Raises `engine.errors.Cancelled`.
    """
    count = table.rows if rows is None else len(rows)
    if rows is not None and len(rows) == table.rows:
        rows = None
    whole = rows is None
    sampled = count > SAMPLE
    if sampled:
        chosen = np.random.default_rng(0).choice(count, SAMPLE, replace=False)
        rows = np.sort(chosen if rows is None else rows[chosen]).astype(np.int64)
    goal = _target(table, schema, target, rows)
    columns = {}
    for column in schema.columns:
        if cancelled():
            raise CancelledError
        found = _profile(table, column, rows, goal)
        columns[column.name] = found if whole else _narrowed(found, count, table.rows)
    return Profile(columns, count, sampled)


def _narrowed(figures: ColumnProfile, count: int, rows: int) -> ColumnProfile:
    """The figures of a part of the table: its own number of rows, its own share of missing ones."""
    return replace(figures, rows=count, missing=min(count, round(figures.missing * count / rows)))


def _target(
    table: Table, schema: Schema, target: str | None, rows: Integers | None
) -> _Target | None:
    if target is None or target not in schema:
        return None
    kind = schema[target].kind
    nothing = np.empty(0, dtype=np.int64)
    if kind is Kind.NUMBER:
        return _Target(target, (), nothing, numbers(table, target, rows))
    if kind is not Kind.CATEGORY or schema[target].distinct > _MOST_CLASSES:
        return None
    encoded = levels(table, target, rows)
    names = encoded.dictionary.to_pylist()
    classes = tuple(_in_order(names))
    ranks = np.array([classes.index(name) for name in names] or [0], dtype=np.int64)
    indices = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    codes = np.where(indices >= 0, ranks[indices], -1)
    values = np.where(codes >= 0, codes, np.nan) if len(classes) == 2 else np.empty(0)
    return _Target(target, classes, codes, values.astype(np.float64))


def _in_order(names: list[str]) -> list[str]:
    """By value if all are numbers, else by text: the order of a network's outputs."""
    try:
        return sorted(names, key=lambda name: (float(name), name))
    except ValueError:
        return sorted(names)


def _profile(
    table: Table, column: Column, rows: Integers | None, target: _Target | None
) -> ColumnProfile:
    if target is not None and target.name == column.name:
        target = None
    if column.kind is Kind.NUMBER:
        return _of_numbers(table, column, numbers(table, column.name, rows), target)
    if column.kind is Kind.DATE:
        return _of_numbers(table, column, seconds(table, column.name, rows), target)
    if column.kind is Kind.CATEGORY:
        return _of_levels(table, column, rows, target)
    return _of_texts(table, column, rows)


def _of_numbers(
    table: Table, column: Column, values: Floats, target: _Target | None
) -> ColumnProfile:
    known = values[~np.isnan(values)]
    missing = _missing(table, column, len(values) - len(known), len(values))
    if not len(known):
        return ColumnProfile(column.name, column.kind, table.rows, missing, 0)
    whole_range = extremes(table, column.name)
    low, high = whole_range or (float(known.min()), float(known.max()))
    quartiles = np.percentile(known, (25, 50, 75))
    reach = 1.5 * (quartiles[2] - quartiles[0])
    outliers = (known < quartiles[0] - reach) | (known > quartiles[2] + reach)
    edges = round_edges(low, high, whole=column.integer)
    bars = places(values, edges)
    size = len(edges) - 1
    by_class: Integers | None = None
    if target is not None and target.classes:
        by_class = counted_by_class(bars, size, target.codes, len(target.classes))
    return ColumnProfile(
        name=column.name,
        kind=column.kind,
        rows=table.rows,
        missing=missing,
        distinct=column.distinct,
        minimum=low,
        maximum=high,
        mean=float(known.mean()),
        deviation=float(known.std(ddof=1)) if len(known) > 1 else 0.0,
        quartiles=(float(quartiles[0]), float(quartiles[1]), float(quartiles[2])),
        outliers=int(np.count_nonzero(outliers)),
        histogram=tuple(counted(bars, size).tolist()),
        edges=tuple(edges.tolist()),
        by_class=_rows(by_class),
        classes=target.classes if target is not None else (),
        target_rate=_rates(values, low, high, target, whole=column.integer),
        correlation=_correlation(values, target),
    )


def _of_levels(
    table: Table, column: Column, rows: Integers | None, target: _Target | None
) -> ColumnProfile:
    encoded = levels(table, column.name, rows)
    names = encoded.dictionary.to_pylist()
    indices = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    counts = counted(indices, len(names))
    order = np.argsort(-counts, kind="stable")[:_TOP]
    ranks = np.full(len(names) + 1, -1, dtype=np.int64)  # the last one is for missing
    ranks[order] = np.arange(len(order))
    by_class: Integers | None = None
    if target is not None and target.classes:
        by_class = counted_by_class(ranks[indices], len(order), target.codes, len(target.classes))
    lengths = [len(name) for name in names]
    return ColumnProfile(
        name=column.name,
        kind=column.kind,
        rows=table.rows,
        missing=_missing(table, column, int(encoded.null_count), len(encoded)),
        distinct=column.distinct,
        top=tuple((names[i], int(counts[i])) for i in order.tolist()),
        shortest=min(lengths, default=None),
        longest=max(lengths, default=None),
        by_class=_rows(by_class),
        classes=target.classes if target is not None else (),
        correlation=_correlation(_as_number(encoded), target),
    )


def _of_texts(table: Table, column: Column, rows: Integers | None) -> ColumnProfile:
    values = texts(table.column(column.name))
    if rows is not None:
        values = values.take(pa.array(rows))
    lengths = pc.min_max(pc.utf8_length(values)).as_py()
    return ColumnProfile(
        name=column.name,
        kind=column.kind,
        rows=table.rows,
        missing=column.missing,
        distinct=column.distinct,
        shortest=lengths["min"],
        longest=lengths["max"],
    )


def _missing(table: Table, column: Column, found: int, looked_at: int) -> int:
    """Rows without a value; as stored, unless cells fail to be of a kind chosen by hand."""
    if looked_at == table.rows or not looked_at:
        return found
    return max(column.missing, round(found / looked_at * table.rows)) if found else 0


def _rates(
    values: Floats, low: float, high: float, target: _Target | None, *, whole: bool
) -> tuple[tuple[float, float, float, float], ...]:
    if target is None or not target.is_binary:
        return ()
    edges = round_edges(low, high, whole=whole, bins=_RATES)
    size = len(edges) - 1
    counts = counted_by_class(places(values, edges), size, target.codes, 2)
    rates = []
    for bar in range(size):
        total = int(counts[0, bar] + counts[1, bar])
        if total >= _FEWEST:
            centre = edges[bar] if whole and edges[bar + 1] - edges[bar] == 1 else None
            if centre is None:
                centre = (edges[bar] + edges[bar + 1]) / 2
            rates.append((float(centre), *wilson(int(counts[1, bar]), total)))
    return tuple(rates)


def _correlation(values: Floats | None, target: _Target | None) -> float | None:
    if values is None or target is None or not len(target.values):
        return None
    known = ~(np.isnan(values) | np.isnan(target.values))
    if np.count_nonzero(known) < 3:
        return None
    one, other = values[known], target.values[known]
    one, other = one - one.mean(), other - other.mean()
    size = math.sqrt(float(one @ one) * float(other @ other))
    return float(one @ other) / size if size > 0 else None


def _as_number(encoded: pa.DictionaryArray) -> Floats | None:
    """Levels that are numbers, as numbers."""
    names = encoded.dictionary.to_pylist()
    try:
        known = np.array([float(name) for name in names] + [math.nan])
    except ValueError:
        return None
    values: Floats = known[encoded.indices.fill_null(len(names)).to_numpy(zero_copy_only=False)]
    return values


def _rows(counts: Integers | None) -> tuple[tuple[int, ...], ...]:
    return tuple(tuple(row) for row in counts.tolist()) if counts is not None else ()
