"""Learning from training rows: what a preparation is fitted on, however many they are."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from engine.data.cells.cell_types import CellType
from engine.data.preparing.columnar import Source, kind_of, spans, typed_cells
from engine.data.preparing.fitted import (
    FittedCategory,
    FittedColumn,
    FittedDate,
    FittedNumber,
    LevelCounts,
)
from engine.data.preparing.fitted_target import FittedClasses, FittedTarget, FittedValue
from engine.data.preparing.plan import is_used, missing_in_force, scale_in_force
from engine.errors import NoFeatures, NoTarget
from engine.recipe.columns import ColumnSpec, Missing, Scale
from engine.recipe.recipe import Recipe
from engine.schema import Kind, Role, Schema

FIT_ROWS = 1_000_000
"""Medians, deviations and quantiles are taken from so many training rows at most; levels from all."""


def choose_columns(recipe: Recipe, schema: Schema) -> tuple[ColumnSpec, tuple[ColumnSpec, ...]]:
    """The target and the features that networks can use.

    Raises `NoTarget` or `NoFeatures`.
    """
    specs = [recipe.column(name) for name in schema.names]
    roles = {spec.name: spec.role or schema[spec.name or ""].role for spec in specs}
    targets = [spec for spec in specs if roles[spec.name] is Role.TARGET]
    if not targets:
        raise NoTarget
    features = tuple(spec for spec in specs if is_used(spec, schema[spec.name or ""]))
    if not features:
        raise NoFeatures(len(specs) - 1)
    return targets[0], features


class TrainingRows:
    """The rows that are learned from, and how the cells of their columns come."""

    def __init__(
        self, source: Source, recipe: Recipe, schema: Schema, rows: NDArray[np.int64]
    ) -> None:
        self.schema = schema
        self._source, self._recipe, self._rows = source, recipe, rows
        self._sample = sample_of(rows)

    def sampled(self, spec: ColumnSpec) -> tuple[pa.Array, CellType]:
        """Cells of a column: of all rows, or where these are very many of a part of them."""
        return typed_cells(self._source, spec, self._recipe, self.schema, self._sample)

    def levels(self, spec: ColumnSpec) -> tuple[LevelCounts, CellType]:
        """What stands in all of a column's cells."""
        seen, cell_type = LevelCounts(), None
        size = max(1, len(self._rows)) if len(self._rows) <= FIT_ROWS else None
        for span in spans(self._source, spec.name or "", self._rows, size):
            values, found = typed_cells(self._source, spec, self._recipe, self.schema, span)
            cell_type = cell_type or found
            seen.add(values, cell_type)
        assert cell_type is not None
        return seen, cell_type


def sample_of(rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """At most `FIT_ROWS` of the rows, spread over all of them; always the same ones."""
    if len(rows) <= FIT_ROWS:
        return rows
    places = np.arange(FIT_ROWS) + np.random.default_rng(0).random(FIT_ROWS)
    found: NDArray[np.int64] = rows[np.unique((places * (len(rows) / FIT_ROWS)).astype(np.int64))]
    return found


def fit_target(rows: TrainingRows, spec: ColumnSpec) -> FittedTarget:
    """Learn the target's column. Raises `TargetMissing` or `TargetOneClass`."""
    name = spec.name or ""
    if kind_of(spec, rows.schema) is Kind.NUMBER:
        return FittedValue.fit(name, *rows.sampled(spec))
    return FittedClasses.counted(name, *rows.levels(spec))


def fit_column(rows: TrainingRows, spec: ColumnSpec) -> FittedColumn:
    """Learn a feature's column."""
    name, kind = spec.name or "", kind_of(spec, rows.schema)
    missing = missing_in_force(spec, kind) or Missing.MEDIAN_FLAG
    if kind is Kind.CATEGORY:
        seen, cell_type = rows.levels(spec)
        return FittedCategory.counted(name, seen, missing, cell_type)
    values, cell_type = rows.sampled(spec)
    if kind is Kind.NUMBER:
        scale = scale_in_force(spec, kind) or Scale.STANDARD
        return FittedNumber.fit(name, values, missing, scale, cell_type)
    return FittedDate.fit(name, values, missing, cell_type)
