"""From the types of Arrow data to the few that a table stores: how, and what is lost by it."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from engine.data.cells.cell_types import INTEGER, NUMBER, CellKind, CellType
from engine.data.cells.dates import ISO
from engine.data.cells.shapes import MISSING

TEXT = CellType(kind=CellKind.TEXT, missing=())
"""Text that comes typed: nothing but null and the empty text is missing."""
_DATE = CellType(kind=CellKind.DATE, missing=MISSING, date_format=ISO)
_LARGEST = 2**63 - 1
_DIGITS_OF_64_BITS = 18
_TRUE, _FALSE = ("true", "yes", "1"), ("false", "no", "0")
_PER_MICROSECOND = {"s": 1_000_000, "ms": 1_000}


def stored_type(source: pa.DataType) -> CellType:
    """What a column of that Arrow type is stored as."""
    source = plain(source)
    if pa.types.is_integer(source):
        return INTEGER
    if pa.types.is_decimal(source):
        whole = source.scale <= 0 and source.precision - source.scale <= _DIGITS_OF_64_BITS
        return INTEGER if whole else NUMBER
    if pa.types.is_floating(source) or pa.types.is_duration(source):
        return NUMBER
    if pa.types.is_timestamp(source) or pa.types.is_date(source):
        return _DATE
    if pa.types.is_null(source):
        return CellType(kind=CellKind.EMPTY, missing=MISSING)
    return TEXT


def plain(source: pa.DataType) -> pa.DataType:
    """The type of the values, without dictionary, run lengths or extension around it."""
    while True:
        if isinstance(source, pa.BaseExtensionType):
            source = source.storage_type
        elif pa.types.is_dictionary(source) or pa.types.is_run_end_encoded(source):
            source = source.value_type
        else:
            return source


def to_stored(cells: pa.Array) -> tuple[pa.Array, NDArray[np.bool_]]:
    """The cells as `stored_type` says, and a mask of those that it cannot hold (null in the result).

    Numbers that are not finite, integers beyond 64 bits and dates beyond the year 294,246 cannot be
    held. NaN is how numbers say "missing".
    """
    cells = decoded(cells)
    cell_type = stored_type(cells.type)
    if cell_type.kind in (CellKind.TEXT, CellKind.EMPTY):
        return _empty_as_null(as_text(cells)), np.zeros(len(cells), dtype=np.bool_)
    if cell_type.kind is CellKind.DATE:
        values = _microseconds(cells)
    elif pa.types.is_decimal(cells.type) or pa.types.is_integer(cells.type):
        values = _fitting(cells, cell_type.arrow_type)
    else:
        if pa.types.is_duration(cells.type):
            cells = _seconds(cells)
        values = cells.cast(pa.float64())
        cells = _where(pc.invert(pc.is_nan(values)), cells)
        values = _where(pc.is_finite(values), values)
    unfit = pc.and_(cells.is_valid(), values.is_null())
    return values, np.array(unfit.to_numpy(zero_copy_only=False), dtype=np.bool_)


def as_text(cells: pa.Array) -> pa.Array:
    """The cells as people read them; nested values as JSON, bytes as text where they are some."""
    cells = decoded(cells)
    kind = cells.type
    if pa.types.is_string(kind):
        return cells
    if pa.types.is_boolean(kind):
        return pc.if_else(cells, "True", "False")
    if pa.types.is_nested(kind):
        return pa.array([_as_json(cell) for cell in cells], pa.string())
    if _is_binary(kind):
        return pa.array([_bytes_as_text(cell) for cell in cells.to_pylist()], pa.string())
    if pa.types.is_duration(kind):
        cells = _seconds(cells)
    if pa.types.is_timestamp(kind) or pa.types.is_date(kind):
        shown = pc.cast(_microseconds(cells), pa.string())
        shown = pc.replace_substring_regex(shown, r"\.0+$", "")
        return pc.replace_substring_regex(shown, r" 00:00:00$", "")
    return cells.cast(pa.string())


def decoded(cells: pa.Array) -> pa.Array:
    """The cells in an array of plain values."""
    if isinstance(cells, pa.ChunkedArray):
        cells = cells.combine_chunks()
    while True:
        if isinstance(cells, pa.ExtensionArray):
            cells = cells.storage
        elif pa.types.is_dictionary(cells.type):
            cells = cells.dictionary_decode()
        elif pa.types.is_run_end_encoded(cells.type):
            cells = pc.run_end_decode(cells)
        elif pa.types.is_large_string(cells.type) or pa.types.is_string_view(cells.type):
            cells = cells.cast(pa.string())
        else:
            return cells


def read_as(text: str, kind: pa.DataType) -> object:
    """A text as a value of a column of that type; None where it is none, or empty."""
    if not text:
        return None
    if pa.types.is_boolean(kind):
        known = text.strip().casefold()
        return True if known in _TRUE else False if known in _FALSE else None
    try:
        return pa.scalar(text, pa.string()).cast(kind).as_py()
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return None


def _is_binary(kind: pa.DataType) -> bool:
    return bool(
        pa.types.is_binary(kind)
        or pa.types.is_large_binary(kind)
        or pa.types.is_fixed_size_binary(kind)
        or pa.types.is_binary_view(kind)
    )


def _as_json(cell: pa.Scalar) -> str | None:
    value: Any = cell.as_py()
    return None if value is None else json.dumps(value, ensure_ascii=False, default=_json_leaf)


def _json_leaf(value: Any) -> Any:
    return _bytes_as_text(value) if isinstance(value, bytes) else str(value)


def _bytes_as_text(cell: bytes | None) -> str | None:
    if cell is None:
        return None
    try:
        text = cell.decode()
    except UnicodeDecodeError:
        return cell.hex() if len(cell) <= 16 else f"<{len(cell)} bytes>"
    return text if text.isprintable() else cell.hex() if len(cell) <= 16 else f"<{len(cell)} bytes>"


def _microseconds(cells: pa.Array) -> pa.Array:
    """Dates and times in microseconds, without zone (in UTC), finer digits cut off."""
    if pa.types.is_date(cells.type):
        cells = cells.cast(pa.timestamp("s" if pa.types.is_date32(cells.type) else "ms"))
    factor = _PER_MICROSECOND.get(cells.type.unit)
    if factor:
        limit = _LARGEST // factor
        ticks = cells.cast(pa.int64())
        within = pc.and_(pc.less_equal(ticks, limit), pc.greater_equal(ticks, -limit))
        cells = _where(within, cells)
    return cells.cast(pa.timestamp("us", cells.type.tz), safe=False).cast(pa.timestamp("us"))


def _seconds(cells: pa.Array) -> pa.Array:
    per_second = {"s": 1.0, "ms": 1e3, "us": 1e6, "ns": 1e9}[cells.type.unit]
    return pc.divide(cells.cast(pa.int64()).cast(pa.float64(), safe=False), per_second)


def _fitting(cells: pa.Array, wanted: pa.DataType) -> pa.Array:
    try:
        return cells.cast(wanted)
    except pa.ArrowInvalid:
        if pa.types.is_uint64(cells.type):
            return _where(pc.less_equal(cells, pa.scalar(_LARGEST, pa.uint64())), cells).cast(
                wanted
            )
        return cells.cast(wanted, safe=False)


def _where(condition: pa.Array, values: pa.Array) -> pa.Array:
    return pc.if_else(condition, values, pa.scalar(None, values.type))


def _empty_as_null(cells: pa.Array) -> pa.Array:
    if pa.types.is_null(cells.type):
        return cells.cast(pa.string())
    return _where(pc.greater(pc.binary_length(cells), 0), cells)
