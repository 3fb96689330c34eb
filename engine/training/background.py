"""Work that must not hold up training: one thread, one piece of work at a time."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Generic, TypeVar

Result = TypeVar("Result")


class Background(Generic[Result]):
    """Carries out one piece of work at a time in a thread, which begins with the first of them."""

    def __init__(self, name: str) -> None:
        """`name` is that of the thread."""
        self._name = name
        self._thread: ThreadPoolExecutor | None = None
        self._work: Future[Result] | None = None

    @property
    def is_busy(self) -> bool:
        """Whether there is work whose result was not taken yet."""
        return self._work is not None

    def begin(self, work: Callable[[], Result]) -> None:
        """Let the thread do this. The result of what was begun before must have been taken."""
        assert self._work is None
        if self._thread is None:
            self._thread = ThreadPoolExecutor(1, thread_name_prefix=self._name)
        self._work = self._thread.submit(work)

    def take(self, *, wait: bool) -> Result | None:
        """The result, once; None without one, or while it is not there and nobody waits for it.

        Raises what the work raised.
        """
        if self._work is None or not (wait or self._work.done()):
            return None
        work, self._work = self._work, None
        return work.result()

    def close(self) -> None:
        """Wait for the work under way, and end the thread; a result that was not taken is dropped."""
        if self._thread is not None:
            self._thread.shutdown(wait=True)
        self._thread = self._work = None
