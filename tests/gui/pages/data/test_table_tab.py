"""The Table tab with mouse and key events."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage
from pytestqt.qtbot import QtBot

from engine.recipe.rows import CellCorrection, with_corrections
from engine.schema import Role
from gui import theme
from gui.models.table_model import TableModel
from gui.pages.data.table_view import COMPACT, ROOMY, DataTable
from tests.gui.models.plain_table import PlainTable
from tests.gui.pages.data.conftest import LONG, Stage, said

Open = Callable[[Path], Stage]


def header_point(view: DataTable, column: int) -> QPoint:
    return QPoint(view.columnViewportPosition(column) + 20, 30)


def cell_point(view: DataTable, row: int, column: int) -> QPoint:
    rect: QRect = view.visualRect(view.model().index(row, column))
    return rect.center()


def test_a_click_on_a_header_chooses_the_column(qtbot: QtBot, open_page: Open, clean: Path) -> None:
    stage = open_page(clean)
    view = stage.page.table.view
    qtbot.mouseClick(view.header.viewport(), Qt.MouseButton.LeftButton, pos=header_point(view, 1))
    assert stage.session.column == "colour"
    assert "colour" in said(stage.inspector)


def test_a_click_on_a_cell_and_the_arrow_keys_choose_columns(
    qtbot: QtBot, open_page: Open, clean: Path
) -> None:
    stage = open_page(clean)
    view = stage.page.table.view
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=cell_point(view, 3, 0))
    assert stage.session.column == "size"
    qtbot.keyClick(view, Qt.Key.Key_Right)
    qtbot.keyClick(view, Qt.Key.Key_Right)
    assert stage.session.column == "label"
    assert view.currentIndex().row() == 3


def test_a_click_on_a_row_number_selects_the_row_and_keeps_the_column(
    qtbot: QtBot, open_page: Open, clean: Path
) -> None:
    stage = open_page(clean)
    view = stage.page.table.view
    stage.session.select_column("colour")
    rows = view.verticalHeader()
    at = QPoint(10, rows.sectionViewportPosition(2) + 5)
    qtbot.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert stage.session.column == "colour"
    assert [(b.top, b.bottom) for b in view.selected_blocks()] == [(2, 2)]


def test_the_strip_says_which_rows_are_shown_and_how_columns_are_used(
    qtbot: QtBot, open_page: Open, ragged: Path
) -> None:
    stage = open_page(ragged)
    tab = stage.page.table
    assert "Showing 1–" in said(tab)
    assert "of 197 rows" in said(tab)
    assert "1 target" in said(tab)
    tab.view.verticalScrollBar().setValue(tab.view.verticalScrollBar().maximum())
    assert "–197 of 197 rows" in said(tab)


def test_kept_out_lines_lead_to_the_problems(qtbot: QtBot, open_page: Open, ragged: Path) -> None:
    stage = open_page(ragged)
    assert stage.page.table.strip.kept_out.text() == "2 lines kept out"
    qtbot.mouseClick(stage.page.table.strip.kept_out, Qt.MouseButton.LeftButton)
    assert stage.page.problems.isVisible()


def test_rows_are_denser_or_roomier(qtbot: QtBot, open_page: Open, clean: Path) -> None:
    stage = open_page(clean)
    tab = stage.page.table
    assert tab.view.rowHeight(0) == COMPACT
    tab.strip.density.set_value(COMPACT)
    tab.strip.density.changed.emit(ROOMY)
    assert tab.view.rowHeight(0) == ROOMY


def test_find_goes_from_names_to_cells_and_on(qtbot: QtBot, open_page: Open, clean: Path) -> None:
    stage = open_page(clean)
    page = stage.page
    qtbot.keyClick(page, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(page.search.hasFocus)
    qtbot.keyClicks(page.search, "blue")
    qtbot.keyClick(page.search, Qt.Key.Key_Return)
    view = page.table.view
    qtbot.waitUntil(lambda: view.currentIndex().data() == "blue", timeout=LONG)
    first = view.currentIndex().row()
    assert stage.session.column == "colour"
    qtbot.keyClick(page.search, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: view.currentIndex().row() > first, timeout=LONG)
    page.search.clear()
    qtbot.keyClicks(page.search, "siz")
    qtbot.keyClick(page.search, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: stage.session.column == "size", timeout=LONG)


def test_find_says_when_there_is_nothing(qtbot: QtBot, open_page: Open, clean: Path) -> None:
    stage = open_page(clean)
    qtbot.keyClicks(stage.page.search, "zebra")
    qtbot.keyClick(stage.page.search, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "not found" in said(stage.page.table), timeout=LONG)


def test_ctrl_c_copies_the_selected_cells(qtbot: QtBot, open_page: Open, clean: Path) -> None:
    stage = open_page(clean)
    view = stage.page.table.view
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=cell_point(view, 0, 0))
    qtbot.keyClick(view, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClick(view, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    QGuiApplication.clipboard().clear()
    qtbot.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: QGuiApplication.clipboard().text() != "", timeout=LONG)
    model = stage.page.table.model
    expected = "".join(f"{model.cell(row, 0)}\t{model.cell(row, 1)}\n" for row in (0, 1))
    assert QGuiApplication.clipboard().text() == expected


def test_the_header_of_the_target_says_so(qtbot: QtBot, open_page: Open, clean: Path) -> None:
    stage = open_page(clean)
    stage.session.set_target("label")
    model = stage.page.table.model
    told = model.headerData(2, Qt.Orientation.Horizontal, Qt.ItemDataRole.AccessibleTextRole)
    assert told.startswith("label, ")
    assert "target" in told
    stage.session.set_role("size", Role.IGNORE)
    told = model.headerData(0, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole)
    assert "ignored" in told


def test_ten_million_rows_cost_nothing_but_what_is_in_sight(qtbot: QtBot) -> None:
    class Endless(PlainTable):
        def cells(self, name: str, start: int, stop: int) -> list[str | None]:
            self.asked.append((name, start, stop))
            return [str(row) for row in range(start, stop)]

    table = Endless({f"c{i}": [] for i in range(50)})
    table.rows = 10_000_000
    model = TableModel()
    view = DataTable(model)
    qtbot.addWidget(view)
    model.set_table(table)
    view.resize(1000, 600)
    view.show()
    qtbot.waitExposed(view)
    view.verticalScrollBar().setValue(view.verticalScrollBar().maximum())
    view.grab()
    assert view.visible_rows()[1] == 9_999_999
    assert sum(stop - start for _, start, stop in table.asked) < 100_000


def test_the_chosen_column_is_tinted(qtbot: QtBot, open_page: Open, clean: Path) -> None:
    stage = open_page(clean)
    stage.session.select_column("colour")
    view = stage.page.table.view
    image: QImage = view.viewport().grab().toImage()
    rect = view.visualRect(view.model().index(5, 1))
    tinted = image.pixelColor(rect.left() + 2, rect.top() + 3)
    plain = image.pixelColor(view.visualRect(view.model().index(5, 0)).left() + 2, rect.top() + 3)
    assert tinted == theme.colour("selected")
    assert plain == theme.colour("surface")


def test_a_corrected_cell_is_shown_as_corrected_until_that_is_undone(
    qtbot: QtBot, open_page: Open, clean: Path
) -> None:
    stage = open_page(clean)
    session, view, model = stage.session, stage.page.table.view, stage.page.table.model
    rect = view.visualRect(model.index(0, 1))
    plain = view.viewport().grab(rect).toImage()
    width = view.columnWidth(1)
    correction = CellCorrection(row=0, found="red", value="ultramarine")
    rules = with_corrections(session.recipe.rows, "colour", [correction])
    session.edit(session.recipe.model_copy(update={"rows": rules}), "Correct a label")
    assert model.correction(0, 1) == correction
    assert view.columnWidth(1) > width, "both values fit"
    corrected = view.viewport().grab(rect).toImage()
    assert corrected != plain
    assert _has(corrected, theme.colour("accent"))
    assert not _has(plain, theme.colour("accent"))
    session.undo()
    assert view.viewport().grab(rect).toImage() == plain


def _has(image: QImage, colour: QColor) -> bool:
    """Whether some pixel is nearly of a colour."""
    return any(
        abs(seen.red() - colour.red()) < 40
        and abs(seen.green() - colour.green()) < 40
        and abs(seen.blue() - colour.blue()) < 40
        for x in range(image.width())
        for y in range(image.height())
        for seen in [image.pixelColor(x, y)]
    )
