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
_JOINED_BYTES = 4 << 20
"""Fewer rows than that, where texts are long."""


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
    for batch in pieces(table.column(name)):
        if cancelled():
            raise CancelledError
        yield tuple(_part(batch, start, selection) for selection in selections)
        start += len(batch)


def pieces(column: pa.ChunkedArray) -> Iterator[pa.Array]:
    """A column in batches: long chunks in several, short ones joined, as each batch costs some calls."""
    short: list[pa.Array] = []
    rows = size = 0
    for chunk in column.chunks:
        if short and (rows + len(chunk) > BATCH or size > _JOINED_BYTES):
            yield _joined(short)
            short, rows, size = [], 0, 0
        if len(chunk) < BATCH:
            short.append(chunk)
            rows, size = rows + len(chunk), size + chunk.nbytes
            continue
        for offset in range(0, len(chunk), BATCH):
            yield chunk.slice(offset, BATCH)
    if short:
        yield _joined(short)


def _joined(chunks: list[pa.Array]) -> pa.Array:
    return chunks[0] if len(chunks) == 1 else pa.concat_arrays(chunks)


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
