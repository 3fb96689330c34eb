"""Work in the window that is done piece by piece, with other events between the pieces."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from PySide6.QtCore import QObject, QTimer

BREATH_MS = 4
"""Between two pieces: long enough for the window to be painted and to hear of clicks."""


class Steps(QObject):
    """One piece of work after another; what is begun anew gives up what was left of it."""

    at_once: ClassVar[bool] = False
    """Whether all is done without a pause, for those who cannot wait."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._left: list[Callable[[], None]] = []
        self._timer = QTimer(self, singleShot=True, interval=BREATH_MS)
        self._timer.timeout.connect(self._take)

    @property
    def is_done(self) -> bool:
        """Whether nothing is left."""
        return not self._left

    def begin(self, pieces: Sequence[Callable[[], None]]) -> None:
        """Do the first piece now and the others one by one."""
        self._left = list(pieces)
        self._take()
        while self.at_once and self._left:
            self._take()

    def give_up(self) -> None:
        """Do nothing more."""
        self._left = []
        self._timer.stop()

    def _take(self) -> None:
        if not self._left:
            return
        piece = self._left.pop(0)
        if self._left:
            self._timer.start()
        piece()
