"""Commands to a run under way, whoever started it."""

from __future__ import annotations

import math
from typing import Annotated, TypeAlias, get_args

import typer

from engine.cli.output import say
from engine.cli.workspace import opened_workspace
from engine.errors import CommandUnfit, RunNotAlive
from engine.store.run_folder import RunFolder
from engine.training.control import VALUES, Bounds, Command, Name

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


def control(
    run: RunName,
    command: Annotated[
        str,
        typer.Argument(
            metavar="COMMAND",
            help="One of: pause, resume, stop, step-epoch, set-learning-rate, set-weight-decay, "
            "set-dropout, set-clip, set-patience, set-epochs.",
        ),
    ],
    value: Annotated[
        str, typer.Argument(metavar="[VALUE]", help="What is set; “off” for set-clip.")
    ] = "",
) -> None:
    """Tell a run under way to do something at its next step."""
    name = command.replace("-", "_")
    found = _command(name, command, value)
    with opened_workspace() as workspace:
        folder = workspace.run(run)
    send_to(folder, name, found.value)
    if found.value is None:
        say(f"{command}: the run is told, and obeys at its next step.")
    else:
        say(f"{command} {found.value:g}: the run is told, and obeys at its next step.")


def _command(name: str, written: str, value: str) -> Command:
    """What was written on the command line. Raises `CommandUnfit`."""
    if name not in get_args(Name):
        known = ", ".join(each.replace("_", "-") for each in get_args(Name))
        raise CommandUnfit(written, "unknown.", f"Use one of: {known}.")
    bounds = VALUES.get(name)
    if bounds is None:
        if value:
            raise CommandUnfit(written, f"takes no value, found {value}.", "Leave the value out.")
        return Command.model_validate({"command": name})
    try:
        number = None if value == "off" else float(value)
        return Command.model_validate({"command": name, "value": number})
    except ValueError as error:
        found = value or "none"
        raise CommandUnfit(written, f"cannot be {found}.", _allowed(bounds)) from error


def _allowed(bounds: Bounds) -> str:
    kind = "a whole number" if bounds.whole else "a number"
    low = f"above {bounds.least:g}" if bounds.above else f"from {bounds.least:g}"
    high = "" if bounds.most == math.inf else f" to {bounds.most:g}"
    empty = ", or “off”" if bounds.may_be_empty else ""
    return f"Use {kind} {low}{high}{empty}."


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
