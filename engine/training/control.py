"""Commands to a run under way."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol, Self, TypeAlias

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

POLL_SECONDS = 0.05


Name: TypeAlias = Literal[
    "pause",
    "resume",
    "stop",
    "step_epoch",
    "set_learning_rate",
    "set_weight_decay",
    "set_dropout",
    "set_clip",
    "set_patience",
    "set_epochs",
]
"""`step_epoch` goes on, and pauses when the epoch is over."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """Which values a command takes."""

    least: float
    most: float = math.inf
    above: bool = False
    """`least` itself is too little."""
    whole: bool = False
    """Whole numbers only."""
    may_be_empty: bool = False
    """No value switches it off."""

    def allows(self, value: float) -> bool:
        """Whether it is one of them."""
        if self.whole and value != int(value):
            return False
        return value > self.least if self.above else self.least <= value <= self.most


VALUES: Mapping[str, Bounds] = {
    "set_learning_rate": Bounds(0.0, above=True),
    "set_weight_decay": Bounds(0.0, 10.0),
    "set_dropout": Bounds(0.0, 0.9),
    "set_clip": Bounds(0.0, above=True, may_be_empty=True),
    "set_patience": Bounds(1, 10_000, whole=True),
    "set_epochs": Bounds(1, 100_000, whole=True),
}
"""The values of the commands that have one: learning rate and weight decay as in the optimizer, dropout
of all layers that drop, largest gradient norm (none: not clipped), epochs without a gain before the run
ends, epochs of the whole run."""


class Command(BaseModel):
    """One command, as a line of `control.jsonl`."""

    model_config = ConfigDict(frozen=True, allow_inf_nan=False)

    command: Name
    value: float | None = None
    """See `VALUES`."""

    @model_validator(mode="after")
    def _has_the_value_that_it_takes(self) -> Self:
        bounds = VALUES.get(self.command)
        if self.value is None:
            if bounds is not None and not bounds.may_be_empty:
                raise ValueError(f"{self.command} needs a value")
        elif bounds is None:
            raise ValueError(f"{self.command} takes no value")
        elif not bounds.allows(self.value):
            raise ValueError(f"{self.command} cannot be {self.value:g}")
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
