"""The cells of a table that a recipe reads as something else than stands in the file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from engine.recipe.rows import CellCorrection, ColumnCorrections
from gui.i18n import tr

if TYPE_CHECKING:
    from engine.data.table import Table

NONE: Mapping[int, CellCorrection] = {}


class CorrectedCells:
    """Corrections by column and row; those whose value the column cannot hold are not used, as in training."""

    def __init__(
        self, corrections: Sequence[ColumnCorrections] = (), table: Table | None = None
    ) -> None:
        self._by_column: dict[str, Mapping[int, CellCorrection]] = {}
        if table is None or not corrections:
            return
        from engine.data.cells.stored import read_as

        names = set(table.names)
        for each in corrections:
            if each.name not in names:
                continue
            kind = table.column(each.name).type
            self._by_column[each.name] = {
                cell.row: cell
                for cell in each.cells
                if not cell.value or read_as(cell.value, kind) is not None
            }

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns in which cells are corrected."""
        return tuple(self._by_column)

    def of(self, column: str) -> Mapping[int, CellCorrection]:
        """The corrections of a column, by rows of the file (from 0)."""
        return self._by_column.get(column, NONE)


def before_and_after(correction: CellCorrection) -> tuple[str, str]:
    """What stands in the file, and what it is read as."""
    missing = tr("missing")
    return correction.found or missing, correction.value or missing


def told(correction: CellCorrection) -> str:
    """Both in a sentence."""
    found, value = before_and_after(correction)
    return tr("In the file: {found}. Corrected to: {value}.", found=found, value=value)
