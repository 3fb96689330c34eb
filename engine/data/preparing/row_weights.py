"""Row weights: the column with the role weight, which says how much each row counts."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from engine.data.cells import typed
from engine.data.cells.cell_types import CellType
from engine.data.cells.typed import Floats
from engine.data.preparing.columnar import Layer, Source, column_cells, spans, typed_cells
from engine.data.table import Table
from engine.errors import WeightsAllZero, WeightsUnusable
from engine.recipe.columns import ColumnSpec
from engine.recipe.parts import Frozen
from engine.recipe.recipe import Recipe
from engine.schema import Kind, Role, Schema

_TOLD = 5
"""Places that an error names."""


class FittedWeight(Frozen):
    """The column of row weights and how its text is read."""

    name: str
    cell_type: CellType

    @classmethod
    def fit(
        cls, source: Source, recipe: Recipe, schema: Schema, rows: NDArray[np.int64]
    ) -> FittedWeight | None:
        """From training rows; None where no column has the role."""
        spec = weight_column(recipe, schema)
        if spec is None:
            return None
        spec = spec.model_copy(update={"kind": Kind.NUMBER})
        _, cell_type = typed_cells(source, spec, recipe, schema, rows[:_FIRST_ROWS])
        return cls(name=spec.name or "", cell_type=cell_type)

    def read(self, cells: pa.Array) -> Floats:
        """The weights, NaN where there is none."""
        return typed.numbers(cells, self.cell_type)[0]


_FIRST_ROWS = 100_000
"""Rows that tell how a column of text is written; that of a table tells by itself."""


def weight_column(recipe: Recipe, schema: Schema) -> ColumnSpec | None:
    """The column with the role weight, if there is one."""
    for column in schema.columns:
        spec = recipe.column(column.name)
        if (spec.role or column.role) is Role.WEIGHT:
            return spec
    return None


def require_weights(
    source: Source,
    weight: FittedWeight,
    train: NDArray[np.int64] | None,
    *others: NDArray[np.int64],
) -> None:
    """Refuse weights that are missing or negative in any row that is used.

    Args:
        source: The table.
        weight: The column of weights.
        train: Row numbers of the training part; None: it lies elsewhere.
        others: Row numbers of the other parts.

    Raises:
        WeightsUnusable: With counts and the first places.
        WeightsAllZero: No training row counts.
    """
    missing = negative = 0
    bad: list[NDArray[np.int64]] = []
    some = False
    for part in (*(() if train is None else (train,)), *others):
        for span in spans(source, weight.name, part):
            if isinstance(span, slice):
                span = np.arange(span.start, span.stop)
            found = weight.read(column_cells(source, weight.name, span))
            absent, below = np.isnan(found), found < 0
            missing += int(np.count_nonzero(absent))
            negative += int(np.count_nonzero(below))
            bad.append(span[absent | below][:_TOLD])
            some = some or (part is train and bool((found > 0).any()))
    if missing or negative:
        first = np.sort(np.concatenate(bad))[:_TOLD]
        while isinstance(source, Layer):
            source = source.below
        in_lines = isinstance(source, Table) and source.has_lines
        places = source.lines(first) if isinstance(source, Table) else first + 1
        shown = ", ".join(f"{place}" for place in places.tolist())
        raise WeightsUnusable(weight.name, missing, negative, shown, in_lines)
    if train is not None and not some:
        raise WeightsAllZero(weight.name, len(train))
