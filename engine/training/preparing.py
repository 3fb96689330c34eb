"""Commands to a run while its rows are prepared, and how far that is."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeAlias

from engine.errors import Cancelled
from engine.events import ControlApplied, RowsPrepared, RunEvent
from engine.training.control import VALUES, Command, Control

Emit: TypeAlias = Callable[[RunEvent], None]
QUIET_SECONDS = 0.5
"""Preparing that is over by then is not told of."""
_TELL_SECONDS = 0.1
_PAUSE_SECONDS = 0.05


class PreparingControl:
    """Obeys stop and pause until the first step; what is meant for training is kept for it.

    It is the `Control` of the training that follows, too.
    """

    def __init__(self, control: Control, emit: Emit, epoch: int = 0) -> None:
        """`epoch`: how many are done already, in a run that goes on."""
        self._control, self._emit, self._epoch = control, emit, epoch
        self._kept: list[Command] = []
        self._next = time.monotonic() + QUIET_SECONDS
        self._told = -1
        self.stopped = False
        """Whether the run was told to stop before its first step."""

    def progress(self, done: int, total: int) -> None:
        """Tell how far preparing is, at most ten times a second. Takes (done, total)."""
        percent = 100 * done // max(1, total)
        now = time.monotonic()
        if percent != self._told and now >= self._next:
            self._told, self._next = percent, now + _TELL_SECONDS
            self._emit(RowsPrepared(time.time(), done / max(1, total)))

    def cancelled(self) -> bool:
        """Whether the run was told to stop; waits while it is paused."""
        paused = False
        while True:
            for command in self._control.poll():
                match command.command:
                    case "stop":
                        self._applied(command)
                        self.stopped = True
                    case "pause" if not paused:
                        self._applied(command)
                        paused = True
                    case "resume" if paused:
                        self._applied(command)
                        paused = False
                    case "step_epoch":
                        if paused:
                            self._emit(ControlApplied(time.time(), self._epoch + 1, 0, "resume"))
                        paused = False
                        self._kept.append(command)
                    case name if name in VALUES:
                        self._kept.append(command)
                    case _:
                        pass
            if self.stopped or not paused:
                return self.stopped
            time.sleep(_PAUSE_SECONDS)

    def check(self) -> None:
        """Raise `Cancelled` if the run was told to stop; for between two pieces of work."""
        if self.cancelled():
            raise Cancelled

    def poll(self) -> tuple[Command, ...]:
        """For training: what was kept for it, then what comes."""
        kept, self._kept = tuple(self._kept), []
        return (*kept, *self._control.poll())

    def _applied(self, command: Command) -> None:
        self._emit(ControlApplied(time.time(), self._epoch + 1, 0, command.command))
