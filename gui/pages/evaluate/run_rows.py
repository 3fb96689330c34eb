"""The rows of the table that a run was trained on, for the largest errors."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, overload

from engine.errors import TrainyardError
from engine.schema import Kind, Role

if TYPE_CHECKING:
    from engine.data.table import Table
    from engine.recipe.recipe import Recipe
    from engine.store.info import RunInfo


class RunRows:
    """Cells of a run's table: of the open table where it is the same, else of the cached one.

    `recipe` is the run's resolved recipe, which lists every column with kind and role. Columns that the
    run learned from come first, then all others but its targets.
    """

    def __init__(self, open_table: Table | None, info: RunInfo, recipe: Recipe) -> None:
        self._table = _table_of(open_table, info)
        kinds = {spec.name: spec.kind for spec in recipe.columns if spec.name is not None}
        used = {spec.name for spec in recipe.columns if spec.role is Role.FEATURE}
        targets = set(recipe.targets)
        present = [name for name in self._table.names if name not in targets] if self._table else []
        self.columns = tuple(sorted(present, key=lambda name: name not in used))
        self._numbers = {name for name, kind in kinds.items() if kind is Kind.NUMBER}
        self.used = tuple(name for name in self.columns if name in used)
        """Those that the run learned from."""

    def is_number(self, column: str) -> bool:
        """Whether the column's cells are numbers."""
        return column in self._numbers

    def cell(self, row: int, column: str) -> str | None:
        """One cell as text; `None` is missing."""
        if self._table is None or not 0 <= row < self._table.rows:
            return None
        return self._table.cells(column, row, row + 1)[0]

    def cells(self, row: int) -> Sequence[str | None]:
        """The cells of one row in the order of `columns`; `None` is missing."""
        return [self.cell(row, name) for name in self.columns]


class CellsInSight(Sequence[str | None]):
    """Texts of one row of which the later ones are read from the table when they are looked at."""

    def __init__(
        self, first: Sequence[str | None], more: int, read: Callable[[int], str | None]
    ) -> None:
        self._first, self._more, self._read = first, more, read
        self._known: dict[int, str | None] = {}

    def __len__(self) -> int:
        return len(self._first) + self._more

    @overload
    def __getitem__(self, place: int) -> str | None: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[str | None]: ...
    def __getitem__(self, place: int | slice) -> str | Sequence[str | None] | None:
        if isinstance(place, slice):
            return [self[each] for each in range(*place.indices(len(self)))]
        if not 0 <= place < len(self):
            raise IndexError(place)
        if place < len(self._first):
            return self._first[place]
        if place not in self._known:
            self._known[place] = self._read(place - len(self._first))
        return self._known[place]


def _table_of(open_table: Table | None, info: RunInfo) -> Table | None:
    if open_table is not None and open_table.fingerprint == info.fingerprint:
        return open_table
    from engine.data.table import Table

    try:
        return Table.load(Path(info.table_folder))
    except (TrainyardError, OSError):
        return None  # the cache was cleared: the errors are shown without columns
