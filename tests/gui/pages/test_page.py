from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal
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


def test_steps_follow_one_by_one_between_events(qtbot: QtBot) -> None:
    source, widget, taken = Source(), QWidget(), []
    qtbot.addWidget(widget)
    widget.show()

    def step(at: int) -> Callable[[], None]:
        return lambda: taken.append((at, refreshing.is_due))

    refreshing = RefreshWhenShown(widget, step(0), soon=(source.changed,), then=(step(1), step(2)))
    source.changed.emit()
    assert taken == []
    qtbot.waitUntil(lambda: not refreshing.is_due)
    assert taken == [(0, True), (1, True), (2, False)]


def test_an_edit_between_two_steps_has_all_of_them_taken_at_once(qtbot: QtBot) -> None:
    source, widget, taken = Source(), QWidget(), []
    qtbot.addWidget(widget)
    widget.show()

    def first() -> None:
        taken.append("first")
        if len(taken) == 1:
            QTimer.singleShot(0, source.edited.emit)

    refreshing = RefreshWhenShown(
        widget,
        first,
        source.edited,
        soon=(source.changed,),
        then=(lambda: taken.append("second"),),
    )
    source.changed.emit()
    qtbot.waitUntil(lambda: not refreshing.is_due)
    assert taken == ["first", "first", "second"]
