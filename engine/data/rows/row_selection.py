"""The rows of a table that are looked at, column by column and batch by batch."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from engine.data.progress import Cancelled
from engine.data.table import Table
from engine.errors import Cancelled as CancelledError

Rows = NDArray[np.int64]

BATCH = 131_072
"""Rows that are in memory at once, beside what is kept of them."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Rows of a table in file order, and how many there are."""

    rows: Rows | None
    """`None`: all."""
    count: int

    @classmethod
    def of(cls, table: Table, rows: Rows | None) -> Selection:
        """These rows (in any order; `None` means all) of a table."""
        if rows is None or len(rows) == table.rows:
            return cls(None, table.rows)
        rows = np.asarray(rows, dtype=np.int64)
        if len(rows) > 1 and not bool(np.all(rows[1:] > rows[:-1])):
            rows = np.unique(rows)
        return cls(rows, len(rows))

    def sample(self, most: int, seed: int = 0) -> Selection:
        """At most so many of these rows, drawn at random; always the same ones."""
        if self.count <= most:
            return self
        chosen = np.sort(np.random.default_rng(seed).choice(self.count, most, replace=False))
        rows = chosen if self.rows is None else self.rows[chosen]
        return Selection(rows.astype(np.int64), most)


def batches(
    table: Table, name: str, selections: tuple[Selection, ...], cancelled: Cancelled
) -> Iterator[tuple[pa.Array, ...]]:
    """For each batch of a column its values in each of the selections.

    The column is read once, from its beginning to its end. Raises `engine.errors.Cancelled`.
    """
    start = 0
    column = table.column(name)
    if column.num_chunks > 1 and len(column) <= BATCH:
        column = pa.chunked_array([column.combine_chunks()], column.type)
    for chunk in column.chunks:
        for offset in range(0, len(chunk), BATCH):
            if cancelled():
                raise CancelledError
            batch = chunk.slice(offset, BATCH)
            parts = tuple(_part(batch, start, selection) for selection in selections)
            yield parts
            start += len(batch)


def taken(table: Table, name: str, selection: Selection, cancelled: Cancelled) -> pa.ChunkedArray:
    """The values of a column in a selection, copied out of the file."""
    column = table.column(name)
    if selection.rows is None:
        return column
    parts = [part for (part,) in batches(table, name, (selection,), cancelled)]
    return pa.chunked_array(parts, column.type)


def _part(batch: pa.Array, start: int, selection: Selection) -> pa.Array:
    if selection.rows is None:
        return batch
    first, last = np.searchsorted(selection.rows, (start, start + len(batch)))
    if last - first == len(batch):
        return batch
    if first == last:
        return batch.slice(0, 0)
    return batch.take(pa.array(selection.rows[first:last] - start))
