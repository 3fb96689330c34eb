"""Work beside the window: in a thread (reading, profiling) or in a worker process (all that needs torch).

Whatever happens elsewhere, signals of a job are emitted on the GUI thread, and a job that was cancelled
emits nothing more.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal
from shiboken6 import isValid

from engine.errors import Cancelled, TrainyardError, Unexpected, WorkerDied
from engine.tasks import Failure, Progress, Ready, Result, Task, TrainTask
from gui.turns import Turns, Urgency, stand_back
from gui.worker_process import WorkerProcess

Work = Callable[[Callable[[float], None], Callable[[], bool]], Any]
"""A function of `progress(share from 0 to 1)` and `cancelled()`."""


class ThreadJob(QObject):
    """A function running in a thread of its own."""

    progress = Signal(float)
    finished = Signal(object)
    failed = Signal(object)

    def __init__(
        self, work: Work, parent: QObject | None = None, urgency: Urgency = Urgency.ASKED
    ) -> None:
        """A job that is less urgent than others at work stands still wherever it asks `cancelled()`."""
        super().__init__(parent)
        self._cancelled = threading.Event()
        self._urgency = urgency
        self._turn = object()
        self._post = _post()
        self._thread = threading.Thread(target=self._run, args=(work,), name="job", daemon=True)
        self._work: Work | None = work

    def start(self) -> ThreadJob:
        """Begin; returns itself."""
        self._post.under_way.add(self)
        self._post.turns.begin(self._turn, self._urgency)
        self._thread.start()
        return self

    def cancel(self) -> None:
        """Ask the work to end; nothing more is delivered."""
        self._cancelled.set()
        self._post.turns.end(self._turn)

    def wait(self, seconds: float = 10.0) -> None:
        """Block until the thread has ended."""
        if self._thread.is_alive():
            self._thread.join(seconds)

    @property
    def is_cancelled(self) -> bool:
        """Whether `cancel` was called."""
        return self._cancelled.is_set()

    def _run(self, work: Work) -> None:
        stand_back()
        try:
            self._is_given_up()
            outcome = work(lambda share: self._send("progress", share), self._is_given_up)
        except Cancelled:
            return
        except TrainyardError as error:
            self._send("failed", error)
        except Exception as error:  # noqa: BLE001 - shown to the person instead of lost in a thread
            self._send("failed", Unexpected(f"{type(error).__name__}: {error}"))
        else:
            self._send("finished", outcome)
        finally:
            self._post.turns.end(self._turn)
            self._post.send(self, "ended", None)

    def _is_given_up(self) -> bool:
        self._post.turns.wait(self._urgency, self._cancelled.is_set)
        return self._cancelled.is_set()

    def _send(self, what: str, value: Any) -> None:
        if not isValid(self):  # the window is gone
            self._cancelled.set()
        if not self._cancelled.is_set():
            self._post.send(self, what, value)

    def deliver(self, what: str, value: Any) -> None:
        """What the thread sent has arrived on the GUI thread."""
        if what == "ended":
            self._thread.join()
            self._work = None
            self._post.under_way.discard(self)
            return
        if self._cancelled.is_set() or not isValid(self):
            return
        if what == "progress":
            self.progress.emit(value)
        elif what == "finished":
            self.finished.emit(value)
        else:
            self.failed.emit(value)


class _Post(QObject):
    """Brings what threads send to the GUI thread, and outlives every window.

    A thread must never hold the last reference to a widget (or to a function that refers to one):
    dropping it would destroy the widget there. So jobs under way are kept here, and let go of on the
    GUI thread once their thread is over.
    """

    arrived = Signal(object, str, object)

    def __init__(self) -> None:
        super().__init__()
        self.under_way: set[ThreadJob] = set()
        self.turns = Turns()
        self.arrived.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def send(self, job: ThreadJob, what: str, value: Any) -> None:
        """Called in the thread of a job."""
        with contextlib.suppress(RuntimeError):  # the program is gone
            self.arrived.emit(job, what, value)

    def _deliver(self, job: ThreadJob, what: str, value: Any) -> None:
        job.deliver(what, value)


@lru_cache(maxsize=1)
def _post() -> _Post:
    return _Post()


class Worker(QObject):
    """A worker process and the thread that listens to it."""

    replied = Signal(object)
    exited = Signal(int)

    _reply = Signal(object)
    _ended = Signal(int)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._reply.connect(self.replied, Qt.ConnectionType.QueuedConnection)
        self._ended.connect(self.exited, Qt.ConnectionType.QueuedConnection)
        self._process = WorkerProcess("--wait")
        self._left_alone = threading.Event()
        self._thread = threading.Thread(target=self._listen, name="worker", daemon=True)
        self._thread.start()

    @property
    def is_alive(self) -> bool:
        """Whether the process still runs."""
        return self._process.is_alive

    def send(self, task: Task) -> None:
        """Give the worker its task."""
        self._process.send(task)

    def release(self) -> None:
        """Let the process end by itself once its task is done."""
        self._process.release()

    def end(self) -> None:
        """Ask the process to end: a task half done takes its unfinished files away first."""
        self._process.end()

    def close(self, seconds: float = 3.0) -> None:
        """Stop listening. A process that trains goes on; any other one has been asked to end."""
        self.release()
        self._left_alone.set()
        self._thread.join(seconds)
        if self._thread.is_alive():
            self._process.kill()
            self._thread.join(seconds)
        self._process.leave()

    def last_words(self) -> str:
        """The last line that the process wrote to its standard error."""
        return self._process.last_words()

    def _listen(self) -> None:
        try:
            for reply in self._process.replies():
                self._reply.emit(reply)
            # A worker that trains closes its output first; its end is worth knowing all the same.
            while not self._left_alone.is_set():
                code = self._process.wait(0.2)
                if code is not None:
                    self._ended.emit(code)
                    return
        except RuntimeError:
            pass  # the window is gone; the worker goes on without it


class TaskJob(QObject):
    """One task in a worker process. `finished` carries the answer as plain values."""

    progress = Signal(float)
    finished = Signal(object)
    failed = Signal(object)

    def __init__(self, pool: WorkerPool, task: Task) -> None:
        super().__init__(pool)
        self._pool = pool
        self._worker: Worker | None = None
        if pool.is_closed:
            return  # the window is going; nobody waits for an answer
        self._worker = pool.take()
        self._worker.replied.connect(self._on_reply)
        self._worker.exited.connect(self._on_exit)
        self._worker.send(task)

    def cancel(self) -> None:
        """End the task; nothing more is delivered."""
        worker = self._let_go()
        if worker is not None:
            self._pool.discard(worker)

    def _on_reply(self, reply: object) -> None:
        if isinstance(reply, Ready) or self._pool.is_closed:
            return
        if isinstance(reply, Progress):
            self.progress.emit(reply.done)
            return
        worker = self._let_go()
        if worker is not None:
            self._pool.give_back(worker)
        if isinstance(reply, Result):
            self.finished.emit(reply.value)
        elif isinstance(reply, Failure):
            self.failed.emit(reply.exception())
        self.deleteLater()

    def _on_exit(self, code: int) -> None:
        worker = self._let_go()
        if worker is not None and not self._pool.is_closed:
            self.failed.emit(WorkerDied(code, worker.last_words()))
            self._pool.discard(worker)
            self.deleteLater()

    def _let_go(self) -> Worker | None:
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.replied.disconnect(self._on_reply)
            worker.exited.disconnect(self._on_exit)
        return worker


class WorkerPool(QObject):
    """Keeps one worker warm, so that a task starts in milliseconds instead of seconds."""

    trainer_exited = Signal(str, int, str)
    """Path of the run folder, exit code, last words: a training process is gone."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._idle: list[Worker] = []
        self._busy: list[Worker] = []
        self._trainers: dict[Worker, str] = {}
        self._closed = False

    @property
    def is_closed(self) -> bool:
        """Whether the window is going; nothing more is delivered."""
        return self._closed

    def warm_up(self) -> None:
        """Start a worker ahead of its task."""
        if not self._closed and not self._idle:
            worker = Worker(self)
            worker.exited.connect(self._forget_dead)
            self._idle.append(worker)

    def take(self) -> Worker:
        """A worker for one task, warm if there is one."""
        while self._idle:
            worker = self._idle.pop()
            if worker.is_alive:
                break
        else:
            worker = Worker(self)
            worker.exited.connect(self._forget_dead)
        self._busy.append(worker)
        return worker

    def give_back(self, worker: Worker) -> None:
        """Take a worker back after its task; kept if none is idle."""
        self._busy.remove(worker)
        if self._closed or self._idle or not worker.is_alive:
            worker.release()
        else:
            self._idle.append(worker)

    def discard(self, worker: Worker) -> None:
        """End a worker whose task was cancelled or that died."""
        if worker in self._busy:
            self._busy.remove(worker)
        worker.end()
        self.warm_up()

    def train(self, run_folder: Path) -> None:
        """Train (or resume) a run in a worker that outlives the window."""
        worker = self.take()
        self._busy.remove(worker)
        self._trainers[worker] = str(run_folder)
        worker.send(TrainTask(run=str(run_folder)))
        worker.release()
        self.warm_up()

    def ask(self, task: Task) -> TaskJob:
        """Start a task."""
        return TaskJob(self, task)

    def close(self) -> None:
        """End idle and busy workers; leave those that train alone."""
        self._closed = True
        for worker in (*self._idle, *self._busy):
            worker.end()
        for worker in (*self._idle, *self._busy, *self._trainers):
            worker.close()
        self._idle.clear()
        self._busy.clear()
        self._trainers.clear()

    def _forget_dead(self, code: int) -> None:
        worker = self.sender()
        if not isinstance(worker, Worker):
            return
        if worker in self._idle:
            self._idle.remove(worker)
        folder = self._trainers.pop(worker, None)
        if folder is not None:
            self.trainer_exited.emit(folder, code, worker.last_words())
        worker.close()
        worker.deleteLater()
