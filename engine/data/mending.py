"""Rows that are damaged in a way that can be told: a stray quote, an extra or missing blank field.

What the columns hold elsewhere decides. A row is mended only if then every cell looks like the others
of its column, and if there is only one way to do it; all others stay rejected.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import combinations, islice

from engine.data.records import STAND_IN, Dialect, with_stand_ins

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


class _Column:
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
    def _columns(self) -> list[_Column]:
        """What the columns look like; most files are sound, and then nobody asks."""
        seen = list(islice(self._rows, _SEEN_ROWS))
        return [_Column(cells) for cells in zip(*seen, strict=True)]

    def mend(self, text: str, fields: list[str] | None) -> list[str] | None:
        """The fields of the row that the line was meant to be, or nothing if that is not plain.

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

    def _with_right_width(self, fields: list[str]) -> list[str] | None:
        excess = len(fields) - self._width
        if excess > 0:
            return self._without_blanks(fields, excess)
        missing = self._columns[len(fields) :]
        if excess == 0 or not all(column.blank_share >= _MOSTLY_BLANK for column in missing):
            return None
        padded = [*fields, *[""] * -excess]
        return padded if self._misfits(padded) == 0 else None

    def _without_blanks(self, fields: list[str], excess: int) -> list[str] | None:
        """The fields without as many blank ones as are too many, so that the others fit."""
        cut = self._cut(fields)
        blanks = [place for place, field in enumerate(fields) if not field.strip()]
        best, least = None, 1
        if cut is not None and self._misfits(cut) <= max(1, self._width // 6):
            best, least = cut, self._misfits(cut)
        for tried, left_out in enumerate(combinations(blanks, excess)):
            if tried >= _TRIES or least == 0:
                break
            row = [field for place, field in enumerate(fields) if place not in left_out]
            misfits = self._misfits(row)
            if misfits < least:
                best, least = row, misfits
        return best

    def _cut(self, fields: list[str]) -> list[str] | None:
        """The fields without blank ones at the end, which hold nothing, if that is all too many."""
        if len(fields) <= self._width or any(map(str.strip, fields[self._width :])):
            return None
        return fields[: self._width]

    # Quotes ----------------------------------------------------------------------------------------

    def _without_stray_quotes(self, text: str) -> list[str] | None:
        """The fields with quotes that neither open nor close a field as plain characters."""
        readings: dict[tuple[str, ...], tuple[int, int]] = {}
        for tried, places in zip(range(_TRIES), self._candidates(text), strict=False):
            fields = self._dialect.parse(with_stand_ins(text, places))
            if fields is not None and len(fields) != self._width:
                fields = self._with_right_width(fields)
            if fields is None:
                continue
            misfits = self._misfits([field.replace(STAND_IN, "") for field in fields])
            row = tuple(field.replace(STAND_IN, self._dialect.quote) for field in fields)
            if tried == 0 and places and not misfits:
                return list(row)  # all quotes within fields, and only those, were strays
            readings[row] = min((misfits, len(places)), readings.get(row, (misfits, len(places))))
        if not readings:
            return None
        least = min(readings.values())
        best = [row for row, figures in readings.items() if figures == least]
        return list(best[0]) if least[0] == 0 and len(best) == 1 else None

    def _candidates(self, text: str) -> Iterator[list[int]]:
        """Places of quotes that may be characters like any other, the likeliest first."""
        places = [match.start() for match in re.finditer(re.escape(self._dialect.quote), text)]
        inner = self._dialect.inner_quotes(text)
        yield inner
        yield from ([place] for place in places)
        yield from ([*inner, place] for place in places if place not in inner)
        yield from map(list, combinations(places, 2))

    # Another delimiter -----------------------------------------------------------------------------

    def _by_another_delimiter(self, text: str) -> list[str] | None:
        for delimiter in _OTHER_DELIMITERS:
            if delimiter == self._dialect.delimiter[0] or delimiter not in text:
                continue
            other = replace(self._dialect, delimiter=delimiter)
            fields = other.parse(text)
            if fields is not None and len(fields) == self._width and not self._misfits(fields):
                return fields
        return None

    def _misfits(self, fields: Sequence[str]) -> int:
        return sum(
            not column.fits(cell) for column, cell in zip(self._columns, fields, strict=True)
        )
