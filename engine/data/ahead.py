"""Work that runs ahead of its consumer in a thread of its own."""

from __future__ import annotations

import queue
import threading
from collections.abc import Generator, Iterable, Sequence
from contextlib import closing
from typing import Protocol, TypeVar

T = TypeVar("T")
_PATIENCE = 0.25
"""Seconds that a reader waits for its consumer at most."""


class Readable(Protocol):
    """A source of bytes."""

    closed: bool

    def read(self, size: int = -1) -> bytes:
        """Up to `size` bytes; none at the end."""

    def close(self) -> None:
        """No more will be read."""


def ahead(source: Iterable[T], depth: int = 2) -> Generator[T]:
    """The items of `source`, made by a thread up to `depth` items ahead.

    An error in the source is raised here. Closing the generator ends the thread after its item.
    """
    done = threading.Event()
    items: queue.Queue[tuple[T] | BaseException | None] = queue.Queue(depth)

    def iterate(source: Iterable[T]) -> Generator[T]:
        yield from source  # closing this closes the source's own generator at once

    def put(item: tuple[T] | BaseException | None) -> None:
        while not done.is_set():
            try:
                items.put(item, timeout=0.05)
            except queue.Full:
                continue
            return

    def work() -> None:
        try:
            with closing(iterate(source)) as made:
                for item in made:
                    put((item,))
                    if done.is_set():
                        return
            put(None)
        except BaseException as error:  # noqa: BLE001 - handed to the consumer
            put(error)

    thread = threading.Thread(target=work, name="reading-ahead", daemon=True)
    thread.start()
    try:
        while (item := items.get()) is not None:
            if isinstance(item, BaseException):
                raise item
            yield item[0]
    finally:
        done.set()
        thread.join()


class Throttle:
    """A readable stream that does not run further ahead of its consumer than it may.

    The CSV reader fills a queue of 32 blocks as fast as it can; for a large file that is memory for
    nothing, and progress that is not true.
    """

    def __init__(self, source: Readable, ahead: int, *, begin_with: Sequence[int] = ()) -> None:
        """Let `ahead` reads through, and one more for each call of `taken`.

        The first reads give no more than these numbers of bytes: something is there soon.
        """
        self._source = source
        self._allowed = threading.Semaphore(ahead)
        self._sizes = iter(begin_with)

    def read(self, size: int = -1) -> bytes:
        """Up to `size` bytes of the source."""
        # A block may come to nothing that is ever taken, so the wait has an end.
        self._allowed.acquire(timeout=_PATIENCE)
        return self._source.read(min(size, next(self._sizes, size)) if size >= 0 else size)

    def taken(self) -> None:
        """Something of what was read has been used up."""
        self._allowed.release()

    @property
    def closed(self) -> bool:
        """Whether the source is; pyarrow asks."""
        return self._source.closed

    def close(self) -> None:
        """Close the source."""
        self._source.close()

    def readable(self) -> bool:
        """Always; pyarrow asks."""
        return True

    def writable(self) -> bool:
        """Never; pyarrow asks."""
        return False

    def seekable(self) -> bool:
        """Never; pyarrow asks."""
        return False
