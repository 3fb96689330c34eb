"""Commands to a run under way, whoever started it."""

from __future__ import annotations

import math
from dataclasses import dataclass
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
    """Hold a run at its next step, and with it what it would train after."""
    found = _send(run, "pause")
    if not found.member:
        say("The run pauses at its next step. Go on with: trainyard resume")
    else:
        say(f"All of it pauses: {found.member} is held at its next step, and no other begins.")
        say(f"Go on with: trainyard resume {found.number}")


def stop(run: RunName) -> None:
    """End a run at its next step and keep its best weights; of one that holds others, all of it."""
    found = _send(run, "stop")
    if not found.member:
        say("The run stops at its next step and keeps its best weights.")
    else:
        say("All of it stops at the next step and keeps the best model so far.")
        say(f"To end {found.member} alone: trainyard stop {found.member_number}")


def set_learning_rate(
    run: RunName,
    value: Annotated[float, typer.Argument(min=1e-12, max=10, help="The new learning rate.")],
) -> None:
    """Change the learning rate of a run at its next step."""
    found = _send(run, "set_learning_rate", value)
    say(f"The learning rate{found.of_member} becomes {value:g} at the next step.{found.alone}")


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
    told = _send(run, name, found.value)
    written = command if found.value is None else f"{command} {found.value:g}"
    alone = told.alone if name in VALUES else ""
    say(f"{written}: {told.member or 'the run'} is told, and obeys at its next step.{alone}")


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


@dataclass(frozen=True, slots=True)
class _Told:
    """Who has been told."""

    number: int
    """Of the run that was named."""
    member: str
    """Of a run that holds others, the one that trains now, in words; else empty."""
    member_number: int = 0

    @property
    def of_member(self) -> str:
        return f" of {self.member}" if self.member else ""

    @property
    def alone(self) -> str:
        """That it is for this one alone."""
        return " Those after it begin as the recipe says." if self.member else ""


def _send(key: str, command: str, value: float | None = None) -> _Told:
    with opened_workspace() as workspace:
        run = workspace.run(key)
        held = workspace.members(run.id)
        at_work = next((each for each in held.values() if each.is_alive()), None)
    send_to(run, command, value)
    if at_work is None:
        return _Told(run.info().number, "")
    member = at_work.info()
    return _Told(run.info().number, f"run {member.number} ({member.name})", member.number)
