"""Preparing a table without training: its split, its rows as a file, another file compared with it."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict

from engine.data.in_use import make_private
from engine.data.open import open_table
from engine.data.preparing.dataset import prepare
from engine.data.preparing.match_file import match_file
from engine.data.preparing.match_report import FileMatch
from engine.data.preparing.split_report.finding import SplitAnswer
from engine.data.preparing.split_report.report import split_report
from engine.data.progress import Progress, nothing
from engine.data.table import Table
from engine.errors import TrainyardError, WriteFailed
from engine.export.prepared import export_dataset, export_source, format_of
from engine.export.result import ExportedRows
from engine.pipeline import resolve
from engine.recipe.privacy import hides
from engine.recipe.reading import Reading
from engine.recipe.recipe import Recipe
from engine.schema import Schema


class Prepared(BaseModel):
    """What came of it; what was not asked for is None."""

    model_config = ConfigDict(frozen=True)

    match: FileMatch | None = None
    exported: ExportedRows | None = None


def prepare_table(
    folder: Path,
    source: Path,
    recipe: Recipe,
    *,
    other: Path | None = None,
    destination: Path | None = None,
    names: bool = False,
    progress: Progress = nothing,
) -> Prepared:
    """Split, fit and transform as training would.

    Args:
        folder: The converted table in the cache; read from `source` again when it is gone.
        source: The file.
        recipe: With its columns listed.
        other: A file to compare with the preparation; without it the table's own rows are written.
        destination: Where prepared rows go, `.csv` or `.parquet`; None: nowhere.
        names: Whether categories are written by name instead of by code.
        progress: Told of shares of all the work.

    Raises what `resolve`, `prepare`, `match_file` and `export_dataset` raise.
    """
    table = _table(folder, source, recipe)
    if hides(recipe):
        make_private(table.folder)
    found = resolve(recipe, table)
    dataset = prepare(table, found.recipe, found.schema)
    progress(1, 3)
    match = None
    if other is not None:
        match = match_file(dataset.preparation, found.recipe, other)
        progress(2, 3)
    exported = None
    if destination is not None and (match is None or match.usable):
        kind = format_of(destination)
        if kind is None:
            raise WriteFailed(str(destination), "the name ends neither in .csv nor in .parquet")
        if other is None:
            exported = export_dataset(dataset, destination, format=kind, names=names)
        else:
            there = open_table(other, Reading(header=found.recipe.reading.header))
            exported = export_source(
                dataset.preparation, there, destination, format=kind, names=names
            )
    progress(3, 3)
    return Prepared(match=match, exported=exported)


def look_at_split(
    folder: Path, source: Path, schema: Schema, recipe: Recipe, *, progress: Progress = nothing
) -> SplitAnswer:
    """What the split of a recipe makes of a table.

    Args:
        folder: The converted table in the cache; read from `source` again when it is gone.
        source: The file.
        schema: The table's columns.
        recipe: With its columns listed.
        progress: Told of the looks done.

    Raises what `open_table` and `split_report` raise.
    """
    return SplitAnswer(
        split_report(_table(folder, source, recipe), recipe, schema, progress=progress)
    )


def _table(folder: Path, source: Path, recipe: Recipe) -> Table:
    try:
        return Table.load(folder)
    except TrainyardError:
        return open_table(source, recipe.reading)
