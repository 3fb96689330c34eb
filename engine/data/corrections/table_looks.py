"""What the cells of a table's columns look like, so that a doubtful cell can be compared with them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pyarrow as pa

from engine.data.cells.cell_types import CellKind, cast_cells
from engine.data.table import Table, texts
from engine.data.text.mending import ColumnLook, shape

_SEEN_ROWS = 2000
_WRONG = 10.0
"""What a cell costs that is no value of its column."""
_STRANGE = 1.0
"""What a text costs that looks unlike the others of its column."""
_UNUSUAL = 0.5
"""What a text costs that is not quite like the others."""
_FEW = 20
"""Different values at most in a column of a few that come again and again."""
_OFTEN = 5
"""How often each of them comes, on average, at least."""
_REMEMBERED = 100_000


class TableLooks:
    """How well cells suit the columns of a table."""

    def __init__(self, table: Table) -> None:
        self._types = table.info.types
        self._looks: list[ColumnLook] = []
        self._blank: list[float] = []
        self._cells: list[list[str]] = []
        self._values: list[frozenset[str] | None] = []
        for name, cell_type in zip(table.names, self._types, strict=True):
            values = table.column(name).slice(0, _SEEN_ROWS)
            self._blank.append(values.null_count / max(1, len(values)))
            is_text = cell_type.kind is CellKind.TEXT
            cells = [cell or "" for cell in values.to_pylist()] if is_text else []
            self._cells.append(cells)
            self._looks.append(ColumnLook(cells))
            seen = Counter(texts(values).to_pylist())
            seen.pop(None, None)
            few = len(seen) <= _FEW and seen.total() >= _OFTEN * len(seen)
            self._values.append(frozenset(seen) if few else None)
            if is_text or cell_type.kind is CellKind.INTEGER:
                continue
            self._values[-1] = None  # a value is shown in another way than it is written
        self._known: dict[tuple[int, str], float] = {}
        self._shares: dict[tuple[int, str], float] = {}

    def cost(self, fields: Sequence[str]) -> float:
        """How badly all cells of a row suit their columns; 0 if they look like the others."""
        return sum(self.cell_cost(column, field) for column, field in enumerate(fields))

    def cell_cost(self, column: int, cell: str) -> float:
        """How badly a cell suits that column."""
        key = (column, cell)
        if key not in self._known:
            if len(self._known) > _REMEMBERED:
                self._known.clear()
            self._known[key] = self._cell_cost(column, cell)
        return self._known[key]

    def blank_share(self, column: int) -> float:
        """Share of cells without a value."""
        return self._blank[column] if column < len(self._blank) else 1.0

    def share_with(self, column: int, mark: str) -> float:
        """Share of the texts of the column that have the mark within."""
        key = (column, mark)
        if key not in self._shares:
            cells = self._cells[column] if column < len(self._cells) else []
            self._shares[key] = sum(mark in cell for cell in cells) / max(1, len(cells))
        return self._shares[key]

    def _cell_cost(self, column: int, cell: str) -> float:
        text = cell.strip()
        if column >= len(self._types):
            return _WRONG if text else 0.0
        if not text:
            return 0.0 if self._blank[column] else _STRANGE
        cell_type = self._types[column]
        if cell_type.kind is not CellKind.TEXT:
            _, unfit = cast_cells(pa.array([text], pa.string()), cell_type)
            return _WRONG if unfit[0] else self._unheard_of(column, text)
        if self._values[column] is not None:
            return self._unheard_of(column, text)
        look = self._looks[column]
        if not look.seen or look.fits(cell):
            return 0.0
        known = {part for found in look.seen for part in (found, found.replace(" ", ""))}
        return _UNUSUAL if shape(cell).replace(" ", "") in known else _STRANGE

    def _unheard_of(self, column: int, text: str) -> float:
        """What another value costs where a few come again and again."""
        values = self._values[column]
        if values is None or text in values:
            return 0.0
        return _UNUSUAL if self._looks[column].fits(text) else _STRANGE
