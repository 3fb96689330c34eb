"""Decisions for runs, carried out by a worker; how many were made, so that scores are asked for anew."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QObject, Signal

from engine.errors import TrainyardError
from engine.tasks import CalibrationKind, DecideTask

if TYPE_CHECKING:
    from gui.session import Session
    from gui.widgets.awaited_job import Job


class Deciding(QObject):
    """`decided` carries the run whose predictions follow another decision now.

    `busy` tells of one at which a worker is, or is no longer.
    """

    decided = Signal(str)
    busy = Signal(str)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._counts: dict[str, int] = {}
        self._jobs: dict[Job, str] = {}

    def count(self, run: str) -> int:
        """How many decisions were made for a run since the window opened."""
        return self._counts.get(run, 0)

    def use_threshold(
        self,
        run: str,
        folder: str,
        threshold: float,
        costs: tuple[float, float],
        how: Literal["hand", "cost", "metric"],
    ) -> None:
        """Let predictions follow a threshold.

        Args:
            run: Its id.
            folder: Of the run.
            threshold: Above it the positive class is predicted.
            costs: Of a missed row and of a false alarm, to be kept beside it.
            how: It was chosen by `hand`, by `cost` or by a `metric`.
        """
        self._ask(
            run,
            DecideTask(
                run=folder,
                threshold=threshold,
                costs=costs,
                chosen_by=how,
                best="f1" if how == "metric" else None,
            ),
        )

    def calibrate(self, run: str, folder: str, kind: CalibrationKind | Literal["none"]) -> None:
        """Correct probabilities in a way fitted on validation rows, or no longer."""
        self._ask(run, DecideTask(run=folder, calibration=kind))

    def cover(self, run: str, folder: str, share: float) -> None:
        """Tell sets or intervals that hold the truth in that share of rows; 0: none."""
        self._ask(run, DecideTask(run=folder, coverage=share))

    def doubt(self, run: str, folder: str, least: float) -> None:
        """Tell rows below that probability as “don't know”; 0: none."""
        self._ask(run, DecideTask(run=folder, least_confidence=least))

    def is_busy(self, run: str) -> bool:
        """Whether a decision for it is being carried out."""
        return run in self._jobs.values()

    def _ask(self, run: str, task: DecideTask) -> None:
        job = self._session.ask(task)
        self._jobs[job] = run
        self.busy.emit(run)
        job.finished.connect(lambda _value, job=job: self._on_done(job))
        job.failed.connect(lambda error, job=job: self._on_failed(job, error))

    def _on_done(self, job: Job) -> None:
        run = self._jobs.pop(job)
        self._counts[run] = self.count(run) + 1
        self.busy.emit(run)
        self.decided.emit(run)

    def _on_failed(self, job: Job, error: TrainyardError) -> None:
        run = self._jobs.pop(job)
        self._session.failed.emit(error)
        self.busy.emit(run)
