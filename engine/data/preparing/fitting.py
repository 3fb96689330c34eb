"""Learning from training rows: what a preparation is fitted on, however many they are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeAlias

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from engine.data.cells import typed
from engine.data.cells.cell_types import CellType
from engine.data.cells.typed import Floats
from engine.data.preparing.categories.encodings.ordinal import OrdinalEncoding
from engine.data.preparing.categories.encodings.target import TargetEncoding
from engine.data.preparing.categories.fitted_category import FittedCategory
from engine.data.preparing.categories.places import fit_places
from engine.data.preparing.categories.target_means import Piece, fit_target_means
from engine.data.preparing.column_steps import (
    clip_in_force,
    dates_in_force,
    encode_in_force,
    may_flag,
    missing_in_force,
    rare_in_force,
    scale_in_force,
)
from engine.data.preparing.columnar import (
    SPAN_ROWS,
    Source,
    column_cells,
    kind_of,
    spans,
    typed_cells,
)
from engine.data.preparing.dates.fitted_date import FittedDate
from engine.data.preparing.fitted import FittedColumn
from engine.data.preparing.fitted_target import FittedClasses, FittedTarget, FittedValue
from engine.data.preparing.levels import LevelCounts
from engine.data.preparing.numbers.fitted_number import FittedNumber
from engine.data.preparing.plan import is_used
from engine.data.progress import Cancelled, Pace, Progress, never, nothing
from engine.errors import LabelNotYesNo, NoFeatures, NoTarget
from engine.recipe.column_families import Fill
from engine.recipe.columns import ColumnSpec
from engine.recipe.recipe import Recipe
from engine.schema import Kind, Role, Schema

_TOLD = 20
"""Classes that an error names."""

FIT_ROWS = 1_000_000
"""Medians, deviations and quantiles are taken from so many training rows at most; levels from all."""


Specs: TypeAlias = tuple[ColumnSpec, ...]


def choose_columns(recipe: Recipe, schema: Schema) -> tuple[Specs, Specs]:
    """The targets, one at least, and the features that networks can use.

    Raises `NoTarget` or `NoFeatures`.
    """
    specs = [recipe.column(name) for name in schema.names]
    roles = {spec.name: spec.role or schema[spec.name or ""].role for spec in specs}
    targets = tuple(spec for spec in specs if roles[spec.name] is Role.TARGET)
    if not targets:
        raise NoTarget
    features = tuple(spec for spec in specs if is_used(spec, schema[spec.name or ""]))
    if not features:
        raise NoFeatures(len(specs) - len(targets))
    return targets, features


class TrainingRows:
    """The rows that are learned from, and how the cells of their columns come."""

    def __init__(
        self, source: Source, recipe: Recipe, schema: Schema, rows: NDArray[np.int64]
    ) -> None:
        self.schema = schema
        self._source, self.recipe, self._rows = source, recipe, rows
        self._sample = sample_of(rows)

    def sampled(self, spec: ColumnSpec) -> tuple[pa.Array, CellType]:
        """Cells of a column: of all rows, or where these are very many of a part of them."""
        return typed_cells(self._source, spec, self.recipe, self.schema, self._sample)

    def levels(self, spec: ColumnSpec) -> tuple[LevelCounts, CellType]:
        """What stands in all of a column's cells."""
        seen, cell_type = LevelCounts(), None
        size = max(1, len(self._rows)) if len(self._rows) <= FIT_ROWS else None
        for span in spans(self._source, spec.name or "", self._rows, size):
            values, found = typed_cells(self._source, spec, self.recipe, self.schema, span)
            cell_type = cell_type or found
            seen.add(values, cell_type)
        assert cell_type is not None
        return seen, cell_type

    def with_target(
        self, spec: ColumnSpec, column: FittedCategory, targets: Sequence[FittedTarget]
    ) -> Iterator[Piece]:
        """Codes of a column beside the targets, and the rows' places among all training rows."""
        start = 0
        for span in spans(self._source, column.name, self._rows, SPAN_ROWS):
            cells, _ = typed_cells(self._source, spec, self.recipe, self.schema, span)
            codes, _ = column.codes_of(typed.levels(cells, column.cell_type)[0])
            aims = [_aims(each, column_cells(self._source, each.name, span)) for each in targets]
            yield codes, np.concatenate(aims, axis=1), np.arange(start, start + len(codes))
            start += len(codes)


