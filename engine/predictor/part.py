"""The rows of one part of a run's split, prepared as its model wants them."""

from __future__ import annotations

from dataclasses import dataclass

from engine.data.preparing.arrays import Arrays
from engine.data.preparing.dataset import prepare
from engine.data.preparing.split import Rows
from engine.data.table import Table
from engine.predictor.predictor import Predictor
from engine.schema import Schema
from engine.tasks import Part


@dataclass(frozen=True, slots=True)
class PartRows:
    """Prepared rows and where they stand in the table."""

    rows: Rows
    arrays: Arrays
    file: str = ""
    """The test file that the rows are counted in; empty: they are the table's."""


def part_rows(predictor: Predictor, table: Table, schema: Schema, part: Part) -> PartRows:
    """The rows that the run's recipe deals to `part`."""
    dataset = prepare(table, predictor.recipe, schema)
    rows: Rows = getattr(dataset.parts, part)
    arrays: Arrays = getattr(dataset, part)
    elsewhere = dataset.test_source if part == "test" else None
    if dataset.preparation != predictor.preparation:
        # Fitted by another version: what the model was trained with counts.
        source = table if elsewhere is None else elsewhere
        arrays = predictor.preparation.transform(source, with_target=True, rows=rows)
    return PartRows(rows[arrays.kept], arrays, str(getattr(elsewhere, "path", "")))
