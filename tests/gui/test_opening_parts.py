"""Files with several tables, several files and folders, opened with real drops, keys and clicks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from gui.main_window import MainWindow
from gui.notices import Notice
from gui.pages.data.page import DataPage
from gui.pages.reading.page import ReadingPage
from gui.pages.start.drop_zone import DropZone
from gui.session import Session
from gui.settings import Settings
from gui.shell.status_bar import StatusBar
from gui.widgets.choice import ComboBox
from tests.engine.data.formats_made import workbook, zipped

_CONTROL_SHIFT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
LONG = 60_000
ONE = [["x", "kind"], *([i / 7, "ab"[i % 2]] for i in range(40))]
TWO = [["y", "label"], *([i * 2, "cd"[i % 2]] for i in range(30))]


@pytest.fixture
def window(qapp: QApplication, qtbot: QtBot, tmp_path: Path) -> Iterator[MainWindow]:
    session = Session(tmp_path / "home")
    made = MainWindow(session, Settings(tmp_path / "settings"))
    made.show()
    qtbot.waitExposed(made)
    yield made
    made.close()
    session.close()
    made.deleteLater()


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "book.xlsx"
    path.write_bytes(workbook({"First": ONE, "Second sheet": TWO}))
    return path


def drop(target: QWidget, *paths: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    keys = (
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(target, QDragEnterEvent(QPoint(60, 60), *keys))
    QApplication.sendEvent(target, QDropEvent(QPointF(60, 60), *keys))


def start_zone(window: MainWindow) -> DropZone:
    zone = window.findChild(DropZone)
    assert zone is not None
    return zone


def data_page(window: MainWindow) -> DataPage:
    page = window.pages.bring("data")
    assert isinstance(page, DataPage)
    return page


def question(qtbot: QtBot, window: MainWindow) -> Notice:
    qtbot.waitUntil(lambda: bool(window.notices.shown()), timeout=LONG)
    return window.notices.shown()[-1]


def said(notice: Notice) -> str:
    return " ".join(each.text() for each in notice.findChildren(QLabel))


def opened(qtbot: QtBot, window: MainWindow, rows: int) -> None:
    qtbot.waitUntil(
        lambda: window.session.table is not None and window.session.table.rows == rows, timeout=LONG
    )


def test_a_workbook_with_several_sheets_asks_which_one(
    qtbot: QtBot, window: MainWindow, book: Path
) -> None:
    drop(window, book)
    notice = question(qtbot, window)
    assert "book.xlsx holds 2 tables" in said(notice)
    assert window.session.table is None
    choice = notice.findChild(ComboBox)
    assert [choice.itemText(i) for i in range(choice.count())] == ["First", "Second sheet"]
    QTest.keyClick(choice, Qt.Key.Key_Down)
    QTest.mouseClick(notice.findChild(QPushButton), Qt.MouseButton.LeftButton)
    opened(qtbot, window, 30)
    table = window.session.table
    assert table is not None
    assert (table.names, table.reading.part) == (("y", "label"), "Second sheet")
    bar = window.statusBar()
    assert isinstance(bar, StatusBar)
    assert any("Excel, Second sheet" in each.text() for each in bar.findChildren(QToolButton))


def test_a_choice_can_be_left_and_the_open_table_stays(
    qtbot: QtBot, window: MainWindow, book: Path, tmp_path: Path
) -> None:
    csv = tmp_path / "plain.csv"
    csv.write_text("a,b\n" + "1,x\n2,y\n" * 10)
    drop(window, csv)
    opened(qtbot, window, 20)
    drop(window, book)
    question(qtbot, window).close_notice()
    assert window.session.table is not None
    assert window.session.table.path == csv


def test_an_archive_asks_for_the_file_then_for_its_sheet(
    qtbot: QtBot, window: MainWindow, book: Path, tmp_path: Path
) -> None:
    archive = tmp_path / "all.zip"
    archive.write_bytes(zipped({"book.xlsx": book.read_bytes(), "t.csv": b"a,b\n1,x\n2,y\n"}))
    drop(window, archive)
    first = question(qtbot, window)
    QTest.mouseClick(first.findChild(QPushButton), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(
        lambda: bool(window.notices.shown()) and window.notices.shown()[-1] is not first,
        timeout=LONG,
    )
    second = window.notices.shown()[-1]
    assert second.findChild(ComboBox).value() == "book.xlsx/First"
    QTest.mouseClick(second.findChild(QPushButton), Qt.MouseButton.LeftButton)
    opened(qtbot, window, 40)


def test_several_files_dropped_on_the_start_page_are_one_table(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    paths = [tmp_path / f"{i}.csv" for i in (1, 2)]
    for path in paths:
        path.write_text("a,b\n" + "1,x\n2,y\n" * 10)
    drop(start_zone(window), *paths)
    opened(qtbot, window, 40)
    table = window.session.table
    assert table is not None
    assert table.names == ("a", "b", "file")
    assert window.windowTitle().startswith("1 + 1")


def test_a_dropped_folder_is_one_table_and_is_remembered(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    folder = tmp_path / "months"
    folder.mkdir()
    for i in (1, 2, 3):
        (folder / f"{i}.csv").write_text("a,b\n" + "1,x\n2,y\n" * 5)
    drop(window, folder)
    opened(qtbot, window, 30)
    assert window._settings.choices.recents[0].path == str(folder)


def test_files_of_other_columns_are_told_by_name(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    for name, header in (("1.csv", "a,b"), ("2.csv", "a,c")):
        (tmp_path / name).write_text(f"{header}\n" + "1,x\n2,y\n" * 5)
    drop(window, tmp_path / "1.csv", tmp_path / "2.csv")
    notice = question(qtbot, window)
    assert "2.csv has other columns than" in said(notice)
    assert window.session.table is None


def test_another_sheet_is_chosen_in_the_panel(qtbot: QtBot, window: MainWindow, book: Path) -> None:
    window.session.open(book, "First")
    opened(qtbot, window, 40)
    QTest.keyClick(window, Qt.Key.Key_R, _CONTROL_SHIFT)
    page = window.pages.currentWidget()
    assert isinstance(page, ReadingPage)
    qtbot.waitUntil(lambda: page.preview is not None, timeout=LONG)
    form = page.form
    assert form.control("part").isVisibleTo(form)
    assert not form.control("delimiter").isVisibleTo(form)
    part = form.control("part").combo
    part.setFocus()
    QTest.keyClick(part, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: page.preview is not None and len(page.preview.rows) == 30, timeout=LONG)
    QTest.mouseClick(page.use, Qt.MouseButton.LeftButton)
    opened(qtbot, window, 30)
    assert isinstance(window.pages.currentWidget(), DataPage)


def test_the_start_page_names_the_formats_that_open(window: MainWindow) -> None:
    words = " ".join(each.text() for each in start_zone(window).findChildren(QLabel))
    for name in ("CSV", "Excel", "Parquet", "Arrow", "JSON Lines", "SQLite", "gzip", "ZIP"):
        assert name in words
