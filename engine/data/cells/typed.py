"""Cells as numbers, levels or days, whether they come typed or as text; the same result for both."""

from __future__ import annotations

import math
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from engine.data.cells.cell_types import NUMBER, TEXT, CellKind, CellType, cast_cells
from engine.data.cells.dates import DIGITS
from engine.data.cells.planning import forced_type
from engine.data.cells.shapes import MISSING
from engine.data.cells.typed_wishes import as_wished, has_wishes
from engine.schema import Kind

Floats: TypeAlias = NDArray[np.float64]

_MICROSECONDS = 86_400_000_000
_NUMBERS = (CellKind.INTEGER, CellKind.NUMBER)


def arrow(series: pd.Series[Any]) -> pa.Array:
    """A pandas column as one Arrow array; mixed objects become text."""
    try:
        values = pa.array(series, from_pandas=True)
    except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError):
        values = pa.array([None if cell is None or cell != cell else str(cell) for cell in series])
    return flat(values)


def flat(values: pa.Array | pa.ChunkedArray) -> pa.Array:
    """One chunk, no dictionary, no column of nulls without a type."""
    if isinstance(values, pa.ChunkedArray):
        values = values.combine_chunks()
    if pa.types.is_dictionary(values.type):
        values = values.dictionary_decode()
    if pa.types.is_null(values.type) or pa.types.is_large_string(values.type):
        values = values.cast(pa.string())
    return values


def type_for(values: pa.Array, kind: Kind, decimal: str, known: CellType | None) -> CellType:
    """How text is to be read so that it gives what these training cells give.

    Args:
        values: Training cells as the table stores them.
        kind: What the column is used as.
        decimal: The file's decimal mark.
        known: What the table itself was read with, if it tells.
    """
    stored = known or _stored_type(values, decimal)
    fits = stored.kind in (_NUMBERS if kind is Kind.NUMBER else (CellKind.DATE,))
    if kind in (Kind.NUMBER, Kind.DATE) and not fits:
        if pa.types.is_string(values.type):
            return forced_type(values, kind, decimal, stored)
        if kind is Kind.NUMBER:
            return NUMBER.model_copy(update={"decimal": decimal})
        return CellType(kind=CellKind.DATE, missing=MISSING)
    return TEXT if stored.kind is CellKind.EMPTY else stored


def with_decimal(cell_type: CellType, decimal: str) -> CellType:
    """The same type in a file with another decimal mark; what groups digits changes places with it."""
    if decimal == cell_type.decimal or cell_type.kind not in _NUMBERS:
        return cell_type
    thousands = cell_type.thousands and cell_type.decimal
    return cell_type.model_copy(update={"decimal": decimal, "thousands": thousands})


def numbers(values: pa.Array, cell_type: CellType) -> tuple[Floats, int]:
    """Finite numbers, NaN where there is none, and how many cells do not fit."""
    typed, misfits = _typed(values, cell_type)
    found = np.array(typed.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False))
    infinite = np.isinf(found)
    found[infinite] = math.nan
    return found, misfits + int(np.count_nonzero(infinite))


def days(values: pa.Array, cell_type: CellType) -> tuple[Floats, int]:
    """Days since 1970 with fractions, NaN where there is none, and how many cells do not fit."""
    typed, misfits = _typed(values, cell_type)
    stamps = typed.cast(pa.timestamp("us"), safe=False).cast(pa.int64())
    found = stamps.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False)
    return found / _MICROSECONDS, misfits


def levels(values: pa.Array, cell_type: CellType) -> tuple[pa.Array, int]:
    """The name of each cell's level, null where missing, and how many cells do not fit.

    1, 1.0 and "1.0" are one level of a column of numbers.
    """
    typed, misfits = _typed(values, cell_type)
    if not pa.types.is_string(typed.type):
        typed = _names(typed)
    return typed, misfits


def as_stored(values: pa.Array, cell_type: CellType) -> pa.Array:
    """The cells as a table stores them: numbers, timestamps or texts, null where they do not fit."""
    return _typed(values, cell_type)[0]


def _stored_type(values: pa.Array, decimal: str) -> CellType:
    stored = values.type
    if pa.types.is_integer(stored):
        return CellType(kind=CellKind.INTEGER, missing=MISSING, decimal=decimal)
    if pa.types.is_floating(stored) or pa.types.is_decimal(stored):
        return CellType(kind=CellKind.NUMBER, missing=MISSING, decimal=decimal)
    if pa.types.is_temporal(stored):
        return CellType(kind=CellKind.DATE, missing=MISSING)
    return TEXT


def _typed(values: pa.Array, cell_type: CellType) -> tuple[pa.Array, int]:
    """The cells as `cell_type` stores them, and how many had to become missing for it."""
    stored, wanted = values.type, cell_type.kind
    if pa.types.is_boolean(stored):
        values = pc.if_else(values, "True", "False")
    elif not pa.types.is_string(stored):
        is_number = not pa.types.is_temporal(stored)
        if wanted in _NUMBERS if is_number else wanted is CellKind.DATE:
            return as_wished(values, cell_type)[0] if has_wishes(cell_type) else values, 0
        if wanted is CellKind.TEXT:
            return _names(values), 0
        digits = wanted is CellKind.DATE and cell_type.date_format in DIGITS
        if wanted is not CellKind.BOOLEAN and not digits:
            return pa.nulls(len(values), cell_type.arrow_type), len(values) - values.null_count
        values = _names(values)  # 1 and 0 for yes and no, or seconds since 1970
    if wanted is CellKind.INTEGER:
        # A whole number is welcome in a column of integers however it is written.
        cell_type = cell_type.model_copy(update={"kind": CellKind.NUMBER})
    found, unfit = cast_cells(values, cell_type)
    return found, int(np.count_nonzero(unfit))


def _names(values: pa.Array) -> pa.Array:
    """The values as texts."""
    encoded = values.dictionary_encode()
    names = [_name(cell) for cell in encoded.dictionary.to_pylist()]
    return pa.array(names, pa.string()).take(encoded.indices)


def _name(cell: Any) -> str | None:
    if cell is None or cell != cell:
        return None
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)
