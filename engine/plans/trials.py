"""The trials of a sweep as its events tell of them."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from engine.events import FieldsWeighed, RunEvent, RunStarted, TrialEnded, TrialStarted

RUNNING = "running"
COUNTING = ("done", "cut", "stopped")
"""States of trials that can be the best: they were not given up."""


@dataclass(frozen=True, slots=True)
class Trial:
    """One trial."""

    number: int
    """Counted from 1."""
    run: str
    """Id of its run."""
    values: Mapping[str, Any]
    """What is tried, by the path of the field; lists are lists."""
    state: str = RUNNING
    """`running`, or as in `TrialEnded`."""
    value: float = math.nan
    """The watched validation metric in its best epoch."""
    epoch: int = 0
    seconds: float = 0.0
    course: tuple[float, ...] = ()
    """The watched metric after each epoch."""
    reason: str = ""

    @property
    def counts(self) -> bool:
        """Whether it can be the best."""
        return self.state in COUNTING and math.isfinite(self.value)


@dataclass
class Trials:
    """All that a sweep has told of its trials; feed it with `take`."""

    by_number: dict[int, Trial] = field(default_factory=dict)
    shares: Mapping[str, float] = field(default_factory=dict)
    """How much each field matters, of the variance, as weighed last; empty before."""
    weighed_after: int = 0
    monitor: str = ""

    def take(self, event: RunEvent) -> None:
        """Take an event up."""
        match event:
            case RunStarted(monitor=monitor):
                self.monitor = monitor
            case TrialStarted(trial=number, run=run, values=values):
                self.by_number[number] = Trial(number, run, values)
            case TrialEnded(trial=number) if number in self.by_number:
                self.by_number[number] = replace(
                    self.by_number[number],
                    state=event.state,
                    value=event.value,
                    epoch=event.epoch,
                    seconds=event.seconds,
                    course=event.course,
                    reason=event.reason,
                )
            case FieldsWeighed():
                self.shares, self.weighed_after = event.shares, event.trials
            case _:
                pass

    @classmethod
    def of(cls, events: Iterable[RunEvent]) -> Trials:
        """Those that the events tell of."""
        found = cls()
        for event in events:
            found.take(event)
        return found

    @property
    def all(self) -> tuple[Trial, ...]:
        """In their order."""
        return tuple(self.by_number[number] for number in sorted(self.by_number))

    @property
    def ended(self) -> tuple[Trial, ...]:
        """Those that are over."""
        return tuple(trial for trial in self.all if trial.state != RUNNING)

    @property
    def seconds(self) -> float:
        """That the trials took so far."""
        return sum(trial.seconds for trial in self.by_number.values())

    def best(self, *, higher_is_better: bool) -> Trial | None:
        """The best one that was not given up."""
        found = [trial for trial in self.all if trial.counts]
        if not found:
            return None
        choose = max if higher_is_better else min
        return choose(found, key=lambda trial: trial.value)


def values_text(values: Mapping[str, Any]) -> str:
    """What a trial tries, in a line: `learning rate 0.003, dropout 0.2`."""
    return ", ".join(
        f"{short_name(path).replace('_', ' ')} {value_text(value)}"
        for path, value in values.items()
    )


def short_name(path: str) -> str:
    """The last word of a path; of a part's kind, which part it is."""
    *before, last = path.split(".")
    return before[-1] if last == "kind" and before else last


def value_text(value: Any) -> str:
    """A tried value as people write it."""
    if isinstance(value, str):
        return value
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, tuple | list):
        return "[" + ", ".join(value_text(each) for each in value) + "]"
    return json.dumps(value)
