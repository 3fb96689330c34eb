"""Work in many small steps, a few milliseconds at a time: pointer and keys never wait for all of it."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable

from PySide6.QtCore import QObject, QTimer, Signal

Step = Callable[[], bool | None]
"""True: what it changed is to be painted before the next step."""
TURN_SECONDS = 0.004
"""Steps are taken in a row for so long; then come events and painting."""


def painted(change: Callable[[], object]) -> Step:
    """A step whose change is painted before the next step is taken."""

    def taken() -> bool:
        change()
        return True

    return taken


class ShortTurns(QObject):
    """Does what it is given, in order, in turns that a timer of the window starts."""

    done = Signal()

    def __init__(self, pause_ms: int, parent: QObject) -> None:
        """`pause_ms` from turn to turn."""
        super().__init__(parent)
        self._steps: deque[Step] = deque()
        self._timer = QTimer(self, interval=pause_ms)
        self._timer.timeout.connect(self._take_turn)

    @property
    def is_active(self) -> bool:
        """Whether there is something left to do."""
        return self._timer.isActive()

    def start(self, steps: Iterable[Step]) -> None:
        """Do this; what was left of other work is dropped."""
        self._steps = deque(steps)
        self._timer.start()

    def stop(self) -> None:
        """Drop what is left."""
        self._steps.clear()
        self._timer.stop()

    def _take_turn(self) -> None:
        until = time.perf_counter() + TURN_SECONDS
        steps = self._steps
        while steps and steps is self._steps:
            if steps.popleft()() or time.perf_counter() >= until:
                break
        if not self._steps and self._timer.isActive():
            self._timer.stop()
            self.done.emit()
