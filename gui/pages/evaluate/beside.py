"""Runs beside baselines: asked for with one click, trained in the background, kept with the run."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

from PySide6.QtCore import QObject, Signal

from engine.baselines.baseline import installed_baselines
from engine.baselines.comparisons import kept_comparison
from engine.baselines.result import BaselineScore, SetBeside
from engine.tasks import BaselineTask, Part
from gui.i18n import tr, translate
from gui.widgets.awaited_job import AwaitedJob

if TYPE_CHECKING:
    from engine.errors import TrainyardError
    from gui.session import Session
    from gui.widgets.awaited_job import Job

StripTone: TypeAlias = Literal["plain", "info", "ok", "err"]


@dataclass(frozen=True, slots=True)
class Question:
    """Which run's weights are compared on which part."""

    run: str
    part: Part
    best_epoch: int


class Besides(QObject):
    """The comparisons of all runs. A job goes on while other runs or pages are looked at.

    `changed` tells which question has an answer, an error or progress.
    """

    changed = Signal(object)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._known: dict[Question, SetBeside] = {}
        self._looked: set[Question] = set()
        self._asked: dict[Question, _Asked] = {}
        self._errors: dict[Question, TrainyardError] = {}

    def of(self, question: Question, folder: Path) -> SetBeside | None:
        """The comparison, if it was made; what lies in the run's folder is read once."""
        if question not in self._looked:
            self._looked.add(question)
            kept = kept_comparison(folder, question.part, question.best_epoch)
            if kept is not None:
                self._known[question] = kept
        return self._known.get(question)

    def is_busy(self, question: Question) -> bool:
        """Whether a worker is at it."""
        return question in self._asked

    def share(self, question: Question) -> float:
        """How far the worker is, from 0 to 1."""
        return self._asked[question].share if question in self._asked else 0.0

    def error(self, question: Question) -> TrainyardError | None:
        """Why there is no answer."""
        return self._errors.get(question)

    def ask(self, question: Question, folder: Path) -> None:
        """Train what is missing, and compare."""
        if question in self._asked:
            return
        self._errors.pop(question, None)
        job = self._session.ask(BaselineTask(run=str(folder), part=question.part))
        asked = self._asked[question] = _Asked(question, job, self)
        asked.moved.connect(self.changed)
        asked.answered.connect(self._on_answered)
        asked.failed.connect(self._on_failed)
        self.changed.emit(question)

    def cancel(self, question: Question) -> None:
        """End the work; baselines that are trained by then are kept."""
        asked = self._asked.pop(question, None)
        if asked is not None:
            asked.cancel()
            self.changed.emit(question)

    def _on_answered(self, question: Question, beside: SetBeside) -> None:
        self._asked.pop(question).deleteLater()
        self._known[question] = beside
        self.changed.emit(question)

    def _on_failed(self, question: Question, error: TrainyardError) -> None:
        self._asked.pop(question).deleteLater()
        self._errors[question] = error
        self.changed.emit(question)


def besides_of(session: Session) -> Besides:
    """The comparisons of a session, one for all of its windows: a window that is made anew shows them on."""
    for child in session.children():
        if isinstance(child, Besides):
            return child
    return Besides(session, session)


class _Asked(QObject):
    """A question that a worker is at."""

    moved = Signal(object)
    answered = Signal(object, object)
    failed = Signal(object, object)

    def __init__(self, question: Question, job: Job, parent: QObject) -> None:
        super().__init__(parent)
        self._question = question
        self.share = 0.0
        self._job = AwaitedJob(
            job, progress=self._on_progress, finished=self._on_finished, failed=self._on_failed
        )

    def cancel(self) -> None:
        """End the work."""
        self._job.cancel()
        self.deleteLater()

    def _on_progress(self, share: float) -> None:
        self.share = share
        self.moved.emit(self._question)

    def _on_finished(self, value: object) -> None:
        self.answered.emit(self._question, SetBeside.model_validate(value))

    def _on_failed(self, error: TrainyardError) -> None:
        self.failed.emit(self._question, error)


def is_complete(beside: SetBeside) -> bool:
    """Whether all baselines that can be trained here were; the command line may ask for some."""
    there = {each.kind for each in beside.baselines}
    return all(member.kind_name() in there for member in installed_baselines())


def rival_of(beside: SetBeside) -> BaselineScore | None:
    """The baseline that is marked on the cards: boosted trees if they are there, else the best one."""
    boosted = (each for each in beside.baselines if each.kind == "gradient_boosting")
    return next(boosted, beside.best())


def short_title(score: BaselineScore) -> str:
    """A name short enough for a card."""
    titles = {
        "plainest": tr("Plainest"),
        "linear": tr("Linear"),
        "gradient_boosting": tr("GB"),
    }
    return titles.get(score.kind, translate(score.title))


def tone_of(beside: SetBeside) -> StripTone:
    """Green where the run is clearly ahead of all baselines, blue where one is level or ahead."""
    best = beside.best()
    difference = best.difference(beside.metric) if best is not None else None
    if difference is None:
        return "plain"
    return "ok" if difference.is_clear and difference.verdict == "ahead" else "info"
