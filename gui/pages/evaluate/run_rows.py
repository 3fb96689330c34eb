"""The rows of the table that a run was trained on, for the largest errors."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import TrainyardError
from engine.schema import Kind, Role

if TYPE_CHECKING:
    from engine.data.table import Table
    from engine.recipe.recipe import Recipe
    from engine.store.info import RunInfo

MOST_COLUMNS = 8


class RunRows:
    """Cells of a run's table: of the open table where it is the same, else of the cached one.

    `recipe` is the run's resolved recipe, which lists every column with kind and role.
    """

    def __init__(self, open_table: Table | None, info: RunInfo, recipe: Recipe) -> None:
        self._table = _table_of(open_table, info)
        kinds = {
            spec.name: spec.kind
            for spec in recipe.columns
            if spec.name is not None and spec.role is Role.FEATURE
        }
        present = self._table.names if self._table is not None else ()
        self.columns = tuple(name for name in kinds if name in present)[:MOST_COLUMNS]
        self._numbers = {name for name, kind in kinds.items() if kind is Kind.NUMBER}

    def is_number(self, column: str) -> bool:
        """Whether the column's cells are numbers."""
        return column in self._numbers

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
