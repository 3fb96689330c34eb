"""How runs that belong together came out, and the means over them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite, nan, sqrt
from statistics import fmean

from engine.events import (
    EpochEnded,
    FoldsScored,
    RunEvent,
    RunFailed,
    RunFinished,
    RunStarted,
    RunStopped,
)
from engine.store.run_folder import RunFolder


@dataclass(frozen=True, slots=True)
class MemberResult:
    """A run that is trained, by the weights of its best epoch; means where it holds runs itself."""

    number: int
    """Which of the runs that belong together it is, counted from 1."""
    run: RunFolder
    epoch: int
    metrics: tuple[str, ...]
    monitor: str
    train: tuple[float, ...]
    validation: tuple[float, ...]
    test: tuple[float, ...]

    @property
    def watched(self) -> float:
        """The metric that decides which is best; of the training rows where none validate."""
        place = self.metrics.index(self.monitor)
        value = self.validation[place]
        return value if isfinite(value) else self.train[place]


@dataclass(frozen=True, slots=True)
class Mean:
    """A metric over several runs."""

    name: str
    mean: float
    spread: float
    """Standard deviation (n − 1) between the runs; NaN for a single one."""

    @classmethod
    def of(cls, name: str, values: Sequence[float]) -> Mean:
        """The mean of values that are finite, NaN without any."""
        known = [value for value in values if isfinite(value)]
        if not known:
            return cls(name, nan, nan)
        mean = fmean(known)
        squares = sum((value - mean) ** 2 for value in known)
        return cls(name, mean, sqrt(squares / (len(known) - 1)) if len(known) > 1 else nan)


def means(results: Sequence[MemberResult], part: str) -> tuple[Mean, ...]:
    """The mean of each metric over the runs, in `part`: `validation` or `test`."""
    if not results:
        return ()
    return tuple(
        Mean.of(name, [_at(getattr(each, part), place) for each in results])
        for place, name in enumerate(results[0].metrics)
    )


def result_of(number: int, run: RunFolder) -> MemberResult | None:
    """How a run came out; None for one that is not trained to its end, or has nothing to show."""
    started: RunStarted | None = None
    epochs: dict[int, EpochEnded] = {}
    ended: RunFinished | RunStopped | None = None
    folds: FoldsScored | None = None
    for event in run.events():
        if isinstance(event, RunStarted):
            started, ended = event, None
        elif isinstance(event, EpochEnded):
            epochs[event.epoch] = event
        elif isinstance(event, FoldsScored):
            folds = event
        elif isinstance(event, RunFinished | RunStopped):
            ended = event
        elif isinstance(event, RunFailed):
            ended = None
    if started is None or ended is None or ended.best_epoch not in epochs:
        return None
    best = epochs[ended.best_epoch]
    return MemberResult(
        number,
        run,
        ended.best_epoch,
        started.metrics,
        started.monitor,
        best.train,
        best.validation if folds is None else folds.validation,
        ended.test if folds is None or not folds.test else folds.test,
    )


def start_of(run: RunFolder) -> RunStarted | None:
    """How a run began; None for one that has not."""
    return next((event for event in run.events() if isinstance(event, RunStarted)), None)


def last_event(run: RunFolder) -> RunEvent | None:
    """The newest event of a run."""
    last: RunEvent | None = None
    for event in run.events():
        last = event
    return last


def _at(values: tuple[float, ...], place: int) -> float:
    return values[place] if place < len(values) else nan
