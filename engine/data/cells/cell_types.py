"""From cells as text to values: the type of a column's cells, and the cast."""

from __future__ import annotations

import re
from enum import StrEnum

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from engine.data.cells.cell_bytes import (
    Edges,
    edges_of,
    has_empty_text,
    may_have_blanks,
    places_like,
)
from engine.data.cells.dates import ISO
from engine.data.cells.moments import read_dates
from engine.data.cells.shapes import ALWAYS_MISSING, MISSING
from engine.data.cells.yes_no import NO, YES


class CellKind(StrEnum):
    """What cells are stored as."""

    INTEGER = "integer"
    NUMBER = "number"
    DATE = "date"
    BOOLEAN = "boolean"
    """Yes or no, stored as the text that most cells have for it."""
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
    accounting: bool = False
    """Whether (5) and 5- are negative."""
    date_format: str = ISO
    """A notation of `engine.data.cells.dates`."""
    yes: str = ""
    """How yes is spelled in the values of a boolean."""
    no: str = ""
    fixes: tuple[tuple[str, str], ...] = ()
    """Texts that are read as others, by decision of a person; an empty one is no value."""

    @property
    def is_plain(self) -> bool:
        """Whether numbers are written with a decimal point and nothing else."""
        marks = self.thousands or self.prefix or self.suffix or self.accounting
        return self.decimal == "." and not marks

    @property
    def arrow_type(self) -> pa.DataType:
        """The Arrow type of the values."""
        return _ARROW[self.kind]


_ARROW = {
    CellKind.INTEGER: pa.int64(),
    CellKind.NUMBER: pa.float64(),
    CellKind.DATE: pa.timestamp("us"),
    CellKind.BOOLEAN: pa.string(),
    CellKind.TEXT: pa.string(),
    CellKind.EMPTY: pa.string(),
}
TEXT = CellType(kind=CellKind.TEXT)
INTEGER = CellType(kind=CellKind.INTEGER, missing=MISSING)
NUMBER = CellType(kind=CellKind.NUMBER, missing=MISSING)

MINUSES = "\u2212\u2013\ufe63\uff0d"
"""Signs that stand for a minus before a number."""
WIDE_DIGITS = "\uff10-\uff19"
"""Digits as wide as Chinese characters, for a regular expression."""
_LARGEST = "9223372036854775807"
_SMALLEST = "9223372036854775808"  # after a minus
_USUAL_TOKENS = frozenset(MISSING)
_INTEGER = r"^[+-]?[0-9]{1,18}$"
_NUMBER = r"^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?$"


def cast_cells(cells: pa.Array, cell_type: CellType) -> tuple[pa.Array, NDArray[np.bool_]]:
    """The values (null where missing or unfit), and a mask of the cells that do not fit.

    `cells` are strings; blanks around a cell do not count.
    """
    if isinstance(cells, pa.ChunkedArray):
        cells = cells.combine_chunks()
    if cell_type.fixes:
        cells = _fixed(cells, cell_type)
    kind = cell_type.kind
    if kind is CellKind.TEXT:
        return cast_texts(cells, cell_type)[0], _none(len(cells))
    if not _USUAL_TOKENS.issuperset(cell_type.missing):
        cells = cast_texts(cells, cell_type)[0]  # -999 would fit well
    if kind in (CellKind.INTEGER, CellKind.NUMBER) and cell_type.is_plain:
        try:  # nearly all columns of nearly all batches fit at once
            return _finite(pc.cast(cells, cell_type.arrow_type)), _none(len(cells))
        except (pa.ArrowInvalid, _NotFiniteError):
            pass
    elif kind in (CellKind.DATE, CellKind.BOOLEAN):
        values = _read_words(cells, cell_type)
        if values.null_count == cells.null_count:
            return values, _none(len(cells))
    cells = cast_texts(cells, cell_type)[0]
    if kind is CellKind.EMPTY:
        return pa.nulls(len(cells), pa.string()), _mask(cells.is_valid())
    if kind in (CellKind.DATE, CellKind.BOOLEAN):
        values = _read_words(cells, cell_type)
    else:
        values = _cast_numbers(cells, cell_type)
    return values, _mask(pc.and_(cells.is_valid(), values.is_null()))


def cast_texts(cells: pa.Array, cell_type: CellType) -> tuple[pa.Array, Edges]:
    """The cells without blanks around them, null where they stand for "no value".

    The edges are those of the cells without blanks; a cell that became null may have kept its own.
    """
    cells, edges = _trimmed(cells)
    if cell_type.missing and len(places_like(edges, cell_type.missing)):
        tokens = pc.is_in(cells, pa.array(cell_type.missing, pa.string()))
        if pc.any(tokens).as_py():
            cells = pc.if_else(tokens, pa.scalar(None, pa.string()), cells)
    return cells, edges


def leading_zeros(cells: pa.Array) -> pa.Array:
    """The cells, among those that read as integers, that begin with a zero and go on: `007`."""
    edges = edges_of(cells)
    if (edges.first == ord(" ")).any():
        cells, edges = _trimmed(cells)
    places = np.flatnonzero((edges.first == ord("0")) & (edges.lengths > 1))
    return cells.take(pa.array(places)).drop_null() if len(places) else cells.slice(0, 0)


