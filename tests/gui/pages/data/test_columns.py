"""Columns moved, hidden, frozen and widened with mouse and keys, and what is kept of that."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.data.rows.filters import LevelsFilter
from gui.models.cell_tints import ColourBy
from gui.pages.data.table_view import DataTable
from gui.remembered import ColumnLayout
from tests.gui.pages.data.conftest import LONG, Stage, said

Open = Callable[[Path], Stage]
LEFT = Qt.MouseButton.LeftButton
NONE = Qt.KeyboardModifier.NoModifier
NAMES = [f"column {at}" for at in range(30)]


@pytest.fixture
def wide(tmp_path: Path) -> Path:
    """30 columns and 40 rows; a cell says where it is."""
    lines = [",".join(NAMES)]
    lines += [",".join(f"r{row}c{at}" for at in range(30)) for row in range(40)]
    path = tmp_path / "wide.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def order(view: DataTable) -> list[str]:
    return [view.names[column] for column in view.shown_columns()]


def drag(view: DataTable, column: int, to: QPoint) -> None:
    """Press on a section, move in steps, release."""
    area = view.header.viewport()
    start = QPoint(view.header.section_rect(column).left() + 25, 85)
    QTest.mousePress(area, LEFT, NONE, start)
    for step in range(1, 9):
        place = start + (to - start) * step / 8
        QTest.mouseMove(area, place)
        QApplication.processEvents()
    QTest.mouseRelease(area, LEFT, NONE, to)
    QApplication.processEvents()


def test_columns_are_moved_by_dragging_and_it_is_kept(
    qtbot: QtBot, open_page: Open, wide: Path
) -> None:
    stage = open_page(wide)
    view = stage.page.table.view
    drag(view, 3, QPoint(view.header.section_rect(0).left() + 5, 85))
    assert order(view)[:3] == ["column 3", "column 0", "column 1"]
    assert stage.session.view.sorts == ()
    assert stage.session.memory.layout.order[0] == "column 3"


def test_ticks_in_the_list_hide_and_show_columns(qtbot: QtBot, open_page: Open, wide: Path) -> None:
    stage = open_page(wide)
    tab = stage.page.table
    qtbot.mouseClick(tab.strip.columns, LEFT)
    panel = tab._columns
    assert panel.isVisible()
    qtbot.keyClicks(panel.search, "column 1")
    assert panel.model.rowCount() == 11  # 1 and 10 to 19
    qtbot.keyClicks(panel.search, "x")
    assert "No column has “column 1x” in its name." in said(panel)
    qtbot.keyClick(panel.search, Qt.Key.Key_Backspace)
    panel.list.setFocus()
    panel.list.setCurrentIndex(panel.model.index(0))
    qtbot.keyClick(panel.list, Qt.Key.Key_Space)
    assert "column 1" not in order(tab.view)
    assert tab.strip.columns.text() == "Columns (1 hidden)"
    qtbot.mouseClick(panel.hide_all, LEFT)
    assert order(tab.view) == [n for n in NAMES if not n.startswith("column 1")]
    panel.search.clear()
    qtbot.mouseClick(panel.hide_all, LEFT)
    assert len(order(tab.view)) == 1  # never none at all
    qtbot.mouseClick(panel.reset, LEFT)
    assert order(tab.view) == NAMES


def test_a_frozen_column_stays_while_the_others_scroll(
    qtbot: QtBot, open_page: Open, wide: Path
) -> None:
    stage = open_page(wide)
    view = stage.page.table.view
    view.freeze_column(2)
    assert order(view)[0] == "column 2"
    width = view.columnWidth(2)
    view.horizontalScrollBar().setValue(view.horizontalScrollBar().maximum())
    QApplication.processEvents()
    assert view.visualRect(view.model().index(5, 2)).left() == 0
    qtbot.mouseClick(view.viewport(), LEFT, pos=QPoint(width // 2, 5 * view.rowHeight(0) + 4))
    assert view.currentIndex().data() == "r5c2"
    assert stage.session.column == "column 2"
    assert view.horizontalScrollBar().value() == view.horizontalScrollBar().maximum()


def test_a_frozen_column_is_drawn_over_what_lies_under_it(
    qtbot: QtBot, open_page: Open, wide: Path
) -> None:
    stage = open_page(wide)
    view = stage.page.table.view
    stage.session.select_column("column 9")
    before: QImage = view.viewport().grab().toImage()
    width = view.columnWidth(0)
    view.freeze(1)
    view.horizontalScrollBar().setValue(10 * width)
    QApplication.processEvents()
    after: QImage = view.viewport().grab().toImage()
    size = (0, 0, width - 3, 200)
    assert before.copy(*size) == after.copy(*size)
    view.freeze(0)
    assert view.viewport().grab().toImage().copy(*size) != before.copy(*size)


def test_the_header_of_a_frozen_column_is_clicked_where_it_is_seen(
    qtbot: QtBot, open_page: Open, wide: Path
) -> None:
    stage = open_page(wide)
    view = stage.page.table.view
    view.freeze(1)
    view.horizontalScrollBar().setValue(view.horizontalScrollBar().maximum())
    qtbot.mouseClick(view.header.viewport(), LEFT, pos=QPoint(20, 14))
    assert [s.column for s in stage.session.view.sorts] == ["column 0"]
    assert stage.session.column == "column 0"


def test_a_column_chosen_under_the_frozen_ones_comes_into_sight(
    qtbot: QtBot, open_page: Open, wide: Path
) -> None:
    stage = open_page(wide)
    view = stage.page.table.view
    view.freeze(2)
    view.horizontalScrollBar().setValue(view.horizontalScrollBar().maximum())
    stage.session.select_column("column 4")
    frozen = view.columnWidth(0) + view.columnWidth(1)
    assert view.columnViewportPosition(4) >= frozen


def test_the_arrangement_is_kept_and_comes_back(
    qtbot: QtBot, open_page: Open, wide: Path, clean: Path
) -> None:
    stage = open_page(wide)
    tab = stage.page.table
    tab.view.move_column(5, 0)
    tab.view.hide_columns([7, 8])
    tab.view.freeze(2)
    tab.view.setColumnWidth(3, 222)
    kept = tab.layout_state()
    assert kept.hidden == ("column 7", "column 8")
    assert kept.frozen == ("column 5", "column 0")
    assert kept.widths == {"column 3": 222}
    with qtbot.waitSignal(stage.session.profileChanged, timeout=LONG):
        stage.session.open(clean)
    assert order(tab.view) == ["size", "colour", "label"]
    with qtbot.waitSignal(stage.session.profileChanged, timeout=LONG):
        stage.session.open(wide)
    assert tab.layout_state() == kept
    assert tab.view.columnWidth(3) == 222
    assert order(tab.view)[:2] == ["column 5", "column 0"]


def test_an_arrangement_of_other_columns_does_no_harm(
    qtbot: QtBot, open_page: Open, clean: Path
) -> None:
    stage = open_page(clean)
    tab = stage.page.table
    names = ("gone", "label", "size")
    tab.restore(ColumnLayout(order=names, hidden=("gone",), frozen=("gone",), widths={"gone": 9}))
    assert order(tab.view) == ["label", "size", "colour"]
    tab.restore(ColumnLayout(hidden=("size", "colour", "label")))
    assert len(order(tab.view)) == 3  # never none at all


def test_cells_are_copied_in_the_order_that_is_seen_without_hidden_columns(
    qtbot: QtBot, open_page: Open, wide: Path
) -> None:
    stage = open_page(wide)
    view = stage.page.table.view
    view.move_column(2, 0)
    view.hide_columns([0])
    stage.session.view.add(LevelsFilter(column="column 0", values=("r3c0", "r9c0", "r11c0")))
    qtbot.waitUntil(lambda: not stage.session.view.is_busy, timeout=LONG)
    view.setFocus()
    view.show_cell(0, 2)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Down):
        qtbot.keyClick(view, key, Qt.KeyboardModifier.ShiftModifier)
    QGuiApplication.clipboard().clear()
    qtbot.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: QGuiApplication.clipboard().text() != "", timeout=LONG)
    assert QGuiApplication.clipboard().text() == "r3c2\tr3c1\nr9c2\tr9c1\n"


def test_a_width_is_dragged_without_sorting(qtbot: QtBot, open_page: Open, wide: Path) -> None:
    stage = open_page(wide)
    view = stage.page.table.view
    area = view.header.viewport()
    edge = view.header.section_rect(1).right()
    before = view.columnWidth(1)
    QTest.mouseMove(area, QPoint(edge, 14))
    QTest.mousePress(area, LEFT, NONE, QPoint(edge, 14))
    QTest.mouseMove(area, QPoint(edge + 40, 14))
    QTest.mouseRelease(area, LEFT, NONE, QPoint(edge + 40, 14))
    assert view.columnWidth(1) == before + 40
    assert stage.session.view.sorts == ()
    assert stage.session.memory.layout.widths == {"column 1": before + 40}


def test_colours_behind_cells_follow_the_choice(qtbot: QtBot, open_page: Open, clean: Path) -> None:
    stage = open_page(clean)
    tab = stage.page.table
    stage.session.select_column("label")
    size = tab.model.names.index("size")
    tab.strip.colours.set_value(ColourBy.VALUE)
    tab.strip.colours.changed.emit(ColourBy.VALUE)
    cells = [float(tab.model.cell(row, size) or 0) for row in range(tab.model.rowCount())]
    low, high = cells.index(min(cells)), cells.index(max(cells))
    assert tab.view.tints.at(low, size) != tab.view.tints.at(high, size)
    tab.strip.colours.changed.emit(ColourBy.TARGET)
    label = tab.model.names.index("label")
    by_label = {
        (tab.model.cell(row, label), tab.view.tints.at(row, size).name()) for row in range(40)
    }
    assert len(by_label) == 2
    assert len({colour for _, colour in by_label}) == 2


def test_the_chosen_column_stays_when_the_table_takes_the_keyboard(
    qtbot: QtBot, open_page: Open, wide: Path
) -> None:
    stage = open_page(wide)
    view = stage.page.table.view
    stage.page.search.setFocus()
    stage.session.select_column("column 7")
    view.selectionModel().clear()
    view.setFocus()
    assert stage.session.column == "column 7"


def test_a_sorted_column_shows_its_name_beside_the_mark(
    qtbot: QtBot, open_page: Open, tmp_path: Path
) -> None:
    path = tmp_path / "short.csv"
    path.write_text("name_of_it,b\n" + "".join(f"x{row % 3},{row}\n" for row in range(40)))
    stage = open_page(path)
    view = stage.page.table.view
    before = view.columnWidth(0)
    view.set_sorts({0: (True, 0)})
    assert view.columnWidth(0) > before
    view.set_sorts({})
    stage.page.table.restore(ColumnLayout(widths={"name_of_it": 60}))
    view.set_sorts({0: (True, 0)})
    assert view.columnWidth(0) == 60, "a width that a person set stays"
