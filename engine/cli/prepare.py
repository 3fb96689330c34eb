"""`trainyard prepare`: what a recipe makes of a table, as a file; and how another file matches it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from pydantic import BaseModel

from engine.cli.edits import Edits
from engine.cli.match import say_match
from engine.cli.new_run import with_likely_target
from engine.cli.output import AsJson, complain, number, say, say_json, say_table
from engine.cli.reading import Delimiter, Encoding, RecipeFile, TablePart, asked_recipe
from engine.cli.tables import opened_table, table_path
from engine.cli.targets import Targets, with_targets
from engine.data.preparing.match_report import FileMatch
from engine.export.result import ExportedRows
from engine.recipe.privacy import what_is_kept
from engine.recipe.recipe import Recipe

if TYPE_CHECKING:
    from engine.data.preparing.dataset import Dataset
    from engine.data.progress import Progress
    from engine.data.table import Table

_PARTS = ("train", "validation", "test")


class Prepared(BaseModel):
    """What `--json` prints."""

    target: str
    parts: dict[str, int]
    """Rows."""
    inputs: tuple[str, ...]
    notes: tuple[str, ...]
    match: FileMatch | None = None
    exported: ExportedRows | None = None


def prepare(
    data: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE|SAMPLE...",
            help="A table, a sample's name, or several files or a folder of the same columns.",
        ),
    ],
    target: Targets = None,
    recipe: RecipeFile = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", metavar="FILE", help="Write the prepared rows: .csv or .parquet."
        ),
    ] = None,
    names: Annotated[
        bool, typer.Option("--names", help="Write categories by name instead of by code.")
    ] = False,
    other: Annotated[
        str,
        typer.Option(
            "--apply",
            metavar="FILE",
            help="Say how another file matches; with --output its rows are written.",
        ),
    ] = "",
    encoding: Encoding = None,
    delimiter: Delimiter = None,
    part: TablePart = None,
    changes: Edits = None,
    as_json: AsJson = False,
) -> None:
    """Split and prepare a table as training would, and say what came of it.

    Ends with 1 if the file of --apply cannot be used.
    """
    from engine.prepared import prepare_rows

    _require_format(output)
    table, asked = _asked(data, target, asked_recipe(recipe, changes, encoding, delimiter, part))
    found = prepare_rows(
        table,
        asked,
        other=table_path(other).absolute() if other else None,
        destination=None if output is None else output.absolute(),
        names=names,
        stages=lambda stage: _shown(stage.capitalize()),
    )
    _clear()
    if as_json:
        say_json(_plain(found.dataset, found.match, found.exported))
    else:
        _say(found.dataset, found.match, found.exported)
    if found.match is not None and not found.match.usable:
        raise typer.Exit(1)


def _require_format(output: Path | None) -> None:
    from engine.export.prepared import format_of

    if output is not None and format_of(output) is None:
        raise typer.BadParameter(
            f"{output.name} ends neither in .csv nor in .parquet", param_hint="--output"
        )


def _asked(data: list[str], target: list[str] | None, asked: Recipe) -> tuple[Table, Recipe]:
    """The table, and the recipe with a target."""
    table = opened_table(data, asked.reading)
    if target:
        return table, with_targets(asked, target)
    if not any(column.role == "target" for column in asked.columns):
        asked = with_likely_target(asked, data[0], table)
    return table, asked


def _plain(dataset: Dataset, matched: FileMatch | None, exported: ExportedRows | None) -> Prepared:
    inputs = dataset.preparation.inputs
    return Prepared(
        target=dataset.preparation.target,
        parts={part: len(getattr(dataset, part)) for part in _PARTS},
        inputs=(*inputs.numbers, *(name for name, _ in inputs.categories)),
        notes=tuple(str(note) for note in dataset.notes),
        match=matched,
        exported=exported,
    )


def _say(dataset: Dataset, matched: FileMatch | None, exported: ExportedRows | None) -> None:
    inputs = dataset.preparation.inputs
    rows = [(part, number(len(getattr(dataset, part)))) for part in _PARTS]
    say_table(("part", "rows"), rows, right="-r")
    say()
    say(f"{len(inputs.numbers)} number inputs, {len(inputs.categories)} category inputs")
    for column in dataset.preparation.hidden:
        say(f"“{column.name}” is hidden: {column.hide.words()}")
    if dataset.preparation.hidden:
        for sentence in what_is_kept():
            say(str(sentence))
    for note in dataset.notes:
        complain(str(note))
    if matched is not None:
        say()
        say_match(matched)
    if exported is not None:
        say()
        say(
            f"{exported.path}: {number(exported.rows)} rows, {len(exported.columns)} columns "
            f"({number(exported.size)} bytes)"
        )


def _shown(title: str) -> Progress:
    def show(done: int, total: int) -> None:
        if sys.stderr.isatty() and total:
            sys.stderr.write(f"\r{title} … {100 * done // total}%\x1b[K")
            sys.stderr.flush()

    return show


def _clear() -> None:
    if sys.stderr.isatty():
        sys.stderr.write("\r\x1b[K")
