"""Frees what refers to itself, on the GUI thread and between events only."""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

_EVERY_MS = 100
_FULL_EVERY = 250
"""Collections of young objects until all are looked at: a full collection is a stall."""


class Collector(QObject):
    """Python's own collector switched off, and its work done by a timer.

    Python collects wherever objects are made: in a thread, where a widget must not be destroyed, or in
    the middle of a `paintEvent`, where the window that is painted may be what is destroyed. Both crash.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._young = 0
        self._timer = QTimer(self, interval=_EVERY_MS)
        self._timer.timeout.connect(self._collect)
        self._timer.start()
        gc.disable()

    def stop(self) -> None:
        """Leave it to Python again."""
        self._timer.stop()
        gc.enable()

    def _collect(self) -> None:
        if gc.get_count()[0] > gc.get_threshold()[0]:
            self._young += 1
            gc.collect(1 if self._young % _FULL_EVERY else 2)
