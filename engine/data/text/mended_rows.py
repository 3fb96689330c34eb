"""Rows that the fast reader passed over and that were mended, put back where they belong."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa


class MendedRows:
    """Holds mended rows until the batch comes in which they belong."""

    def __init__(self, schema: pa.Schema) -> None:
        self._schema = schema
        self._waiting: list[tuple[int, list[str]]] = []  # place among all rows, fields
        self.count = 0

    def add(self, place: int, fields: list[str]) -> None:
        """A row that stands at that place among all rows, mended ones included."""
        self._waiting.append((place, fields))
        self.count += 1

    def merged(self, batch: pa.RecordBatch, start: int) -> pa.RecordBatch:
        """The batch, whose first row has the place `start`, with the rows that belong into it."""
        if not self._waiting:
            return batch
        parts: list[pa.RecordBatch] = []
        taken = at = 0  # rows of the batch, and of the result, so far
        for place, fields in self._waiting:
            ahead = place - start - at
            if ahead > batch.num_rows - taken:
                break
            parts += [batch.slice(taken, ahead), self._batch([fields])]
            taken += ahead
            at += ahead + 1
        del self._waiting[: len(parts) // 2]
        if not parts:
            return batch
        parts.append(batch.slice(taken))
        return pa.concat_batches([part for part in parts if part.num_rows])

    def rest(self) -> pa.RecordBatch | None:
        """The rows that stand after all batches."""
        if not self._waiting:
            return None
        rows = [fields for _, fields in self._waiting]
        self._waiting.clear()
        return self._batch(rows)

    def _batch(self, rows: Sequence[Sequence[str]]) -> pa.RecordBatch:
        columns = [pa.array(cells, pa.string()) for cells in zip(*rows, strict=True)]
        return pa.record_batch(columns, schema=self._schema)
