"""Filters made ready for a table: what they need of it, and their test on a batch of rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from engine.data.cells.cell_types import CellType, cast_cells
from engine.data.rows.filters import (
    ExpressionFilter,
    Filter,
    LevelsFilter,
    MissingFilter,
    RangeFilter,
    RowsFilter,
    TextFilter,
)
from engine.data.table import Table, texts
from engine.data.values import type_as
from engine.errors import UnknownColumn
from engine.expressions.parse import Expression, parse_condition
from engine.expressions.value_types import ValueType, plain_values, value_type
from engine.schema import Kind

Kinds: TypeAlias = Mapping[str, Kind]
"""The kinds that columns are taken for, where they may differ from how their cells are stored."""
_MICROSECONDS = 1e6


def column_types(table: Table) -> dict[str, ValueType]:
    """The columns of a table as `engine.expressions.parse` wants them."""
    return {name: value_type(table.column(name).type) for name in table.names}


def check_filter(table: Table, filter_: Filter) -> None:
    """Whether a filter can be used on a table.

    Raises `UnknownColumn` or `ExpressionInvalid`.
    """
    Condition.of(table, filter_, {})


@dataclass(frozen=True, slots=True)
class Condition:
    """A filter made ready for the batches of one table."""

    columns: tuple[str, ...]
    """What a batch has to hold."""
    filter: Filter
    expression: Expression | None = None
    cell_type: CellType | None = None
    """How texts are read, where the column is taken for numbers or dates."""
    values: pa.Array | None = None

    @classmethod
    def of(cls, table: Table, filter_: Filter, kinds: Kinds) -> Condition:
        """Look columns up and parse what has to be parsed; the errors are those of `check_filter`."""
        if isinstance(filter_, ExpressionFilter):
            parsed = parse_condition(filter_.expression, column_types(table))
            return cls(parsed.columns, filter_, expression=parsed)
        assert not isinstance(filter_, RowsFilter)  # asks nothing of cells
        if filter_.column is None:
            return cls(table.names, filter_)
        if filter_.column not in table.names:
            raise UnknownColumn(filter_.column, _nearest(filter_.column, table.names))
        columns = (filter_.column,)
        stored = table.column(filter_.column).type
        if isinstance(filter_, LevelsFilter):
            return cls(columns, filter_, values=_levels(filter_.values, stored))
        if isinstance(filter_, RangeFilter | MissingFilter) and pa.types.is_string(stored):
            kind = kinds.get(filter_.column)
            if kind in (Kind.NUMBER, Kind.DATE):
                return cls(columns, filter_, cell_type=type_as(table, filter_.column, kind))
        return cls(columns, filter_)

    def mask(self, batch: pa.RecordBatch) -> NDArray[np.bool_]:
        """The rows of the batch that are kept."""
        if self.expression is not None:
            return _mask(self.expression.evaluate(batch))
        if isinstance(self.filter, TextFilter):
            return self._holds_text(batch, self.filter.text)
        values = batch.column(self.columns[0])
        if self.cell_type is not None:
            values = cast_cells(values, self.cell_type)[0]
        if isinstance(self.filter, MissingFilter):
            return _mask(values.is_null() if self.filter.missing else values.is_valid())
        if isinstance(self.filter, LevelsFilter):
            hit = pc.is_in(_comparable(values, self.values), self.values)
            return ~_mask(hit) if self.filter.exclude else _mask(hit)
        assert isinstance(self.filter, RangeFilter)
        return _within(values, self.filter)

    def _holds_text(self, batch: pa.RecordBatch, text: str) -> NDArray[np.bool_]:
        found = np.zeros(batch.num_rows, dtype=np.bool_)
        for name in self.columns:
            shown = texts(batch.column(name))
            found |= _mask(pc.match_substring(shown, text, ignore_case=True))
        return found


def _within(values: pa.Array, bounds: RangeFilter) -> NDArray[np.bool_]:
    if pa.types.is_string(values.type):
        return np.zeros(len(values), dtype=np.bool_)  # texts lie nowhere between two numbers
    values = plain_values(values)
    low: Any = bounds.low
    high: Any = bounds.high
    if pa.types.is_timestamp(values.type):
        values = values.cast(pa.int64())
        low = None if low is None else low * _MICROSECONDS
        high = None if high is None else high * _MICROSECONDS
    values = values.cast(pa.float64(), safe=False)
    inside = values.is_valid()
    if low is not None:
        inside = pc.and_(inside, pc.greater_equal(values, low))
    if high is not None:
        below = pc.less_equal if bounds.holds_high else pc.less
        inside = pc.and_(inside, below(values, high))
    return _mask(inside)


def _levels(values: tuple[str, ...], stored: pa.DataType) -> pa.Array:
    """The values as the column stores them where nothing is lost by that, else as texts."""
    shown = pa.array(values, pa.string())
    if pa.types.is_string(stored):
        return shown
    try:
        cast = shown.cast(stored)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return shown
    return cast if texts(cast).equals(shown) else shown


def _comparable(values: pa.Array, wanted: pa.Array | None) -> pa.Array:
    assert wanted is not None
    return values if values.type == wanted.type else texts(values)


def _mask(truths: pa.Array) -> NDArray[np.bool_]:
    mask: NDArray[np.bool_] = truths.fill_null(False).to_numpy(zero_copy_only=False)
    return np.asarray(mask, dtype=np.bool_)


def _nearest(name: str, names: tuple[str, ...]) -> str:
    from difflib import get_close_matches

    return next(iter(get_close_matches(name, names, n=1, cutoff=0.0)), names[0])
