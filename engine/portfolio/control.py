"""Commands to a group of runs, handed on to the one that trains."""

from __future__ import annotations

import time
from collections.abc import Callable

from engine.events import ControlApplied, RunEvent
from engine.training.control import Command, Control

PAUSE_SECONDS = 0.05


class GroupControl:
    """What a member of a group hears: commands to itself, and those to the group."""

    def __init__(self, group: Control, applied: Callable[[Command], None]) -> None:
        """`applied` is told of each command to the group."""
        self._group, self._applied = group, applied
        self._member: Control | None = None
        self._own: list[Command] = []
        self.stopped = False
        """Whether the group was told to stop."""
        self.paused = False
        """Whether the group was told to pause, and not to go on since: no other member begins."""
        self._pauses_after_epoch = False

    def listen(self, member: Control) -> None:
        """From now on, hear the commands to this member too."""
        self._member = member

    def forget(self) -> None:
        """Hear no member any more."""
        self._member, self._own = None, []

    def tell(self, command: Command) -> None:
        """Tell the member that trains, or else the next one, and no other."""
        self._own.append(command)

    def poll(self) -> tuple[Command, ...]:
        """Commands that came since the last call, those to the group first."""
        found = self._group.poll()
        for command in found:
            self._hear(command)
        if self._member is None:
            return found
        own, self._own = tuple(self._own), []
        return (*found, *own, *self._member.poll())

    def wait(self) -> None:
        """Between two members: wait while the group is paused; what is meant for a member is kept for it."""
        if self._pauses_after_epoch:  # the member has ended with that epoch
            self._hear(Command(command="pause"))
        while True:
            for command in self.poll():
                if command.command not in ("pause", "resume", "stop"):
                    self.tell(command)
            if self.stopped or not self.paused:
                return
            time.sleep(PAUSE_SECONDS)

    def follow(self, event: RunEvent) -> None:
        """What happens in the member: with it, the group pauses after the one epoch that was asked for."""
        is_pause = isinstance(event, ControlApplied) and event.command == "pause"
        if is_pause and self._pauses_after_epoch:
            self._hear(Command(command="pause"))

    def _hear(self, command: Command) -> None:
        match command.command:
            case "stop":
                self.stopped = True
            case "pause":
                self.paused, self._pauses_after_epoch = True, False
            case "resume":
                self.paused = self._pauses_after_epoch = False
            case "step_epoch":
                goes_on, self.paused, self._pauses_after_epoch = self.paused, False, True
                self._applied(command)
                if goes_on:
                    self._applied(Command(command="resume"))
                return
            case _:
                pass
        self._applied(command)
