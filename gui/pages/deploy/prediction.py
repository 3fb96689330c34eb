"""Predicting files one after the other: what waits, what runs, what came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from engine.errors import Cancelled, TrainyardError
from engine.outputs import EVERYTHING, Outputs
from engine.predictor.report import PredictReport
from engine.tasks import PredictTask, Task
from gui.i18n import tr
from gui.widgets.awaited_job import AwaitedJob, Job


class State(StrEnum):
    """How far a file is."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Wanted:
    """How files are to be predicted from now on."""

    ending: str = ".csv"
    """Of the new file: `.csv`, `.parquet` or `.xlsx`."""
    outputs: Outputs = EVERYTHING
    harmless_formulas: bool = False


class Prediction(QObject):
    """One file to be predicted with one model."""

    changed = Signal()

    def __init__(
        self,
        model: Path,
        model_name: str,
        source: Path,
        destination: Path,
        wanted: Wanted,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self.wanted = wanted
        self.model = model
        self.model_name = model_name
        self.source = source
        self.destination = destination
        self.state = State.WAITING
        self.done = 0.0
        self.report: PredictReport | None = None
        self.error: TrainyardError | None = None
        self._job: AwaitedJob | None = None

    def start(self, ask: Callable[[Task], Job]) -> None:
        """Give the file to a worker."""
        self.state, self.done, self.error = State.RUNNING, 0.0, None
        task = PredictTask(
            model=str(self.model),
            source=str(self.source),
            destination=str(self.destination),
            outputs=self.wanted.outputs,
            harmless_formulas=self.wanted.harmless_formulas,
        )
        self._job = AwaitedJob(
            ask(task),
            progress=self._on_progress,
            finished=self._on_finished,
            failed=self._on_failed,
        )
        self.changed.emit()

    def cancel(self) -> None:
        """Give up a file that waits or runs; nothing is written."""
        job, self._job = self._job, None
        if job is not None:
            job.cancel()
        if self.state in (State.WAITING, State.RUNNING):
            self._end(State.FAILED, error=Cancelled())

    def wait_again(self) -> None:
        """Put a failed file back in the queue."""
        self.state, self.error = State.WAITING, None
        self.changed.emit()

    def _let_go(self) -> None:
        job, self._job = self._job, None
        if job is not None:
            job.let_go()

    def _on_progress(self, done: float) -> None:
        self.done = done
        self.changed.emit()

    def _on_finished(self, value: object) -> None:
        self._let_go()
        self.report = PredictReport.model_validate(value)
        self._end(State.DONE)

    def _on_failed(self, error: TrainyardError) -> None:
        self._let_go()
        self._end(State.FAILED, error=error)

    def _end(self, state: State, error: TrainyardError | None = None) -> None:
        self.state, self.error = state, error
        self.changed.emit()


class PredictionQueue(QObject):
    """Files in the order they came; one is worked on at a time, so that each gets the whole machine."""

    def __init__(self, ask: Callable[[Task], Job], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._ask = ask
        self.predictions: list[Prediction] = []

    def add(
        self,
        model: Path,
        model_name: str,
        source: Path,
        destination: Path | None = None,
        wanted: Wanted | None = None,
    ) -> Prediction:
        """Put a file in the queue; without a destination it is written next to its source."""
        wanted = wanted or Wanted()
        if destination is None:
            taken = (p.destination for p in self.predictions)
            destination = free_destination(source, taken, wanted.ending)
        prediction = Prediction(model, model_name, source, destination, wanted, self)
        prediction.changed.connect(self._advance)
        self.predictions.append(prediction)
        self._advance()
        return prediction

    def remove(self, prediction: Prediction) -> None:
        """Forget a file; one that waits or runs is cancelled first."""
        self.predictions.remove(prediction)
        prediction.changed.disconnect(self._advance)
        prediction.cancel()
        prediction.deleteLater()
        self._advance()

    def _advance(self) -> None:
        if any(prediction.state is State.RUNNING for prediction in self.predictions):
            return
        for prediction in self.predictions:
            if prediction.state is State.WAITING:
                prediction.start(self._ask)
                return


def free_destination(source: Path, taken: Iterable[Path] = (), ending: str = ".csv") -> Path:
    """A name next to the source that no file has yet: “people predictions.csv”, “… 2.csv”."""
    reserved = set(taken)
    stem = tr("{name} predictions", name=source.stem)
    candidate = source.with_name(f"{stem}{ending}")
    number = 1
    while candidate.exists() or candidate in reserved:
        number += 1
        candidate = source.with_name(f"{stem} {number}{ending}")
    return candidate
