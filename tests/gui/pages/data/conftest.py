"""A real session with a window that holds the Data page and its inspector."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QWidget
from pytestqt.qtbot import QtBot

from gui import theme
from gui.notices import Notices
from gui.pages.data.inspector import ColumnInspector
from gui.pages.data.page import DataPage
from gui.session import Session
from gui.widgets.text import ElidedLabel

LONG = 30_000
RAGGED = """id,age,city,bought
1,22,Bonn,0
2,38,Köln, Mitte,1
3,26,Bonn,1
4,35,Köln,0
5,3O,Bonn,1
6,54,Köln
7,,Bonn,0
8,27,Trier,1
"""


def said(widget: QWidget) -> str:
    """The texts that a person sees in a widget; every blank is a plain one."""
    labels = widget.findChildren(QLabel)
    words = " ".join(
        label.whole_text() if isinstance(label, ElidedLabel) else label.text()
        for label in labels
        if label.isVisibleTo(widget)
    )
    return words.replace("\u00a0", " ")


@dataclass
class Stage:
    """What a test works with."""

    session: Session
    page: DataPage
    inspector: ColumnInspector
    window: QWidget
    notices: Notices


@pytest.fixture
def ragged(tmp_path: Path) -> Path:
    """Rows 2 and 6 are ragged; `3O` is no number; one age is missing."""
    rows = [f"{i},{20 + i % 40},{('Bonn', 'Köln')[i % 2]},{i % 2}" for i in range(9, 200)]
    path = tmp_path / "ragged.csv"
    path.write_text(RAGGED + "\n".join(rows) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def clean(tmp_path: Path) -> Path:
    """Nothing is wrong with these 300 rows."""
    lines = [
        f"{i * 37 % 101 / 4},{('red', 'green', 'blue')[i % 3]},{(i * 7919) % 2}" for i in range(300)
    ]
    path = tmp_path / "clean.csv"
    path.write_text("size,colour,label\n" + "\n".join(dict.fromkeys(lines)) + "\n")
    return path


@pytest.fixture
def open_page(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> Iterator[Callable[[Path], Stage]]:
    """Opens a file and shows the page once everything about it is known."""
    theme.apply(qapp, "light")
    stages: list[Stage] = []

    def open_file(path: Path) -> Stage:
        session = Session(tmp_path / "home")
        window = QWidget()
        notices = Notices(window)
        page = DataPage(session, notices)
        inspector = page.inspector()
        assert isinstance(inspector, ColumnInspector)
        layout = QHBoxLayout(window)
        layout.addWidget(page, 1)
        inspector.setFixedWidth(288)  # as its dock has it, whatever it shows
        layout.addWidget(inspector)
        window.resize(1300, 800)
        stages.append(Stage(session, page, inspector, window, notices))
        with qtbot.waitSignals([session.tableChanged, session.profileChanged], timeout=LONG):
            session.open(path)
        window.show()
        qtbot.waitExposed(window)
        QApplication.processEvents()
        view, refreshing = page.table.view, inspector.refreshing
        qtbot.waitUntil(lambda: not view.is_sizing and not refreshing.is_due, timeout=LONG)
        return stages[-1]

    yield open_file
    for stage in stages:
        stage.session.close()
        stage.window.close()
        stage.window.deleteLater()
    QApplication.processEvents()
