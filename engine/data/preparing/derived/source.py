"""Sources with derived columns, for all that is done with rows."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pyarrow as pa

from engine.data.cells.cell_types import CellType
from engine.data.cells.typed import type_for
from engine.data.preparing.columnar import (
    Layer,
    RowNumbers,
    Source,
    Span,
    column_cells,
    column_names,
    decimal_of,
    row_count,
    span_length,
)
from engine.data.preparing.derived.formula import Formula, value_type_of
from engine.errors import DerivedFromTarget, DerivedNameTaken
from engine.expressions.value_types import ValueType
from engine.recipe.recipe import Recipe
from engine.schema import Column, Kind, Reason, Role, Schema

_LOOKED_AT = 10_000
"""Cells by which a type is told where the source does not tell it."""
_AS_READ = {ValueType.NUMBER: Kind.NUMBER, ValueType.DATE: Kind.DATE}


class DerivedSource(Layer):
    """A source with more columns, computed from those below and from each other, in order."""

    def __init__(self, below: Source, formulas: Iterable[Formula]) -> None:
        super().__init__(below)
        self.formulas = {formula.name: formula for formula in formulas}

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all columns, the derived ones last."""
        below = [name for name in column_names(self.below) if name not in self.formulas]
        return (*below, *self.formulas)

    def cells(self, name: str, rows: Span | None) -> pa.Array:
        """One column of all rows or of `rows`. Raises `ExpressionInvalid`."""
        formula = self.formulas.get(name)
        if formula is None:
            return column_cells(self.below, name, rows)
        count = row_count(self.below, column_names(self.below)[0])
        length = count if rows is None else span_length(rows)
        return formula.cells({each: self.cells(each, rows) for each in formula.columns}, length)

    def known_type(self, name: str) -> CellType | None:
        """The type of derived cells, or what the source below knows."""
        formula = self.formulas.get(name)
        return super().known_type(name) if formula is None else formula.cell_type


def derived_source(source: Source, recipe: Recipe, rows: RowNumbers | None = None) -> Source:
    """The source with the columns that the recipe derives; the source itself if there are none.

    Derived columns see what lies below: where a column is hidden, its hidden values.
    A source that has derived columns already stays as it is.
    Raises what `formulas_of` raises.
    """
    if not recipe.derived or isinstance(source, DerivedSource):
        return source
    return DerivedSource(source, formulas_of(source, recipe, rows))


def formulas_of(
    source: Source, recipe: Recipe, rows: RowNumbers | None = None
) -> tuple[Formula, ...]:
    """The recipe's derived columns, checked against the columns of a source and the ones before them.

    Args:
        source: A table or a frame, without derived columns yet.
        recipe: Names the columns and their formulas.
        rows: The rows whose cells tell types where the source does not know them; None: the first ones.

    Raises:
        ExpressionInvalid: A formula names a column that is not there, or does not fit the types.
        DerivedNameTaken: The table has a column of that name.
        DerivedFromTarget: A feature is computed from the target, which new rows lack.
    """
    taken = set(column_names(source))
    types = column_types(source, recipe, rows)
    formulas: dict[str, Formula] = {}
    for column in recipe.derived:
        if column.name in taken:
            raise DerivedNameTaken(column.name)
        formula = Formula.of(column.name, column.expression, types)
        formulas[column.name] = formula
        types[column.name] = formula.cell_type
    targets = recipe.targets
    for name in formulas:
        role = recipe.column(name).role or Role.FEATURE
        used = [each for each in targets if each in origins(name, formulas)]
        if used and role is Role.FEATURE:
            raise DerivedFromTarget(name, used[0])
    return tuple(formulas.values())


def formulas_in(source: Source) -> tuple[Formula, ...]:
    """The formulas of a source's derived columns; none for one without."""
    return tuple(source.formulas.values()) if isinstance(source, DerivedSource) else ()


def column_types(
    source: Source, recipe: Recipe, rows: RowNumbers | None = None
) -> dict[str, CellType]:
    """How the cells of each column of a source are read, as expressions see them."""
    found = {}
    for name in column_names(source):
        known = Layer(source).known_type(name)
        if known is None:
            every = np.arange(min(row_count(source, name), _LOOKED_AT)) if rows is None else rows
            cells = column_cells(source, name, every[:_LOOKED_AT])
            known = type_for(cells, Kind.CATEGORY, decimal_of(source, recipe), None)
        found[name] = known
    return found


def origins(name: str, formulas: dict[str, Formula]) -> set[str]:
    """All columns that a column is computed from, directly or by way of others; itself if none."""
    formula = formulas.get(name)
    if formula is None:
        return {name}
    found = {name}
    for each in formula.columns:
        found |= {each} | origins(each, formulas)
    return found


def needed_formulas(formulas: Iterable[Formula], names: Iterable[str]) -> tuple[Formula, ...]:
    """Those of the formulas that are needed to compute the columns of these names."""
    every = {formula.name: formula for formula in formulas}
    wanted: set[str] = set()
    for name in names:
        wanted |= origins(name, every)
    return tuple(formula for formula in every.values() if formula.name in wanted)


def raw_columns(formulas: Iterable[Formula], names: Iterable[str]) -> tuple[str, ...]:
    """The columns of a file that the columns of these names come from, in order of first use."""
    every = {formula.name: formula for formula in formulas}
    found: dict[str, None] = {}
    for name in names:
        if name not in every:
            found[name] = None
            continue
        for origin in raw_columns(formulas, every[name].columns):
            found[origin] = None
    return tuple(found)


def with_derived_columns(schema: Schema, source: Source) -> Schema:
    """The schema with the derived columns of the source that it lacks, by kind alone."""
    if not isinstance(source, DerivedSource):
        return schema
    columns = [column_of(f) for f in source.formulas.values() if f.name not in schema]
    if not columns:
        return schema
    return schema.model_copy(update={"columns": (*schema.columns, *columns)})


def column_of(formula: Formula, **facts: object) -> Column:
    """A derived column as the schema lists it."""
    told = Reason(template="Computed: {expression}", facts={"expression": formula.expression})
    column = Column(name=formula.name, kind=formula.kind, reason=told)
    return column.model_copy(update=facts)


def value_types(source: Source, recipe: Recipe) -> dict[str, ValueType]:
    """The columns of a source as `engine.expressions.parse` wants them."""
    return {name: value_type_of(each) for name, each in column_types(source, recipe).items()}
