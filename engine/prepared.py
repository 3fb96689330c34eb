"""Preparing a table without training: its split, its rows as a file, another file compared with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TypeAlias

from pydantic import BaseModel, ConfigDict

from engine.data.in_use import make_private
from engine.data.open import open_table
from engine.data.preparing.dataset import Dataset, prepare
from engine.data.preparing.match_file import match_file
from engine.data.preparing.match_report import FileMatch
from engine.data.preparing.split_report.finding import SplitAnswer
from engine.data.preparing.split_report.report import split_report
from engine.data.progress import Progress, nothing
from engine.data.table import Table
from engine.errors import TrainyardError, WriteFailed
from engine.export.prepared import export_dataset, export_source, format_of
from engine.export.result import ExportedRows
from engine.pipeline.resolving import resolve
from engine.recipe.privacy import hides
from engine.recipe.reading import Reading
from engine.recipe.recipe import Recipe
from engine.schema import Schema


class Prepared(BaseModel):
    """What came of it; what was not asked for is None."""

    model_config = ConfigDict(frozen=True)

    match: FileMatch | None = None
    exported: ExportedRows | None = None


class Stage(StrEnum):
    """What is under way."""

    PREPARING = "preparing"
    COMPARING = "comparing"
    WRITING = "writing"


Stages: TypeAlias = Callable[[Stage], Progress]
"""Who is told how far a stage is."""


@dataclass(frozen=True, slots=True)
class PreparedRows:
    """The rows as training would get them, and what else was asked for."""

    dataset: Dataset
    match: FileMatch | None
    exported: ExportedRows | None


def prepare_rows(
    table: Table,
    recipe: Recipe,
    *,
    other: Path | None = None,
    destination: Path | None = None,
    names: bool = False,
    stages: Stages = lambda stage: nothing,
) -> PreparedRows:
    """Split, fit and transform as training would.

    Args:
        table: The table.
        recipe: What to do with it; checked and resolved first.
        other: A file to compare with the preparation; without it the table's own rows are written.
        destination: Where prepared rows go, `.csv` or `.parquet`; None: nowhere. The rows of a file that
            cannot be used are not written.
        names: Whether categories are written by name instead of by code.
        stages: Told of each stage.

    Raises what `resolve`, `prepare`, `match_file` and `export_dataset` raise.
    """
    kind = "csv" if destination is None else format_of(destination)
    if kind is None:
        raise WriteFailed(str(destination), "the name ends neither in .csv nor in .parquet")
    if hides(recipe):
        make_private(table.folder)
    found = resolve(recipe, table)
    dataset = prepare(table, found.recipe, found.schema, progress=stages(Stage.PREPARING))
    preparation = dataset.preparation
    match = None
    if other is not None:
        match = match_file(preparation, found.recipe, other, progress=stages(Stage.COMPARING))
    exported = None
    if destination is not None and (match is None or match.usable):
        told = stages(Stage.WRITING)
        if other is None:
            exported = export_dataset(dataset, destination, format=kind, names=names, progress=told)
        else:
            there = open_table(other, Reading(header=found.recipe.reading.header))
            exported = export_source(
                preparation, there, destination, format=kind, names=names, progress=told
            )
    return PreparedRows(dataset, match, exported)


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
    """`prepare_rows` for a table of the cache.

    Args:
        folder: The converted table in the cache; read from `source` again when it is gone.
        source: The file.
        recipe: With its columns listed.
        other: See `prepare_rows`.
        destination: See `prepare_rows`.
        names: See `prepare_rows`.
        progress: Told of (percent, 100) of all the work.

    Raises what `open_table` and `prepare_rows` raise.
    """
    asked = [Stage.PREPARING]
    asked += [Stage.COMPARING] if other is not None else []
    asked += [Stage.WRITING] if destination is not None else []

    def told_in(stage: Stage) -> Progress:
        place = asked.index(stage)

        def told(done: int, total: int) -> None:
            progress((100 * place + 100 * done // max(1, total)) // len(asked), 100)

        return told

    found = prepare_rows(
        _table(folder, source, recipe),
        recipe,
        other=other,
        destination=destination,
        names=names,
        stages=told_in,
    )
    return Prepared(match=found.match, exported=found.exported)


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
