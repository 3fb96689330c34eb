"""How long work reports on itself and is told to stop."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from engine.errors import Cancelled as CancelledError

Progress: TypeAlias = Callable[[int, int], None]
"""Called with (done, total); bytes where a file is read."""
Cancelled: TypeAlias = Callable[[], bool]
"""Asked now and then; true ends the work with `engine.errors.Cancelled`."""


def nothing(done: int, total: int) -> None:
    """A `Progress` that nobody looks at."""


def never() -> bool:
    """A `Cancelled` that never cancels."""
    return False


class Pace:
    """Progress through rows that are worked on in parts, each in steps; asked to stop between them."""

    def __init__(self, progress: Progress, cancelled: Cancelled, total: int) -> None:
        self._progress, self._cancelled, self._total = progress, cancelled, total

    def part(self, start: int, length: int) -> Callable[[int, int], None]:
        """What is told (step, steps) before each step of a part. It raises `Cancelled`."""

        def told(step: int, steps: int) -> None:
            if self._cancelled():
                raise CancelledError
            self._progress(start + length * step // max(1, steps), self._total)

        return told

    def done(self) -> None:
        """All is done."""
        self._progress(self._total, self._total)


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
