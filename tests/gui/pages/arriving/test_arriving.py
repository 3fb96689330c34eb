"""The first rows of a large file are on screen while the rest is read; Cancel leaves nothing behind."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from engine.data.cells.convert import Converter
from engine.paths import default_workspace, table_cache
from gui import i18n, table_loader, theme
from gui.main_window import MainWindow
from gui.models.amounts import bytes_text
from gui.pages.arriving.page import ArrivingPage
from gui.session import Session
from gui.settings import Settings

LONG = 30_000


@pytest.fixture
def window(qapp: QApplication, qtbot: QtBot) -> Iterator[MainWindow]:
    i18n.set_language("en")
    theme.apply(qapp, "light")
    session = Session(default_workspace())
    window = MainWindow(session, Settings(default_workspace()))
    window.resize(1440, 900)
    window.show()
    qtbot.waitExposed(window)
    yield window
    window.close_for_rebuild()
    session.close()
    delete(window)


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("large") / "trains.csv"
    words = "coal and timber " * 20
    lines = "".join(f"train {i},{i},{words}\n" for i in range(80_000))
    path.write_text("name,wagons,load\n" + lines)
    return path


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Lets the first batch of a large table through; the rest waits until it is set."""
    gate = threading.Event()
    convert = Converter.convert

    def gated(self: Converter, batch: pa.RecordBatch, *rest: object) -> pa.RecordBatch:
        if batch.num_rows > 1000:
            gate.wait(60)
        return convert(self, batch, *rest)

    monkeypatch.setattr(Converter, "convert", gated)
    yield gate
    gate.set()


def page(window: MainWindow) -> ArrivingPage:
    found = window.pages.currentWidget()
    assert isinstance(found, ArrivingPage)
    return found


def is_arriving(window: MainWindow) -> bool:
    return isinstance(window.pages.currentWidget(), ArrivingPage)


def shown_rows(arriving: ArrivingPage) -> list[list[str]]:
    model = arriving.table.model()
    return [
        [model.index(row, column).data() for column in range(model.columnCount())]
        for row in range(model.rowCount())
    ]


def test_the_first_rows_are_shown_until_the_table_is_there(
    window: MainWindow, qtbot: QtBot, large: Path, gate: threading.Event
) -> None:
    size = bytes_text(large.stat().st_size)
    window.open(large)
    qtbot.waitUntil(lambda: is_arriving(window), timeout=LONG)
    arriving = page(window)
    assert arriving.isVisible()
    rows = shown_rows(arriving)
    assert len(rows) == 200
    assert rows[1][:2] == ["train 1", "1"]
    qtbot.waitUntil(lambda: f" of {size} read" in arriving.progress.text(), timeout=LONG)
    assert window.session.table is None
    gate.set()
    qtbot.waitUntil(lambda: window.session.table is not None, timeout=LONG)
    assert not is_arriving(window)
    assert window.session.table.rows == 80_000
    assert not shown_rows(arriving)


def test_cells_fit_their_columns_and_a_chosen_one_is_marked(
    window: MainWindow, qtbot: QtBot, large: Path, gate: threading.Event
) -> None:
    window.open(large)
    qtbot.waitUntil(lambda: is_arriving(window), timeout=LONG)
    view = page(window).table
    qtbot.waitUntil(view.updatesEnabled, timeout=LONG)
    metrics = QFontMetricsF(theme.font("small"))
    model = view.model()
    for column in (0, 1):
        widest = max(
            metrics.horizontalAdvance(model.index(row, column).data()) for row in range(60)
        )
        assert widest + 12 <= view.columnWidth(column) - 1
    assert view.columnWidth(2) < metrics.horizontalAdvance(model.index(0, 2).data())
    cell = view.visualRect(model.index(3, 1))
    before = view.viewport().grab(cell).toImage()
    view.selectionModel().select(
        model.index(3, 1), QItemSelectionModel.SelectionFlag.ClearAndSelect
    )
    assert view.viewport().grab(cell).toImage() != before


def test_cancel_goes_back_and_leaves_nothing_behind(
    window: MainWindow, qtbot: QtBot, large: Path, gate: threading.Event
) -> None:
    start = window.pages.currentWidget()
    window.open(large)
    qtbot.waitUntil(lambda: is_arriving(window), timeout=LONG)
    qtbot.mouseClick(page(window).cancel, Qt.MouseButton.LeftButton)
    assert window.pages.currentWidget() is start
    assert window.session.busy is None
    gate.set()
    qtbot.waitUntil(lambda: not list(table_cache().iterdir()), timeout=LONG)
    assert window.session.table is None


def test_a_table_that_is_open_stays_when_the_next_is_cancelled(
    window: MainWindow, qtbot: QtBot, large: Path, gate: threading.Event, tmp_path: Path
) -> None:
    small = tmp_path / "small.csv"
    small.write_text("a,b\n1,2\n3,5\n")
    window.open(small)
    qtbot.waitUntil(lambda: window.session.profile is not None, timeout=LONG)
    data = window.pages.currentWidget()
    window.session.open(large)
    qtbot.waitUntil(lambda: is_arriving(window), timeout=LONG)
    window.session.show_page("model")
    assert not is_arriving(window)
    window.session.show_page("data")
    qtbot.mouseClick(page(window).cancel, Qt.MouseButton.LeftButton)
    assert window.pages.currentWidget() is data
    assert window.session.table is not None
    assert window.session.table.path == small


def test_a_small_file_is_shown_only_if_it_takes_long(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, gate: threading.Event,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    small = tmp_path / "small.csv"
    small.write_text("a,b\n" + "1,2\n" * 2000)
    monkeypatch.setattr(table_loader, "FIRST_ROWS_AFTER_MS", 10**6)
    told: list[object] = []
    window.session._open._loader._first.connect(lambda job, first: told.append(first))
    window.open(small)
    qtbot.waitUntil(lambda: bool(told), timeout=LONG)
    assert not is_arriving(window)
    window.session.busy.cancel()
    monkeypatch.setattr(table_loader, "FIRST_ROWS_AFTER_MS", 0)
    window.open(small)
    qtbot.waitUntil(lambda: is_arriving(window), timeout=LONG)
    gate.set()
    qtbot.waitUntil(lambda: window.session.table is not None, timeout=LONG)


def test_a_file_that_turns_out_to_be_damaged_is_told_of(
    window: MainWindow, qtbot: QtBot, large: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(self: Converter, batch: pa.RecordBatch) -> pa.RecordBatch:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Converter, "convert", fails)
    window.open(large)
    qtbot.waitUntil(lambda: bool(window.notices.shown()), timeout=LONG)
    assert not is_arriving(window)
    assert not list(table_cache().iterdir())
