"""The list of recent tables: parts, files that are gone, the time of the last opening."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QFileDialog, QPushButton
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from gui import i18n, theme
from gui.main_window import MainWindow
from gui.pages.data.page import PROFILE, TABLE, DataPage
from gui.pages.start.recents import RecentsTable
from gui.session import Session
from gui.settings import Settings
from tests.engine.data.formats_made import workbook

LEFT = Qt.MouseButton.LeftButton
LONG = 60_000
TEXT = "size,label\n" + "".join(f"{n},{'ab'[n % 2]}\n" for n in range(30))


@pytest.fixture
def window(qapp: QApplication, qtbot: QtBot) -> Iterator[MainWindow]:
    i18n.set_language("en")
    theme.apply(qapp, "light")
    workspace = Path(os.environ["TRAINYARD_HOME"])
    session = Session(workspace)
    window = MainWindow(session, Settings(workspace))
    window.resize(1440, 900)
    window.show()
    qtbot.waitExposed(window)
    yield window
    session.close()
    window.close_for_rebuild()
    delete(window)


def opened(qtbot: QtBot, window: MainWindow, path: Path, part: str | None = None) -> None:
    session, before = window.session, window.session.table
    session.open(path, part)
    qtbot.waitUntil(lambda: session.table is not None and session.table is not before, timeout=LONG)
    qtbot.waitUntil(lambda: session.profile is not None, timeout=LONG)


def recents(window: MainWindow) -> RecentsTable:
    window.session.close_table()
    found = window.findChild(RecentsTable)
    assert found is not None
    return found


def place(table: RecentsTable, row: int, column: int) -> QPoint:
    return table.visualRect(table.model().index(row, column)).center()


def shown(table: RecentsTable, row: int, column: int) -> str:
    return str(table.model().index(row, column).data())


def test_the_sheet_that_was_open_is_opened_again(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    book = tmp_path / "book.xlsx"
    book.write_bytes(
        workbook({"First": [["x", "y"], *[[n, n] for n in range(20)]],
                  "Second": [["a", "b"], *[[n, -n] for n in range(10)]]})
    )  # fmt: skip
    opened(qtbot, window, book, "First")
    opened(qtbot, window, book, "Second")
    table = recents(window)
    assert [shown(table, row, 0) for row in (0, 1)] == ["book.xlsx, Second", "book.xlsx, First"]
    qtbot.mouseClick(table.viewport(), LEFT, pos=place(table, 1, 0))
    session = window.session
    qtbot.waitUntil(lambda: session.table is not None, timeout=LONG)
    assert session.table is not None
    assert (session.table.reading.part, session.table.rows) == ("First", 20)


def test_opening_renews_the_time(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(TEXT)
    opened(qtbot, window, path)
    first = window._settings.choices.recents[0].opened
    window.session.close_table()
    opened(qtbot, window, path)
    (recent,) = window._settings.choices.recents
    assert recent.opened > first


def test_a_file_that_is_gone_can_be_located_with_what_was_set_for_it(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = tmp_path / "old.csv", tmp_path / "moved" / "new.csv"
    old.write_text(TEXT)
    opened(qtbot, window, old)
    window.session.set_target("size", "")
    new.parent.mkdir()
    old.rename(new)
    table = recents(window)
    assert shown(table, 0, 3) == "Locate…"
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_, **__: (str(new), ""))
    qtbot.mouseClick(table.viewport(), LEFT, pos=place(table, 0, 3))
    session = window.session
    qtbot.waitUntil(lambda: session.table is not None, timeout=LONG)
    assert session.table is not None
    assert (session.table.path, session.target) == (new, "size")
    assert [Path(each.path) for each in window._settings.choices.recents] == [new]


def test_a_file_that_is_gone_can_be_taken_off_the_list(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_text(TEXT)
        opened(qtbot, window, tmp_path / name)
    (tmp_path / "b.csv").unlink()
    table = recents(window)
    assert shown(table, 0, 4) == "Remove"
    assert table.model().index(0, 0).data(Qt.ItemDataRole.ForegroundRole) == theme.colour("muted")
    qtbot.mouseClick(table.viewport(), LEFT, pos=place(table, 0, 4))
    assert [Path(each.path).name for each in window._settings.choices.recents] == ["a.csv"]
    assert shown(table, 0, 0) == "a.csv"


def test_what_was_set_can_be_forgotten_and_taken_back(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    path = tmp_path / "a.csv"
    path.write_text(TEXT)
    opened(qtbot, window, path)
    session = window.session
    session.set_target("size", "")
    before = session.table
    window.actions_.forget.trigger()
    qtbot.waitUntil(lambda: session.table is not before, timeout=LONG)
    assert session.target == "label"
    notice = next(n for n in window.notices.shown() if "is forgotten" in n.accessibleName())
    before = session.table
    qtbot.mouseClick(notice.findChild(QPushButton), LEFT)
    qtbot.waitUntil(lambda: session.table is not before, timeout=LONG)
    assert session.target == "size"


def test_the_tab_at_which_a_file_was_left_comes_back(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    first, second = tmp_path / "a.csv", tmp_path / "b.csv"
    first.write_text(TEXT)
    second.write_text(TEXT)
    opened(qtbot, window, first)
    page = window.pages.currentWidget()
    assert isinstance(page, DataPage)
    qtbot.mouseClick(page.tabs, LEFT, pos=page.tabs.tabRect(PROFILE).center())
    opened(qtbot, window, second)
    assert page.tabs.currentIndex() == TABLE
    opened(qtbot, window, first)
    assert page.tabs.currentIndex() == PROFILE
