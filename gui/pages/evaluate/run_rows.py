"""The rows of the table that a run was trained on, for the largest errors."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import TrainyardError
from engine.schema import Role

if TYPE_CHECKING:
    from engine.data.table import Table

    from engine.recipe.recipe import Recipe
    from engine.store.info import RunInfo

MOST_COLUMNS = 8


class RunRows:
    """Cells of a run's table: of the open table where it is the same, else of the cached one."""

    def __init__(self, open_table: Table | None, info: RunInfo, recipe: Recipe) -> None:
        self._table = _table_of(open_table, info)
        features = [
            spec.name
            for spec in recipe.columns
            if spec.name is not None and spec.role is Role.FEATURE
        ]
        self.columns: tuple[str, ...] = ()
        if self._table is not None:
            self.columns = tuple(n for n in features if n in self._table.names)[:MOST_COLUMNS]

    def cells(self, row: int) -> Sequence[str | None]:
        """The cells of one row in the order of `columns`; `None` is missing."""
        if self._table is None or not 0 <= row < self._table.rows:
            return (None,) * len(self.columns)
        return [self._table.cells(name, row, row + 1)[0] for name in self.columns]


def _table_of(open_table: Table | None, info: RunInfo) -> Table | None:
    if open_table is not None and open_table.fingerprint == info.fingerprint:
        return open_table
    from engine.data.table import Table

    try:
        return Table.load(Path(info.table_folder))
    except (TrainyardError, OSError):
        return None  # the cache was cleared: the errors are shown without columns
