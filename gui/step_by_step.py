"""Work of the window itself in several steps: between two of them it paints and hears its user."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, QTimer


class StepByStep(QObject):
    """Carries out functions in their order, each in a turn of the event loop of its own."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._steps: list[Callable[[], object]] = []
        self._timer = QTimer(self, singleShot=True, interval=0)
        self._timer.timeout.connect(self._take_step)

    def begin(self, steps: Sequence[Callable[[], object]]) -> None:
        """The first one now, the others one by one; what is left of those before is dropped."""
        self._steps = list(steps)
        self._take_step()

    def stop(self) -> None:
        """Drop what has not been done yet."""
        self._steps.clear()
        self._timer.stop()

    @property
    def is_under_way(self) -> bool:
        """Whether steps are left."""
        return bool(self._steps)

    def _take_step(self) -> None:
        if not self._steps:
            return
        step = self._steps.pop(0)
        if self._steps:
            self._timer.start()
        step()
