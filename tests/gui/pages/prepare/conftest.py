"""A real session with a window that holds the Prepare page and its inspector."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QHBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from gui import theme
from gui.notices import Notices
from gui.pages.prepare.inspector import PrepareInspector
from gui.pages.prepare.page import PreparePage
from gui.session import Session

LONG = 30_000


@dataclass
class Stage:
    """What a test works with."""

    session: Session
    page: PreparePage
    inspector: PrepareInspector
    window: QWidget


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """300 rows: numbers (one with holes, one skewed), a category, a text, a label of two classes."""
    lines = ["size,age,pay,colour,remark,label"]
    for i in range(300):
        age = "" if i % 5 == 0 else str(20 + i * 7 % 50)
        colour = ("red", "green", "blue")[i % 3]
        lines.append(f"{i * 37 % 101 / 4},{age},{2 ** (i % 10)}.5,{colour},said {i} words,{i % 2}")
    path = tmp_path / "table.csv"
    path.write_text("\n".join(lines) + "\n")
    return path


@pytest.fixture
def open_page(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> Iterator[Callable[[Path, str], Stage]]:
    """Opens a file with a target and shows the page once everything about it is known."""
    theme.apply(qapp, "light")
    stages: list[Stage] = []

    def open_file(path: Path, target: str) -> Stage:
        session = Session(tmp_path / "home")
        window = QWidget()
        page = PreparePage(session, Notices(window))
        inspector = page.inspector()
        assert isinstance(inspector, PrepareInspector)
        layout = QHBoxLayout(window)
        layout.addWidget(page, 1)
        layout.addWidget(inspector)
        for keys, act in (("Ctrl+Z", session.undo), ("Ctrl+Y", session.redo)):
            QShortcut(QKeySequence(keys), window).activated.connect(act)
        window.resize(1300, 900)
        stages.append(Stage(session, page, inspector, window))
        with qtbot.waitSignals([session.tableChanged, session.profileChanged], timeout=LONG):
            session.open(path)
        session.set_target(target)
        session.show_page("prepare")
        with qtbot.waitActive(window):
            window.show()
            window.activateWindow()
        QApplication.processEvents()
        return stages[-1]

    yield open_file
    for stage in stages:
        stage.page.previews.close()
        stage.session.close()
        stage.window.close()
        stage.window.deleteLater()
    QApplication.processEvents()
