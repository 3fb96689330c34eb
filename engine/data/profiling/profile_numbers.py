"""The figures of numbers and dates."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import pyarrow as pa

from engine.data.cells.cell_types import cast_cells
from engine.data.profiling.calendar_edges import calendar_edges
from engine.data.profiling.column_profile import ColumnProfile, Point, Spacing
from engine.data.profiling.distinct import DistinctCounter, hashes_of
from engine.data.profiling.histogram import (
    BINS,
    COARSE,
    Floats,
    Integers,
    counted_by_class,
    counted_sorted,
    places,
    round_edges,
)
from engine.data.profiling.profile_target import Target, correlation, means_along, rates_along
from engine.data.profiling.running_moments import RunningMoments
from engine.data.profiling.spacing import MomentsSeen, spacing_of
from engine.data.progress import Cancelled
from engine.data.rows.row_selection import Selection, batches
from engine.data.table import Table, texts
from engine.data.values import floats, type_as
from engine.schema import Column, Kind

TOP = 20
_ADDED = 1 << 18
_PLAIN_INTEGERS = 2.0**53
"""From here on different whole numbers become the same float."""

Reader: TypeAlias = Callable[[pa.Array], Floats]


def profile_numbers(
    table: Table,
    column: Column,
    rows: Selection,
    detail: Selection,
    target: Target | None,
    cancelled: Cancelled,
) -> ColumnProfile:
    """The figures of a number or date column; those of its spread come from `detail`.

    `detail` is `rows` itself, or a sample of them; `target` belongs to `detail`.
    """
    if detail is rows:
        seen = _all_at_once(table, column, rows, cancelled)
    else:
        seen = _streamed(table, column, rows, detail, cancelled)
    moments = seen.moments
    missing = rows.count - moments.count
    if not moments.count:
        return ColumnProfile(column.name, column.kind, rows.count, rows.count, 0)
    edges = _edges(column, moments.minimum, moments.maximum, BINS)
    ordered = seen.ordered
    quartiles, outliers = _spread(ordered)
    size = len(edges) - 1
    by_class: Integers | None = None
    rates: tuple[Point, ...] = ()
    means: tuple[Point, ...] = ()
    low, high = moments.minimum, moments.maximum
    coarse = _edges(column, low, high, COARSE)
    if target is not None and target.classes:
        bars = places(seen.values, edges)
        by_class = counted_by_class(bars, size, target.codes, len(target.classes))
        if target.is_binary:
            rates = rates_along(seen.values, coarse, target, whole=column.integer)
    elif target is not None:
        means = means_along(seen.values, coarse, target, whole=column.integer)
    return ColumnProfile(
        name=column.name,
        kind=column.kind,
        rows=rows.count,
        missing=missing,
        distinct=seen.distinct,
        distinct_exact=seen.distinct_exact,
        minimum=low,
        maximum=high,
        mean=moments.mean,
        deviation=moments.deviation,
        skew=moments.skew,
        zeros=moments.zeros if column.kind is Kind.NUMBER else None,
        negatives=moments.negatives if column.kind is Kind.NUMBER else None,
        quartiles=quartiles,
        outliers=round(outliers * moments.count / max(1, len(ordered))),
        histogram=tuple(counted_sorted(ordered, edges).tolist()),
        edges=tuple(edges.tolist()),
        top=_top(ordered, table.column(column.name).type),
        counted=len(ordered),
        by_class=tuple(map(tuple, by_class.tolist())) if by_class is not None else (),
        classes=target.classes if target is not None else (),
        target_rate=rates,
        target_mean=means,
        correlation=correlation(seen.values, target) if target is not None else None,
        spacing=seen.spacing,
        sample=0 if detail is rows else detail.count,
    )


@dataclass(frozen=True, slots=True)
class _Seen:
    moments: RunningMoments
    values: Floats
    """Of the rows of `detail`, NaN where missing."""
    ordered: Floats
    """The same in order, without NaN."""
    distinct: int
    distinct_exact: bool
    spacing: Spacing | None


def _edges(column: Column, low: float, high: float, bins: int) -> Floats:
    if column.kind is Kind.DATE and low < high:
        return calendar_edges(low, high, bins)
    return round_edges(low, high, whole=column.integer, bins=bins)


def _reader(table: Table, column: Column) -> Reader:
    stored = table.column(column.name).type
    if pa.types.is_string(stored):
        notation = type_as(table, column.name, column.kind)
        return lambda part: floats(cast_cells(part, notation)[0])
    if column.kind is Kind.DATE and not pa.types.is_timestamp(stored):
        return lambda part: np.full(len(part), np.nan)
    return floats


def _all_at_once(table: Table, column: Column, rows: Selection, cancelled: Cancelled) -> _Seen:
    read = _reader(table, column)
    values, at = np.empty(rows.count), 0
    for (part,) in batches(table, column.name, (rows,), cancelled):
        values[at : at + len(part)] = read(part)
        at += len(part)
    ordered = np.sort(values)
    ordered = ordered[: len(ordered) - int(np.count_nonzero(np.isnan(ordered)))]
    moments = RunningMoments()
    for start in range(0, len(ordered), _ADDED):  # all at once they take memory three times over
        moments.add(ordered[start : start + _ADDED])
    distinct = _different(ordered)
    stored = table.column(column.name)
    beyond = max(-moments.minimum, moments.maximum) >= _PLAIN_INTEGERS
    if len(ordered) and beyond and pa.types.is_integer(stored.type):
        counter = DistinctCounter(kept=len(ordered))
        for (part,) in batches(table, column.name, (rows,), cancelled):
            counter.add(hashes_of(part))
        distinct = counter.count
    spacing = spacing_of(ordered) if column.kind is Kind.DATE else None
    return _Seen(moments, values, ordered, distinct, True, spacing)


def _streamed(
    table: Table, column: Column, rows: Selection, detail: Selection, cancelled: Cancelled
) -> _Seen:
    read = _reader(table, column)
    moments, counter, dates = RunningMoments(), DistinctCounter(), MomentsSeen()
    kept = [np.empty(0)]
    for part, chosen in batches(table, column.name, (rows, detail), cancelled):
        values = read(part)
        known = values[~np.isnan(values)]
        moments.add(known)
        if pa.types.is_integer(part.type):
            counter.add(hashes_of(part))
        else:
            counter.add(hashes_of(pa.array(known)))
        if column.kind is Kind.DATE:
            dates.add(known)
        kept.append(read(chosen))
    values = np.concatenate(kept)
    ordered = np.sort(values[~np.isnan(values)])
    spacing = dates.spacing() if column.kind is Kind.DATE else None
    return _Seen(moments, values, ordered, counter.count, counter.is_exact, spacing)


def _different(ordered: Floats) -> int:
    return int(len(ordered) > 0) + int(np.count_nonzero(ordered[1:] != ordered[:-1]))


def _spread(ordered: Floats) -> tuple[tuple[float, float, float] | None, int]:
    """Quartiles (between two values: in proportion) and the number of outliers."""
    if not len(ordered):
        return None, 0
    at = np.array((0.25, 0.5, 0.75)) * (len(ordered) - 1)
    below = at.astype(np.int64)
    above = np.minimum(below + 1, len(ordered) - 1)
    first, middle, third = (
        ordered[below] * (1 - (at - below)) + ordered[above] * (at - below)
    ).tolist()
    reach = 1.5 * (third - first)
    outside = int(np.searchsorted(ordered, first - reach, side="left"))
    outside += len(ordered) - int(np.searchsorted(ordered, third + reach, side="right"))
    return (first, middle, third), outside


def _top(ordered: Floats, stored: pa.DataType) -> tuple[tuple[str, int], ...]:
    """The most frequent numbers as they are shown; none when all differ."""
    starts = np.flatnonzero(np.concatenate(([True], ordered[1:] != ordered[:-1])))
    if not len(ordered) or len(starts) == len(ordered):
        return ()
    counts = np.diff(np.append(starts, len(ordered)))
    if len(counts) > 4 * TOP:
        candidates = np.argpartition(-counts, TOP)[:TOP]
    else:
        candidates = np.arange(len(counts))
    order = candidates[np.lexsort((candidates, -counts[candidates]))][:TOP]
    values = pa.array(ordered[starts[order]])
    if pa.types.is_timestamp(stored):
        micros = pa.array(np.round(ordered[starts[order]] * 1e6).astype(np.int64))
        values = micros.cast(pa.timestamp("us"))
    elif pa.types.is_integer(stored) and bool(np.all(np.abs(ordered[starts[order]]) < 2.0**53)):
        values = values.cast(pa.int64())
    return tuple(zip(texts(values).to_pylist(), counts[order].tolist(), strict=True))
