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
        self._own: list[Command] = []
        self.stopped = False
        """Whether the group was told to stop."""

    def listen(self, member: Control) -> None:
        """From now on, hear the commands to this member too."""
        self._member = member

    def forget(self) -> None:
        """Hear no member any more."""
        self._member, self._own = None, []

    def tell(self, command: Command) -> None:
        """Tell the member that trains, and no other."""
        self._own.append(command)

    def poll(self) -> tuple[Command, ...]:
        """Commands that came since the last call, those to the group first."""
        found = self._group.poll()
        for command in found:
            self.stopped = self.stopped or command.command == "stop"
            self._applied(command)
        own, self._own = tuple(self._own), []
        return found if self._member is None else (*found, *own, *self._member.poll())
