from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from gui.pages.page import RefreshWhenShown


class Source(QObject):
    changed = Signal()
    edited = Signal()


def test_a_hidden_view_is_refreshed_once_when_it_is_shown(qtbot: QtBot) -> None:
    source, widget, refreshed = Source(), QWidget(), []
    qtbot.addWidget(widget)
    refreshing = RefreshWhenShown(widget, lambda: refreshed.append(1), source.changed)
    source.changed.emit()
    source.changed.emit()
    assert refreshed == []
    assert refreshing.is_due
    widget.show()
    assert refreshed == [1]
    widget.hide()
    widget.show()
    assert refreshed == [1], "nothing has happened since"


def test_a_view_that_is_seen_follows_at_once(qtbot: QtBot) -> None:
    source, widget, refreshed = Source(), QWidget(), []
    qtbot.addWidget(widget)
    widget.show()
    RefreshWhenShown(widget, lambda: refreshed.append(1), source.changed)
    source.changed.emit()
    assert refreshed == [1]


def test_what_happens_together_is_shown_once_between_two_events(qtbot: QtBot) -> None:
    source, widget, refreshed = Source(), QWidget(), []
    qtbot.addWidget(widget)
    widget.show()
    refreshing = RefreshWhenShown(
        widget, lambda: refreshed.append(1), source.edited, soon=(source.changed,)
    )
    source.changed.emit()
    source.changed.emit()
    source.edited.emit()
    assert refreshed == []
    qtbot.waitUntil(lambda: not refreshing.is_due)
    assert refreshed == [1]
    source.edited.emit()
    assert refreshed == [1, 1], "an edit is followed at once"
