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
