"""What can be said of a run at a place of its curves: its state, marks, lines of its event log."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from engine.messages import Message


class Progress(StrEnum):
    """What a run is doing as far as its events tell."""

    WAITING = "waiting"
    """Nothing was heard of it yet."""
    RUNNING = "running"
    PAUSED = "paused"
    FINISHED = "finished"
    STOPPED_EARLY = "stopped_early"
    STOPPED = "stopped"
    FAILED = "failed"


class MarkKind(StrEnum):
    """What a mark on the curves says."""

    BEST = "best"
    LEARNING_RATE = "learning_rate"
    CHANGE = "change"
    """Another setting was changed by hand."""
    PAUSE = "pause"
    RESUMED = "resumed"
    """The run went on after an interruption."""
    CHECKPOINT = "checkpoint"
    """The newest one to go on from."""
    EARLY_STOP = "early_stop"
    STOP = "stop"
    FAILURE = "failure"


@dataclass(frozen=True, slots=True)
class Mark:
    """Something to be marked on the curves."""

    kind: MarkKind
    epoch: float
    """Place on the epoch axis; between two epochs for what happened within one."""
    step: int
    time: float
    value: float | None = None
    """What was set, for `LEARNING_RATE` and `CHANGE`; None: switched off."""
    command: str = ""
    """The command of a `CHANGE`."""


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One line of the event log."""

    time: float
    epoch: int
    """The epoch it belongs to, or the fold of a cross-validation; 0 before the first."""
    message: Message
