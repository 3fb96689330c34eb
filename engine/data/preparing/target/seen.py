"""Which classes stand in a table, for checks before anything is fitted."""

from __future__ import annotations

from engine.data.preparing.columnar import Source, spans, typed_cells
from engine.data.preparing.derived.source import derived_source, with_derived_columns
from engine.data.preparing.hidden import hidden_source
from engine.data.preparing.levels import LevelCounts
from engine.recipe.recipe import Recipe
from engine.recipe.target import TargetSpec
from engine.schema import Schema


def class_counts(source: Source, recipe: Recipe, schema: Schema, target: str) -> dict[str, int]:
    """Rows of each class of a target, as it stands in the table.

    Empty where the recipe says nothing of single classes, so that the table need not be gone through.
    """
    if not _names_classes(recipe, target):
        return {}
    source = derived_source(hidden_source(source, recipe), recipe)
    schema = with_derived_columns(schema, source)
    spec, seen = recipe.column(target), LevelCounts()
    for span in spans(source, target, None):
        seen.add(*typed_cells(source, spec, recipe, schema, span))
    return dict(seen.counts)


def _names_classes(recipe: Recipe, target: str) -> bool:
    plain, outcome = TargetSpec(), recipe.outcome_of(target)
    fields = ("order", "positive", "merge", "rare")
    said = any(getattr(outcome, field) != getattr(plain, field) for field in fields)
    return said or recipe.training.class_weights == "custom"
