"""A run in one line: what lists and the runs drawer show, folded from its events."""

from __future__ import annotations

import math
import time
from collections.abc import Iterable
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from engine.errors import from_facts
from engine.events import (
    ControlApplied,
    EpochEnded,
    FoldsScored,
    RowsPrepared,
    RunEvent,
    RunFailed,
    RunFinished,
    RunStarted,
    RunStopped,
    StepsDone,
)
from engine.messages import Message, message, message_n
from engine.schema import Task
from engine.store.info import RunInfo

SPARKLINE_POINTS = 60


class Status(StrEnum):
    """What a run is doing, or how it ended."""

    QUEUED = "queued"
    STARTING = "starting"
    RUNNING = "running"
    PAUSED = "paused"
    STOPPING = "stopping"
    """Told to stop; what it has is being scored and saved."""
    DONE = "done"
    STOPPED_EARLY = "stopped_early"
    STOPPED = "stopped"
    PRUNED = "pruned"
    """Given up by its sweep, for it was behind the trials before it."""
    FAILED = "failed"
    INTERRUPTED = "interrupted"
    """Its process is gone without having said how it ended."""
    DAMAGED = "damaged"
    """Its folder cannot be read."""

    @property
    def is_alive(self) -> bool:
        """Whether a process is working on the run."""
        return self in (Status.STARTING, Status.RUNNING, Status.PAUSED, Status.STOPPING)

    @property
    def can_resume(self) -> bool:
        """Whether training can go on from the last checkpoint."""
        return self in (Status.INTERRUPTED, Status.STOPPED, Status.PRUNED, Status.FAILED)


class RunSummary(BaseModel):
    """One line of the list of runs."""

    model_config = ConfigDict(frozen=True, ser_json_inf_nan="constants")

    id: str
    number: int
    name: str
    status: Status
    created: float
    """Seconds since 1970."""
    dataset: str
    target: str
    task: Task | None
    trunk: str
    epoch: int = 0
    """Epochs completed."""
    epochs: int = 0
    monitor: str = ""
    best: float | None = None
    """The watched validation metric in the best epoch."""
    higher_is_better: bool = False
    sparkline: tuple[float, ...] = ()
    """Validation loss per epoch (training loss without validation rows), thinned out."""
    duration: float = 0.0
    """Seconds of training, pauses left out."""
    seconds_left: float | None = None
    device: str = ""
    prepared: float | None = None
    """How far its rows are prepared, from 0 to 1, while that is under way and takes long."""
    spread: float | None = None
    """Of a cross-validation: how far its folds are apart in `best`, which is their mean."""
    folds: int = 0
    """Of a cross-validation: how many folds `best` is the mean of."""
    note: Message | None = None
    """Why it failed, stopped or cannot be read."""
    group: str | None = None
    """Id of the run whose networks are trained one after another, this one among them."""
    place: int | None = None
    """Which of them it is, counted from 0."""
    holds: str = ""
    """What it trains one after another; see `RunInfo.holds`."""
    parent: str | None = None
    """Id of the run that it was forked from."""
    parent_epoch: int = 0
    remark: str = ""
    """What a person wrote beside it."""
    tags: tuple[str, ...] = ()
    favourite: bool = False

    def with_damage(self, lines: int) -> RunSummary:
        """The same, telling that so many lines of the log were altered."""
        if not lines or self.status is Status.FAILED:
            return self
        note = message_n(
            "{count} line of its log is damaged and left out",
            "{count} lines of its log are damaged and left out",
            lines,
        )
        return self.model_copy(update={"note": note})