def texts_among(
    cells: pa.Array, texts: tuple[str, ...], edges: Edges | None = None
) -> dict[str, int]:
    """How often each of these texts is a cell.

    `edges` are those of the cells, if they are known; then no cell has blanks around it.
    """
    if not texts:
        return {}
    if edges is None:
        cells, edges = _trimmed(cells)
    places = places_like(edges, texts)
    if not len(places):
        return {}
    cells = cells.take(pa.array(places))
    found = cells.filter(pc.is_in(cells, pa.array(texts, pa.string())))
    counts = found.value_counts() if len(found) else []
    return {entry["values"].as_py(): entry["counts"].as_py() for entry in counts}


class _NotFiniteError(Exception):
    """A number is NaN or infinite."""


def _none(length: int) -> NDArray[np.bool_]:
    return np.zeros(length, dtype=np.bool_)


def _mask(array: pa.Array) -> NDArray[np.bool_]:
    mask: NDArray[np.bool_] = np.array(array.to_numpy(zero_copy_only=False), dtype=np.bool_)
    return mask


def _trimmed(cells: pa.Array) -> tuple[pa.Array, Edges]:
    """The cells without blanks around them, null where nothing is left, and their edges."""
    if pa.types.is_null(cells.type):
        cells = cells.cast(pa.string())
    edges = edges_of(cells)
    if may_have_blanks(edges):
        cells = pc.utf8_trim_whitespace(cells)
        edges = edges_of(cells)
    if has_empty_text(cells, edges):
        empty = pc.equal(pc.binary_length(cells), 0)
        cells = pc.if_else(empty, pa.scalar(None, pa.string()), cells)
    return cells, edges


def _finite(values: pa.Array) -> pa.Array:
    if pa.types.is_floating(values.type) and not _all_finite(values):
        raise _NotFiniteError
    return values


def _all_finite(values: pa.Array) -> bool:
    data = values.buffers()[1]
    if data is None or not len(values):
        return True
    numbers = np.frombuffer(data, dtype=np.float64)[values.offset : values.offset + len(values)]
    # What is behind a null is unknown, so a doubt is looked into.
    with np.errstate(over="ignore", invalid="ignore"):
        if np.isfinite(numbers.sum()):
            return True
    return pc.all(pc.is_finite(values)).as_py() is not False


def _fixed(cells: pa.Array, cell_type: CellType) -> pa.Array:
    cells, _ = _trimmed(cells)
    found, values = zip(*cell_type.fixes, strict=True)
    place = pc.index_in(cells, pa.array(found, pa.string()))
    if place.null_count == len(place):
        return cells
    become = pa.array([value or None for value in values], pa.string()).take(place)
    return pc.if_else(place.is_valid(), become, cells)


def _read_words(cells: pa.Array, cell_type: CellType) -> pa.Array:
    if cell_type.kind is CellKind.DATE:
        return read_dates(cells, cell_type.date_format)
    return _cast_booleans(cells, cell_type)


def _cast_booleans(cells: pa.Array, cell_type: CellType) -> pa.Array:
    own = pc.is_in(cells, pa.array([cell_type.yes, cell_type.no, None], pa.string()))
    if pc.all(own).as_py():
        return cells
    lower = pc.utf8_lower(cells)
    yes = pc.is_in(lower, pa.array(sorted(YES | {cell_type.yes.casefold()})))
    no = pc.is_in(lower, pa.array(sorted(NO | {cell_type.no.casefold()})))
    nothing = pa.scalar(None, pa.string())
    return pc.if_else(yes, cell_type.yes, pc.if_else(no, cell_type.no, nothing))


def _cast_numbers(cells: pa.Array, cell_type: CellType) -> pa.Array:
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
    wide = pc.match_substring_regex(cells, f"[{WIDE_DIGITS}]")
    if pc.any(wide).as_py():
        cells = pc.if_else(wide, pc.utf8_normalize(cells, form="NFKC"), cells)
    cells = pc.replace_substring_regex(cells, f"^[{MINUSES}]", "-")
    if cell_type.accounting:
        cells = pc.replace_substring_regex(cells, r"^\((.*)\)$", r"-\1")
        cells = pc.replace_substring_regex(cells, r"^([^+-].*)-$", r"-\1")
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
        groups = (
            rf"[0-9]{{1,3}}({apart}[0-9]{{3}})+|[0-9]{{1,2}}({apart}[0-9]{{2}})+{apart}[0-9]{{3}}"
        )
        pattern = rf"^[+-]?({groups}|[0-9]+)({mark}[0-9]*)?$"
        cells = _where(pc.match_substring_regex(cells, pattern), cells)
        cells = pc.replace_substring(cells, group, "")
    if cell_type.decimal == ",":
        cells = _where(pc.invert(pc.match_substring(cells, ".")), cells)
        cells = pc.replace_substring(cells, ",", ".")
    return cells


def _where(condition: pa.Array, values: pa.Array) -> pa.Array:
    return pc.if_else(condition, values, pa.scalar(None, values.type))
