"""Runs set beside the one in focus: asked of a worker, kept for as long as they stay as they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from engine.baselines.result import RunsBeside
from engine.errors import TrainyardError
from engine.tasks import Part, RunsBesideTask

if TYPE_CHECKING:
    from gui.session import Session
    from gui.widgets.results_answers import Job


@dataclass(frozen=True, slots=True)
class RunsQuestion:
    """Which runs, on which part, with which weights and decisions."""

    run: str
    others: tuple[str, ...]
    part: Part
    stamps: tuple[object, ...]


class OtherRuns(QObject):
    """One question is worked on at a time; `changed` when there is an answer, an error or progress."""

    changed = Signal()

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._known: dict[RunsQuestion, RunsBeside] = {}
        self._question: RunsQuestion | None = None
        self._job: Job | None = None
        self.share = 0.0
        self.error: TrainyardError | None = None

    @property
    def question(self) -> RunsQuestion | None:
        """What is asked now."""
        return self._question

    @property
    def is_busy(self) -> bool:
        """Whether a worker is at it."""
        return self._job is not None

    def of(self, question: RunsQuestion) -> RunsBeside | None:
        """The answer, if it is known."""
        return self._known.get(question)

    def want(self, question: RunsQuestion | None) -> None:
        """Have this worked on; what is known is not asked again, and what failed stays failed."""
        if question == self._question:
            return
        self.leave()
        self._question = question
        if question is None or question in self._known:
            return
        folders = self._session.workspace
        try:
            task = RunsBesideTask(
                run=str(folders.run(question.run).path),
                others=tuple(str(folders.run(other).path) for other in question.others),
                part=question.part,
            )
        except TrainyardError as error:
            self.error = error
            return
        self._job = job = self._session.ask(task)
        job.progress.connect(self._on_progress)
        job.finished.connect(self._on_finished)
        job.failed.connect(self._on_failed)

    def leave(self) -> None:
        """Nobody asks any more."""
        self._question, self.error, self.share = None, None, 0.0
        job = self._release()
        if job is not None:
            job.cancel()

    def _release(self) -> Job | None:
        job, self._job = self._job, None
        if job is not None:
            job.progress.disconnect(self._on_progress)
            job.finished.disconnect(self._on_finished)
            job.failed.disconnect(self._on_failed)
        return job

    def _on_progress(self, share: float) -> None:
        self.share = share
        self.changed.emit()

    def _on_finished(self, value: object) -> None:
        self._release()
        assert self._question is not None
        self._known[self._question] = RunsBeside.model_validate(value)
        self.changed.emit()

    def _on_failed(self, error: TrainyardError) -> None:
        self._release()
        self.error = error
        self.changed.emit()
