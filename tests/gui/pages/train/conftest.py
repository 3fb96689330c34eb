from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QHBoxLayout, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from engine.store.summary import Status
from gui import theme
from gui.pages.train.page import TrainPage
from tests.gui.pages.train.runs import NotedSession, notices, summary, trained


@pytest.fixture
def session(tmp_path: Path, qapp: QApplication) -> Iterator[NotedSession]:
    """No run yet."""
    theme.apply(qapp, "light")
    made = NotedSession(tmp_path)
    yield made
    made.close()


@pytest.fixture
def host(qtbot: QtBot) -> QWidget:
    """A window for a page and its inspector."""
    window = QWidget()
    window.setLayout(QHBoxLayout())
    window.resize(1296, 720)
    qtbot.addWidget(window)
    return window


@pytest.fixture
def page(session: NotedSession, host: QWidget, qtbot: QtBot) -> TrainPage:
    """The page over a session without runs, beside its inspector."""
    made = TrainPage(session, notices(host))
    side = QScrollArea()
    side.setWidgetResizable(True)
    side.setFixedWidth(288)
    side.setWidget(made.inspector())
    host.layout().addWidget(made)
    host.layout().addWidget(side)
    with qtbot.waitExposed(host):
        host.show()
    return made


@pytest.fixture
def live(page: TrainPage, session: NotedSession, qtbot: QtBot) -> TrainPage:
    """The page over a run that has trained six of twenty epochs."""
    session.list_runs(summary(1, epoch=6))
    session.tell("run1", trained(6))
    qtbot.waitUntil(lambda: len(page.board.loss.curves) > 0)
    qtbot.waitUntil(lambda: not page._turns.is_active)
    return page


@pytest.fixture
def three(page: TrainPage, session: NotedSession, qtbot: QtBot) -> TrainPage:
    """The page over three runs drawn, the second in focus."""
    session.list_runs(summary(3), summary(2, Status.DONE), summary(1, Status.DONE))
    for number in (1, 2, 3):
        session.tell(f"run{number}", trained(8))
        session.set_overlay(f"run{number}", shown=True)
    session.set_focus("run2")
    qtbot.waitUntil(lambda: len(page.board.loss.lines) == 3)
    qtbot.waitUntil(lambda: not page._turns.is_active)
    return page
