"""The rows of the parts of a run's split, prepared as its model wants them."""

from __future__ import annotations

from dataclasses import dataclass

from engine.data.preparing.arrays import Arrays
from engine.data.preparing.columnar import Source
from engine.data.preparing.corrected import corrected_source
from engine.data.preparing.dataset import Dataset, prepare
from engine.data.preparing.preparation import Preparation
from engine.data.preparing.split import Rows
from engine.data.table import Table
from engine.predictor.predictor import Predictor
from engine.recipe.recipe import Recipe
from engine.schema import Schema
from engine.tasks import Part

KEPT_BYTES = 256 << 20
"""What prepared rows may take between two questions."""


@dataclass(frozen=True, slots=True)
class PartRows:
    """Prepared rows and where they stand in the table."""

    rows: Rows
    arrays: Arrays
    file: str = ""
    """The test file that the rows are counted in; empty: they are the table's."""


def part_rows(predictor: Predictor, table: Table, schema: Schema, part: Part) -> PartRows:
    """The rows that the run's recipe deals to `part`."""
    return RunParts(predictor, table, schema, with_test_file=part == "test").part(part)


class RunParts:
    """All parts of a run's split, dealt and prepared once."""

    def __init__(
        self, predictor: Predictor, table: Table, schema: Schema, *, with_test_file: bool = True
    ) -> None:
        self._preparation = predictor.preparation
        self._table = corrected_source(table, predictor.recipe)
        self._dataset: Dataset = prepare(
            table, predictor.recipe, schema, with_test_file=with_test_file
        )

    def part(self, part: Part) -> PartRows:
        """The rows of one part."""
        dataset = self._dataset
        rows: Rows = getattr(dataset.parts, part)
        arrays: Arrays = getattr(dataset, part)
        if dataset.preparation != self._preparation:
            # Fitted by another version: what the model was trained with counts.
            source = self.source(part)
            arrays = self._preparation.transform(source, with_target=True, rows=rows)
        elsewhere = dataset.test_source if part == "test" else None
        return PartRows(rows[arrays.kept], arrays, str(getattr(elsewhere, "path", "")))

    def source(self, part: Part) -> Source:
        """What holds the rows of a part: the run's table with its corrections, or its test file."""
        elsewhere = self._dataset.test_source if part == "test" else None
        return self._table if elsewhere is None else elsewhere


class KeptTrainingRows:
    """The training rows that were asked for last, so that the next question about the run is quick.

    Rows that take more than `KEPT_BYTES`, or lie on disk, are prepared for each question.
    """

    def __init__(self) -> None:
        self._about: tuple[str, Recipe, Preparation] | None = None
        self._rows: PartRows | None = None

    def of(self, predictor: Predictor, table: Table, schema: Schema) -> PartRows:
        """The rows that a model was trained on. Raises what `prepare` does."""
        about = (table.fingerprint, predictor.recipe, predictor.preparation)
        if self._rows is not None and about == self._about:
            return self._rows
        self.forget()
        rows = RunParts(predictor, table, schema, with_test_file=False).part("train")
        arrays = rows.arrays
        if not arrays.is_on_disk and arrays.nbytes + rows.rows.nbytes <= KEPT_BYTES:
            self._about, self._rows = about, rows
        return rows

    def forget(self) -> None:
        """Give the memory back."""
        self._about = self._rows = None
