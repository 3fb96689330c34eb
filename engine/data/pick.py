"""Values of chosen rows of a column that lies in chunks, without ever joining the chunks.

Arrow's own `ChunkedArray.take` copies the whole column first: 11 ms for a page of 128 rows out of ten
million, and as much memory as the column needs.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

_ONE_BY_ONE = 512
"""Rows up to which single slices are quicker than a take from each chunk."""


class Picker:
    """A column, ready to be asked for rows again and again."""

    def __init__(self, column: pa.ChunkedArray) -> None:
        self._type = column.type
        self._column = column
        self._chunks = [chunk for chunk in column.chunks if len(chunk)]
        self._starts = np.cumsum([0] + [len(chunk) for chunk in self._chunks])

    def rows(self, rows: NDArray[np.int64]) -> pa.Array:
        """The values of these rows, in this order."""
        if not len(rows) or not self._chunks:
            return pa.array([], self._type)
        first = int(rows[0])
        if int(rows[-1]) - first == len(rows) - 1 and bool((np.diff(rows) == 1).all()):
            return _joined(self._column.slice(first, len(rows)))
        where = np.searchsorted(self._starts, rows, side="right") - 1
        within = rows - self._starts[where]
        if len(rows) <= _ONE_BY_ONE:
            chunks = self._chunks
            return pa.concat_arrays(
                [
                    chunks[chunk].slice(row, 1)
                    for chunk, row in zip(where.tolist(), within.tolist(), strict=True)
                ]
            )
        return self._taken(where, within)

    def _taken(self, where: NDArray[np.int64], within: NDArray[np.int64]) -> pa.Array:
        in_order = bool((np.diff(where) >= 0).all())
        if not in_order:
            by_chunk = np.argsort(where.astype(np.uint32), kind="stable")
            where, within = where[by_chunk], within[by_chunk]
        used, starts = np.unique(where, return_index=True)
        ends = np.append(starts[1:], len(where))
        taken = pa.concat_arrays(
            [
                self._chunks[chunk].take(pa.array(within[start:end]))
                for chunk, start, end in zip(
                    used.tolist(), starts.tolist(), ends.tolist(), strict=True
                )
            ]
        )
        if in_order:
            return taken
        places = np.empty(len(where), dtype=np.int64)
        places[by_chunk] = np.arange(len(where))
        return taken.take(pa.array(places))


class RowPicker:
    """Several columns in the same chunks, ready to be asked for a few rows of all of them.

    A row is then cut out of all columns at once, and they are joined in one call: half the time of one
    column after the other, where the rows of a page are scattered over the whole table.
    """

    def __init__(self, columns: Mapping[str, pa.ChunkedArray]) -> None:
        """Raises `ValueError` for columns whose chunks are not alike."""
        self._names = list(columns)
        self._columns = list(columns.values())
        lengths = [[len(chunk) for chunk in column.chunks] for column in self._columns]
        if any(other != lengths[0] for other in lengths):
            raise ValueError("the chunks of these columns are not alike")
        self._starts = np.cumsum([0, *lengths[0]])
        self._batches: dict[int, pa.RecordBatch] = {}

    def rows(self, rows: NDArray[np.int64]) -> dict[str, pa.ChunkedArray]:
        """The values of these rows (at least one), in this order."""
        where = np.searchsorted(self._starts, rows, side="right") - 1
        within = rows - self._starts[where]
        parts = [
            self._batch(chunk).slice(row, 1)
            for chunk, row in zip(where.tolist(), within.tolist(), strict=True)
        ]
        joined = pa.Table.from_batches(parts).combine_chunks()
        return dict(zip(self._names, joined.columns, strict=True))

    def _batch(self, chunk: int) -> pa.RecordBatch:
        batch = self._batches.get(chunk)
        if batch is None:
            arrays = [column.chunk(chunk) for column in self._columns]
            batch = self._batches[chunk] = pa.RecordBatch.from_arrays(arrays, self._names)
        return batch


def picked(column: pa.ChunkedArray, rows: NDArray[np.int64]) -> pa.Array:
    """The values of these rows of a column, in this order."""
    return Picker(column).rows(rows)


def _joined(values: pa.ChunkedArray) -> pa.Array:
    if values.num_chunks == 1:
        return values.chunk(0)
    return values.combine_chunks()
