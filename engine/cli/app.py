"""The verbs put together, and what happens when one fails.

Exit codes: 0 done; 1 a run failed; 2 the command could not be carried out, said in a sentence or two on
standard error; 130 interrupted.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from engine.cli import (
    anonymity,
    associate,
    baseline,
    cache,
    compare,
    control,
    decide,
    doctor,
    evaluate,
    export,
    find_rate,
    folds,
    inspect_table,
    match,
    model,
    nearest,
    predict,
    prepare,
    presets,
    problems,
    profile,
    queue,
    recipes,
    replay,
    report,
    residuals,
    runs,
    samples,
    split,
    sweep,
    train,
    trials,
    window,
)
from engine.cli.output import complain
from engine.errors import TrainyardError

app = typer.Typer(
    name="trainyard",
    help="Train neural networks on tables.",
    no_args_is_help=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _show_version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        print(version("trainyard"))
        raise typer.Exit


@app.callback(invoke_without_command=True)
def start(
    context: typer.Context,
    workspace: Annotated[
        Path | None,
        typer.Option(
            "--workspace", metavar="FOLDER", help="Where runs live (also: TRAINYARD_HOME)."
        ),
    ] = None,
    version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version."),
    ] = False,
) -> None:
    """Train neural networks on tables. Without a verb the window opens."""
    if workspace is not None:
        # Inherited by the window and by workers.
        os.environ["TRAINYARD_HOME"] = str(workspace.expanduser().absolute())
    if context.invoked_subcommand is None:
        window.open_window(None)


app.command("open")(window.open_verb)
app.command("train")(train.train)
app.command("resume")(train.resume)
app.command("pause")(control.pause)
app.command("stop")(control.stop)
app.command("set-lr")(control.set_learning_rate)
app.command("control")(control.control)
app.command("replay")(replay.replay)
app.command("find-rate")(find_rate.find_rate)
app.command("doctor")(doctor.doctor)
app.command("evaluate")(evaluate.evaluate)
app.command("residuals")(residuals.residuals)
app.command("nearest")(nearest.nearest)
app.command("decide")(decide.decide)
app.command("baseline")(baseline.baseline)
app.command("predict")(predict.predict)
app.command("export")(export.export)
app.command("report")(report.report)
app.command("prepare")(prepare.prepare)
app.command("model")(model.model)
app.command("match")(match.match)
app.command("anonymity")(anonymity.anonymity)
app.command("inspect")(inspect_table.inspect)
app.command("problems")(problems.problems)
app.command("quarantine")(problems.quarantine)
app.add_typer(runs.app, name="runs")
app.add_typer(recipes.app, name="recipe")
app.add_typer(presets.app, name="preset")
app.command("profile")(profile.profile)
app.command("split")(split.split)
app.command("folds")(folds.folds)
app.command("sweep")(sweep.sweep)
app.command("trials")(trials.trials)
app.command("compare")(compare.compare)
app.add_typer(queue.app, name="queue")
app.command("samples")(samples.samples)
app.command("cache")(cache.cache)
app.command("associate")(associate.associate)


def run() -> None:
    """Carry out the command line of this process and end it."""
    code = invoke(sys.argv[1:])
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        _forget_output()
    sys.exit(code)


def invoke(arguments: list[str]) -> int:
    """Carry out one command line; the exit code."""
    try:
        app(_with_verb(arguments), standalone_mode=True)
    except TrainyardError as error:
        complain(str(error))
        return 2
    except BrokenPipeError:
        _forget_output()  # `trainyard runs | head` has seen enough
    except KeyboardInterrupt:
        complain("Interrupted.")
        return 130
    except SystemExit as error:
        return error.code if isinstance(error.code, int) else 0
    return 0


def _with_verb(arguments: list[str]) -> list[str]:
    """A file without a verb is opened: so does a double-click on a model file call the program."""
    if not arguments or arguments[0].startswith("-"):
        return arguments
    verbs = {command.name for command in app.registered_commands}
    verbs |= {group.name for group in app.registered_groups}
    is_file = arguments[0] not in verbs and Path(arguments[0]).expanduser().is_file()
    return ["open", *arguments] if is_file else arguments


def _forget_output() -> None:
    """Nobody reads any more; the interpreter would complain when it flushes at its end."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
