"""Runs set beside the one in focus: asked of a worker, kept for as long as they stay as they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.baselines.result import RunsBeside
from engine.errors import TrainyardError
from engine.tasks import Part, RunsBesideTask
from gui.widgets.results_answers import Answers

if TYPE_CHECKING:
    from PySide6.QtCore import QObject

    from gui.session import Session


@dataclass(frozen=True, slots=True)
class RunsQuestion:
    """Which runs, on which part, with which weights and decisions."""

    run: str
    others: tuple[str, ...]
    part: Part
    stamps: tuple[object, ...]


class OtherRuns(Answers[RunsBeside]):
    """The answer to one `RunsQuestion` at a time."""

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(session.ask, RunsBeside, parent)
        self._session = session

    def compare(self, question: RunsQuestion | None) -> None:
        """Have this worked on, or nothing; a run that is gone is an error like that of a worker."""
        if question is None:
            self.leave()
        elif question != self.key:
            self._begin(question)

    def _begin(self, question: RunsQuestion) -> None:
        folders = self._session.workspace
        try:
            task = RunsBesideTask(
                run=str(folders.run(question.run).path),
                others=tuple(str(folders.run(other).path) for other in question.others),
                part=question.part,
            )
        except TrainyardError as error:
            self.refuse(question, error)
        else:
            self.want(question, task)
