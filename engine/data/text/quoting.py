"""Whether single quotes set fields apart, or are part of what stands in them.

`1,'A'` is what a writer with single quotes makes of A, and also what a writer with double quotes, or
with none, makes of 'A' with its quotes. What else stands in the file tells which of them it was, or that
it cannot be told.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from engine.data.cells.shapes import date_formats, is_missing_token, is_number
from engine.data.text.detection import Detected, found
from engine.data.text.records import Dialect, RecordReader, raw_fields
from engine.messages import message, message_n

FEW_QUOTED = 3
"""So many fields in quotes are no accident."""
_READ_RECORDS = 300
_UNDECIDED = 0.5
_BARE = re.compile(r"[^\W_]")


class SingleQuotes(Enum):
    """What the single quotes around fields are."""

    QUOTE = "they set fields apart"
    EITHER = "nothing in the file tells"
    CELLS = "they are part of the cells"


@dataclass(frozen=True, slots=True)
class _Fields:
    """The fields of the records that are as wide as most, as they stand in the file."""

    rows: list[list[str]]
    width: int
    records: int
    share: float
    """How many of all records are as wide."""


def quoted_fields(text: str, delimiter: str) -> tuple[int, int]:
    """How many fields single quotes stand around, and how many double ones."""
    return _quoted_fields(text, delimiter[0])


@lru_cache(maxsize=16)
def _quoted_fields(text: str, delimiter: str) -> tuple[int, int]:
    mark = re.escape(delimiter)
    begin, end = rf"(?:^|{mark} ?)", rf"(?= *{mark}|[\r\n]|$)"
    single, double = (
        len(re.findall(rf"{begin}{q}[^{q}\r\n]*(?:{q}{q}[^{q}\r\n]*)*{q}{end}", text, re.MULTILINE))
        if any(f"{before}{q}" in text for before in ("\n", delimiter, f"{delimiter} "))
        or text.startswith(q)
        else 0
        for q in "'\""
    )
    return single, double


def fields_over_lines(text: str, delimiter: str) -> int:
    """How many fields that begin in one line and end in another double quotes stand around."""
    mark = re.escape(delimiter[0])
    return len(re.findall(rf'(?:^|{mark} ?)"[^"]*(?:""[^"]*)*"(?= *{mark}|[\r\n]|$)', text, re.M))


def are_single_quotes_likely(text: str, delimiters: tuple[str, ...]) -> bool:
    """Whether they stand around fields of some delimiter, more often than double ones do."""
    return any(
        single >= FEW_QUOTED and single > double
        for single, double in (quoted_fields(text, delimiter) for delimiter in delimiters)
    )


def what_single_quotes_are(
    text: str, single: Dialect, double: Dialect, *, whole: bool
) -> SingleQuotes:
    """Decide by reading the text in both ways.

    `single` says how it is read with single quotes, `double` with double ones. The last record is left
    out unless the text is the `whole` file, for it may be cut.
    """
    with_single = _fields(text, single, whole)
    with_double = _fields(text, double, whole)
    if _are_rows_evener(with_single, with_double):
        return SingleQuotes.QUOTE
    if with_single.records < with_double.records and with_double.share == 1:
        return SingleQuotes.CELLS  # they would join lines that are rows
    if any(_stands_in(cell, '"') for row in with_double.rows for cell in row):
        return SingleQuotes.CELLS
    return _by_columns(with_single)


def about_quote(
    quote: str, fields: tuple[int, int], decided: SingleQuotes | None = None
) -> Detected:
    """Which quote was found, and why so; `fields` stand in single and in double ones."""
    single, double = fields
    if decided is SingleQuotes.EITHER:
        told = message_n(
            "Quote ': it stands around {count} sampled field. Nothing in the file tells whether it "
            "belongs to the cell instead.",
            "Quote ': it stands around {count} sampled fields. Nothing in the file tells whether it "
            "belongs to the cells instead.",
            single,
        )
        return found("quote", told, _UNDECIDED)
    if quote == "'":
        told = message(
            "Quote ': it stands around {single} fields, \" around {double}.",
            single=single,
            double=double,
        )
        return found("quote", told, single / (single + double + 1))
    if decided is SingleQuotes.CELLS:
        told = message_n(
            "Quote \": the ' around {count} sampled field belongs to the cell.",
            "Quote \": the ' around {count} sampled fields belongs to the cells.",
            single,
        )
        return found("quote", told, 0.8)
    if not double:
        return found("quote", message('Quote ": no sampled field is quoted.'), 0.9)
    told = message_n(
        'Quote ": it stands around {count} sampled field.',
        'Quote ": it stands around {count} sampled fields.',
        double,
    )
    return found("quote", told, (double + 1) / (double + single + 1))


def _fields(text: str, dialect: Dialect, whole: bool) -> _Fields:
    rows: list[list[str]] = []
    for record in RecordReader(iter(io.StringIO(text, newline="")), dialect):
        if record.is_blank:
            continue
        rows.append([cell.strip() for cell in raw_fields(record.text, dialect)])
        if len(rows) > _READ_RECORDS:
            break
    if len(rows) > _READ_RECORDS or (not whole and len(rows) > 1):
        rows.pop()
    widths = Counter(map(len, rows))
    width = max(widths, key=lambda width: (widths[width], width), default=0)
    kept = [row for row in rows if len(row) == width]
    return _Fields(kept, width, len(rows), len(kept) / max(1, len(rows)))


def _are_rows_evener(single: _Fields, double: _Fields) -> bool:
    """Whether fields with delimiters stand in single quotes, so that rows fall apart without."""
    if single.width < 2:
        return False
    return single.share > double.share or (
        single.share == double.share and single.width < double.width
    )


def _by_columns(table: _Fields) -> SingleQuotes:
    """By what is quoted: a writer quotes whole columns, or what holds a mark that needs it."""
    first, *rows = table.rows or [[]]
    if len(first) > 1 and all(_stands_in(cell, "'") for cell in first):
        return SingleQuotes.QUOTE
    is_sure = False
    for cells in zip(*rows, strict=True):
        quoted = [cell for cell in cells if cell.startswith("'")]
        if not quoted:
            continue
        inner = [cell[1:-1] for cell in quoted if _stands_in(cell, "'")]
        if len(inner) < len(quoted):
            return SingleQuotes.CELLS
        bare = [cell for cell in cells if not cell.startswith("'") and not _is_neutral(cell)]
        if bare and not all(_marks(text) - set().union(*map(_marks, bare)) for text in inner):
            return SingleQuotes.CELLS
        is_sure = is_sure or all(map(_is_plain_value, inner))
    return SingleQuotes.QUOTE if is_sure else SingleQuotes.EITHER


def _stands_in(cell: str, quote: str) -> bool:
    """Whether the field is quoted from its beginning to its end, with the quotes in it doubled."""
    return (
        re.fullmatch(f"{quote}[^{quote}]*(?:{quote}{quote}[^{quote}]*)*{quote}", cell) is not None
    )


def _marks(text: str) -> set[str]:
    """The characters of a text that a writer may want quoted."""
    return {character for character in text if not _BARE.match(character)}


def _is_neutral(cell: str) -> bool:
    """Whether a field may stand without quotes amid quoted ones."""
    return not cell or is_missing_token(cell) or is_number(cell)


def _is_plain_value(text: str) -> bool:
    """Whether it is a number or a date, that nobody writes in quotes but for a writer."""
    return is_number(text) or bool(date_formats(text))
