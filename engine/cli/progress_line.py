"""One line that follows a run, on standard error; a few plain lines when that is no terminal."""

from __future__ import annotations

import shutil
import sys
import time

from engine.cli.output import duration, number
from engine.events import (
    BlocksWatched,
    EpochEnded,
    FoldsScored,
    Noted,
    RowsPrepared,
    RunEvent,
    RunStarted,
    StepsDone,
    TrialEnded,
    TrialStarted,
)
from engine.plans.trials import values_text

_SECONDS = 0.1
_LINES = 10


class RunLine:
    """Shows events as they come."""

    def __init__(self) -> None:
        self._live = sys.stderr.isatty()
        self._started: RunStarted | None = None
        self._epoch: EpochEnded | None = None
        self._first_step: int | None = None
        self._began = 0.0
        self._drawn = 0.0
        self._told = 0
        self._memory = 0
        self._word = "Epoch"

    def show(self, event: RunEvent) -> None:
        """Take one event."""
        match event:
            case RunStarted():
                self._started, self._first_step, self._began = event, None, time.monotonic()
            case RowsPrepared(share=share):
                if self._live:
                    self._write(f"Preparing the rows … {share:.0%}")
            case FoldsScored(members=members):
                self._word = "Seed" if members == "seeds" else "Fold"
            case TrialStarted(trial=trial, values=values):
                self._word = "Trial"
                self._print(f"Trial {trial}: {values_text(values)}")
            case TrialEnded():
                self._print(_trial(event))
            case Noted():
                self._print(str(event.message))
            case StepsDone(step=step):
                if self._first_step is None:
                    self._first_step, self._began = step, time.monotonic()
                if time.monotonic() - self._drawn >= _SECONDS:
                    self._draw(step)
            case BlocksWatched(memory=memory):
                self._memory = memory
            case EpochEnded(step=step):
                self._epoch = event
                self._draw(step)
            case _:
                pass

    def end(self) -> None:
        """Leave the line."""
        if self._live:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()

    def _draw(self, step: int) -> None:
        if self._started is None:
            return
        text = self._text(step)
        if self._live:
            self._drawn = time.monotonic()
            self._write(text)
        elif self._epoch is not None:
            part = self._epoch.epoch * _LINES // max(1, self._started.epochs)
            if part > self._told or (self._told == 0 and self._epoch.epoch == 1):
                self._told = max(part, self._told)
                self._print(text)

    def _write(self, text: str) -> None:
        width = shutil.get_terminal_size().columns - 1
        sys.stderr.write(f"\r{text[:width]}\x1b[K")
        sys.stderr.flush()

    def _text(self, step: int) -> str:
        assert self._started is not None
        started, epoch = self._started, self._epoch
        done = epoch.epoch if epoch else started.epoch
        # A sweep that only time limits does not know how many trials there will be.
        of = f"/{started.epochs}" if started.epochs else ""
        parts = [f"{self._word} {done}{of}"]
        if epoch is not None:
            parts.append(f"loss {number(epoch.train[0])}")
            for name, value in zip(started.metrics, epoch.validation, strict=False):
                if name in ("loss", started.metrics[1]) and value == value:
                    parts.append(f"validation {name} {number(value)}")
        left = self._seconds_left(step)
        if left is not None and step < started.epochs * started.steps_per_epoch:
            parts.append(f"{duration(left)} left")
        if self._memory:
            parts.append(f"{self._memory / 1e6:,.0f} MB")
        return " · ".join(parts)

    def _seconds_left(self, step: int) -> float | None:
        assert self._started is not None
        if self._first_step is None or step <= self._first_step:
            return None
        steps = self._started.epochs * self._started.steps_per_epoch
        if not steps:
            return None
        pace = (time.monotonic() - self._began) / (step - self._first_step)
        return pace * (steps - step)

    def _print(self, text: str) -> None:
        sys.stderr.write(f"\r{text}\x1b[K\n" if self._live else f"{text}\n")
        sys.stderr.flush()


def _trial(event: TrialEnded) -> str:
    if event.state == "failed":
        return f"Trial {event.trial} failed."
    state = {"done": "", "pruned": ", pruned", "cut": ", cut by the time", "stopped": ", stopped"}
    return (
        f"Trial {event.trial}: {number(event.value)} after {event.epoch} epochs{state[event.state]}"
    )
