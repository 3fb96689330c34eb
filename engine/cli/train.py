"""`trainyard train` and `trainyard resume`: a run in this process, watched in one line."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING

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
from engine.cli.new_run import (
    Data,
    FoldCount,
    Name,
    SeedCount,
    in_folds,
    on_table,
    seeds_plan,
)
from engine.cli.output import AsJson, complain, number, say, say_json, say_table
from engine.cli.preset_option import UsePreset
from engine.cli.progress_line import RunLine
from engine.cli.reading import Delimiter, Encoding, RecipeFile, TablePart, asked_recipe
from engine.cli.targets import Targets
from engine.cli.trials import say_sweep
from engine.cli.workspace import opened_workspace
from engine.errors import RunComplete, from_facts
from engine.events import EpochEnded, RunFailed, RunFinished, RunStarted, RunStopped
from engine.messages import message, message_n
from engine.pipeline.resolving import resolve
from engine.pipeline.training import Ending, train_run
from engine.recipe.path_edits import edited
from engine.store.run_folder import RunFolder
from engine.store.summary import Status

if TYPE_CHECKING:
    pass


class TrainedRun(BaseModel):
    """What `--json` prints."""

    run: str
    number: int
    status: str
    best_epoch: int
    validation: dict[str, float]
    test: dict[str, float]


def train(
    data: Data = None,
    target: Targets = None,
    recipe: RecipeFile = None,
    preset: UsePreset = "",
    encoding: Encoding = None,
    delimiter: Delimiter = None,
    part: TablePart = None,
    changes: Edits = None,
    auto: LeaveToAuto = False,
    budget: Budget = "",
    name: Name = "",
    folds: FoldCount = None,
    seeds: SeedCount = None,
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
        train_here(run, as_json=as_json)
        return
    if not data:
        raise typer.BadParameter("Name a table or a sample, or a run with --continue or --fork.")
    asked = asked_recipe(recipe, (), encoding, delimiter, part, preset)
    asked = edited(left_to_auto(asked, auto=auto, budget=budget), changes or ())
    asked = with_epochs(asked, epochs)
    if start_from:
        asked = started_from(asked, start_from)
    asked, table = on_table(data, in_folds(asked, folds), target, changes)
    found = resolve(asked, table)
    say_before_start(found, asked)
    plan = seeds_plan(asked, seeds)
    with opened_workspace() as workspace:
        run = workspace.create(asked, table, name, task=found.task, plan=plan)
    train_here(run, as_json=as_json)


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
    train_here(folder, as_json=as_json)


def train_here(run: RunFolder, *, as_json: bool) -> None:
    """Train a run in this process and tell how it came out; a run that fails ends the command with 1."""
    line = RunLine()
    with _stop_on_interrupt(run):
        ending = train_run(run, watch=line.show)
    line.end()
    if isinstance(ending, RunFailed):
        complain(str(from_facts(ending.error, ending.facts)))
        raise typer.Exit(1)
    if run.info().holds == "sweep":
        say_sweep(run, as_json=as_json)
        return
    if (run.recipe().split.cross_validates or run.info().holds == "seeds") and ending.test:
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
