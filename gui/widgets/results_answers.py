"""Answers to questions about runs: asked once, kept, never shown for another run."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from pydantic import BaseModel
from PySide6.QtCore import QObject, Signal

from engine.errors import TrainyardError
from engine.tasks import Task
from gui.widgets.awaited_job import AwaitedJob, Job

Answer = TypeVar("Answer", bound=BaseModel)


class Answers(QObject, Generic[Answer]):
    """The answer to one question at a time; earlier answers are kept for when they are asked again.

    `changed` tells that an answer, an error or progress for the *current* question has arrived.
    """

    changed = Signal()

    def __init__(
        self, ask: Callable[[Task], Job], answer: type[Answer], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._ask = ask
        self._type = answer
        self._known: dict[Hashable, Answer] = {}
        self._key: Hashable | None = None
        self._task: Task | None = None
        self._job: AwaitedJob | None = None
        self.error: TrainyardError | None = None
        self.done = 0.0

    @property
    def value(self) -> Answer | None:
        """The answer to the current question, if it is known."""
        return self._known.get(self._key)

    @property
    def key(self) -> Hashable | None:
        """The current question; None: there is none."""
        return self._key

    @property
    def is_loading(self) -> bool:
        """Whether a worker is at it."""
        return self._job is not None

    def want(self, key: Hashable, task: Task) -> None:
        """Make this the current question; a known answer is taken, a failed one stays failed."""
        if key == self._key:
            return
        self.leave()
        self._key, self._task = key, task
        if key not in self._known:
            self._start()

    def refuse(self, key: Hashable, error: TrainyardError) -> None:
        """Make this the current question, which cannot be asked of a worker; a known answer is taken."""
        if key == self._key:
            return
        self.leave()
        self._key = key
        if key not in self._known:
            self.error = error

    def retry(self) -> None:
        """Ask the current question again after a failure."""
        if self._task is not None and self._job is None:
            self._start()
            self.changed.emit()

    def leave(self) -> None:
        """No question is current any more; a worker at it is cancelled."""
        self._key = self._task = self.error = None
        job, self._job = self._job, None
        if job is not None:
            job.cancel()

    def _start(self) -> None:
        assert self._task is not None
        self.error, self.done = None, 0.0
        self._job = AwaitedJob(
            self._ask(self._task),
            progress=self._on_progress,
            finished=self._on_finished,
            failed=self._on_failed,
        )

    def _let_go(self) -> None:
        job, self._job = self._job, None
        if job is not None:
            job.let_go()

    def _on_progress(self, done: float) -> None:
        self.done = done
        self.changed.emit()

    def _on_finished(self, value: object) -> None:
        self._let_go()
        self._known[self._key] = self._type.model_validate(value)
        self.changed.emit()

    def _on_failed(self, error: TrainyardError) -> None:
        self._let_go()
        self.error = error
        self.changed.emit()
