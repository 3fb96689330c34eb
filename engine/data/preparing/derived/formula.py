"""A derived column made ready: its formula checked, and how the cells that it needs are read.

A record of plain values (JSON) that travels with the model, so that new rows get the same column.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

import pyarrow as pa
import pyarrow.compute as pc

from engine.data.cells import typed
from engine.data.cells.cell_types import NUMBER, TEXT, CellKind, CellType
from engine.data.cells.shapes import MISSING
from engine.expressions.parse import Expression, parse
from engine.expressions.value_types import ValueType, plain_values
from engine.recipe.parts import Frozen
from engine.schema import Kind

_KINDS = {
    ValueType.NUMBER: Kind.NUMBER,
    ValueType.DATE: Kind.DATE,
    ValueType.TEXT: Kind.CATEGORY,
    ValueType.TRUTH: Kind.CATEGORY,
}
_TYPES = {
    ValueType.NUMBER: NUMBER,
    ValueType.DATE: CellType(kind=CellKind.DATE, missing=MISSING),
    ValueType.TEXT: TEXT,
    ValueType.TRUTH: TEXT,
}


class FormulaInput(Frozen):
    """A column that a formula needs, and how its cells were read in training."""

    name: str
    cell_type: CellType

    @property
    def type(self) -> ValueType:
        """What its values are in the formula."""
        return value_type_of(self.cell_type)

    @property
    def kind(self) -> Kind:
        """The kind of its cells; texts count as categories."""
        return _KINDS[self.type]


class Formula(Frozen):
    """A derived column: what it is computed from, and how."""

    name: str
    expression: str
    inputs: tuple[FormulaInput, ...]

    @classmethod
    def of(cls, name: str, expression: str, types: Mapping[str, CellType]) -> Formula:
        """The formula over columns of these types.

        Raises `ExpressionInvalid`, which names the place in the text.
        """
        values = {column: value_type_of(cell_type) for column, cell_type in types.items()}
        needed = parse(expression, values).columns
        inputs = tuple(FormulaInput(name=each, cell_type=types[each]) for each in needed)
        return cls(name=name, expression=expression, inputs=inputs)

    @cached_property
    def _parsed(self) -> Expression:
        return parse(self.expression, {each.name: each.type for each in self.inputs})

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that it needs."""
        return tuple(each.name for each in self.inputs)

    @property
    def kind(self) -> Kind:
        """The kind of its values; true and false are levels."""
        return _KINDS[self._parsed.type]

    @property
    def cell_type(self) -> CellType:
        """The type of its cells."""
        return _TYPES[self._parsed.type]

    def cells(self, inputs: Mapping[str, pa.Array], rows: int) -> pa.Array:
        """One value per row: int64, float64, timestamp[us] or string, from the cells of `columns`.

        Raises `ExpressionInvalid` where something cannot be computed.
        """
        arrays = [read_as(inputs[each.name], each.cell_type) for each in self.inputs]
        if arrays:
            batch = pa.record_batch(arrays, names=list(self.columns))
        else:
            batch = pa.record_batch([pa.nulls(rows)], names=[""])
        return as_cells(self._parsed.evaluate(batch))

    def in_notation(self, decimal: str) -> Formula:
        """The same formula over cells that are written with another decimal mark."""
        inputs = tuple(
            each.model_copy(update={"cell_type": typed.with_decimal(each.cell_type, decimal)})
            for each in self.inputs
        )
        return Formula(name=self.name, expression=self.expression, inputs=inputs)


def value_type_of(cell_type: CellType) -> ValueType:
    """What cells of that type are in an expression."""
    if cell_type.kind in (CellKind.INTEGER, CellKind.NUMBER):
        return ValueType.NUMBER
    return ValueType.DATE if cell_type.kind is CellKind.DATE else ValueType.TEXT


def read_as(cells: pa.Array, cell_type: CellType) -> pa.Array:
    """Cells of any kind as an expression wants them; what does not fit the type is missing.

    Whole numbers stay whole, however they come, so that 7 // 2 and text(7) give the same everywhere.
    """
    values = plain_values(typed.as_stored(cells, cell_type))
    if cell_type.kind is CellKind.INTEGER and pa.types.is_floating(values.type):
        try:
            return pc.cast(values, pa.int64())
        except pa.ArrowInvalid:
            return values
    if cell_type.kind is CellKind.NUMBER and pa.types.is_integer(values.type):
        return values.cast(pa.float64(), safe=False)
    return values


def as_cells(values: pa.Array) -> pa.Array:
    """What an expression gives as cells of a table; infinite numbers are missing."""
    if pa.types.is_boolean(values.type):
        return values.cast(pa.string())
    if pa.types.is_floating(values.type):
        return pc.if_else(pc.is_finite(values), values, pa.scalar(None, values.type))
    return values
