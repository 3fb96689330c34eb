"""The figures of categories and texts."""

from __future__ import annotations

import math

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from engine.data.profiling.column_profile import ColumnProfile
from engine.data.profiling.distinct import DistinctCounter, hashes_of
from engine.data.profiling.histogram import Floats, Integers, counted_by_class, round_edges
from engine.data.profiling.profile_target import Target, correlation, encoded, target_of_levels
from engine.data.progress import Cancelled
from engine.data.rows.row_selection import Selection, batches, taken
from engine.data.table import Table, texts
from engine.schema import Column, Kind

TOP = 20
_LONGEST_COUNTED = 100_000
"""Longer texts are counted as so long in the distribution of lengths."""


def profile_levels(
    table: Table,
    column: Column,
    rows: Selection,
    detail: Selection,
    target: Target | None,
    cancelled: Cancelled,
) -> ColumnProfile:
    """The figures of a category or of texts; counts of values come from `detail`.

    `detail` is `rows` itself, or a sample of them; `target` belongs to `detail`.
    """
    lengths, counter = _Lengths(), DistinctCounter()
    if detail is rows:
        values = taken(table, column.name, rows, cancelled)
        missing = values.null_count
    else:
        missing, kept = 0, []
        for part, chosen in batches(table, column.name, (rows, detail), cancelled):
            missing += part.null_count
            kept.append(chosen)
            counter.add(hashes_of(part))
            lengths.add(part)
        values = pa.chunked_array(kept, table.column(column.name).type)
    codes, names = encoded(values)
    counts = np.bincount(codes[codes >= 0], minlength=len(names))
    if detail is rows:
        lengths.add_levels(names, counts)
    order = np.argsort(-counts, kind="stable")[:TOP]
    ranks = np.full(len(names) + 1, -1, dtype=np.int64)  # the last one is for missing
    ranks[order] = np.arange(len(order))
    ranked = ranks[codes]
    by_class: Integers | None = None
    is_category = column.kind is Kind.CATEGORY
    if target is not None and target.classes and is_category:
        by_class = counted_by_class(ranked, len(order), target.codes, len(target.classes))
    as_numbers = _numbers_of(names) if target is not None and is_category else None
    edges = lengths.edges()
    return ColumnProfile(
        name=column.name,
        kind=column.kind,
        rows=rows.count,
        missing=missing,
        distinct=len(names) if detail is rows else counter.count,
        distinct_exact=detail is rows or counter.is_exact,
        top=tuple((names[at], int(counts[at])) for at in order.tolist())
        if is_category or len(names) < counts.sum()
        else (),
        counted=int(counts.sum()),
        shortest=lengths.shortest,
        longest=lengths.longest,
        mean_length=lengths.mean,
        length_histogram=lengths.histogram(edges),
        length_edges=tuple(edges.tolist()),
        by_class=tuple(map(tuple, by_class.tolist())) if by_class is not None else (),
        classes=target.classes if target is not None and is_category else (),
        level_target=target_of_levels(ranked, len(order), target)
        if target is not None and is_category
        else (),
        correlation=correlation(as_numbers[codes], target)
        if target is not None and as_numbers is not None
        else None,
        sample=0 if detail is rows else detail.count,
    )


class _Lengths:
    """How many texts are how many characters long."""

    def __init__(self) -> None:
        self._counts: Integers = np.zeros(0, dtype=np.int64)
        self._characters = 0
        self.shortest: int | None = None
        self.longest: int | None = None

    def add(self, values: pa.Array) -> None:
        found = pc.utf8_length(texts(values.drop_null())).to_numpy(zero_copy_only=False)
        self._add(found.astype(np.int64), np.ones(len(found), dtype=np.int64))

    def add_levels(self, names: list[str], counts: Integers) -> None:
        self._add(np.array([len(name) for name in names], dtype=np.int64), counts)

    def _add(self, lengths: Integers, counts: Integers) -> None:
        if not len(lengths):
            return
        shortest, longest = int(lengths.min()), int(lengths.max())
        self.shortest = shortest if self.shortest is None else min(shortest, self.shortest)
        self.longest = longest if self.longest is None else max(longest, self.longest)
        self._characters += int(lengths @ counts)
        capped = np.minimum(lengths, _LONGEST_COUNTED)
        more = np.bincount(capped, weights=counts, minlength=len(self._counts)).astype(np.int64)
        more[: len(self._counts)] += self._counts
        self._counts = more

    @property
    def mean(self) -> float | None:
        total = int(self._counts.sum())
        return self._characters / total if total else None

    def edges(self) -> Floats:
        if self.shortest is None:
            return np.empty(0)
        return round_edges(self.shortest, min(len(self._counts) - 1, self.longest or 0), whole=True)

    def histogram(self, edges: Floats) -> tuple[int, ...]:
        if not len(edges):
            return ()
        bars = np.searchsorted(edges, np.arange(len(self._counts)), side="right") - 1
        inside = (bars >= 0) & (bars < len(edges))
        bars = np.minimum(bars[inside], len(edges) - 2)
        found = np.bincount(bars, weights=self._counts[inside], minlength=len(edges) - 1)
        return tuple(found.astype(np.int64).tolist())


def _numbers_of(names: list[str]) -> Floats | None:
    """Levels that are numbers, as numbers; one more at the end for a missing level."""
    try:
        return np.array([float(name) for name in names] + [math.nan])
    except ValueError:
        return None
