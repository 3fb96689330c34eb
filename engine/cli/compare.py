"""`trainyard compare`: runs side by side, their scores and what their recipes set differently."""

from __future__ import annotations

import math
from typing import Annotated

import typer
from pydantic import BaseModel

from engine.cli.evaluate import PartName
from engine.cli.output import AsJson, duration, number, say, say_json, say_table
from engine.cli.workspace import opened_workspace
from engine.members.results import MemberResult, result_of
from engine.recipe.diff import differences
from engine.store.run_folder import RunFolder
from engine.tasks import Part


class ComparedRun(BaseModel):
    """One of the runs."""

    run: str
    number: int
    name: str
    status: str
    seconds: float
    best_epoch: int | None
    validation: dict[str, float | None]
    """In the best epoch; means of a cross-validation or of seeds."""
    test: dict[str, float | None]


class Setting(BaseModel):
    """A place in which the recipes differ."""

    where: str
    values: tuple[str, ...]
    """In the order of the runs."""


class Comparison(BaseModel):
    """What `compare --json` prints."""

    runs: tuple[ComparedRun, ...]
    settings: tuple[Setting, ...]


def compare(
    runs: Annotated[
        list[str],
        typer.Argument(metavar="RUN...", help="Numbers, names or ids of two runs or more."),
    ],
    paired: Annotated[
        PartName | None,
        typer.Option(
            help="Score them on the rows that all have in this part, and tell the differences from the first one."
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Set runs side by side: their scores, and what is set differently from the first one."""
    if len(runs) < 2:
        raise typer.BadParameter("Name two runs at least.", param_hint="RUN...")
    with opened_workspace() as workspace:
        folders = [workspace.run(run) for run in runs]
    if paired is not None:
        _say_paired(folders, paired.value, as_json=as_json)
        return
    found = Comparison(runs=tuple(map(_compared, folders)), settings=_settings(folders))
    if as_json:
        say_json(found)
        return
    _say_scores(found)
    say()
    if not found.settings:
        say("Their recipes are the same.")
        return
    header = ("setting", *(f"run {each.number}" for each in found.runs))
    say_table(header, [(each.where, *each.values) for each in found.settings])


def _say_paired(folders: list[RunFolder], part: Part, *, as_json: bool) -> None:
    """Metrics on the same rows, and paired differences with their intervals."""
    from engine.pipeline.beside import runs_beside

    found = runs_beside(folders[0], folders[1:], part)
    if as_json:
        say_json(found)
        return
    numbers = {folder.id: f"run {folder.summary().number}" for folder in folders}
    say(f"{found.rows} of {found.of_rows} {found.part} rows · {found.evaluation.target}")
    for each in found.left_out:
        say(f"{numbers[each.run]} is left out: it has other {each.why}.")
    say()
    header = ["metric", numbers[found.run]]
    for other in found.others:
        header += [numbers[other.run], "difference", "95% interval"]
    rows = []
    for metric in found.evaluation.metrics:
        row = [metric.title, number(metric.value)]
        for other in found.others:
            own, difference = other.evaluation.metric(metric.name), other.difference(metric.name)
            row.append(number(None if own is None else own.value))
            row.append(number(None if difference is None else difference.value))
            there = difference is not None and difference.low is not None
            row.append(
                f"{number(difference.low)} to {number(difference.high)}"
                if there and difference is not None
                else ""
            )
        rows.append(row)
    say_table(header, rows, right="-" + "r" * (len(header) - 1))


def _say_scores(found: Comparison) -> None:
    from engine.metrics import METRICS

    names = list(dict.fromkeys(name for each in found.runs for name in each.validation))
    titles = [METRICS[name].title if name in METRICS else name for name in names]
    with_test = any(value is not None for each in found.runs for value in each.test.values())
    header = ["run", "name", "status", "epoch", "time", *titles]
    header += [f"{title} (test)" for title in titles] if with_test else []
    rows = []
    for each in found.runs:
        row = [f"{each.number}", each.name, each.status.replace("_", " ")]
        row += ["—" if each.best_epoch is None else f"{each.best_epoch}", duration(each.seconds)]
        row += [number(each.validation.get(name)) for name in names]
        row += [number(each.test.get(name)) for name in names] if with_test else []
        rows.append(row)
    say_table(header, rows, right="r--" + "r" * (len(header) - 3))


def _compared(run: RunFolder) -> ComparedRun:
    summary = run.summary()
    result = result_of(1, run)
    return ComparedRun(
        run=run.id,
        number=summary.number,
        name=summary.name,
        status=summary.status.value,
        seconds=summary.duration,
        best_epoch=None if result is None else result.epoch,
        validation=_named(result, "validation"),
        test=_named(result, "test"),
    )


def _named(result: MemberResult | None, part: str) -> dict[str, float | None]:
    if result is None:
        return {}
    values = (value if math.isfinite(value) else None for value in getattr(result, part))
    return dict(zip(result.metrics, values, strict=False))


def _settings(runs: list[RunFolder]) -> tuple[Setting, ...]:
    recipes = [run.resolved() for run in runs]
    where: dict[tuple[str, ...], str] = {}
    usual: dict[tuple[str, ...], str] = {}
    changed: dict[tuple[str, ...], dict[int, str]] = {}
    for place, recipe in enumerate(recipes[1:], start=1):
        for each in differences(recipes[0], recipe):
            where[each.path] = str(each.where)
            usual[each.path] = "—" if each.before is None else str(each.before)
            changed.setdefault(each.path, {})[place] = (
                "—" if each.after is None else str(each.after)
            )
    return tuple(
        Setting(
            where=text,
            values=tuple(changed[path].get(at, usual[path]) for at in range(len(recipes))),
        )
        for path, text in where.items()
    )
