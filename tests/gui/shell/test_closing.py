"""Closing while a run trains asks the one question that waits for an answer."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from gui.shell.closing import may_close


class Training(SimpleNamespace):
    def __init__(self, *running: str) -> None:
        super().__init__(unfinished=running, stopped=[], queue=SimpleNamespace(waiting=("c",)))

    def stop(self, run: str) -> None:
        self.stopped.append(run)


def answer(qtbot: QtBot, window: QWidget, text: str) -> None:
    """Answer the question as soon as it is on screen, however long that takes."""
    timer = QTimer(window)

    def look() -> None:
        box = QApplication.activeModalWidget()
        if not isinstance(box, QMessageBox):
            return
        timer.stop()
        if text == "Escape":
            qtbot.keyClick(box, Qt.Key.Key_Escape)
            return
        button = next(b for b in box.buttons() if b.text() == text)
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)

    timer.timeout.connect(look)
    timer.start(20)


@pytest.mark.parametrize(
    ("text", "closes", "stopped"),
    [
        ("Keep training", True, []),
        ("Stop and keep best", True, ["a", "b"]),
        ("Cancel", False, []),
        ("Escape", False, []),
    ],
)
def test_every_answer_does_what_it_says(
    qtbot: QtBot, text: str, closes: bool, stopped: list[str]
) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    session = Training("a", "b")
    answer(qtbot, window, text)
    assert may_close(window, session) is closes
    assert session.stopped == stopped


def test_without_a_run_nothing_is_asked(qtbot: QtBot) -> None:
    assert may_close(QWidget(), Training())
