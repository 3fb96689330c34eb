"""Rows that are damaged in a way that can be told: a stray quote, an extra or missing blank field.

What the columns hold elsewhere decides. A row is mended only if then every cell looks like the others
of its column, and if there is only one way to do it; all others stay rejected.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations, islice

from engine.data.text.records import STAND_IN, Dialect, shown, with_stand_ins
from engine.messages import Message, message, message_n

_SEEN_ROWS = 2000
_FEW_SHAPES = 12
_MOST_SHARE = 0.9
_ENOUGH = 10
_WORDY = 2
"""Blanks in a cell that is a text of several words."""
_MOSTLY_BLANK = 0.5
_TRIES = 150
"""Readings of one line that are tried."""
_LONGEST = 20_000
"""Characters of a line beyond which it is not tried."""
_FAILURES = 5000
"""Lines that could not be mended after which no more are tried: the file is another kind of thing."""
_OTHER_DELIMITERS = (",", ";", "\t", "|", " ")


def shape(cell: str) -> str:
    """What kinds of characters a cell has, in order, each run as one; quotes do not count."""
    bare = re.sub(r"[\"']", "", cell).strip()
    return re.sub(r"[^\W\d_]+", "a", re.sub(r"\d+", "9", bare))


@dataclass(frozen=True, slots=True)
class Mended:
    """What a damaged row was meant to be, and what was done to it."""

    fields: list[str]
    reason: Message


class ColumnLook:
    """What the cells of one column look like."""

    def __init__(self, cells: Sequence[str]) -> None:
        filled = [cell for cell in cells if cell.strip()]
        self.blank_share = 1 - len(filled) / len(cells) if cells else 0.0
        shapes = Counter(map(shape, filled))
        few = shapes.most_common(_FEW_SHAPES)
        # A shape that was met once may come from a damaged row.
        least = 2 if len(filled) >= _ENOUGH else 1
        self.seen = frozenset(shape for shape, count in shapes.items() if count >= least)
        wordy = sum(cell.strip().count(" ") >= _WORDY for cell in filled)
        self.is_free = sum(count for _, count in few) < _MOST_SHARE * len(
            filled
        ) or 2 * wordy > len(filled)
        """Whether it holds texts of all kinds."""

    def fits(self, cell: str) -> bool:
        """Whether the cell looks like others of the column."""
        if not cell.strip():
            return self.blank_share > 0
        found = shape(cell)
        return found in self.seen or (self.is_free and "a" in found)


class Mender:
    """Mends lines of one table, given rows of it that are sound."""

    def __init__(self, dialect: Dialect, width: int, rows: Iterable[Sequence[str]]) -> None:
        self._dialect = dialect
        self._width = width
        self._rows = rows
        self._failures = 0

    @cached_property
    def _columns(self) -> list[ColumnLook]:
        """What the columns look like; most files are sound, and then nobody asks."""
        seen = list(islice(self._rows, _SEEN_ROWS))
        return [ColumnLook(cells) for cells in zip(*seen, strict=True)]

    def mend(self, text: str, fields: list[str] | None) -> Mended | None:
        """The row that the line was meant to be, or nothing if that is not plain.

        `fields` are what a reader makes of it; nothing if its quotes are not sound.
        """
        if not self._columns:
            return self._cut(fields) if fields is not None else None
        if len(text) > _LONGEST or self._failures > _FAILURES:
            return None
        mended = None
        if fields is not None:
            mended = self._with_right_width(fields)
        quote = self._dialect.quote
        if mended is None and quote and quote in text:
            mended = self._without_stray_quotes(text)
        if mended is None and (fields is None or 2 * len(fields) <= self._width):
            mended = self._by_another_delimiter(text)
        self._failures += mended is None
        return mended

    def fits(self, text: str) -> bool:
        """Whether a line whose quotes are not sound can be mended by itself."""
        return self.mend(text, None) is not None

    def looks_right(self, fields: Sequence[str]) -> bool:
        """Whether every cell looks like others of its column; true where too few rows are known."""
        return not self._columns or len(fields) > len(self._columns) or not self._misfits(
            [*fields, *[""] * (len(self._columns) - len(fields))]
        )  # fmt: skip

    # Blank fields ----------------------------------------------------------------------------------

    def _with_right_width(self, fields: list[str]) -> Mended | None:
        excess = len(fields) - self._width
        if excess > 0:
            return self._without_blanks(fields, excess)
        missing = self._columns[len(fields) :]
        if excess == 0 or not all(column.blank_share >= _MOSTLY_BLANK for column in missing):
            return None
        padded = [*fields, *[""] * -excess]
        if self._misfits(padded):
            return None
        told = message_n(
            "{count} field was missing at the end; it was left blank",
            "{count} fields were missing at the end; they were left blank",
            -excess,
        )
        return Mended(padded, told)

    def _without_blanks(self, fields: list[str], excess: int) -> Mended | None:
        """The fields without as many blank ones as are too many, so that the others fit."""
        cut = self._cut(fields)
        blanks = [place for place, field in enumerate(fields) if not field.strip()]
        best, least = None, 1
        if cut is not None and self._misfits(cut.fields) <= max(1, self._width // 6):
            best, least = cut.fields, self._misfits(cut.fields)
        for tried, left_out in enumerate(combinations(blanks, excess)):
            if tried >= _TRIES or least == 0:
                break
            row = [field for place, field in enumerate(fields) if place not in left_out]
            misfits = self._misfits(row)
            if misfits < least:
                best, least = row, misfits
        return Mended(best, _too_many(excess)) if best is not None else None

    def _cut(self, fields: list[str]) -> Mended | None:
        """The fields without blank ones at the end, which hold nothing, if that is all too many."""
        if len(fields) <= self._width or any(map(str.strip, fields[self._width :])):
            return None
        return Mended(fields[: self._width], _too_many(len(fields) - self._width))

    # Quotes ----------------------------------------------------------------------------------------

    def _without_stray_quotes(self, text: str) -> Mended | None:
        """The fields with quotes that neither open nor close a field as plain characters."""
        readings: dict[tuple[str, ...], tuple[int, int]] = {}
        for tried, places in zip(range(_TRIES), self.stray_quotes(text), strict=False):
            row = self._with_plain_quotes(text, places)
            if row is None:
                continue
            misfits = self._misfits([field.replace(STAND_IN, "") for field in row])
            fields = tuple(field.replace(STAND_IN, self._dialect.quote) for field in row)
            if tried == 0 and places and not misfits:
                return Mended(list(fields), _stray_quote())  # all within fields, and only those
            least = readings.get(fields, (misfits, len(places)))
            readings[fields] = min((misfits, len(places)), least)
        if not readings:
            return None
        least = min(readings.values())
        best = [row for row, figures in readings.items() if figures == least]
        if least[0] or len(best) > 1:
            return None
        return Mended(list(best[0]), _stray_quote())

    def _with_plain_quotes(self, text: str, places: Sequence[int]) -> list[str] | None:
        """The fields if the quotes at these places were characters like any other (`STAND_IN`)."""
        fields = self._dialect.parse(with_stand_ins(text, places))
        if fields is None or len(fields) == self._width:
            return fields
        mended = self._with_right_width(fields)
        return mended.fields if mended is not None else None

    def stray_quotes(self, text: str) -> Iterator[list[int]]:
        """Places of quotes that may be characters like any other, the likeliest first."""
        places = [match.start() for match in re.finditer(re.escape(self._dialect.quote), text)]
        inner = self._dialect.inner_quotes(text)
        yield inner
        yield from ([place] for place in places)
        yield from ([*inner, place] for place in places if place not in inner)
        yield from map(list, combinations(places, 2))

    # Another delimiter -----------------------------------------------------------------------------

    def _by_another_delimiter(self, text: str) -> Mended | None:
        for delimiter, fields in self.otherwise_divided(text):
            if not self._misfits(fields):
                told = message("Divided by “{delimiter}”", delimiter=shown(delimiter))
                return Mended(fields, told)
        return None

    def otherwise_divided(self, text: str) -> Iterator[tuple[str, list[str]]]:
        """The fields that other delimiters divide the line into, where they are as many as needed."""
        for delimiter in _OTHER_DELIMITERS:
            if delimiter == self._dialect.delimiter[0] or delimiter not in text:
                continue
            fields = replace(self._dialect, delimiter=delimiter).parse(text)
            if fields is not None and len(fields) == self._width:
                yield delimiter, fields

    def _misfits(self, fields: Sequence[str]) -> int:
        return sum(
            not column.fits(cell) for column, cell in zip(self._columns, fields, strict=True)
        )


def _too_many(count: int) -> Message:
    return message_n(
        "{count} blank field too many was left out",
        "{count} blank fields too many were left out",
        count,
    )


def _stray_quote() -> Message:
    return message("A stray quote was read as a character")