def sample_of(rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """At most `FIT_ROWS` of the rows, spread over all of them; always the same ones."""
    if len(rows) <= FIT_ROWS:
        return rows
    places = np.arange(FIT_ROWS) + np.random.default_rng(0).random(FIT_ROWS)
    found: NDArray[np.int64] = rows[np.unique((places * (len(rows) / FIT_ROWS)).astype(np.int64))]
    return found


def fit_targets(rows: TrainingRows, specs: Sequence[ColumnSpec]) -> tuple[FittedTarget, ...]:
    """Learn the targets' columns.

    Raises `TargetMissing`, `TargetOneClass`, `PositiveClassMissing`, `TargetNegative`,
    `TargetNotPositive`, `TargetNotTransformable`, and `LabelNotYesNo` for one of several.
    """
    found = tuple(_fit_target(rows, spec) for spec in specs)
    for target in found if len(found) > 1 else ():
        if isinstance(target, FittedClasses) and len(target.classes) > 2:
            raise LabelNotYesNo(target.name, ", ".join(target.classes[:_TOLD]))
    return found


def _fit_target(rows: TrainingRows, spec: ColumnSpec) -> FittedTarget:
    name, loss = spec.name or "", rows.recipe.training.loss
    outcome = rows.recipe.outcome_of(name)
    if kind_of(spec, rows.schema) is Kind.NUMBER:
        return FittedValue.fit(name, *rows.sampled(spec), outcome, loss)
    return FittedClasses.counted(name, *rows.levels(spec), outcome, loss)


def fit_columns(
    rows: TrainingRows,
    specs: Sequence[ColumnSpec],
    targets: Sequence[FittedTarget],
    progress: Progress = nothing,
    cancelled: Cancelled = never,
) -> tuple[FittedColumn, ...]:
    """Learn the features' columns, one after another. Raises `Cancelled`."""
    pace = Pace(progress, cancelled, len(specs))
    step = pace.part(0, len(specs))
    found: list[FittedColumn] = []
    for place, spec in enumerate(specs):
        step(place, len(specs))
        found.append(fit_column(rows, spec, targets))
    pace.done()
    return tuple(found)


def fit_column(
    rows: TrainingRows, spec: ColumnSpec, targets: Sequence[FittedTarget]
) -> FittedColumn:
    """Learn a feature's column; `targets` are for encodings that are made from them."""
    name, kind = spec.name or "", kind_of(spec, rows.schema)
    missing, dates = missing_in_force(spec, kind), dates_in_force(spec, kind)
    assert missing is not None
    flag: bool | None = spec.flag if may_flag(spec, kind) else False
    if kind is Kind.CATEGORY:
        return _fit_category(rows, spec, missing, flag, targets)
    values, cell_type = rows.sampled(spec)
    if dates is None:
        return fit_number(spec, values, cell_type)
    return FittedDate.fit(name, values, cell_type, missing=missing, dates=dates, flag=flag)


def fit_number(spec: ColumnSpec, values: pa.Array, cell_type: CellType) -> FittedNumber:
    """Learn a column of numbers from these cells."""
    kind = Kind.NUMBER
    missing, scale = missing_in_force(spec, kind), scale_in_force(spec, kind)
    assert missing is not None
    assert scale is not None
    return FittedNumber.fit(
        spec.name or "",
        values,
        cell_type,
        missing=missing,
        clip=clip_in_force(spec, kind),
        scale=scale,
        flag=spec.flag if may_flag(spec, kind) else False,
    )


def _fit_category(
    rows: TrainingRows,
    spec: ColumnSpec,
    missing: Fill,
    flag: bool | None,
    targets: Sequence[FittedTarget],
) -> FittedCategory:
    kind, name = Kind.CATEGORY, spec.name or ""
    encode, rare = encode_in_force(spec, kind), rare_in_force(spec, kind)
    seen, cell_type = rows.levels(spec)
    column = FittedCategory.counted(
        name, seen, cell_type, missing=missing, rare=rare, encode=encode, flag=flag
    )
    if isinstance(encode, OrdinalEncoding):
        table = fit_places(column, seen, encode.levels)
    elif isinstance(encode, TargetEncoding):
        table = fit_target_means(
            rows.with_target(spec, column, targets),
            column.all_codes,
            _averaged(targets),
            folds=encode.folds,
            smoothing=encode.smoothing,
            seed=encode.seed,
        )
    else:
        return column
    return column.model_copy(update={"table": table})


def _averaged(targets: Sequence[FittedTarget]) -> tuple[str, ...]:
    """What is averaged: the value, the second class, each of several classes, or each target."""
    if len(targets) > 1:
        return tuple(target.name for target in targets)
    target = targets[0]
    if isinstance(target, FittedClasses) and len(target.classes) > 2:
        return target.classes
    return ("",)


def _aims(target: FittedTarget, cells: pa.Array) -> Floats:
    """(rows, outputs): what is averaged, NaN where there is none."""
    found, _ = target.read(cells)
    if not isinstance(target, FittedClasses):
        return np.asarray(target.standardised(found), np.float64)[:, None]
    wanted = np.arange(len(target.classes)) if len(target.classes) > 2 else np.array([1])
    shares: Floats = (found[:, None] == wanted).astype(np.float64)
    shares[found < 0] = np.nan
    return shares
