"""`trainyard split`: which rows train, validate and test, what is left out, and what flatters the result."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from pydantic import BaseModel

from engine.cli.edits import Edits
from engine.cli.new_run import with_likely_target
from engine.cli.output import AsJson, complain, number, say, say_json, say_table
from engine.cli.reading import Delimiter, Encoding, RecipeFile, TablePart, asked_recipe
from engine.cli.tables import opened_table
from engine.errors import RecipeInvalid
from engine.files import write_atomic
from engine.pipeline.resolving import matched
from engine.recipe.files import recipe_json
from engine.recipe.recipe import Recipe

if TYPE_CHECKING:
    from engine.data.preparing.split_report.finding import PartFigures, SplitReport
    from engine.data.table import Table

_CLASSES = 12
_METHODS = {
    "random": "at random",
    "stratified": "stratified",
    "group": "whole groups of {column}",
    "stratified_group": "whole groups of {column}, balanced",
    "time": "by time, {column}",
    "column": "as {column} says",
    "file": "test rows from a file",
}


class PartFound(BaseModel):
    """One part."""

    rows: int
    share: float
    classes: dict[str, int]
    mean: float | None
    deviation: float | None


class LeftOutFound(BaseModel):
    """Rows that no part has."""

    code: str
    count: int
    reason: str


class WarningFound(BaseModel):
    """One warning."""

    key: str
    severity: str
    title: str
    detail: str
    count: int
    column: str | None
    fix: str
    estimated: bool


class SplitFound(BaseModel):
    """What `split --json` prints."""

    method: str
    column: str
    target: str
    rows: int
    train: PartFound
    validation: PartFound
    test: PartFound
    groups: tuple[int, int, int] | None
    left_out: tuple[LeftOutFound, ...]
    notes: tuple[str, ...]
    warnings: tuple[WarningFound, ...]
    estimated: bool


def split(
    data: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE|SAMPLE...",
            help="A table, a sample's name, or several files or a folder of the same columns.",
        ),
    ],
    target: Annotated[
        str, typer.Option("--target", "-t", metavar="COLUMN", help="The column to predict.")
    ] = "",
    recipe: RecipeFile = None,
    encoding: Encoding = None,
    delimiter: Delimiter = None,
    part: TablePart = None,
    changes: Edits = None,
    fix: Annotated[
        list[str] | None,
        typer.Option(
            "--fix",
            metavar="WARNING",
            help="Mend a warning by its name, such as copies or groups/Ticket. Repeatable.",
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", metavar="RECIPE", help="Write the recipe, with its fixes, to a file."
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show which rows train, validate and test, and warn of what flatters the result."""
    asked = asked_recipe(recipe, changes, encoding, delimiter, part)
    table = opened_table(data, asked.reading)
    if target:
        asked = asked.with_target(target)
    elif not any(column.role == "target" for column in asked.columns):
        asked = with_likely_target(asked, data[0], table)
    report = _reported(asked, table)
    for name in fix or ():
        asked = _mended(report, name)
        report = _reported(asked, table)
    if output is not None:
        write_atomic(output, recipe_json(asked).encode())
    found = _found(report)
    if as_json:
        say_json(found)
    else:
        _say(report, found)


def _reported(recipe: Recipe, table: Table) -> SplitReport:
    from engine.data.preparing.split_report.report import split_report

    found = matched(recipe, table)
    return split_report(table, found.recipe, found.schema)


def _mended(report: SplitReport, name: str) -> Recipe:
    """The recipe with the warning of that name mended. Raises `RecipeInvalid` where there is none."""
    for warning in report.warnings:
        if name in (warning.key, warning.code) and warning.fixed is not None:
            return warning.fixed
    known = ", ".join(w.key for w in report.warnings if w.fixed is not None)
    raise RecipeInvalid(
        "--fix",
        f"there is no warning “{name}” to mend.",
        f"There are: {known}." if known else "There is nothing to mend.",
    )


def _found(report: SplitReport) -> SplitFound:
    return SplitFound(
        method=report.method,
        column=report.column,
        target=report.target,
        rows=report.rows_in,
        train=_part(report, report.train),
        validation=_part(report, report.validation),
        test=_part(report, report.test),
        groups=report.groups,
        left_out=tuple(
            LeftOutFound(code=each.code, count=each.count, reason=str(each.reason))
            for each in report.left_out
        ),
        notes=tuple(map(str, report.notes)),
        warnings=tuple(
            WarningFound(
                key=each.key,
                severity=each.severity,
                title=str(each.title),
                detail=str(each.detail),
                count=each.count,
                column=each.column,
                fix=str(each.fix_label) if each.fixed is not None else "",
                estimated=each.sampled,
            )
            for each in report.warnings
        ),
        estimated=report.sampled,
    )


def _part(report: SplitReport, part: PartFigures) -> PartFound:
    return PartFound(
        rows=part.rows,
        share=part.share,
        classes=dict(zip(report.classes, part.classes, strict=False)),
        mean=part.mean,
        deviation=part.deviation,
    )


def _say(report: SplitReport, found: SplitFound) -> None:
    how = _METHODS[report.method].format(column=report.column)
    say(f"{number(report.rows_in)} rows, split {how}")
    say()
    _say_parts(report)
    if report.groups is not None:
        train, validation, test = map(number, report.groups)
        say(f"Groups: {train} train, {validation} validation, {test} test")
    for note in found.notes:
        say(note)
    for each in found.left_out:
        say(each.reason)
    for warning in found.warnings:
        say()
        about = " (estimated from a part of the rows)" if warning.estimated else ""
        say(f"{'Warning' if warning.severity == 'warning' else 'Note'}: {warning.title}{about}")
        say(f"  {warning.detail}")
        if warning.fix:
            say(f"  {warning.fix}: --fix {warning.key}")
    if not found.warnings:
        say("Nothing stands on both sides of the split.")
    elif any(warning.fix for warning in found.warnings):
        complain("A fix is tried with --fix NAME, and kept with --output RECIPE.")


def _say_parts(report: SplitReport) -> None:
    if report.classes:
        shown = report.classes[:_CLASSES]
        header = ["", "rows", "share", *shown]
        rows = [
            [
                name,
                number(part.rows),
                f"{part.share:.1%}",
                *(f"{part.class_share(place):.1%}" for place in range(len(shown))),
            ]
            for name, part in report.parts
        ]
        if len(report.classes) > len(shown):
            header[-1] += " …"
    else:
        header = ["", "rows", "share", f"mean of {report.target}", "deviation"]
        rows = [
            [
                name,
                number(part.rows),
                f"{part.share:.1%}",
                number(part.mean) if part.rows else "—",
                number(part.deviation) if part.rows else "—",
            ]
            for name, part in report.parts
        ]
    say_table(header, rows, right="-" + "r" * len(header))
