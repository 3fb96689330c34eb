"""A table in memory that counts how often it is asked, for tests of the models."""

from __future__ import annotations

from collections.abc import Sequence


class PlainTable:
    """Cells by column."""

    def __init__(self, columns: dict[str, Sequence[str | None]]) -> None:
        self._columns = columns
        self.names = tuple(columns)
        self.rows = len(next(iter(columns.values()), ()))
        self.asked: list[tuple[str, int, int]] = []

    def cells(self, name: str, start: int, stop: int) -> list[str | None]:
        self.asked.append((name, start, stop))
        return list(self._columns[name][start:stop])

    def find(self, text: str, columns: Sequence[str] | None = None, start: int = 0) -> int | None:
        for row in range(start, self.rows):
            for name in columns or self.names:
                cell = self._columns[name][row]
                if cell is not None and text.casefold() in cell.casefold():
                    return row
        return None
