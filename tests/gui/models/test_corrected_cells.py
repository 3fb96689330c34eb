"""Cells that a recipe reads as something else, in the model of the table."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt

from engine.data.open import open_table
from engine.data.table import Table
from engine.recipe.rows import CellCorrection, ColumnCorrections
from gui.models.corrected_cells import CorrectedCells
from gui.models.table_model import TableModel

TOOLTIP, SPOKEN = Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole


def model_with(tmp_path: Path, column: str, *cells: CellCorrection) -> TableModel:
    path = tmp_path / "t.csv"
    path.write_text("size,kind\n1,a\n2,\n3,b\n")
    table = open_table(path)
    model = TableModel()
    model.set_table(_Rows(table))
    model.set_corrected(CorrectedCells([ColumnCorrections(name=column, cells=cells)], table))
    return model


class _Rows:
    """The rows of a table in another order than that of the file."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self.names = ("size", "kind")
        self.rows = 3

    def cells(self, name: str, start: int, stop: int) -> list[str | None]:
        return self._table.cells(name, 0, 3)[::-1][start:stop]

    def row(self, place: int) -> int:
        return 2 - place


def test_a_corrected_cell_says_what_stands_in_the_file_and_what_it_is_read_as(
    tmp_path: Path,
) -> None:
    cells = (
        CellCorrection(row=2, found="b", value="a"),
        CellCorrection(row=1, found=None, value="b"),
    )
    model = model_with(tmp_path, "kind", *cells)
    assert model.corrected_columns() == (1,)
    assert not model.corrections_of(0)
    assert model.correction(0, 1) == cells[0]
    assert model.correction(2, 1) is None
    assert model.cell(0, 1) == "b", "copies, filters and searches are of what stands in the file"
    assert model.index(0, 1).data(TOOLTIP) == "In the file: b. Corrected to: a."
    assert model.index(0, 1).data(SPOKEN) == "kind, row 3: In the file: b. Corrected to: a."
    assert model.index(1, 1).data(TOOLTIP) == "In the file: missing. Corrected to: b."
    assert model.index(2, 1).data(TOOLTIP) == "a"


def test_a_correction_that_training_does_not_use_is_not_shown(tmp_path: Path) -> None:
    of_another_table = CellCorrection(row=0, found="x", value="b")
    assert model_with(tmp_path, "kind", of_another_table).correction(2, 1) is None
    no_number = CellCorrection(row=0, found="1", value="many")
    assert model_with(tmp_path, "size", no_number).correction(2, 0) is None
    emptied = CellCorrection(row=0, found="1", value="")
    assert model_with(tmp_path, "size", emptied).correction(2, 0) == emptied
    elsewhere = CellCorrection(row=0, found="1", value="2")
    assert model_with(tmp_path, "gone", elsewhere).corrected_columns() == ()