class RunFold:
    """Folds the events of one run; fed in pieces while the run is alive."""

    def __init__(self) -> None:
        self._started: RunStarted | None = None
        self._ended: RunFinished | RunStopped | RunFailed | None = None
        self._epochs: list[EpochEnded] = []
        self._paused = False
        self._stopping = False
        self._prepared: float | None = None
        self._folds: FoldsScored | None = None
        self._step = 0
        self._first_step = 0
        self._clock: float | None = None
        """Since when time counts; None while paused or ended."""
        self._session = 0.0
        """Seconds counted since `RunStarted`, up to `_clock`."""
        self._before = 0.0
        """Seconds counted in earlier sessions of a resumed run."""
        self._last_time = 0.0

    @property
    def has_begun(self) -> bool:
        """Whether anything was told of training, or of why there was none."""
        return self._started is not None or self._ended is not None

    @property
    def has_ended(self) -> bool:
        """Whether the last session told how it ended."""
        return self._ended is not None

    @property
    def epoch(self) -> int:
        """Epochs completed."""
        return self._epochs[-1].epoch if self._epochs else 0

    @property
    def best_epoch(self) -> int:
        """The epoch whose weights are the best so far; 0 without one."""
        return max((epoch.epoch for epoch in self._epochs if epoch.is_best), default=0)

    def extend(self, events: Iterable[RunEvent]) -> None:
        """Take further events in."""
        for event in events:
            self._take(event)
            self._last_time = max(self._last_time, event.time)

    def status(self, *, alive: bool, was_held: bool, told_to_stop: bool = False) -> Status:
        """The status, given whether a process holds the run, and whether a dead one still seems to.

        `told_to_stop`: whether a command to stop waits to be heard.
        """
        if alive and self._ended is None and (self._stopping or told_to_stop):
            return Status.STOPPING
        if alive:
            if (self._started is None or self._ended is not None) and not self._paused:
                return Status.STARTING
            return Status.PAUSED if self._paused else Status.RUNNING
        match self._ended:
            case RunFinished(stopped_early=early):
                return Status.STOPPED_EARLY if early else Status.DONE
            case RunStopped(pruned=pruned):
                return Status.PRUNED if pruned else Status.STOPPED
            case RunFailed():
                return Status.FAILED
        return Status.INTERRUPTED if self._started or was_held else Status.QUEUED

    def summary(
        self, run: str, info: RunInfo, *, alive: bool, was_held: bool, told_to_stop: bool = False
    ) -> RunSummary:
        """The line of this run in the list."""
        from engine.metrics import METRICS

        status = self.status(alive=alive, was_held=was_held, told_to_stop=told_to_stop)
        started = self._started
        if info.parent is not None and started is not None and started.time < info.created:
            # The history so far is its parent's: a fork that has not begun waits like any other run.
            if alive:
                status = Status.STARTING
            elif self._ended is None:
                status = Status.INTERRUPTED if was_held else Status.QUEUED
        monitor = started.monitor if started else ""
        session = self._session_seconds(time.time() if alive else self._last_time)
        return RunSummary(
            id=run,
            number=info.number,
            name=info.name,
            status=status,
            created=info.created,
            dataset=info.dataset,
            target=info.target,
            task=info.task,
            trunk=info.trunk,
            epoch=self.epoch,
            epochs=info.epochs if started is None or status is Status.QUEUED else started.epochs,
            monitor=monitor,
            best=self._best(),
            spread=self._spread(),
            folds=self._folds.folds if self._folds is not None else 0,
            prepared=self._prepared if status.is_alive else None,
            higher_is_better=monitor in METRICS and METRICS[monitor].higher_is_better,
            sparkline=self._sparkline(),
            duration=self._before + session,
            seconds_left=self._seconds_left(status, session),
            device=started.device if started else info.device,
            note=self._note(status, info) or _of_group(info) or _of_parent(info),
            group=info.group,
            place=info.place,
            holds=info.holds,
            parent=info.parent,
            parent_epoch=info.parent_epoch,
            remark=info.remark,
            tags=info.tags,
            favourite=info.favourite,
        )

    def _take(self, event: RunEvent) -> None:
        match event:
            case RunStarted():
                self._stop_clock(self._last_time)
                self._before += self._session
                self._session = 0.0
                self._started, self._ended, self._paused = event, None, False
                self._stopping = False
                self._prepared = None
                # What came after the checkpoint that a resume starts from is superseded.
                self._epochs = [e for e in self._epochs if e.epoch <= event.epoch]
                self._step = self._first_step = event.epoch * event.steps_per_epoch
                self._clock = event.time
            case RowsPrepared(share=share):
                self._prepared = share
            case FoldsScored():
                self._folds = event
            case StepsDone(step=step):
                self._step = step
            case EpochEnded(step=step):
                self._epochs.append(event)
                self._step = step
            case ControlApplied(command="pause"):
                self._paused = True
                self._stop_clock(event.time)
            case ControlApplied(command="stop"):
                self._stopping = True
            case ControlApplied(command="resume"):
                self._paused = False
                if self._started is not None and self._ended is None:
                    self._clock = event.time
            case RunFinished() | RunStopped() | RunFailed():
                self._ended, self._prepared, self._paused = event, None, False
                self._stopping = False
                self._stop_clock(event.time)
            case _:
                pass

    def _stop_clock(self, now: float) -> None:
        if self._clock is not None:
            self._session += max(0.0, now - self._clock)
            self._clock = None

    def _session_seconds(self, now: float) -> float:
        if self._clock is None:
            return self._session
        return self._session + max(0.0, now - self._clock)

    def _seconds_left(self, status: Status, session: float) -> float | None:
        if self._started is None or status not in (Status.RUNNING, Status.PAUSED):
            return None
        done = self._step - self._first_step
        left = self._started.epochs * self._started.steps_per_epoch - self._step
        return session * left / done if done > 0 else None

    def _scores(self, name: str) -> list[float]:
        """Validation values of a metric per epoch; training values without validation rows."""
        if self._started is None or name not in self._started.metrics:
            return []
        place = self._started.metrics.index(name)
        rows = [epoch.validation or epoch.train for epoch in self._epochs]
        return [row[place] for row in rows if place < len(row)]

    def _best(self) -> float | None:
        if self._started is None:
            return None
        if self._folds is not None:
            return self._of_folds(self._folds.validation)
        best = None
        for epoch, score in zip(self._epochs, self._scores(self._started.monitor), strict=False):
            if epoch.is_best and math.isfinite(score):
                best = score
        return best

    def _of_folds(self, values: tuple[float, ...]) -> float | None:
        assert self._started is not None
        place = self._started.metrics.index(self._started.monitor)
        value = values[place] if place < len(values) else math.nan
        return value if math.isfinite(value) else None

    def _spread(self) -> float | None:
        if self._started is None or self._folds is None:
            return None
        return self._of_folds(self._folds.validation_spread)

    def _sparkline(self) -> tuple[float, ...]:
        losses = [loss for loss in self._scores("loss") if math.isfinite(loss)]
        if len(losses) <= SPARKLINE_POINTS:
            return tuple(losses)
        last = len(losses) - 1
        picks = (round(i * last / (SPARKLINE_POINTS - 1)) for i in range(SPARKLINE_POINTS))
        return tuple(losses[pick] for pick in picks)

    def _note(self, status: Status, info: RunInfo) -> Message | None:
        if isinstance(self._ended, RunFailed) and status is Status.FAILED:
            return from_facts(self._ended.error, self._ended.facts).messages()[0]
        if isinstance(self._ended, RunFinished) and status is Status.STOPPED_EARLY:
            without_gain = self._ended.epoch - self._ended.best_epoch
            return message_n(
                "No gain for {count} epoch", "No gain for {count} epochs", without_gain
            )
        if status is Status.PRUNED:
            return message_n(
                "Behind the trials before it after {count} epoch",
                "Behind the trials before it after {count} epochs",
                self.epoch,
            )
        if self._folds is not None and status is Status.DONE and info.holds == "seeds":
            return message_n("Mean of {count} seed", "Mean of {count} seeds", self._folds.folds)
        if self._folds is not None and status is Status.DONE:
            return message_n("Mean of {count} fold", "Mean of {count} folds", self._folds.folds)
        if status is Status.INTERRUPTED:
            return message("The training process is gone. Resume goes on from the last checkpoint.")
        return None


def _of_group(info: RunInfo) -> Message | None:
    """For which run it was trained, as one of several."""
    if info.group is None:
        return None
    return message("Trained for run {number}", number=_number_of(info.group))


def _of_parent(info: RunInfo) -> Message | None:
    """Which run it was forked from, and where."""
    if info.parent is None:
        return None
    return message(
        "Forked from run {number} after epoch {epoch}",
        number=_number_of(info.parent),
        epoch=info.parent_epoch,
    )


def _number_of(run: str) -> int:
    """The number in a run's id."""
    parts = run.split("_")
    return int(parts[1]) if len(parts) > 1 and parts[1].isdigit() else 0


def damaged_summary(run: str, created: float, note: Message) -> RunSummary:
    """The line of a run whose folder cannot be read."""
    return RunSummary(
        id=run,
        number=_number_of(run),
        name=run,
        status=Status.DAMAGED,
        created=created,
        dataset="",
        target="",
        task=None,
        trunk="",
        note=note,
    )
