"""Commands to a group of runs, handed on to the one that trains."""

from __future__ import annotations

from collections.abc import Callable

from engine.training.control import Command, Control


class GroupControl:
    """What a member of a group hears: commands to itself, and those to the group."""

    def __init__(self, group: Control, applied: Callable[[Command], None]) -> None:
        """`applied` is told of each command to the group."""
        self._group, self._applied = group, applied
        self._member: Control | None = None
        self.stopped = False
        """Whether the group was told to stop."""

    def listen(self, member: Control) -> None:
        """From now on, hear the commands to this member too."""
        self._member = member

    def poll(self) -> tuple[Command, ...]:
        """Commands that came since the last call, those to the group first."""
        found = self._group.poll()
        for command in found:
            self.stopped = self.stopped or command.command == "stop"
            self._applied(command)
        return found if self._member is None else (*found, *self._member.poll())
