"""Commands to a run under way, whoever started it."""

from __future__ import annotations

from typing import Annotated, TypeAlias

import typer

from engine.cli.output import say
from engine.cli.workspace import opened_workspace
from engine.errors import RunNotAlive
from engine.store.run_folder import RunFolder
from engine.training.control import Command

RunName: TypeAlias = Annotated[
    str, typer.Argument(metavar="RUN", help="Number, name or id of a run; “last” is the newest.")
]


def pause(run: RunName) -> None:
    """Hold a run at its next step."""
    _send(run, "pause")
    say("The run pauses at its next step. Go on with: trainyard resume")


def stop(run: RunName) -> None:
    """End a run at its next step and keep its best weights."""
    _send(run, "stop")
    say("The run stops at its next step and keeps its best weights.")


def set_learning_rate(
    run: RunName,
    value: Annotated[float, typer.Argument(min=1e-12, max=10, help="The new learning rate.")],
) -> None:
    """Change the learning rate of a run at its next step."""
    _send(run, "set_learning_rate", value)
    say(f"The learning rate becomes {value:g} at the next step.")


def send_to(run: RunFolder, command: str, value: float | None = None) -> None:
    """Leave a command for a live run.

    Raises `RunNotAlive` when nobody trains it.
    """
    if not run.is_alive():
        raise RunNotAlive(run.id, run.status().value.replace("_", " "))
    run.send(Command.model_validate({"command": command, "value": value}))


def _send(key: str, command: str, value: float | None = None) -> None:
    with opened_workspace() as workspace:
        run = workspace.run(key)
    send_to(run, command, value)
