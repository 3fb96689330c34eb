"""From cells as text to values: the type of a column's cells, and the cast."""

from __future__ import annotations

import re
from enum import StrEnum

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from engine.data.shapes import (
    ALWAYS_MISSING,
    EPOCH_MILLISECONDS,
    EPOCH_SECONDS,
    ISO,
    ISO_ZONED,
    MISSING,
)


class CellKind(StrEnum):
    """What cells are stored as."""

    INTEGER = "integer"
    NUMBER = "number"
    DATE = "date"
    TEXT = "text"
    EMPTY = "empty"


class CellType(BaseModel):
    """How the text of a column's cells is turned into values; the same for training and predicting."""

    model_config = ConfigDict(frozen=True)

    kind: CellKind
    missing: tuple[str, ...] = ALWAYS_MISSING
    """Texts that stand for "no value" (an empty cell always does)."""
    decimal: str = "."
    thousands: str = ""
    prefix: str = ""
    """What may stand before a number: a currency sign."""
    suffix: str = ""
    """What may stand after a number: a unit, a percent sign."""
    date_format: str = ISO
    """`iso`, `iso-zoned`, `epoch-s`, `epoch-ms` or a strptime format."""

    @property
    def is_plain(self) -> bool:
        """Whether numbers are written with a decimal point and nothing else."""
        return self.decimal == "." and not (self.thousands or self.prefix or self.suffix)

    @property
    def arrow_type(self) -> pa.DataType:
        """The Arrow type of the values."""
        return _ARROW[self.kind]


_ARROW = {
    CellKind.INTEGER: pa.int64(),
    CellKind.NUMBER: pa.float64(),
    CellKind.DATE: pa.timestamp("us"),
    CellKind.TEXT: pa.string(),
    CellKind.EMPTY: pa.string(),
}
TEXT = CellType(kind=CellKind.TEXT)
INTEGER = CellType(kind=CellKind.INTEGER, missing=MISSING)
NUMBER = CellType(kind=CellKind.NUMBER, missing=MISSING)

_EPOCHS = {EPOCH_SECONDS: pa.timestamp("s"), EPOCH_MILLISECONDS: pa.timestamp("ms")}
_LARGEST = "9223372036854775807"
_SMALLEST = "9223372036854775808"  # after a minus
_INTEGER = r"^[+-]?[0-9]{1,18}$"
_NUMBER = r"^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?$"


def cast_cells(cells: pa.Array, cell_type: CellType) -> tuple[pa.Array, NDArray[np.bool_]]:
    """The values (null where missing or unfit), and a mask of the cells that do not fit.

    `cells` are strings; blanks around a cell do not count.
    """
    if isinstance(cells, pa.ChunkedArray):
        cells = cells.combine_chunks()
    kind = cell_type.kind
    if kind is CellKind.TEXT:
        return _without_tokens(_trimmed(cells), cell_type), _none(len(cells))
    if kind is not CellKind.EMPTY and cell_type.is_plain:
        try:  # nearly all columns of nearly all batches fit at once
            return _finite(_cast(cells, cell_type)), _none(len(cells))
        except (pa.ArrowInvalid, _NotFiniteError):
            pass
    cells = _without_tokens(_trimmed(cells), cell_type)
    if kind is CellKind.EMPTY:
        return pa.nulls(len(cells), pa.string()), _mask(cells.is_valid())
    values = _cast_carefully(cells, cell_type)
    return values, _mask(pc.and_(cells.is_valid(), values.is_null()))


def leading_zeros(cells: pa.Array) -> pa.Array:
    """The cells, among those that read as integers, that begin with a zero and go on: `007`."""
    starts = pc.starts_with(cells, "0")
    long = pc.greater(pc.binary_length(cells), 1)
    return cells.filter(pc.and_(starts, long))


def missing_texts(cells: pa.Array, cell_type: CellType) -> list[tuple[str, int]]:
    """The missing tokens that stand in the cells, with their counts."""
    trimmed = _trimmed(cells)
    found = trimmed.filter(pc.is_in(trimmed, pa.array(cell_type.missing, pa.string())))
    counts = found.value_counts() if len(found) else []
    return [(entry["values"].as_py(), entry["counts"].as_py()) for entry in counts]


class _NotFiniteError(Exception):
    """A number is NaN or infinite."""


def _none(length: int) -> NDArray[np.bool_]:
    return np.zeros(length, dtype=np.bool_)


def _mask(array: pa.Array) -> NDArray[np.bool_]:
    mask: NDArray[np.bool_] = np.array(array.to_numpy(zero_copy_only=False), dtype=np.bool_)
    return mask


def _trimmed(cells: pa.Array) -> pa.Array:
    cells = pc.utf8_trim_whitespace(cells)
    empty = pc.equal(pc.binary_length(cells), 0)
    if pc.any(empty).as_py():
        return pc.if_else(empty, pa.scalar(None, pa.string()), cells)
    return cells


