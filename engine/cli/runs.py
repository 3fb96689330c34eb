"""`trainyard runs`: list, show, rename, delete, restore."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from engine.cli.control import RunName
from engine.cli.output import AsJson, duration, number, say, say_json, say_table
from engine.cli.workspace import opened_workspace
from engine.store.summary import RunSummary

app = typer.Typer(help="List, show, rename, delete and restore runs.", invoke_without_command=True)


@app.callback(invoke_without_command=True)
def runs(context: typer.Context) -> None:
    """Without a verb: list the runs."""
    if context.invoked_subcommand is None:
        list_runs()


@app.command("list")
def list_runs(
    trash: Annotated[bool, typer.Option("--trash", help="List the deleted runs instead.")] = False,
    as_json: AsJson = False,
) -> None:
    """All runs, the newest first."""
    with opened_workspace() as workspace:
        found = workspace.trashed() if trash else workspace.runs()
    if as_json:
        say_json(found)
    elif found:
        header = ("run", "name", "dataset", "status", "epoch", "best", "", "time", "left")
        numbers = {run.id: run.number for run in found}
        rows = [_row(run, numbers.get(run.group or "")) for run in found]
        say_table(header, rows, right="r---rr-rr")
    else:
        say("The trash is empty." if trash else "No runs yet. Start one: trainyard train iris")


@app.command("show")
def show(run: RunName, as_json: AsJson = False) -> None:
    """One run: how it stands, what it was made from, where it is."""
    with opened_workspace() as workspace:
        folder = workspace.run(run)
    summary, info = folder.summary(), folder.info()
    if as_json:
        say_json(summary)
        return
    created = datetime.fromtimestamp(summary.created).astimezone()
    lines = [
        ("Run", f"{summary.number} · {summary.name}"),
        ("Status", _words(summary.status) + (f" · {summary.note}" if summary.note else "")),
        ("Created", f"{created:%Y-%m-%d %H:%M}"),
        ("Table", info.table_path),
        ("Target", summary.target + (f" · {summary.task}" if summary.task else "")),
        ("Epochs", f"{summary.epoch} of {summary.epochs}"),
        ("Best", f"{best_of(summary)} {summary.monitor}".strip()),
        ("Time", duration(summary.duration)),
        ("Device", summary.device),
        ("Folder", str(folder.path)),
    ]
    for label, value in lines:
        say(f"{label:<8} {value}")


@app.command("rename")
def rename(run: RunName, name: Annotated[str, typer.Argument(help="The new name.")]) -> None:
    """Give a run another name."""
    with opened_workspace() as workspace:
        workspace.rename(run, name)


@app.command("delete")
def delete(run: RunName) -> None:
    """Move a run to the trash."""
    with opened_workspace() as workspace:
        moved = workspace.trash(run)
    say(f"Moved {moved} to the trash. Take it back: trainyard runs restore {moved}")


@app.command("restore")
def restore(run: RunName) -> None:
    """Take a run back from the trash."""
    with opened_workspace() as workspace:
        say(f"Restored {workspace.restore(run).id}.")


@app.command("empty-trash")
def empty_trash(
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Delete the runs in the trash for good."""
    with opened_workspace() as workspace:
        count = len(workspace.trashed())
        if count and not yes:
            typer.confirm(f"Delete {count} runs for good?", abort=True)
        say(f"Deleted for good: {workspace.empty_trash()}")


@app.command("path")
def path(run: RunName) -> None:
    """Print the folder of a run."""
    with opened_workspace() as workspace:
        folder: Path = workspace.run(run).path
    say(str(folder))


def _row(run: RunSummary, group: int | None) -> tuple[str, ...]:
    """A line of the list; `group` is the number of the run that it belongs to."""
    return (
        str(run.number),
        run.name if group is None else f"{run.name} (of run {group})",
        run.dataset,
        _words(run.status),
        f"{run.epoch}/{run.epochs}",
        best_of(run),
        run.monitor,
        duration(run.duration),
        duration(run.seconds_left),
    )


def best_of(run: RunSummary) -> str:
    """The best score of a run; of a cross-validation the mean of its folds and their spread."""
    if run.spread is None:
        return number(run.best)
    return f"{number(run.best)} ± {run.spread:.2g}"


def _words(status: str) -> str:
    return status.replace("_", " ")
