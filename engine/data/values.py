"""A table's columns as the values of a kind, whatever they are stored as."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from engine.data.cells.cell_types import CellType, cast_cells
from engine.data.cells.planning import forced_type
from engine.data.table import Table, texts
from engine.schema import Kind

_MICROSECONDS = 1e6


def type_as(table: Table, name: str, kind: Kind) -> CellType:
    """The notation in which most cells of a text column are numbers or dates."""
    return forced_type(
        table.column(name), kind, table.reading.decimal or ".", table.cell_type(name)
    )


def numbers(table: Table, name: str, rows: NDArray[np.int64] | None) -> NDArray[np.float64]:
    """A number column, NaN where there is no number; dates as seconds since 1970."""
    values = _taken(table, name, rows)
    if pa.types.is_string(values.type):
        values, _ = cast_cells(values, type_as(table, name, Kind.NUMBER))
    return floats(values)


def seconds(table: Table, name: str, rows: NDArray[np.int64] | None) -> NDArray[np.float64]:
    """A date column in seconds since 1970, NaN where there is no date."""
    values = _taken(table, name, rows)
    if pa.types.is_string(values.type):
        values, _ = cast_cells(values, type_as(table, name, Kind.DATE))
    elif not pa.types.is_timestamp(values.type):
        values = pa.nulls(len(values), pa.timestamp("us"))
    return floats(values)


def extremes(table: Table, name: str) -> tuple[float, float] | None:
    """The least and the largest of all numbers or dates; `None` for a column of texts."""
    values = table.column(name)
    if pa.types.is_string(values.type) or values.null_count == len(values):
        return None
    found = pc.min_max(values)
    low, high = floats(pa.array([found["min"].as_py(), found["max"].as_py()], values.type))
    return float(low), float(high)


def levels(table: Table, name: str, rows: NDArray[np.int64] | None) -> pa.DictionaryArray:
    """A category column, dictionary-encoded as text."""
    encoded = _taken(table, name, rows).dictionary_encode()
    if pa.types.is_string(encoded.dictionary.type):
        return encoded
    return pa.DictionaryArray.from_arrays(encoded.indices, texts(encoded.dictionary))


def _taken(table: Table, name: str, rows: NDArray[np.int64] | None) -> pa.Array:
    values = table.column(name)
    if rows is not None:
        values = values.take(pa.array(rows))
    return values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values


def floats(values: pa.Array) -> NDArray[np.float64]:
    """Numbers as they are and dates as seconds since 1970; NaN for null."""
    if pa.types.is_timestamp(values.type):
        micros = values.cast(pa.int64()).cast(pa.float64(), safe=False)
        values = pc.divide(micros, _MICROSECONDS)
    array = values.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False)
    return np.asarray(array, dtype=np.float64)
