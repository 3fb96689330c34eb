"""`trainyard queue`: runs that wait for their turn, and training them without a window."""

from __future__ import annotations

import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer
from pydantic import BaseModel

from engine.cli.auto import Budget, LeaveToAuto, left_to_auto
from engine.cli.control import RunName
from engine.cli.edits import Edits
from engine.cli.new_run import Data, FoldCount, Name, SeedCount, in_folds, on_table, seeds_plan
from engine.cli.output import AsJson, complain, number, say, say_json, say_table
from engine.cli.preset_option import UsePreset
from engine.cli.reading import Delimiter, Encoding, RecipeFile, TablePart, asked_recipe
from engine.cli.targets import Targets
from engine.cli.workspace import opened_workspace
from engine.errors import RunBusy, TrainyardError, WorkerDied
from engine.pipeline.resolving import resolve
from engine.queue import MOST_AT_ONCE, RunQueue
from engine.recipe.path_edits import edited
from engine.store.run_folder import RunFolder
from engine.store.summary import Status
from engine.store.workspace import Workspace
from engine.training.control import Command

app = typer.Typer(
    help="Runs that wait for their turn: list, add, move, remove, train.",
    invoke_without_command=True,
)

POLL_SECONDS = 0.2
_ROOT = Path(__file__).resolve().parents[2]


class QueuedRun(BaseModel):
    """A run that waits."""

    place: int
    """Counted from 1."""
    run: str
    number: int
    name: str


class QueueFound(BaseModel):
    """What `queue --json` prints."""

    at_once: int
    held: bool
    waiting: tuple[QueuedRun, ...]


class QueueDone(BaseModel):
    """What `queue run --json` prints: how each run ended, by its id."""

    ended: dict[str, str]


@app.callback(invoke_without_command=True)
def queue(context: typer.Context) -> None:
    """Without a verb: list the runs that wait."""
    if context.invoked_subcommand is None:
        list_queue()


@app.command("list")
def list_queue(as_json: AsJson = False) -> None:
    """The runs that wait, the next one first."""
    with opened_workspace() as workspace:
        view = RunQueue(workspace).view()
        waiting = tuple(
            QueuedRun(place=place, run=run, number=info.number, name=info.name)
            for place, run in enumerate(view.waiting, start=1)
            for info in [workspace.run(run).info()]
        )
    if as_json:
        say_json(QueueFound(at_once=view.at_once, held=view.held, waiting=waiting))
        return
    if not waiting:
        say("No run waits. Add one: trainyard queue add iris")
    else:
        rows = [(f"{each.place}", f"{each.number}", each.name) for each in waiting]
        say_table(("place", "run", "name"), rows, right="rr")
    say()
    say(f"Runs at once: {view.at_once}" + (" · held: none is started" if view.held else ""))


@app.command("add")
def add(
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
) -> None:
    """Make a run that waits for its turn; takes what trainyard train takes."""
    if not data:
        raise typer.BadParameter("Name a table or a sample.")
    asked = asked_recipe(recipe, (), encoding, delimiter, part, preset)
    asked = edited(left_to_auto(asked, auto=auto, budget=budget), changes or ())
    asked, table = on_table(data, in_folds(asked, folds), target, changes)
    found = resolve(asked, table)
    plan = seeds_plan(asked, seeds)
    with opened_workspace() as workspace:
        run = workspace.create(asked, table, name, task=found.task, plan=plan)
        add_to_queue(workspace, run)


@app.command("move")
def move(
    run: RunName,
    place: Annotated[int, typer.Argument(min=1, help="Counted from 1; beyond the last is last.")],
) -> None:
    """Put a run that waits at another place."""
    with opened_workspace() as workspace:
        queue = RunQueue(workspace)
        queue.move(workspace.run(run).id, place - 1)
    list_queue()


