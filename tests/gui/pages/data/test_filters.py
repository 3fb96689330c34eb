"""Filters and sorts through the window: header, chips, panel, menus, and what follows from them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from engine.data.rows.filters import (
    ExpressionFilter,
    LevelsFilter,
    MissingFilter,
    RangeFilter,
    Sort,
)
from gui.models.conditions import Test
from gui.pages.data.filter_popover import EXPRESSION
from gui.pages.data.table_view import DataTable
from tests.gui.pages.data.conftest import LONG, Stage, said

Open = Callable[[Path], Stage]
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def people(tmp_path: Path) -> Path:
    """60 rows; every sixth age is missing, every third person is from Bonn."""
    lines = ["age,city,paid"]
    for i in range(60):
        age = "" if i % 6 == 5 else str(20 + i)
        lines.append(f"{age},{('Bonn', 'Köln', 'Trier')[i % 3]},{i * 37 % 60}")
    path = tmp_path / "people.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def settle(qtbot: QtBot, stage: Stage) -> None:
    view = stage.session.view
    qtbot.waitUntil(lambda: not view.is_busy and not view.is_profiling, timeout=LONG)
    QApplication.processEvents()


def name_point(view: DataTable, column: int) -> QPoint:
    rect = view.header.section_rect(column)
    return QPoint(rect.left() + 25, 14)


def bar_point(view: DataTable, column: int, share: float) -> QPoint:
    rect = view.header.section_rect(column)
    return QPoint(rect.left() + round(share * rect.width()), 55)


def missing_point(view: DataTable, column: int) -> QPoint:
    rect = view.header.section_rect(column)
    return QPoint(rect.center().x(), 80)


def column(stage: Stage, name: str) -> list[str | None]:
    model = stage.page.table.model
    at = model.names.index(name)
    return [model.cell(row, at) for row in range(model.rowCount())]


def click_header(
    qtbot: QtBot,
    view: DataTable,
    place: QPoint,
    keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
) -> None:
    qtbot.mouseClick(view.header.viewport(), LEFT, keys, place)


def test_clicks_on_a_name_sort_up_down_and_not_at_all(
    qtbot: QtBot, open_page: Open, people: Path
) -> None:
    stage = open_page(people)
    view = stage.page.table.view
    in_file = column(stage, "paid")
    orders = []
    for _ in range(3):
        click_header(qtbot, view, name_point(view, 2))
        settle(qtbot, stage)
        orders.append(column(stage, "paid"))
    numbers = sorted(map(int, filter(None, in_file)))
    assert orders[0] == [str(n) for n in numbers]
    assert orders[1] == [str(n) for n in reversed(numbers)]
    assert orders[2] == in_file
    assert stage.session.column == "paid"


def test_shift_adds_a_sort(qtbot: QtBot, open_page: Open, people: Path) -> None:
    stage = open_page(people)
    view = stage.page.table.view
    click_header(qtbot, view, name_point(view, 1))
    click_header(qtbot, view, name_point(view, 0), Qt.KeyboardModifier.ShiftModifier)
    click_header(qtbot, view, name_point(view, 0), Qt.KeyboardModifier.ShiftModifier)
    settle(qtbot, stage)
    assert stage.session.view.sorts == (Sort(column="city"), Sort(column="age", descending=True))
    assert column(stage, "city") == ["Bonn"] * 20 + ["Köln"] * 20 + ["Trier"] * 20
    assert column(stage, "age")[:2] == ["77", "74"]
    assert column(stage, "age")[-1] is None


def test_row_numbers_stay_those_of_the_file(qtbot: QtBot, open_page: Open, people: Path) -> None:
    stage = open_page(people)
    stage.session.view.sort_by("age", descending=True)
    settle(qtbot, stage)
    model = stage.page.table.model
    vertical = Qt.Orientation.Vertical
    assert model.headerData(0, vertical) == "59"
    said_of_cell = model.data(model.index(0, 0), Qt.ItemDataRole.AccessibleTextRole)
    assert said_of_cell == "age, row 59: 78"


def test_a_click_on_a_bar_of_a_category_filters_and_again_takes_it_back(
    qtbot: QtBot, open_page: Open, people: Path
) -> None:
    stage = open_page(people)
    view = stage.page.table.view
    click_header(qtbot, view, bar_point(view, 1, 0.2))
    settle(qtbot, stage)
    chosen = stage.session.view.filters
    assert chosen == (LevelsFilter(column="city", values=("Bonn",)),)
    assert set(column(stage, "city")) == {"Bonn"}
    assert "20 of 60 rows" in said(stage.page.filters)
    assert stage.session.view.profile.columns["city"].distinct == 1
    click_header(qtbot, view, bar_point(view, 1, 0.2))
    settle(qtbot, stage)
    assert stage.session.view.filters == ()
    assert len(column(stage, "city")) == 60
    assert stage.page.filters.isHidden()


def test_a_click_on_a_histogram_bar_leaves_the_rows_that_it_counts(
    qtbot: QtBot, open_page: Open, people: Path
) -> None:
    stage = open_page(people)
    view = stage.page.table.view
    figures = stage.session.profile.columns["age"]
    click_header(qtbot, view, bar_point(view, 0, 0.5))
    settle(qtbot, stage)
    (chosen,) = stage.session.view.filters
    assert isinstance(chosen, RangeFilter)
    bar = figures.edges.index(chosen.low)
    assert stage.session.view.count == figures.histogram[bar]


def test_a_click_on_what_is_missing_leaves_the_rows_without_a_value(
    qtbot: QtBot, open_page: Open, people: Path
) -> None:
    stage = open_page(people)
    view = stage.page.table.view
    click_header(qtbot, view, missing_point(view, 0))
    settle(qtbot, stage)
    assert stage.session.view.filters == (MissingFilter(column="age"),)
    assert column(stage, "age") == [None] * 10


def test_chips_name_the_filters_and_take_them_away(
    qtbot: QtBot, open_page: Open, people: Path
) -> None:
    stage = open_page(people)
    bar = stage.page.filters
    view = stage.session.view
    view.add(RangeFilter(column="age", low=30, high=40))
    view.add(LevelsFilter(column="city", values=("Köln", "Trier")))
    settle(qtbot, stage)
    assert [chip.accessibleName() for chip in bar.chips] == [
        "Filter: age 30 to 40",
        "Filter: city Köln, Trier",
    ]
    chip = bar.chips[0]
    qtbot.mouseClick(chip, LEFT, pos=QPoint(chip.width() - 12, chip.height() // 2))
    settle(qtbot, stage)
    assert [f.column for f in view.filters] == ["city"]
    bar.chips[0].setFocus()
    qtbot.keyClick(bar.chips[0], Qt.Key.Key_Delete)
    settle(qtbot, stage)
    assert view.filters == ()


def test_clear_all_takes_every_filter_away(qtbot: QtBot, open_page: Open, people: Path) -> None:
    stage = open_page(people)
    stage.session.view.restore(
        [MissingFilter(column="age"), LevelsFilter(column="city", values=("Bonn",))], ()
    )
    settle(qtbot, stage)
    qtbot.mouseClick(stage.page.filters.clear_all, LEFT)
    settle(qtbot, stage)
    assert stage.session.view.count == 60


def test_no_row_left_says_so_and_offers_the_way_back(
    qtbot: QtBot, open_page: Open, people: Path
) -> None:
    stage = open_page(people)
    stage.session.view.add(RangeFilter(column="age", low=1000))
    settle(qtbot, stage)
    empty = stage.page.table.empty
    assert empty.isVisible()
    qtbot.mouseClick(empty.findChild(type(stage.page.filter), ""), LEFT)
    settle(qtbot, stage)
    assert stage.page.table.view.isVisible()


def test_the_panel_makes_a_filter_of_a_condition(
    qtbot: QtBot, open_page: Open, people: Path
) -> None:
    stage = open_page(people)
    stage.session.select_column("age")
    qtbot.mouseClick(stage.page.filter, LEFT)
    panel = stage.page.filter_popover
    assert panel.isVisible()
    assert panel.column.value() == "age"
    panel.test.set_value(Test.BETWEEN)
    panel.test.changed.emit(Test.BETWEEN)
    qtbot.keyClicks(panel.values[0], "3o")
    qtbot.keyClicks(panel.values[1], "40")
    qtbot.keyClick(panel.values[1], Qt.Key.Key_Return)
    assert "“3o” is not a number." in said(panel)
    panel.values[0].clear()
    qtbot.keyClicks(panel.values[0], "30")
    qtbot.keyClick(panel.values[0], Qt.Key.Key_Return)
    assert not panel.isVisible()
    settle(qtbot, stage)
    assert stage.session.view.filters == (RangeFilter(column="age", low=30, high=40),)


def test_the_panel_reads_expressions_and_tells_what_is_wrong_with_them(
    qtbot: QtBot, open_page: Open, people: Path
) -> None:
    stage = open_page(people)
    stage.page.ask_filter("age")
    panel = stage.page.filter_popover
    panel.way.set_value(EXPRESSION)
    panel.way.changed.emit(EXPRESSION)
    qtbot.keyClicks(panel.expression, "agee > 60")
    qtbot.keyClick(panel.expression, Qt.Key.Key_Return)
    assert panel.isVisible()
    assert "The closest name is “age”." in said(panel)
    panel.expression.clear()
    qtbot.keyClicks(panel.expression, "age > 60 and city = 'Bonn'")
    qtbot.keyClick(panel.expression, Qt.Key.Key_Return)
    settle(qtbot, stage)
    assert set(column(stage, "city")) == {"Bonn"}
    assert min(int(age) for age in column(stage, "age") if age) > 60


def test_a_chip_opens_its_filter_to_be_changed(qtbot: QtBot, open_page: Open, people: Path) -> None:
    stage = open_page(people)
    stage.session.view.add(LevelsFilter(column="city", values=("Bonn",)))
    settle(qtbot, stage)
    qtbot.mouseClick(stage.page.filters.chips[0], LEFT, pos=QPoint(10, 10))
    panel = stage.page.filter_popover
    assert panel.isVisible()
    assert panel.values[0].text() == "Bonn"
    qtbot.keyClicks(panel.values[0], ", Trier")
    qtbot.keyClick(panel.values[0], Qt.Key.Key_Return)
    settle(qtbot, stage)
    assert stage.session.view.filters == (LevelsFilter(column="city", values=("Bonn", "Trier")),)


def test_the_panel_closes_on_escape(qtbot: QtBot, open_page: Open, people: Path) -> None:
    stage = open_page(people)
    stage.page.ask_filter("age")
    qtbot.keyClick(stage.page.filter_popover, Qt.Key.Key_Escape)
    assert not stage.page.filter_popover.isVisible()
    assert stage.session.view.filters == ()


def menu_of(stage: Stage) -> QMenu:
    return next(m for m in stage.page.table.findChildren(QMenu) if m.isVisible())


def choose(qtbot: QtBot, menu: QMenu, text: str) -> None:
    action = next(a for a in menu.actions() if a.text() == text)
    qtbot.mouseClick(menu, LEFT, pos=menu.actionGeometry(action).center())


def test_the_keyboard_opens_the_menu_of_a_cell(qtbot: QtBot, open_page: Open, people: Path) -> None:
    stage = open_page(people)
    view = stage.page.table.view
    view.show_cell(1, 1)
    view.setFocus()
    from PySide6.QtGui import QContextMenuEvent

    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(0, 0), QPoint(0, 0))
    QApplication.sendEvent(view.viewport(), event)
    choose(qtbot, menu_of(stage), "All but “Köln”")
    settle(qtbot, stage)
    assert set(column(stage, "city")) == {"Bonn", "Trier"}


def test_the_menu_of_a_header_sorts(qtbot: QtBot, open_page: Open, people: Path) -> None:
    stage = open_page(people)
    view = stage.page.table.view
    view.header.customContextMenuRequested.emit(name_point(view, 2))
    choose(qtbot, menu_of(stage), "Sort descending")
    settle(qtbot, stage)
    assert column(stage, "paid")[0] == "59"


def test_the_cell_in_hand_goes_with_its_row(qtbot: QtBot, open_page: Open, people: Path) -> None:
    stage = open_page(people)
    view = stage.page.table.view
    view.show_cell(3, 1)
    stage.session.view.sort_by("paid", descending=True)
    settle(qtbot, stage)
    model = stage.page.table.model
    assert model.row_of(view.currentIndex().row()) == 3
    stage.session.view.add(LevelsFilter(column="city", values=("Bonn",)))
    settle(qtbot, stage)
    assert model.row_of(view.currentIndex().row()) == 3


def test_whoever_sorts_sees_what_comes_first(qtbot: QtBot, open_page: Open, people: Path) -> None:
    stage = open_page(people)
    view, model = stage.page.table.view, stage.page.table.model
    view.show_cell(59, 1)
    assert view.rowAt(0) > 0
    qtbot.mouseClick(view.header.viewport(), LEFT, pos=name_point(view, 0))
    settle(qtbot, stage)
    assert (view.rowAt(0), model.row_of(0)) == (0, 0)


def test_find_stays_within_the_rows_shown_and_goes_both_ways(
    qtbot: QtBot, open_page: Open, people: Path
) -> None:
    stage = open_page(people)
    stage.session.view.add(RangeFilter(column="age", low=40, high=50))
    settle(qtbot, stage)
    view, model = stage.page.table.view, stage.page.table.model
    qtbot.keyClicks(stage.page.search, "Trier")
    qtbot.keyClick(stage.page.search, Qt.Key.Key_Return)
    rows = [row for row in range(20, 31) if row % 3 == 2 and row % 6 != 5]

    def here() -> int:
        return model.row_of(view.currentIndex().row())

    qtbot.waitUntil(lambda: here() == rows[0], timeout=LONG)
    qtbot.keyClick(stage.page, Qt.Key.Key_F3)
    qtbot.waitUntil(lambda: here() == rows[1], timeout=LONG)
    qtbot.keyClick(stage.page, Qt.Key.Key_F3, Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: here() == rows[0], timeout=LONG)
    assert f"Row {rows[0] + 1}, city" in said(stage.page.table)


def test_go_to_row_takes_the_number_in_the_file(
    qtbot: QtBot, open_page: Open, people: Path
) -> None:
    stage = open_page(people)
    stage.session.view.sort_by("paid", descending=True)
    settle(qtbot, stage)
    tab = stage.page.table
    qtbot.keyClick(stage.page, Qt.Key.Key_G, Qt.KeyboardModifier.ControlModifier)
    panel = tab._go_to
    qtbot.waitUntil(panel.isVisible)
    qtbot.keyClicks(panel.number, "61")
    qtbot.keyClick(panel.number, Qt.Key.Key_Return)
    assert "A row from 1 to 60 is needed." in said(panel)
    panel.number.clear()
    qtbot.keyClicks(panel.number, "17")
    qtbot.keyClick(panel.number, Qt.Key.Key_Return)
    assert tab.model.row_of(tab.view.currentIndex().row()) == 16


def test_a_row_that_is_filtered_out_is_offered_without_the_filters(
    qtbot: QtBot, open_page: Open, people: Path
) -> None:
    stage = open_page(people)
    stage.session.view.add(LevelsFilter(column="city", values=("Bonn",)))
    settle(qtbot, stage)
    tab = stage.page.table
    tab.show_row(1, "city")
    notice = stage.window.findChildren(type(stage.page.filters.clear_all))
    clear = next(b for b in notice if b.text() == "Clear filters" and b.isVisibleTo(stage.window))
    qtbot.mouseClick(clear, LEFT)
    settle(qtbot, stage)
    assert tab.model.row_of(tab.view.currentIndex().row()) == 1


def test_an_impossible_filter_is_told_and_the_rows_stay(
    qtbot: QtBot, open_page: Open, people: Path
) -> None:
    stage = open_page(people)
    view = stage.session.view
    view.add(LevelsFilter(column="city", values=("Bonn",)))
    settle(qtbot, stage)
    with qtbot.waitSignal(stage.session.failed, timeout=LONG):
        view.add(ExpressionFilter(expression="nowhere > 3"))
    assert view.filters == (LevelsFilter(column="city", values=("Bonn",)),)
    assert view.count == 20


def test_what_is_asked_last_wins(qtbot: QtBot, open_page: Open, people: Path) -> None:
    stage = open_page(people)
    view = stage.session.view
    for city in ("Bonn", "Köln", "Trier"):
        view.add(LevelsFilter(column="city", values=(city,)))
    settle(qtbot, stage)
    assert set(column(stage, "city")) == {"Trier"}


def test_another_table_begins_without_filters(
    qtbot: QtBot, open_page: Open, people: Path, clean: Path
) -> None:
    stage = open_page(people)
    stage.session.view.restore([MissingFilter(column="age")], [Sort(column="paid")])
    settle(qtbot, stage)
    with qtbot.waitSignal(stage.session.profileChanged, timeout=LONG):
        stage.session.open(clean)
    assert stage.session.view.filters == ()
    assert stage.page.table.model.rowCount() == stage.session.table.rows
    with qtbot.waitSignal(stage.session.profileChanged, timeout=LONG):
        stage.session.open(people)
    settle(qtbot, stage)
    assert stage.session.view.filters == (MissingFilter(column="age"),)
    assert column(stage, "paid") == sorted(column(stage, "paid"), key=lambda cell: int(cell or 0))


def test_rows_are_added_from_a_file_of_the_same_columns(
    qtbot: QtBot, open_page: Open, people: Path, tmp_path: Path
) -> None:
    stage = open_page(people)
    more = tmp_path / "more.csv"
    more.write_text("age,city,paid\n99,Ulm,1\n", encoding="utf-8")
    with qtbot.waitSignals(
        [stage.session.tableChanged, stage.session.profileChanged], timeout=LONG
    ):
        stage.session.add_files([more])
    assert stage.session.table.rows == 61
    assert column(stage, "city")[-1] == "Ulm"


def test_figures_are_of_the_rows_shown_after_reading_again(
    qtbot: QtBot, open_page: Open, people: Path
) -> None:
    stage = open_page(people)
    session, view = stage.session, stage.session.view
    view.add(LevelsFilter(column="city", values=("Bonn",)))
    qtbot.waitUntil(lambda: view.is_narrowed and not view.is_profiling, timeout=LONG)
    table = session.table
    assert table is not None
    assert 0 < view.count < table.rows
    session.reread(table.reading.model_copy(update={"repair": False}))
    qtbot.waitUntil(lambda: session.table is not table, timeout=LONG)

    def is_settled() -> bool:
        return session.profile is not None and not view.is_busy and not view.is_profiling

    qtbot.waitUntil(is_settled, timeout=LONG)
    assert view.is_narrowed
    assert view.profile is not None
    assert view.profile.rows == view.count
