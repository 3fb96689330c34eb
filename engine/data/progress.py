"""How long work reports on itself and is told to stop."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

Progress: TypeAlias = Callable[[int, int], None]
"""Called with (done, total); bytes where a file is read."""
Cancelled: TypeAlias = Callable[[], bool]
"""Asked now and then; true ends the work with `engine.errors.Cancelled`."""


def nothing(done: int, total: int) -> None:
    """A `Progress` that nobody looks at."""


def never() -> bool:
    """A `Cancelled` that never cancels."""
    return False


class Progression:
    """The progress of opening a file, then reading it: what opening took of it is not told again."""

    def __init__(self, progress: Progress, size: int) -> None:
        self._progress, self._size = progress, size
        self._start = 0.0

    def opening(self, done: int, total: int) -> None:
        """Told while the file is unpacked and looked through: the first half at most."""
        self._start = done / max(1, total) / 2
        self._progress(round(self._size * self._start), self._size)

    def reading(self, done: int, total: int) -> None:
        """Told while its rows are read."""
        share = self._start + (1 - self._start) * done / max(1, total)
        self._progress(round(self._size * share), self._size)
