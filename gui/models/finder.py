"""Find: names of columns first, then cells from the top, one match at a time and round again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from gui.models.table_model import Cells

IsCancelled = Callable[[], bool]


class Searchable(Cells, Protocol):
    """Rows that can be searched for a text."""

    def find(
        self,
        text: str,
        start: int = 0,
        stop: int | None = None,
        *,
        backwards: bool = False,
        cancelled: IsCancelled = ...,
    ) -> int | None:
        """The first place from `start` to `stop` with `text` in a cell, or the last one of them."""


@dataclass(frozen=True, slots=True)
class Match:
    """Where the text was found; `row` (a place among those shown) is `None` for a column's name."""

    column: int
    row: int | None = None


def next_match(
    table: Searchable,
    text: str,
    after: Match | None,
    cancelled: IsCancelled = lambda: False,
    *,
    order: Sequence[int] | None = None,
) -> Match | None:
    """The match that follows `after` (the first one without it); `None` if there is none at all.

    `order` are the columns from left to right, those that are hidden left out; `None`: all as in the file.
    """
    return _Search(table, text, cancelled, order).after(after)


def previous_match(
    table: Searchable,
    text: str,
    before: Match | None,
    cancelled: IsCancelled = lambda: False,
    *,
    order: Sequence[int] | None = None,
) -> Match | None:
    """The match that precedes `before` (the last one without it), round the other way."""
    return _Search(table, text, cancelled, order).before(before)


class _Search:
    def __init__(
        self,
        table: Searchable,
        text: str,
        cancelled: IsCancelled,
        order: Sequence[int] | None,
    ) -> None:
        self._table = table
        self._text = text
        self._needle = text.casefold()
        self._cancelled = cancelled
        self._order = list(range(len(table.names)) if order is None else order)
        self._named = [at for at in self._order if self._needle in table.names[at].casefold()]

    def after(self, match: Match | None) -> Match | None:
        """Names, cells from the top, names again."""
        if match is None or match.row is None:
            at = -1 if match is None else self._place(match.column)
            following = [column for column in self._named if self._place(column) > at]
            if following:
                return Match(following[0])
            return self._cell(0) or self._first_name()
        for column in self._in_row(match.row):
            if self._place(column) > self._place(match.column):
                return Match(column, match.row)
        found = self._cell(match.row + 1)
        if found is not None:
            return found
        return self._first_name() or self._cell(0)

    def before(self, match: Match | None) -> Match | None:
        """Names from the right, cells from the bottom, names again."""
        if match is not None and match.row is not None:
            for column in reversed(self._in_row(match.row)):
                if self._place(column) < self._place(match.column):
                    return Match(column, match.row)
            found = self._cell_above(match.row)
            if found is not None:
                return found
            return self._last_name() or self._cell_above(self._table.rows)
        if match is not None:
            preceding = [c for c in self._named if self._place(c) < self._place(match.column)]
            if preceding:
                return Match(preceding[-1])
        return self._cell_above(self._table.rows) or self._last_name()

    def _place(self, column: int) -> int:
        return self._order.index(column) if column in self._order else -1

    def _first_name(self) -> Match | None:
        return Match(self._named[0]) if self._named else None

    def _last_name(self) -> Match | None:
        return Match(self._named[-1]) if self._named else None

    def _cell(self, start: int) -> Match | None:
        while True:
            row = self._table.find(self._text, start, cancelled=self._cancelled)
            if row is None:
                return None
            columns = self._in_row(row)
            if columns:
                return Match(columns[0], row)
            start = row + 1  # it is in a hidden column only

    def _cell_above(self, stop: int) -> Match | None:
        while True:
            row = self._table.find(self._text, 0, stop, backwards=True, cancelled=self._cancelled)
            if row is None:
                return None
            columns = self._in_row(row)
            if columns:
                return Match(columns[-1], row)
            stop = row

    def _in_row(self, row: int) -> list[int]:
        found = []
        for column in self._order:
            cell = self._table.cells(self._table.names[column], row, row + 1)[0]
            if cell is not None and self._needle in cell.casefold():
                found.append(column)
        return found
