"""Find: names of columns first, then cells from the top, one match at a time and round again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from gui.models.table_model import Cells


class Searchable(Cells, Protocol):
    """A table that can look for a text."""

    def find(self, text: str, columns: tuple[str, ...] | None = None, start: int = 0) -> int | None:
        """The next row from `start` on in which a cell contains `text`."""


@dataclass(frozen=True, slots=True)
class Match:
    """Where the text was found; `row` is `None` for the name of a column."""

    column: int
    row: int | None = None


def next_match(
    table: Searchable,
    text: str,
    after: Match | None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Match | None:
    """The match that follows `after` (the first one without it); `None` if there is none at all."""
    needle = text.casefold()
    named = [at for at, name in enumerate(table.names) if needle in name.casefold()]
    if after is None or after.row is None:
        following = [at for at in named if after is None or at > after.column]
        if following:
            return Match(following[0])
    in_row = (
        _in_row(table, needle, after.row) if after is not None and after.row is not None else []
    )
    for column in in_row:
        if after is not None and column > after.column:
            return Match(column, after.row)
    start = after.row + 1 if after is not None and after.row is not None else 0
    for first in (start, 0) if start else (0,):
        if cancelled():
            return None
        row = table.find(text, start=first) if first < table.rows else None
        if row is not None:
            return Match(next(iter(_in_row(table, needle, row)), 0), row)
        if first and named:  # from the last cell back to the names
            return Match(named[0])
    return Match(named[0]) if named else None


def _in_row(table: Cells, needle: str, row: int) -> list[int]:
    found = []
    for column, name in enumerate(table.names):
        cell = table.cells(name, row, row + 1)[0]
        if cell is not None and needle in cell.casefold():
            found.append(column)
    return found
