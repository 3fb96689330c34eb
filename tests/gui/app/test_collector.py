"""What refers to itself is freed on the GUI thread and between events, nowhere else."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from gui.app.collector import Collector


@pytest.fixture
def collector(qtbot: QtBot) -> Iterator[Collector]:
    made = Collector()
    yield made
    made.stop()
    gc.disable()  # as it was


class Note:
    """Notes the thread on which it goes."""

    def __init__(self, gone: list[int]) -> None:
        self._gone = gone

    def __del__(self) -> None:
        self._gone.append(threading.get_ident())


class Window(QWidget):
    """Refers to itself, so that only a collection frees it."""

    def __init__(self, gone: list[int]) -> None:
        super().__init__()
        self.itself = self
        self.note = Note(gone)


class Greedy(QWidget):
    """Makes as many objects while it paints as trigger Python's own collector."""

    painted = 0

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        painter = QPainter(self)
        litter()
        painter.drawLine(0, 0, 9, 9)
        Greedy.painted += 1


def litter() -> None:
    for _ in range(60):
        _kept = [[number] for number in range(2_000)]


def goes_on(until: Callable[[], bool]) -> Callable[[], bool]:
    """`until`, asked by a program that goes on making objects, as every program does.

    What others free in the meantime counts against what was made, so once would not do.
    """
    made: list[list[list[int]]] = []

    def asked() -> bool:
        made.append([[number] for number in range(1_000)])
        return until()

    return asked


def test_a_thread_that_makes_many_objects_destroys_no_widget(
    qtbot: QtBot, collector: Collector
) -> None:
    gone: list[int] = []
    Window(gone)
    thread = threading.Thread(target=litter)
    thread.start()
    thread.join()
    assert gone == []
    qtbot.waitUntil(goes_on(lambda: bool(gone)))
    assert gone == [threading.get_ident()]


def test_a_window_that_nobody_holds_is_not_destroyed_while_it_paints(
    qtbot: QtBot, collector: Collector
) -> None:
    window = Window([])
    window.resize(90, 60)
    QVBoxLayout(window).addWidget(Greedy())
    held = weakref.ref(window)
    assert Greedy.painted == 0
    window.show()
    del window
    qtbot.waitUntil(lambda: Greedy.painted > 0)
    qtbot.waitUntil(goes_on(lambda: held() is None))
