"""A table in memory that counts how often it is asked, for tests of the models."""

from __future__ import annotations

from collections.abc import Callable, Sequence


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

    def row(self, place: int) -> int:
        return place

    def find(
        self,
        text: str,
        start: int = 0,
        stop: int | None = None,
        *,
        backwards: bool = False,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> int | None:
        places = range(start, self.rows if stop is None else stop)
        for row in reversed(places) if backwards else places:
            for name in self.names:
                cell = self._columns[name][row]
                if cell is not None and text.casefold() in cell.casefold():
                    return row
        return None
