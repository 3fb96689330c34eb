"""Notices: they stack, leave by themselves, and errors stay."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QPushButton, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from engine.errors import ColumnsDiffer, FileEmpty
from gui import notices as module
from gui.notices import Notices


@pytest.fixture
def host(qtbot: QtBot) -> QWidget:
    widget = QWidget()
    widget.resize(900, 600)
    qtbot.addWidget(widget)
    widget.show()
    return widget


def test_at_most_three_are_shown_and_they_do_not_overlap(host: QWidget, qtbot: QtBot) -> None:
    notices = Notices(host)
    for number in range(5):
        notices.show(f"Notice {number}", "Some detail that is worth reading." * number)
    assert [n.accessibleName()[:8] for n in notices.shown()] == [f"Notice {i}" for i in (2, 3, 4)]

    def are_settled() -> bool:
        boxes = [notice.geometry() for notice in notices.shown()]
        apart = all(a.bottom() < b.top() for a, b in pairwise(boxes))
        return apart and all(host.rect().contains(box) for box in boxes)

    qtbot.waitUntil(are_settled)


def test_notices_leave_but_errors_stay(
    host: QWidget, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_SECONDS", 0.05)
    notices = Notices(host)
    notices.show("Saved")
    error = notices.show_error(FileEmpty("a.csv"))
    asking = notices.show("Replace?", tone="warn", stays=True)
    qtbot.waitUntil(lambda: len(notices.shown()) == 2)
    assert notices.shown() == (error, asking)
    close = error.findChild(QToolButton)
    qtbot.mouseClick(close, Qt.MouseButton.LeftButton)
    assert notices.shown() == (asking,)


def test_an_error_calls_files_by_name_and_says_where_they_lie_in_its_tooltip(
    host: QWidget, tmp_path: Path
) -> None:
    first, other = tmp_path / "a.csv", tmp_path / "b.csv"
    notice = Notices(host).show_error(ColumnsDiffer(str(other), str(first), "x", "y"))
    assert notice.accessibleName().startswith("b.csv has other columns than a.csv.")
    assert str(other) in notice.toolTip()
    assert str(first) in notice.toolTip()


def test_the_action_happens_once_and_closes_the_notice(host: QWidget, qtbot: QtBot) -> None:
    done = []
    notices = Notices(host)
    notice = notices.show("Run deleted", action=("Undo", lambda: done.append(1)))
    qtbot.mouseClick(notice.findChild(QPushButton), Qt.MouseButton.LeftButton)
    assert done == [1]
    assert notices.shown() == ()


def test_notices_keep_clear_of_docks_when_the_window_changes(host: QWidget, qtbot: QtBot) -> None:
    notices = Notices(host)
    notices.keep_clear_of(lambda: (288, 58))
    notice = notices.show("Saved")
    clear = QRect(0, 0, 900 - 288, 600 - 58)
    qtbot.waitUntil(lambda: clear.contains(notice.geometry()))
    host.resize(800, 500)
    smaller = QRect(0, 0, 800 - 288, 500 - 58)
    qtbot.waitUntil(lambda: smaller.contains(notice.geometry()))
