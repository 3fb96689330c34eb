"""Work that runs ahead of its consumer in a thread of its own."""

from __future__ import annotations

import queue
import threading
from collections.abc import Generator, Iterable
from contextlib import closing
from typing import TypeVar

T = TypeVar("T")


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
