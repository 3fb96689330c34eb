"""The types of columns before the whole file is read: decided on few rows, then held against many.

A decision looks at every cell in turn; holding cells against a type does so for whole columns. Both
together tell as much as a decision on all of them, in a fraction of the time.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from engine.data.cells.cell_types import CellType
from engine.data.cells.convert import Converter
from engine.data.cells.planning import plan_columns
from engine.data.cells.string_columns import empty_as_null
from engine.recipe.reading import ColumnReading

_DECIDED_ON = 300
"""Rows that types are decided on."""
_CELLS = 100_000
"""Cells that are looked at for it at most, unless that were fewer rows than these."""
_LEAST = 10
_HELD_AGAINST = 2_000
"""Rows of the table's beginning that they are held against, beside the sample."""


def sampled_types(
    rows: Sequence[tuple[str, ...]],
    beginning: pa.RecordBatch | None,
    names: Sequence[str],
    decimal: str,
    asked: Sequence[ColumnReading] = (),
    thousands: str | None = None,
) -> list[CellType]:
    """The types of all columns as far as these rows, the columns' names and a person tell.

    Args:
        rows: Some of the rows, from all over the file.
        beginning: The first rows, if they are read: columns of texts.
        names: Those of the columns.
        decimal: The file's decimal mark.
        asked: What a person decided about columns.
        thousands: What a person says to stand between thousands.
    """
    most = max(_LEAST, min(_DECIDED_ON, _CELLS // max(1, len(names))))
    first = None if beginning is None else beginning.slice(0, _HELD_AGAINST)
    few = _spread(rows, most)
    if first is not None and len(few) < most:
        few += _rows_of(first, most - len(few))
    types = plan_columns(few, len(names), decimal, names, asked, thousands)
    converter = Converter(tuple(names), types, asked=asked)
    if len(rows) > most:
        converter.convert(_batch_of(rows, names))
    if first is not None:
        converter.convert(first)
    return converter.verdict(decimal, thousands=thousands)


def _spread(rows: Sequence[tuple[str, ...]], most: int) -> list[tuple[str, ...]]:
    """So many of the rows, from all over them."""
    if len(rows) <= most:
        return list(rows)
    return [rows[place] for place in np.linspace(0, len(rows) - 1, most).astype(int).tolist()]


def _rows_of(batch: pa.RecordBatch, most: int) -> list[tuple[str, ...]]:
    places = np.linspace(0, batch.num_rows - 1, min(most, batch.num_rows)).astype(int)
    cells = (column.to_pylist() for column in batch.take(pa.array(places)).columns)
    return [tuple(cell or "" for cell in row) for row in zip(*cells, strict=True)]


def _batch_of(rows: Sequence[tuple[str, ...]], names: Sequence[str]) -> pa.RecordBatch:
    columns = [pa.array(cells, pa.string()) for cells in zip(*rows, strict=True)]
    return pa.record_batch([empty_as_null(column) for column in columns], names=list(names))