def _without_tokens(cells: pa.Array, cell_type: CellType) -> pa.Array:
    if not cell_type.missing:
        return cells
    tokens = pc.is_in(cells, pa.array(cell_type.missing, pa.string()))
    if pc.any(tokens).as_py():
        return pc.if_else(tokens, pa.scalar(None, pa.string()), cells)
    return cells


def _finite(values: pa.Array) -> pa.Array:
    if pa.types.is_floating(values.type) and pc.all(pc.is_finite(values)).as_py() is False:
        raise _NotFiniteError
    return values


def _cast(cells: pa.Array, cell_type: CellType) -> pa.Array:
    if cell_type.kind is not CellKind.DATE:
        return pc.cast(cells, cell_type.arrow_type)
    if cell_type.date_format == ISO:
        return pc.cast(cells, pa.timestamp("us"))
    if cell_type.date_format in _EPOCHS:
        seconds = pc.cast(cells, pa.int64())
        return pc.cast(pc.cast(seconds, _EPOCHS[cell_type.date_format]), pa.timestamp("us"))
    if cell_type.date_format == ISO_ZONED:
        return pc.cast(pc.cast(cells, pa.timestamp("us", tz="UTC")), pa.timestamp("us"))
    dates = pc.strptime(cells, format=cell_type.date_format, unit="s", error_is_null=False)
    return pc.cast(dates, pa.timestamp("us"))


def _cast_carefully(cells: pa.Array, cell_type: CellType) -> pa.Array:
    if cell_type.kind is CellKind.DATE:
        return _cast_dates(cells, cell_type)
    cells = _plain_notation(cells, cell_type)
    if cell_type.kind is CellKind.INTEGER:
        cells = pc.replace_substring_regex(cells, r"^\+", "")
        fits = pc.match_substring_regex(cells, _INTEGER)
        fits = pc.or_(fits, _just_within_64_bits(cells))
    else:
        fits = pc.match_substring_regex(cells, _NUMBER)
    values = pc.cast(_where(fits, cells), cell_type.arrow_type)
    if pa.types.is_floating(values.type):
        values = _where(pc.is_finite(values), values)
    return values


def _just_within_64_bits(cells: pa.Array) -> pa.Array:
    """Whether a number of nineteen digits is no larger than 64 bits can hold."""
    digits = pc.replace_substring_regex(cells, "^-", "")
    limit = pc.if_else(pc.starts_with(cells, "-"), _SMALLEST, _LARGEST)
    nineteen = pc.match_substring_regex(digits, "^[0-9]{19}$")
    return pc.and_(nineteen, pc.less_equal(digits, limit))


def _plain_notation(cells: pa.Array, cell_type: CellType) -> pa.Array:
    """The cells with a decimal point and without grouping; null where the notation is another."""
    if cell_type.prefix:
        cells = pc.replace_substring_regex(
            cells, rf"^([+-]?){re.escape(cell_type.prefix)} ?", r"\1"
        )
    if cell_type.suffix:
        cells = pc.replace_substring_regex(
            cells, rf"[ \x{{a0}}]?{re.escape(cell_type.suffix)}$", ""
        )
    if cell_type.thousands:
        group, mark = cell_type.thousands, re.escape(cell_type.decimal)
        apart = re.escape(group)
        pattern = rf"^[+-]?([0-9]{{1,3}}({apart}[0-9]{{3}})+|[0-9]+)({mark}[0-9]*)?$"
        cells = _where(pc.match_substring_regex(cells, pattern), cells)
        cells = pc.replace_substring(cells, group, "")
    if cell_type.decimal == ",":
        cells = _where(pc.invert(pc.match_substring(cells, ".")), cells)
        cells = pc.replace_substring(cells, ",", ".")
    return cells


def _cast_dates(cells: pa.Array, cell_type: CellType) -> pa.Array:
    """Date by date over the different texts; called only where the cast of all at once failed."""
    form = cell_type.date_format
    encoded = cells.dictionary_encode()
    texts = encoded.dictionary
    if form not in (ISO, ISO_ZONED, *_EPOCHS):
        dates = pc.strptime(texts, format=form, unit="s", error_is_null=True)
        return pc.cast(dates, pa.timestamp("us")).take(encoded.indices)
    dates = []
    for i in range(len(texts)):
        try:
            dates.append(_cast(texts.slice(i, 1), cell_type)[0].as_py())
        except pa.ArrowInvalid:
            dates.append(None)
    return pa.array(dates, pa.timestamp("us")).take(encoded.indices)


def _where(condition: pa.Array, values: pa.Array) -> pa.Array:
    return pc.if_else(condition, values, pa.scalar(None, values.type))
