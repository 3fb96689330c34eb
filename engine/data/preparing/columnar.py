"""Columns by name, wherever they come from: tables, frames, batches; all rows or some of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Protocol, TypeAlias, runtime_checkable

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from engine.data.cells.cell_types import CellType
from engine.data.cells.typed import arrow, flat, type_for
from engine.errors import ColumnMissing
from engine.recipe.columns import ColumnSpec
from engine.recipe.reading import Reading
from engine.recipe.recipe import Recipe
from engine.schema import Kind, Schema

SPAN_ROWS = 1 << 18
"""Rows of a table that are worked on at a time."""


@runtime_checkable
class Columnar(Protocol):
    """Arrow columns by name: `engine.data.table.Table`, `pa.Table`, `pa.RecordBatch`."""

    def column(self, name: str) -> Any:
        """The column as `pa.Array` or `pa.ChunkedArray`."""


@runtime_checkable
class Typed(Columnar, Protocol):
    """A source that tells how its cells were read: `engine.data.table.Table`."""

    reading: Reading

    def cell_type(self, name: str) -> CellType:
        """How the text of that column's cells was turned into values."""


class Layer:
    """A source over another one: some of its columns are made anew, from so many cells as are asked for."""

    def __init__(self, below: Source) -> None:
        self.below = below

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all columns."""
        return tuple(column_names(self.below))

    def cells(self, name: str, rows: Span | None) -> pa.Array:
        """One column of all rows or of `rows`, as a single array."""
        return column_cells(self.below, name, rows)

    def known_type(self, name: str) -> CellType | None:
        """How text in place of that column's cells is to be read, if it is known."""
        below = self.below
        if isinstance(below, Layer):
            return below.known_type(name)
        return below.cell_type(name) if isinstance(below, Typed) else None

    def column(self, name: str) -> pa.Array:
        """A whole column. `column_cells` makes only the rows that are asked for."""
        return self.cells(name, None)


Source: TypeAlias = pd.DataFrame | Columnar | Layer
RowNumbers: TypeAlias = NDArray[np.int64]
Span: TypeAlias = RowNumbers | slice
"""Row numbers, sorted where they are many; or consecutive rows."""


def column_cells(source: Source, name: str, rows: Span | None) -> pa.Array:
    """One column as a single Arrow array, of all rows or of `rows`."""
    if isinstance(source, Layer):
        return source.cells(name, rows)
    if isinstance(source, pd.DataFrame):
        series = source[name]
        return arrow(series if rows is None else series.iloc[rows])
    values = source.column(name)
    if isinstance(rows, slice):
        values = values.slice(rows.start, rows.stop - rows.start)
    elif rows is not None and len(rows):
        # Only what lies between the first and the last of them is looked at.
        first = int(rows.min())
        values = values.slice(first, int(rows.max()) - first + 1)
        if len(values) != len(rows) or not np.array_equal(
            rows, np.arange(first, first + len(rows))
        ):
            values = values.take(pa.array(rows - first))
    elif rows is not None:
        values = values.slice(0, 0)
    return flat(values)


def typed_cells(
    source: Source, spec: ColumnSpec, recipe: Recipe, schema: Schema, rows: Span | None
) -> tuple[pa.Array, CellType]:
    """Cells of one column and how text in their place is to be read."""
    name = spec.name or ""
    values = column_cells(source, name, rows)
    known = Layer(source).known_type(name)
    return values, type_for(values, kind_of(spec, schema), decimal_of(source, recipe), known)


def kind_of(spec: ColumnSpec, schema: Schema) -> Kind:
    """The kind in force."""
    kind = spec.kind or schema[spec.name or ""].kind
    return kind if spec.hide is None else spec.hide.kind_after(kind)


def decimal_of(source: Source, recipe: Recipe) -> str:
    """The decimal mark of the source's text."""
    source = bottom(source)
    found = source.reading.decimal if isinstance(source, Typed) else recipe.reading.decimal
    return found or "."


def bottom(source: Source) -> Source:
    """What lies under all layers: a frame, a table, a batch."""
    while isinstance(source, Layer):
        source = source.below
    return source


def row_count(source: Source, name: str) -> int:
    """Rows of a source that has a column of that name."""
    if isinstance(source, Layer):
        below = bottom(source)
        name = name if name in (names := column_names(below)) else names[0]
        return row_count(below, name)
    return len(source if isinstance(source, pd.DataFrame) else source.column(name))


def spans(
    source: Source, name: str, rows: RowNumbers | None, size: int | None = None
) -> Iterator[Span]:
    """All rows, or `rows`, a part at a time; a frame lies in memory anyway and comes whole.

    There is one span at least, even without rows.
    """
    count = row_count(source, name) if rows is None else len(rows)
    whole = isinstance(bottom(source), pd.DataFrame)
    step = size or (max(1, count) if whole else SPAN_ROWS)
    for start in range(0, max(1, count), step):
        stop = min(start + step, count)
        yield slice(start, stop) if rows is None else rows[start:stop]


def span_length(span: Span) -> int:
    """Number of rows in a span."""
    return int(span.stop - span.start) if isinstance(span, slice) else len(span)


def require(source: Source, needed: Sequence[str], origin: str) -> None:
    """Raise `ColumnMissing` unless all `needed` columns are there."""
    found = column_names(source)
    absent = [name for name in needed if name not in found]
    if absent:
        raise ColumnMissing(origin, ", ".join(absent), ", ".join(found))


def column_names(source: Source) -> list[str]:
    """Names of a source's columns."""
    if isinstance(source, pd.DataFrame):
        return [str(name) for name in source.columns]
    if isinstance(source, pa.Table | pa.RecordBatch):
        return list(source.schema.names)
    return list(getattr(source, "names", ()))
