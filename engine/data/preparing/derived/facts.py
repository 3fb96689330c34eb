"""What derived columns hold, for the schema: counted in one pass over the rows."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from engine.data.preparing.columnar import Source, column_cells, column_names, spans
from engine.data.preparing.derived.formula import Formula
from engine.data.preparing.derived.source import (
    DerivedSource,
    column_of,
    derived_source,
)
from engine.data.preparing.hidden import hidden_source
from engine.data.progress import Cancelled, never
from engine.errors import Cancelled as CancelledError
from engine.recipe.recipe import Recipe
from engine.schema import Character, Column, Kind, Role, Schema

MOST_DISTINCT = 100_000
"""Different values that are counted; of a column with more, `distinct` is this."""
_MANY_LEVELS = 1_000


def schema_with_derived(
    schema: Schema, source: Source, recipe: Recipe, *, cancelled: Cancelled = never
) -> Schema:
    """The schema of a source with the columns that the recipe derives, and what they hold.

    Raises:
        ExpressionInvalid, DerivedNameTaken, DerivedFromTarget: A derived column cannot be computed.
        KeyMissing, KeyDamaged: A hidden column cannot be hidden.
        Cancelled: It was cancelled.
    """
    if not recipe.derived:
        return schema
    seen = derived_source(hidden_source(source, recipe), recipe)
    assert isinstance(seen, DerivedSource)
    known = tuple(column for column in schema.columns if column.name not in seen.formulas)
    columns = [_column(seen, formula, cancelled) for formula in seen.formulas.values()]
    return schema.model_copy(update={"columns": (*known, *columns)})


def _column(source: DerivedSource, formula: Formula, cancelled: Cancelled) -> Column:
    missing = rows = 0
    levels: pa.Array | None = None
    whole = formula.kind is Kind.NUMBER
    for span in spans(source, column_names(source.below)[0], None):
        if cancelled():
            raise CancelledError
        cells = column_cells(source, formula.name, span)
        rows += len(cells)
        missing += cells.null_count
        if whole and pa.types.is_floating(cells.type):
            whole = bool(pc.all(pc.equal(cells, pc.floor(cells))).as_py() is not False)
        if levels is None or len(levels) < MOST_DISTINCT:
            fresh = pc.unique(cells.drop_null())
            levels = fresh if levels is None else pc.unique(_joined(levels, fresh))
    distinct = min(MOST_DISTINCT, 0 if levels is None else len(levels))
    facts: dict[str, object] = {
        "integer": whole,
        "missing": missing,
        "distinct": distinct,
        "is_constant": distinct <= 1,
    }
    if distinct <= 1:
        facts |= {"character": Character.CONSTANT, "role": Role.IGNORE}
    elif formula.kind is Kind.CATEGORY and distinct > max(_MANY_LEVELS, (rows - missing) // 2):
        facts |= {"kind": Kind.TEXT, "character": Character.FREE_TEXT}
    elif formula.kind is Kind.CATEGORY and distinct > _MANY_LEVELS:
        facts |= {"character": Character.MANY_LEVELS}
    return column_of(formula, **facts)


def _joined(one: pa.Array, other: pa.Array) -> pa.Array:
    if one.type != other.type:  # whole numbers in one span, others in the next
        one, other = one.cast(pa.float64(), safe=False), other.cast(pa.float64(), safe=False)
    return pa.concat_arrays([one, other])
