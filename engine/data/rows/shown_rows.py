"""The rows that are looked at, as if they were a table: cells by place, and a search through them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from engine.data.pick import Picker, RowPicker
from engine.data.progress import Cancelled, never
from engine.data.table import Table, texts
from engine.errors import Cancelled as CancelledError

_SEARCHED = 1 << 16
"""Rows that are searched together."""
_SCATTERED, _TOGETHER = 512, 200
"""Rows and columns that are looked up in one go, at most."""


@dataclass(slots=True)
class _Stretch:
    """Places that are shown together; who shows columns of one will show those of the next."""

    start: int
    stop: int
    asked: dict[str, None] = field(default_factory=dict)
    """The columns of which cells were asked for, in that order."""
    cells: dict[str, list[str | None]] = field(default_factory=dict)


class ShownRows:
    """Some rows of a table in some order. A place (from 0) is where a row stands among them."""

    def __init__(self, table: Table, rows: NDArray[np.int64] | None) -> None:
        self._table = table
        self._rows = rows
        self._pickers: dict[str, Picker] = {}
        self._stretch = _Stretch(-1, -1)
        self._together: tuple[tuple[str, ...], RowPicker | None] = ((), None)
        self._in_file_order = rows is None or bool((np.diff(rows) > 0).all())
        self.names = table.names
        self.rows = table.rows if rows is None else len(rows)

    def row(self, place: int) -> int:
        """The row of the table at a place."""
        return place if self._rows is None else int(self._rows[place])

    def place(self, row: int) -> int | None:
        """Where a row of the table stands; `None` if it is not among those shown."""
        if self._rows is None:
            return row if 0 <= row < self.rows else None
        if self._in_file_order:
            at = int(np.searchsorted(self._rows, row))
            return at if at < len(self._rows) and int(self._rows[at]) == row else None
        found = np.flatnonzero(self._rows == row)
        return int(found[0]) if len(found) else None

    def cells(self, name: str, start: int, stop: int) -> list[str | None]:
        """The cells at the places from `start` to `stop` as text to show; `None` is missing."""
        if self._rows is None:
            return self._table.cells(name, start, stop)
        if stop - start > _SCATTERED:
            found: list[str | None] = texts(self._values(name, start, stop)).to_pylist()
            return found
        stretch = (
            self._stretch
        )  # another thread may copy cells meanwhile: each works on one it holds
        if (stretch.start, stretch.stop) != (start, stop):
            stretch = self._stretch = self._next(stretch, name, start, stop)
        stretch.asked[name] = None
        cells = stretch.cells.get(name)
        if cells is None:
            cells = stretch.cells[name] = texts(self._values(name, start, stop)).to_pylist()
        return cells

    def _next(self, before: _Stretch, name: str, start: int, stop: int) -> _Stretch:
        """A stretch with the cells of all columns asked for in the last one, looked up in one go."""
        assert self._rows is not None
        stretch = _Stretch(start, stop)
        names, rows = tuple(before.asked), self._rows[start:stop]
        scattered = len(rows) > 0 and not bool((np.diff(rows) == 1).all())
        if name in before.asked and len(names) <= _TOGETHER and scattered:
            known, picker = self._together
            if known != names:
                picker = self._picker_of(names)
                self._together = (names, picker)
            if picker is not None:
                for each, values in picker.rows(rows).items():
                    stretch.cells[each] = texts(values).to_pylist()
        return stretch

    def _picker_of(self, names: tuple[str, ...]) -> RowPicker | None:
        try:
            return RowPicker({name: self._table.column(name) for name in names})
        except ValueError:
            return None

    def find(
        self,
        text: str,
        start: int = 0,
        stop: int | None = None,
        *,
        backwards: bool = False,
        cancelled: Cancelled = never,
    ) -> int | None:
        """The first place from `start` to `stop` with `text` in a cell, or the last one of them.

        Capitals do not count. Raises `engine.errors.Cancelled`.
        """
        for first, last in _stretches(start, self.rows if stop is None else stop, backwards):
            hit: int | None = None
            for name in self.names:
                if cancelled():
                    raise CancelledError
                shown = texts(self._values(name, first, last))
                found = pc.match_substring(shown, text, ignore_case=True)
                places = np.flatnonzero(found.fill_null(False).to_numpy(zero_copy_only=False))
                if len(places):
                    here = first + int(places[-1] if backwards else places[0])
                    hit = here if hit is None else (max if backwards else min)(hit, here)
            if hit is not None:
                return hit
        return None

    def _values(self, name: str, start: int, stop: int) -> pa.Array:
        if self._rows is None:
            rows = np.arange(start, stop, dtype=np.int64)
        else:
            rows = self._rows[start:stop]
        picker = self._pickers.get(name)
        if picker is None:
            picker = self._pickers[name] = Picker(self._table.column(name))
        return picker.rows(rows)


def _stretches(start: int, stop: int, backwards: bool) -> Iterator[tuple[int, int]]:
    """Short ones first, so that what is near is found at once."""
    size = 1 << 10
    while start < stop:
        size = min(2 * size, _SEARCHED)
        if backwards:
            yield max(start, stop - size), stop
            stop -= size
        else:
            yield start, min(start + size, stop)
            start += size
