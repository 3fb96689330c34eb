"""`trainyard train` and `trainyard resume`: a run in this process, watched in one line."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING, Annotated

import typer
from pydantic import BaseModel

from engine.cli.auto import Budget, LeaveToAuto, left_to_auto, say_before_start
from engine.cli.control import RunName, send_to
from engine.cli.edits import Edits
from engine.cli.folds import folds_found, say_folds
from engine.cli.going_on import (
    Epochs,
    Fork,
    GoOn,
    StartFrom,
    continued,
    forked,
    require_alone,
    started_from,
    with_epochs,
)
from engine.cli.output import AsJson, complain, number, say, say_json, say_table
from engine.cli.preset_option import UsePreset
from engine.cli.progress_line import RunLine
from engine.cli.reading import Delimiter, Encoding, RecipeFile, TablePart, asked_recipe
from engine.cli.tables import default_target, opened_table
from engine.cli.targets import Targets, with_targets
from engine.cli.workspace import opened_workspace
from engine.errors import NoTarget, RunComplete, from_facts
from engine.events import EpochEnded, RunFailed, RunFinished, RunStarted, RunStopped
from engine.messages import message, message_n
from engine.pipeline.resolving import resolve
from engine.pipeline.training import Ending, train_run
from engine.recipe.path_edits import edited
from engine.recipe.recipe import Recipe
from engine.store.run_folder import RunFolder
from engine.store.summary import Status

if TYPE_CHECKING:
    from engine.data.table import Table


class TrainedRun(BaseModel):
    """What `--json` prints."""

    run: str
    number: int
    status: str
    best_epoch: int
    validation: dict[str, float]
    test: dict[str, float]


def train(
    data: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="FILE|SAMPLE...",
            help="A table, a sample's name, or several files or a folder of the same columns.",
        ),
    ] = None,
    target: Targets = None,
    recipe: RecipeFile = None,
    preset: UsePreset = "",
    encoding: Encoding = None,
    delimiter: Delimiter = None,
    part: TablePart = None,
    changes: Edits = None,
    auto: LeaveToAuto = False,
    budget: Budget = "",
    name: Annotated[str, typer.Option("--name", help="A name for the run.")] = "",
    folds: Annotated[
        int | None,
        typer.Option(
            "--folds",
            min=2,
            max=100,
            help="Cross-validate: so many folds take turns in validating, each in a run of its own.",
        ),
    ] = None,
    epochs: Epochs = None,
    go_on: GoOn = "",
    fork: Fork = "",
    start_from: StartFrom = "",
    as_json: AsJson = False,
) -> None:
    """Train a network on a table. Ctrl-C stops the run and keeps its best weights."""
    if go_on or fork:
        require_alone(data or (), go_on, fork, changes or (), start_from)
        run = continued(go_on, epochs) if go_on else forked(fork, epochs, changes or (), name)
        _train_here(run, as_json=as_json)
        return
    if not data:
        raise typer.BadParameter("Name a table or a sample, or a run with --continue or --fork.")
    asked = asked_recipe(recipe, (), encoding, delimiter, part, preset)
    asked = edited(left_to_auto(asked, auto=auto, budget=budget), changes or ())
    asked = with_epochs(asked, epochs)
    if start_from:
        asked = started_from(asked, start_from)
    if folds is not None:
        asked = asked.with_split(folds=folds, fold=None)
    table = opened_table(data, asked.reading)
    if table.parts and asked.reading.part is None:
        _say_which_part(table)
    _say_what_did_not_fit(table)
    if target:
        asked = with_targets(asked, target, changes or ())
    elif not any(column.role == "target" for column in asked.columns):
        asked = with_likely_target(asked, data[0], table)
    found = resolve(asked, table)
    say_before_start(found, asked)
    with opened_workspace() as workspace:
        run = workspace.create(asked, table, name, task=found.task)
    _train_here(run, as_json=as_json)


def resume(run: RunName, as_json: AsJson = False) -> None:
    """Go on with a paused run, or train an interrupted or stopped one on from its last checkpoint."""
    with opened_workspace() as workspace:
        folder = workspace.run(run)
    if folder.is_alive():
        send_to(folder, "resume")
        say("The run goes on.")
        return
    if folder.status() in (Status.DONE, Status.STOPPED_EARLY):
        raise RunComplete(folder.id)
    _train_here(folder, as_json=as_json)


def _say_which_part(table: Table) -> None:
    complain(
        str(
            message(
                "Table: {part}. Choose another with --part: {others}.",
                part=table.reading.part,
                others=", ".join(part for part in table.parts if part != table.reading.part),
            )
        )
    )


def _say_what_did_not_fit(table: Table) -> None:
    rejects, misfits = len(table.rejects), len(table.misfits)
    if rejects:
        complain(
            str(
                message_n(
                    "{count} row could not be read and is left out, the first in line {line}.",
                    "{count} rows could not be read and are left out, the first in line {line}.",
                    rejects,
                    line=table.rejects[0].line,
                )
            )
        )
    if misfits:
        complain(
            str(
                message_n(
                    "{count} cell does not fit its column and counts as missing.",
                    "{count} cells do not fit their columns and count as missing.",
                    misfits,
                )
            )
        )


def with_likely_target(recipe: Recipe, data: str, table: Table) -> Recipe:
    """The recipe with the target that a sample has, or that is guessed and told; `NoTarget` if none is."""
    from engine.data.columns.infer import infer_schema, suggest_target

    target = default_target(data)
    if not target:
        target = suggest_target(infer_schema(table)) or ""
        if not target:
            raise NoTarget
        complain(str(message("Target: {column}. Choose another with --target.", column=target)))
    return recipe.with_target(target)


def _train_here(run: RunFolder, *, as_json: bool) -> None:
    line = RunLine()
    with _stop_on_interrupt(run):
        ending = train_run(run, watch=line.show)
    line.end()
    if isinstance(ending, RunFailed):
        complain(str(from_facts(ending.error, ending.facts)))
        raise typer.Exit(1)
    if run.recipe().split.cross_validates and ending.test:
        found = folds_found(run)
        if as_json:
            say_json(found)
            return
        say_folds(found)
        say()
        say(f"Run {run.info().number} · {run.info().name} · {run.path}")
        if found.out_of_fold:
            say(f"Out-of-fold predictions: {found.out_of_fold}")
    elif as_json:
        say_json(_result(run, ending))
    else:
        _say_result(run, ending)


@contextmanager
def _stop_on_interrupt(run: RunFolder) -> Iterator[None]:
    """The first Ctrl-C asks the run to stop; the second ends the process."""

    def interrupted(number: int, frame: FrameType | None) -> None:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        complain("\nStopping at the next step …")
        send_to(run, "stop")

    before = signal.signal(signal.SIGINT, interrupted)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _result(run: RunFolder, ending: RunFinished | RunStopped) -> TrainedRun:
    names: tuple[str, ...] = ()
    validation: tuple[float, ...] = ()
    for event in run.events():
        if isinstance(event, RunStarted):
            names = event.metrics
        elif isinstance(event, EpochEnded) and event.epoch == ending.best_epoch:
            validation = event.validation
    return TrainedRun(
        run=run.id,
        number=run.info().number,
        status=run.status(),
        best_epoch=ending.best_epoch,
        validation=dict(zip(names, validation, strict=False)),
        test=dict(zip(names, ending.test, strict=False)),
    )


def _say_result(run: RunFolder, ending: Ending) -> None:
    from engine.metrics import METRICS

    assert not isinstance(ending, RunFailed)
    result = _result(run, ending)
    rows = [
        (METRICS[name].title, _shown(result.validation, name), _shown(result.test, name))
        for name in result.test
    ]
    say_table(("", "validation", "test"), rows, right="-rr")
    say()
    say(_how_it_ended(ending))
    say(f"Run {result.number} · {run.info().name} · {run.path}")


def _how_it_ended(ending: RunFinished | RunStopped) -> str:
    epochs, best = ending.epoch, ending.best_epoch
    if isinstance(ending, RunStopped) and not ending.test:
        return str(message("Stopped before the first step: nothing was trained."))
    if isinstance(ending, RunStopped):
        text = message_n(
            "Stopped after {count} epoch.",
            "Stopped after {count} epochs, best {best}.",
            epochs,
            best=best,
        )
    elif ending.stopped_early:
        text = message_n(
            "Stopped early after {count} epoch.",
            "Stopped early after {count} epochs, best {best}.",
            epochs,
            best=best,
        )
    else:
        text = message_n(
            "Done: {count} epoch.", "Done: {count} epochs, best {best}.", epochs, best=best
        )
    return str(text)


def _shown(values: dict[str, float], name: str) -> str:
    value = values.get(name)
    return "—" if value is None or value != value else number(value)
