"""The queue as the window keeps it: it starts the next run where there is room."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from engine.errors import TrainyardError
from gui.jobs import WorkerPool

if TYPE_CHECKING:
    from pathlib import Path

    from engine.queue import QueueView, RunQueue
    from engine.store.summary import RunSummary
    from engine.store.workspace import Workspace


class QueueKeeper(QObject):
    """Starts runs that wait, a worker each; what it may start is agreed on disk with other processes."""

    changed = Signal()
    """What waits, how many train at once, or whether the queue is held."""
    begun = Signal(str)
    """Id of a run that was given to a worker."""
    failed = Signal(object)

    def __init__(
        self, workspace: Callable[[], Workspace], pool: WorkerPool, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._pool = pool
        self._queue: RunQueue | None = None
        self._view: QueueView | None = None
        self._stamp: tuple[int, int] | None = None
        self._has_adopted = False

    @property
    def queue(self) -> RunQueue:
        """The queue on disk."""
        if self._queue is None:
            from engine.queue import RunQueue

            self._queue = RunQueue(self._workspace())
        return self._queue

    @property
    def view(self) -> QueueView:
        """The queue as it was seen last."""
        if self._view is None:
            self._view = self.queue.view()
        return self._view

    def add(self, run: str) -> bool:
        """Let a run wait, or start it where there is room; whether it was started."""
        self._do(lambda: self.queue.add(run))
        return run in self._start()

    def start(self, run: str) -> None:
        """Start a run that waits now, however many are training."""
        self._start(run)

    def move(self, run: str, place: int) -> None:
        """Put a run at another place, counted from 0."""
        self._do(lambda: self.queue.move(run, place))

    def remove(self, run: str) -> bool:
        """Let a run wait no longer; whether that was done."""
        return self._do(lambda: self.queue.remove(run))

    def set(self, *, at_once: int | None = None, held: bool | None = None) -> None:
        """Say how many runs train at once, or whether none is started."""
        self._do(lambda: self.queue.set(at_once=at_once, held=held))
        self._start()

    def follow(self, runs: Sequence[RunSummary]) -> None:
        """The runs have changed: start what waits if there may be room for it."""
        if not self._has_adopted:
            self._has_adopted = True
            if any(run.status.value == "queued" for run in runs):
                self._do(self.queue.adopt)
        stamp = self.queue.stamp
        if stamp != self._stamp:
            self._look()
        waiting = set(self.view.waiting)
        at_work = sum(_takes_room(run) for run in runs if run.id not in waiting)
        if waiting and not self.view.held and at_work < self.view.at_once:
            self._start()
        elif waiting & {run.id for run in runs if run.status.value != "queued"}:
            self._look()

    # Inside ---------------------------------------------------------------------------------------

    def _start(self, only: str | None = None) -> tuple[str, ...]:
        if self._pool.is_closed:
            return ()
        begun: tuple[Path, ...] = ()
        try:
            begun = tuple(run.path for run in self.queue.take(only))
        except TrainyardError as error:
            self.failed.emit(error)
        for path in begun:
            self._pool.train(path)
        self._look()
        for path in begun:
            self.begun.emit(path.name)
        return tuple(path.name for path in begun)

    def _do(self, action: Callable[[], object]) -> bool:
        try:
            action()
        except TrainyardError as error:
            self.failed.emit(error)
            return False
        finally:
            self._look()
        return True

    def _look(self) -> None:
        before, self._stamp = self._view, self.queue.stamp
        self._view = self.queue.view()
        if before != self._view:
            self.changed.emit()


def _takes_room(run: RunSummary) -> bool:
    return run.status.is_alive and run.status.value != "paused" and run.group is None