@app.command("remove")
def remove(run: RunName) -> None:
    """Take a run out of the queue, into the trash."""
    with opened_workspace() as workspace:
        folder = workspace.run(run)
        RunQueue(workspace).remove(folder.id)
        workspace.trash(folder.id)
    say(f"It is in the trash. Take it back: trainyard runs restore {folder.id}")


@app.command("set")
def set_queue(
    at_once: Annotated[
        int | None,
        typer.Option(
            "--at-once",
            min=1,
            max=MOST_AT_ONCE,
            help="How many runs train at once; folds, seeds and trials of one run count as one.",
        ),
    ] = None,
    held: Annotated[
        bool | None, typer.Option("--hold/--release", help="Start no run for now, or again.")
    ] = None,
) -> None:
    """Say how many runs train at once, and whether runs are started at all."""
    with opened_workspace() as workspace:
        RunQueue(workspace).set(at_once=at_once, held=held)
    list_queue()


@app.command("run")
def run_queue(as_json: AsJson = False) -> None:
    """Train the runs that wait until none is left. Ctrl-C stops those under way and keeps their best."""
    with opened_workspace() as workspace:
        queue = RunQueue(workspace)
        queue.adopt()
        if queue.view().held:
            complain(
                "The queue is held: nothing is started. Go on with: trainyard queue set --release"
            )
            raise typer.Exit(2)
        work = _AtWork(queue)
        try:
            work.train_all()
        except KeyboardInterrupt:
            complain("\nStopping at the next step …")
            work.stop_all()
    if as_json:
        say_json(QueueDone(ended=work.ended))
    if any(status in (Status.FAILED, Status.INTERRUPTED) for status in work.ended.values()):
        raise typer.Exit(1)


def add_to_queue(workspace: Workspace, run: RunFolder) -> None:
    """Let a run wait, and tell at which place."""
    queue = RunQueue(workspace)
    queue.add(run.id)
    place = queue.view().waiting.index(run.id) + 1
    info = run.info()
    say(f"Run {info.number} · {info.name} waits at place {place}. Train it: trainyard queue run")


class _AtWork:
    """The runs that this process has started, each in a worker process."""

    def __init__(self, queue: RunQueue) -> None:
        self.queue = queue
        self.ended: dict[str, str] = {}
        self._at_work: list[tuple[RunFolder, subprocess.Popen[bytes]]] = []

    def train_all(self) -> None:
        """Start runs as there is room, until none waits and none of them trains."""
        while True:
            for run in self.queue.take():
                info = run.info()
                complain(f"Run {info.number} · {info.name} begins.")
                command = [sys.executable, "-m", "engine.worker", str(run.path)]
                self._at_work.append((run, subprocess.Popen(command, cwd=_ROOT)))
            self._see_who_ended()
            if not self._at_work and not self.queue.view().waiting:
                return
            time.sleep(POLL_SECONDS)

    def stop_all(self) -> None:
        """Stop those that train at their next step, and wait for them."""
        for run, _ in self._at_work:
            try:
                run.send(Command(command="stop"))
            except TrainyardError as error:
                complain(str(error))
        while self._at_work:
            self._see_who_ended()
            time.sleep(POLL_SECONDS)

    def _see_who_ended(self) -> None:
        for run, process in [pair for pair in self._at_work if pair[1].poll() is not None]:
            self._at_work.remove((run, process))
            self.ended[run.id] = _told_end(run, process.returncode)


def _told_end(run: RunFolder, code: int) -> str:
    """Say how a run ended; one whose process died before it took hold of it has failed."""
    summary = run.summary()
    if summary.status is Status.QUEUED:
        with suppress(RunBusy):
            run.record_failure(WorkerDied(code, ""))
        summary = run.summary()
    best = "" if summary.best is None else f" · {summary.monitor} {number(summary.best)}"
    note = f" · {summary.note}" if summary.note is not None else ""
    complain(f"Run {summary.number}: {summary.status.value.replace('_', ' ')}{best}{note}")
    return summary.status.value
