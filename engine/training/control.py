"""Commands to a run under way."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Literal, Protocol, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

POLL_SECONDS = 0.05


class Command(BaseModel):
    """One command, as a line of `control.jsonl`."""

    model_config = ConfigDict(frozen=True, allow_inf_nan=False)

    command: Literal["pause", "resume", "stop", "set_learning_rate"]
    value: float | None = Field(default=None, gt=0)
    """The learning rate."""

    @model_validator(mode="after")
    def _a_rate_has_a_value(self) -> Self:
        if self.command == "set_learning_rate" and self.value is None:
            raise ValueError("set_learning_rate needs a value")
        return self


class Control(Protocol):
    """Where a run hears of commands; asked before every step, so asking must be cheap."""

    def poll(self) -> tuple[Command, ...]:
        """Commands that came since the last call."""


class NoControl:
    """Nobody commands."""

    def poll(self) -> tuple[Command, ...]:
        """Never anything."""
        return ()


class ListControl:
    """Commands by the number of the call (from 0) at which they arrive, for tests and replays."""

    def __init__(self, commands: dict[int, tuple[Command, ...]]) -> None:
        self._commands = commands
        self.calls = 0

    def poll(self) -> tuple[Command, ...]:
        """The commands of this call."""
        found = self._commands.get(self.calls, ())
        self.calls += 1
        return found


class FileControl:
    """Commands appended to a file, one JSON line each; the file is looked at some 20 times a second."""

    def __init__(self, path: Path, position: int = 0) -> None:
        """Read from `position` in bytes on: what an earlier attempt was told lies before it."""
        self._path = path
        self._next = 0.0
        self._position = position
        self._rest = b""

    def poll(self) -> tuple[Command, ...]:
        """Commands of whole lines added since the last call; lines that are none are passed over."""
        now = time.monotonic()
        if now < self._next:
            return ()
        self._next = now + POLL_SECONDS
        try:
            with self._path.open("rb") as file:
                file.seek(self._position)
                added = file.read()
        except OSError:
            return ()
        if not added:
            return ()
        self._position += len(added)
        *lines, self._rest = (self._rest + added).split(b"\n")
        return tuple(command for line in lines if (command := _command(line)) is not None)


def _command(line: bytes) -> Command | None:
    try:
        return Command.model_validate_json(line)
    except ValidationError:
        return None
