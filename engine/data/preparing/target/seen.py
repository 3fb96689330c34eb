"""What stands in the target columns of a table, for checks before anything is fitted."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from engine.data.cells import typed
from engine.data.cells.cell_types import CellType
from engine.data.preparing.columnar import Source, spans, typed_cells
from engine.data.preparing.derived.source import derived_source, with_derived_columns
from engine.data.preparing.hidden import hidden_source
from engine.data.preparing.levels import LevelCounts, sorted_levels
from engine.recipe.recipe import Recipe
from engine.recipe.target import TargetSpec
from engine.schema import Schema


def class_counts(source: Source, recipe: Recipe, schema: Schema, target: str) -> dict[str, int]:
    """Rows of each class of a target, as it stands in the table.

    Empty where the recipe says nothing of single classes, so that the table need not be gone through.
    """
    if not _names_classes(recipe, target):
        return {}
    return _counted(source, recipe, schema, target)


def ordered_classes(source: Source, recipe: Recipe, schema: Schema, target: str) -> tuple[str, ...]:
    """The classes of a target under their names after merging, numbers by value, others by name."""
    counts = _counted(source, recipe, schema, target)
    return sorted_levels(recipe.outcome_of(target).merged(counts))


def lowest_value(source: Source, recipe: Recipe, schema: Schema, target: str) -> float | None:
    """The least value of a number target, in any row; None without one."""
    lowest = math.inf
    for values, cell_type in _cells(source, recipe, schema, target):
        found, _ = typed.numbers(values, cell_type)
        known = found[~np.isnan(found)]
        lowest = min(lowest, float(known.min())) if len(known) else lowest
    return lowest if math.isfinite(lowest) else None


def _counted(source: Source, recipe: Recipe, schema: Schema, target: str) -> dict[str, int]:
    seen = LevelCounts()
    for values, cell_type in _cells(source, recipe, schema, target):
        seen.add(values, cell_type)
    return dict(seen.counts)


def _cells(
    source: Source, recipe: Recipe, schema: Schema, target: str
) -> Iterator[tuple[pa.Array, CellType]]:
    source = derived_source(hidden_source(source, recipe), recipe)
    schema = with_derived_columns(schema, source)
    spec = recipe.column(target)
    for span in spans(source, target, None):
        yield typed_cells(source, spec, recipe, schema, span)


def _names_classes(recipe: Recipe, target: str) -> bool:
    plain, outcome = TargetSpec(), recipe.outcome_of(target)
    fields = ("order", "positive", "merge", "rare")
    said = any(getattr(outcome, field) != getattr(plain, field) for field in fields)
    return said or recipe.training.class_weights == "custom"
