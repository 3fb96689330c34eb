"""Events folded into arrays: what curves, progress and the event log of a run are drawn from."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TypeAlias

import numpy as np

from engine import events
from engine.events import RunEvent
from engine.messages import Message
from engine.metrics import METRICS
from engine.plans.trials import Trials
from engine.training import sentences
from engine.training.columns import Column, Floats, Ints, Steps
from engine.training.gains import Gains
from engine.training.happened import LogEntry, Mark, MarkKind, Progress
from engine.training.pace import pace
from engine.training.watched import Watched

Ended: TypeAlias = events.RunFinished | events.RunStopped | events.RunFailed


class History:
    """All that a run has told so far. Feed it with `extend`; read it at any time."""

    def __init__(self) -> None:
        self.started: events.RunStarted | None = None
        self.ended: Ended | None = None
        self.changes = 0
        """Batches of events taken up; while it stays, nothing here has changed."""
        self.resumes = 0
        """How often the run has begun again; what it told after its checkpoint was dropped then."""
        self.best_epoch = 0
        self.log: list[LogEntry] = []
        self.trials = Trials()
        """Of a sweep."""
        self.watched = Watched()
        """What was found inside the network."""
        self.classes_predicted: dict[int, events.ClassesPredicted] = {}
        """By epoch: how many validation rows were predicted to be each class."""
        self.folds_of = 0
        """Folds of a cross-validation, of which each is an epoch here; 0: this is none."""
        self.members = ""
        """What each epoch is of a run that holds others: `folds`, `seeds` or `trials`."""
        self._gains: Gains | None = None
        """Where not every gain counts."""
        self._marks: list[Mark] = []
        self._paused = False
        self._clock = 0.0
        """Seconds of training up to `_last`."""
        self._last: float | None = None
        """Time of the newest event, None while time does not count."""
        self._step_columns = [Column(np.int64), *(Column() for _ in range(5))]
        self._epoch_columns = [Column(np.int64), Column(np.int64), *(Column() for _ in range(4))]
        self._train: dict[str, Column] = {}
        self._validation: dict[str, Column] = {}
        self._saved: tuple[int, float] = (0, 0.0)
        """The step of the newest checkpoint to go on from, and the seconds of training until then."""
        self._settings: dict[str, float | None] = {}

    def extend(self, batch: Iterable[RunEvent]) -> None:
        """Take up events in the order in which they were written."""
        self.changes += 1
        for event in batch:
            self._tick(event)
            self.trials.take(event)
            match event:
                case events.RunStarted():
                    self._on_start(event)
                case events.StepsDone():
                    self._on_steps(event)
                case events.EpochEnded():
                    self._on_epoch(event)
                case events.ControlApplied():
                    self._on_control(event)
                case events.CheckpointSaved():
                    if event.which == "last":
                        self._saved = (event.step, self._clock)
                case events.BlocksWatched():
                    self.watched.take(event, self._clock)
                case events.ClassesPredicted():
                    self.classes_predicted[event.epoch] = event
                case events.FoldsScored():
                    self.folds_of = event.of
                    self.members = event.members
                    for text in sentences.on_folds(event, self.metrics):
                        self._say(event.time, self.epoch, text)
                case events.TrialStarted():
                    self.members = "trials"
                case events.Noted():
                    self._say(event.time, self.epoch, event.message)
                case events.RunFinished() | events.RunStopped() | events.RunFailed():
                    self._on_end(event)

    # What curves are drawn from --------------------------------------------------------------

    @property
    def metrics(self) -> tuple[str, ...]:
        """Names of the metrics; the first is `loss`."""
        return self.started.metrics if self.started else ()

    @property
    def epochs_done(self) -> Ints:
        """The epochs that ended, as the x of `train` and `validation`."""
        return self._epoch_columns[0].array

    @property
    def epoch_steps(self) -> Ints:
        """The step at which each epoch ended."""
        return self._epoch_columns[1].array

    @property
    def epoch_times(self) -> Floats:
        """Seconds of training at which each epoch ended, pauses left out."""
        return self._epoch_columns[2].array

    @property
    def learning_rate(self) -> Floats:
        """At the end of each epoch."""
        return self._epoch_columns[3].array

    @property
    def gradient_norm(self) -> Floats:
        """Mean of each epoch."""
        return self._epoch_columns[4].array

    @property
    def rows_per_second(self) -> Floats:
        """Training speed in each epoch."""
        return self._epoch_columns[5].array

    def train(self, metric: str) -> Floats:
        """A metric on the training rows, per epoch ended."""
        return self._train[metric].array if metric in self._train else np.empty(0)

    def validation(self, metric: str) -> Floats:
        """A metric on the validation rows, per epoch ended; NaN without such rows."""
        return self._validation[metric].array if metric in self._validation else np.empty(0)

    @property
    def steps(self) -> Steps:
        """Progress within epochs."""
        return Steps(*(column.array for column in self._step_columns))

    @property
    def step_losses(self) -> tuple[Ints, Floats, Floats]:
        """(step, place on the epoch axis, loss) of the steps reported."""
        steps = self.steps
        return steps.step, steps.epoch, steps.loss

    @property
    def marks(self) -> tuple[Mark, ...]:
        """What to mark on the curves; the newest checkpoint and the best epoch last."""
        found = list(self._marks)
        step, seconds = self._saved
        if step and self.ended is None:
            found.append(Mark(MarkKind.CHECKPOINT, self._epochs_at(step), step, seconds))
        place = self._place(self.best_epoch)
        if place is not None:
            found.append(
                Mark(
                    MarkKind.BEST,
                    self.best_epoch,
                    int(self.epoch_steps[place]),
                    float(self.epoch_times[place]),
                )
            )
        return tuple(found)

    # How far it is ---------------------------------------------------------------------------

    @property
    def status(self) -> Progress:
        """What the run is doing, as far as its events tell."""
        match self.ended:
            case events.RunFinished(stopped_early=True):
                return Progress.STOPPED_EARLY
            case events.RunFinished():
                return Progress.FINISHED
            case events.RunStopped():
                return Progress.STOPPED
            case events.RunFailed():
                return Progress.FAILED
        if self._paused:
            return Progress.PAUSED
        return Progress.RUNNING if self.started else Progress.WAITING

    @property
    def epoch(self) -> int:
        """Epochs done."""
        numbers = self._epoch_columns[0].array
        return int(numbers[-1]) if len(numbers) else 0

    @property
    def epochs(self) -> int:
        """Epochs asked for, or set by hand since."""
        asked = self._settings.get("set_epochs")
        return round(asked) if asked else self.started.epochs if self.started else 0

    def set_by_hand(self, command: str) -> tuple[float | None] | None:
        """The value that a command has set last; None if it has set none."""
        return (self._settings[command],) if command in self._settings else None

    @property
    def step(self) -> int:
        """The newest step heard of."""
        within = self._step_columns[0].array
        ended = self.epoch_steps
        return max(int(within[-1]) if len(within) else 0, int(ended[-1]) if len(ended) else 0)

    @property
    def done(self) -> float:
        """The share of the run's steps done, from 0 to 1."""
        if self.started is None or not self.started.epochs:
            return 0.0  # a sweep that time alone limits does not know its end
        return min(1.0, self.step / max(1, self.epochs * self.started.steps_per_epoch))

    @property
    def seconds(self) -> float:
        """Seconds of training up to the newest event, pauses left out."""
        return self._clock

    @property
    def seconds_left(self) -> float | None:
        """Until the last epoch, at the speed of the last epochs; None while it cannot be told."""
        if self.started is None or self.ended is not None:
            return None
        total = self.epochs * self.started.steps_per_epoch
        told = self.steps
        seconds, taken = pace(self.epoch_times, self.epoch_steps, told.time, told.step)
        if taken <= 0 or seconds <= 0:
            return None
        return (total - self.step) * seconds / taken

    @property
    def monitor(self) -> str:
        """Name of the metric that decides which epoch is best."""
        return self.started.monitor if self.started else "loss"

    @property
    def watches_validation(self) -> bool:
        """Whether the best epoch is chosen on validation rows."""
        return self.started is not None and self.started.validation_rows > 0

    def best(self, metric: str) -> float:
        """The metric in the best epoch, on validation rows if there are any; NaN without one."""
        values = self.validation(metric) if self.watches_validation else self.train(metric)
        place = self._place(self.best_epoch)
        return float(values[place]) if place is not None and len(values) else math.nan

    @property
    def waited(self) -> int:
        """Epochs since the best one, or since the last gain as large as was asked for."""
        if self._gains is not None:
            return self._gains.waited
        return self.epoch - self.best_epoch if self.best_epoch else 0

    @property
    def least_gain(self) -> float:
        """Smaller gains do not count for patience."""
        return self.started.least_gain if self.started else 0.0

    def _place(self, epoch: int) -> int | None:
        """Where an epoch stands in the arrays; a killed run may lack its last lines."""
        numbers = self._epoch_columns[0].array
        place = int(np.searchsorted(numbers, epoch))
        return place if place < len(numbers) and numbers[place] == epoch else None

    # Folding ---------------------------------------------------------------------------------

    def _tick(self, event: RunEvent) -> None:
        """Let the clock of training run up to the event, except over pauses and interruptions."""
        if isinstance(event, events.RunStarted):
            self._last = event.time
            return
        if self._last is not None:
            self._clock += max(0.0, event.time - self._last)
            self._last = event.time

    def _on_start(self, event: events.RunStarted) -> None:
        again = self.started is not None
        self.resumes += again
        self.started, self.ended, self._paused = event, None, False
        for name in event.metrics:
            self._train.setdefault(name, Column())
            self._validation.setdefault(name, Column())
        self._forget_after(event.epoch)
        self._gains = None
        if event.least_gain > 0 and event.monitor in METRICS and self.watches_validation:
            self._gains = Gains(METRICS[event.monitor], event.least_gain)
            for value in self.validation(event.monitor).tolist():
                self._gains.take(value)
        if again:
            self._mark(MarkKind.RESUMED, self.step, self.step / event.steps_per_epoch)
            self._say(event.time, self.epoch, sentences.on_resume(event))
            return
        for text in sentences.on_start(event):
            self._say(event.time, 0, text)

    def _forget_after(self, epoch: int) -> None:
        """A resumed run repeats what came after its checkpoint: drop the first telling of it."""
        kept = int(np.searchsorted(self.epochs_done, epoch, side="right"))
        for column in (*self._epoch_columns, *self._train.values(), *self._validation.values()):
            column.cut(kept)
        last = max(self._saved[0], int(self.epoch_steps[-1]) if kept else 0)
        kept = int(np.searchsorted(self._step_columns[0].array, last, side="right"))
        for column in self._step_columns:
            column.cut(kept)
        self.watched.cut(last)
        for after in [known for known in self.classes_predicted if known > epoch]:
            del self.classes_predicted[after]
        self._marks = [mark for mark in self._marks if mark.step <= last]
        self.best_epoch = min(self.best_epoch, epoch)

    def _on_steps(self, event: events.StepsDone) -> None:
        per_epoch = self.started.steps_per_epoch if self.started else 1
        values = (
            event.step,
            event.step / max(1, per_epoch),
            self._clock,
            event.loss,
            event.learning_rate,
            event.rows_per_second,
        )
        for column, value in zip(self._step_columns, values, strict=True):
            column.append(value)

    def _on_epoch(self, event: events.EpochEnded) -> None:
        values = (
            event.epoch,
            event.step,
            self._clock,
            event.learning_rate,
            event.gradient_norm,
            event.rows_per_second,
        )
        for column, value in zip(self._epoch_columns, values, strict=True):
            column.append(value)
        for name, train, validation in zip(
            self.metrics, event.train, event.validation, strict=False
        ):
            self._train[name].append(train)
            self._validation[name].append(validation)
        if self._gains is not None and self.monitor in self.metrics:
            self._gains.take(event.validation[self.metrics.index(self.monitor)])
        if event.is_best:
            self.best_epoch = event.epoch
            if self.watches_validation:
                self._say_best(event)

    def _say_best(self, event: events.EpochEnded) -> None:
        place = self.metrics.index(self.monitor)
        text = sentences.on_best(self.monitor, event.validation[place])
        entry = LogEntry(event.time, event.epoch, text)
        # Early epochs are nearly all better than the one before: only the newest of a row is told.
        if self.log and self.log[-1].message.template == text.template:
            self.log[-1] = entry
        else:
            self.log.append(entry)

    def _on_control(self, event: events.ControlApplied) -> None:
        epoch = self._epochs_at(event.step)
        match event.command:
            case "set_learning_rate":
                self._mark(MarkKind.LEARNING_RATE, event.step, epoch, event.value)
            case command if command.startswith("set_"):
                self._settings[command] = event.value
                self._mark(MarkKind.CHANGE, event.step, epoch, event.value, command)
            case "pause":
                self._paused, self._last = True, None
                self._mark(MarkKind.PAUSE, event.step, epoch)
            case "resume" | "step_epoch":
                self._paused = False
                if self.started is not None and self.ended is None:
                    self._last = event.time
            case "stop":
                self._paused = False
        text = sentences.on_control(event)
        if text is not None:
            self._say(event.time, event.epoch, text)

    def _on_end(self, event: Ended) -> None:
        self.ended, self._paused, self._last = event, False, None
        place = self._epochs_at(self.step)
        match event:
            case events.RunFinished(stopped_early=True):
                self._mark(MarkKind.EARLY_STOP, self.step, place)
            case events.RunStopped():
                self._mark(MarkKind.STOP, self.step, place)
            case events.RunFailed():
                self._mark(MarkKind.FAILURE, self.step, place)
        self._say(
            event.time,
            event.epoch,
            sentences.on_end(event, self.waited, self.least_gain, self.members),
        )

    def _epochs_at(self, step: int) -> float:
        return step / max(1, self.started.steps_per_epoch if self.started else 1)

    def _mark(
        self,
        kind: MarkKind,
        step: int,
        epoch: float,
        value: float | None = None,
        command: str = "",
    ) -> None:
        self._marks.append(Mark(kind, epoch, step, self._clock, value, command))

    def _say(self, time: float, epoch: int, text: Message) -> None:
        self.log.append(LogEntry(time, epoch, text))
