"""The record of a run's steering: which commands it obeyed at which steps.

A run of the same recipe, rows and number of threads that obeys the same record ends with the same
weights, to the bit on the CPU.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from engine.errors import RunDamaged
from engine.events import ControlApplied, RunEvent, RunStarted, RunStopped
from engine.files import write_atomic
from engine.training.control import VALUES, Command

VERSION = 1


class Recorded(BaseModel):
    """A command, and the step before which it was obeyed."""

    model_config = ConfigDict(frozen=True)

    step: int
    command: Command


class Replay(BaseModel):
    """The record of another run, for one that is to do the same: `replay.json`."""

    model_config = ConfigDict(frozen=True)

    replay: int = VERSION
    run: str
    """Id of the run whose record it is."""
    threads: int
    """Torch threads: sums depend on how they are divided among threads."""
    record: tuple[Recorded, ...]


def record_of(run_events: Iterable[RunEvent], *, with_stop: bool = False) -> tuple[Recorded, ...]:
    """The commands that changed a run, in order; those that a resume undid are left out.

    Args:
        run_events: All events of the run.
        with_stop: With the stop at the end of a run that was stopped by hand.
    """
    found: list[Recorded] = []
    stop: Recorded | None = None
    stopped = False
    for event in run_events:
        match event:
            case RunStarted(commands=int(count)):
                del found[count:]
                stop, stopped = None, False
            case ControlApplied(command="stop"):
                stop = Recorded(step=event.step, command=Command(command="stop"))
            case ControlApplied() if event.command in VALUES:
                try:
                    command = Command.model_validate(
                        {"command": event.command, "value": event.value}
                    )
                except ValidationError:
                    continue  # damaged, or of a newer Trainyard
                found.append(Recorded(step=event.step, command=command))
            case RunStopped():
                stopped = True
            case _:
                pass
    if with_stop and stopped and stop is not None:
        found.append(stop)
    return tuple(found)


def joined(past: Iterable[Recorded], ahead: Iterable[Recorded]) -> tuple[Recorded, ...]:
    """What a run obeyed so far, then what it is still to replay."""
    begun = list(past)
    rest = [recorded for recorded in ahead if recorded not in begun]
    return (*begun, *rest)


def write_replay(path: Path, replay: Replay) -> None:
    """Keep a record for the run that is to replay it. Raises `DiskFull` or `WriteFailed`."""
    write_atomic(path, replay.model_dump_json(indent=2, exclude_none=True).encode())


def read_replay(path: Path) -> Replay | None:
    """What a run is to replay; None if there is no such file. Raises `RunDamaged`."""
    try:
        return Replay.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise RunDamaged(path.parent.name, path.name, str(error)) from error
