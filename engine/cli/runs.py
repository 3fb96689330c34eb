"""`trainyard runs`: find, show, mark, compare, export, import, trash and restore runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import BaseModel

from engine.cli.control import RunName
from engine.cli.output import AsJson, duration, number, say, say_json, say_table
from engine.cli.workspace import opened_workspace
from engine.errors import TrainyardError
from engine.recipe.diff import differences
from engine.store.branching import checkpoints_of
from engine.store.info import RunInfo
from engine.store.run_file import SUFFIX, export_run_file, import_run_file
from engine.store.run_filter import RunFilter, said_of
from engine.store.run_folder import RunFolder
from engine.store.summary import RunSummary, Status

app = typer.Typer(
    help="Find, show, mark, compare, export, import, trash and restore runs.",
    invoke_without_command=True,
)


@app.callback(invoke_without_command=True)
def runs(context: typer.Context) -> None:
    """Without a verb: list the runs."""
    if context.invoked_subcommand is None:
        list_runs(sort=Order.NUMBER)


class Order(StrEnum):
    """What a list of runs is sorted by."""

    NUMBER = "number"
    NAME = "name"
    STATUS = "status"
    BEST = "best"
    DURATION = "duration"


@app.command("list")
def list_runs(
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[WORDS]...",
            help="Only runs in which all of these occur; also tag:x, status:failed, data:titanic, is:favourite.",
        ),
    ] = None,
    tag: Annotated[list[str] | None, typer.Option("--tag", help="Only with this tag.")] = None,
    status: Annotated[
        list[str] | None, typer.Option("--status", help="Only in this state, such as done.")
    ] = None,
    favourite: Annotated[
        bool, typer.Option("--favourite", help="Only those marked with a star.")
    ] = False,
    sort: Annotated[
        Order, typer.Option("--sort", help="The newest, longest or best come first.")
    ] = Order.NUMBER,
    limit: Annotated[
        int | None, typer.Option("--limit", min=1, help="At most so many lines.")
    ] = None,
    trash: Annotated[bool, typer.Option("--trash", help="List the deleted runs instead.")] = False,
    as_json: AsJson = False,
) -> None:
    """All runs, or those that are looked for; the newest first."""
    with opened_workspace() as workspace:
        every = workspace.trashed() if trash else workspace.runs()
    typed = RunFilter.parse(" ".join(words or ()))
    asked = RunFilter(
        tags=(*typed.tags, *(each.casefold() for each in tag or ())),
        statuses=(*typed.statuses, *_known(status or ())),
        datasets=typed.datasets,
        favourite=favourite or typed.favourite,
        words=typed.words,
    )
    found = [run for run in every if asked.passes(run, said_of)]
    found = sorted(found, key=_ORDERS[sort])[:limit]
    if as_json:
        say_json(found)
    elif found:
        header = ("run", "", "name", "dataset", "status", "epoch", "best", "", "time", "left", "")
        numbers = {run.id: run.number for run in every}
        rows = [_row(run, numbers.get(run.group or "")) for run in found]
        say_table(header, rows, right="r----rr-rr-")
        if len(found) < len(every):
            say(f"{len(found)} of {len(every)} runs")
    elif every:
        say(f"None of {len(every)} runs is like that.")
    else:
        say("The trash is empty." if trash else "No runs yet. Start one: trainyard train iris")


def _known(statuses: Sequence[str]) -> list[str]:
    names = {status.value.replace("_", "-") for status in Status}
    found = [status.casefold().replace("_", "-").replace(" ", "-") for status in statuses]
    for status in found:
        if status not in names:
            raise typer.BadParameter(f"There is no state “{status}”: {', '.join(sorted(names))}.")
    return found


def _best_first(run: RunSummary) -> tuple[str, float]:
    if run.best is None:
        return ("￿", 0.0)
    return (run.monitor, -run.best if run.higher_is_better else run.best)


_ORDERS: dict[Order, Callable[[RunSummary], Any]] = {
    Order.NUMBER: lambda run: -run.number,
    Order.NAME: lambda run: (run.name.casefold(), run.number),
    Order.STATUS: lambda run: (run.status.value, -run.number),
    Order.BEST: _best_first,
    Order.DURATION: lambda run: -run.duration,
}


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
        ("Seed", str(info.seed)),
        ("Data", info.fingerprint),
        ("Made with", ", ".join(f"{name} {has}" for name, has in info.versions.items() if has)),
        ("Keeps", ", ".join(f"{name} ({at})" for name, at in checkpoints_of(folder).items())),
        ("Lineage", " → ".join(_lineage(folder))),
        ("Tags", ("★ " if info.favourite else "") + ", ".join(info.tags)),
        ("Note", info.remark),
        ("Folder", str(folder.path)),
    ]
    for label, value in lines:
        if value:
            say(f"{label:<10} {value}")


def _lineage(run: RunFolder) -> list[str]:
    """The runs that it was forked from, the first one first, then itself; empty without any."""
    found: list[str] = []
    with opened_workspace() as workspace:
        info = run.info()
        seen = {info.id}
        while info.parent is not None and info.parent not in seen:
            seen.add(info.parent)
            try:
                parent = workspace.run(info.parent).info()
            except TrainyardError:
                found.append(f"{info.parent} (gone)")
                break
            found.append(f"run {parent.number} ({info.parent_checkpoint}, {info.parent_epoch})")
            info = parent
    return [*reversed(found), f"run {run.info().number}"] if found else []


@app.command("rename")
def rename(run: RunName, name: Annotated[str, typer.Argument(help="The new name.")]) -> None:
    """Give a run another name."""
    with opened_workspace() as workspace:
        workspace.rename(run, name)


@app.command("trash")
@app.command("delete", hidden=True)
def delete(run: RunName) -> None:
    """Move a run to the trash."""
    with opened_workspace() as workspace:
        moved = workspace.trash(run)
        gone = workspace.bound_trash()
    say(f"Moved {moved} to the trash. Take it back: trainyard runs restore {moved}")
    for each in gone:
        say(f"Deleted for good, for the trash was full: {each}")


@app.command("note")
def note(
    run: RunName,
    text: Annotated[
        list[str] | None, typer.Argument(metavar="[TEXT]...", help="None: print the note.")
    ] = None,
    clear: Annotated[bool, typer.Option("--clear", help="Take the note away.")] = False,
) -> None:
    """Write a note beside a run, or read it."""
    with opened_workspace() as workspace:
        folder = workspace.run(run)
    if clear:
        folder.set_remark("")
    elif text:
        folder.set_remark(" ".join(text))
    else:
        say(folder.info().remark)


@app.command("tag")
def tag_run(
    run: RunName,
    tags: Annotated[
        list[str] | None,
        typer.Argument(metavar="[TAG]...", help="Tags to add; with a minus in front to take off."),
    ] = None,
    remove: Annotated[
        list[str] | None, typer.Option("--remove", "-r", help="Take this tag off. Repeatable.")
    ] = None,
) -> None:
    """Add tags to a run or take them off, and print those that it has."""
    with opened_workspace() as workspace:
        folder = workspace.run(run)
    if tags or remove:
        off = {each.casefold() for each in remove or ()}
        off |= {each[1:].casefold() for each in tags or () if each.startswith("-")}
        kept = [each for each in folder.info().tags if each.casefold() not in off]
        folder.set_tags([*kept, *(each for each in tags or () if not each.startswith("-"))])
    say(", ".join(folder.info().tags))


@app.command("star")
def star(
    run: RunName,
    off: Annotated[bool, typer.Option("--off", help="Take the star away.")] = False,
) -> None:
    """Mark a run as a favourite."""
    with opened_workspace() as workspace:
        workspace.run(run).set_favourite(not off)


@app.command("diff")
def diff(
    one: RunName,
    other: Annotated[str, typer.Argument(metavar="OTHER", help="The run to compare it with.")],
    asked: Annotated[
        bool, typer.Option("--asked", help="Compare what was asked for, with every auto in it.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """What is different between two runs: recipe, data, versions."""
    with opened_workspace() as workspace:
        first, second = workspace.run(one), workspace.run(other)
    recipes = [run.recipe() if asked else run.resolved() for run in (first, second)]
    found = [*differences(*recipes)]
    around = _environment(first.info(), second.info())
    if as_json:
        parts = {each.where.render(): each.render() for each in found}
        say_json(RunDifferences(recipe=parts, environment=dict(around)))
        return
    for each in found:
        say(str(each))
    for label, text in around:
        say(f"{label}: {text}")
    if not found and not around:
        say("The two runs are made from the same.")


class RunDifferences(BaseModel):
    """What `diff --json` prints: by place what differs, as one line."""

    recipe: dict[str, str]
    environment: dict[str, str]


def _environment(one: RunInfo, other: RunInfo) -> list[tuple[str, str]]:
    pairs = [("Data", one.fingerprint, other.fingerprint), ("Table", one.dataset, other.dataset)]
    for name in dict.fromkeys((*one.versions, *other.versions)):
        pairs.append((name, one.versions.get(name, ""), other.versions.get(name, "")))  # noqa: PERF401
    return [(name, f"{a or '—'} → {b or '—'}") for name, a, b in pairs if a != b]


@app.command("export")
def export_run(
    run: RunName,
    destination: Annotated[
        Path | None, typer.Argument(metavar="[FILE]", help="Where to; else NAME.trainyard-run.")
    ] = None,
) -> None:
    """Write all of a run as one file, to import it elsewhere. For the model alone: trainyard export."""
    with opened_workspace() as workspace:
        folder = workspace.run(run)
    info = folder.info()
    path = destination or Path.cwd() / f"{info.dataset}-run-{info.number}{SUFFIX}"
    size = export_run_file(folder, path.absolute())
    say(f"{path} ({number(size)} bytes)")


@app.command("import")
def import_run(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What runs export has written.")],
) -> None:
    """Take a run that was exported elsewhere into the workspace."""
    with opened_workspace() as workspace:
        found = import_run_file(workspace, file.absolute())
    info = found.info()
    say(f"Imported as run {info.number} · {info.name} · {found.path}")


@app.command("tensorboard")
def tensorboard(
    destination: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="Gets a folder for each run.")
    ],
    runs: Annotated[
        list[str] | None, typer.Argument(metavar="[RUN]...", help="None: all runs.")
    ] = None,
) -> None:
    """Write the curves of runs as TensorBoard event files."""
    from engine.export.tensorboard import export_tensorboard

    with opened_workspace() as workspace:
        keys = runs or [each.id for each in workspace.runs() if each.epoch]
        folders = [workspace.run(key) for key in keys]
    for folder in folders:
        say(str(export_tensorboard(folder, destination.absolute())))


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
        "★" if run.favourite else "",
        run.name if group is None else f"{run.name} (of run {group})",
        run.dataset,
        _words(run.status),
        f"{run.epoch}/{run.epochs}",
        best_of(run),
        run.monitor,
        duration(run.duration),
        duration(run.seconds_left),
        " ".join(f"#{tag}" for tag in run.tags),
    )


def best_of(run: RunSummary) -> str:
    """The best score of a run; of a cross-validation the mean of its folds and their spread."""
    if run.spread is None:
        return number(run.best)
    return f"{number(run.best)} ± {run.spread:.2g}"


def _words(status: str) -> str:
    return status.replace("_", " ")
