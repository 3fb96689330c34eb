"""Sources whose columns show hidden values only, for all that is done with rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Annotated

import numpy as np
import pyarrow as pa

from engine.data.cells.cell_types import CellKind, CellType
from engine.data.cells.typed import type_for, with_decimal
from engine.data.preparing.columnar import (
    Layer,
    RowNumbers,
    Source,
    Span,
    column_cells,
    column_names,
    decimal_of,
    row_count,
)
from engine.messages import Message, message_n
from engine.recipe.hiding import Hiding
from engine.recipe.parts import Frozen, OneOf
from engine.recipe.recipe import Recipe
from engine.schema import Kind

_LOOKED_AT = 10_000
"""Cells by which the type of text is told where the source does not tell it."""
_TEXT = CellType(kind=CellKind.TEXT, missing=())


class HiddenColumn(Frozen):
    """How one column is hidden; a part of every preparation that was fitted on hidden values."""

    name: str
    hide: Annotated[Hiding, OneOf(Hiding)]
    cell_type: CellType
    """How the cells are read before they are hidden. It holds no value of the column."""

    def cells(self, cells: pa.Array) -> tuple[pa.Array, int]:
        """Hidden cells, and how many could not be read. Raises `KeyMissing`."""
        return self.hide.hide(cells, self.cell_type)

    def in_notation(self, decimal: str) -> HiddenColumn:
        """The same for text with another decimal mark."""
        return self.model_copy(update={"cell_type": with_decimal(self.cell_type, decimal)})

    def holds_numbers(self, decimal: str | None) -> bool:
        """Whether the cells are read as numbers with that decimal mark before they are hidden."""
        is_number = self.cell_type.kind in (CellKind.INTEGER, CellKind.NUMBER)
        return is_number and self.cell_type.decimal == decimal

    @property
    def type_after(self) -> CellType:
        """The type of hidden cells."""
        if self.hide.reads is Kind.CATEGORY:
            return _TEXT
        return CellType(kind=CellKind.DATE if self.hide.reads is Kind.DATE else CellKind.NUMBER)


class HiddenSource(Layer):
    """A source in which some columns are hidden."""

    def __init__(self, below: Source, columns: Iterable[HiddenColumn]) -> None:
        super().__init__(below)
        self.hidden = {column.name: column for column in columns}
        self._misfits: Counter[str] = Counter()
        self._counted: dict[str, Span | None] = {}
        """The rows that were counted last: a formula may ask for the same cells again."""

    def cells(self, name: str, rows: Span | None) -> pa.Array:
        """One column of all rows or of `rows`, hidden if it has to be."""
        cells = column_cells(self.below, name, rows)
        column = self.hidden.get(name)
        if column is None:
            return cells
        hidden, misfits = column.cells(cells)
        if name not in self._counted or self._counted[name] is not rows:
            self._counted[name] = rows
            self._misfits[name] += misfits
        return hidden

    def known_type(self, name: str) -> CellType | None:
        """The type of hidden cells, or what the source below knows."""
        column = self.hidden.get(name)
        return super().known_type(name) if column is None else column.type_after

    def warnings(self) -> tuple[Message, ...]:
        """What a person should know about the cells that were hidden."""
        return tuple(
            message_n(
                "“{column}”: {count} cell could not be hidden as asked and counts as missing.",
                "“{column}”: {count} cells could not be hidden as asked and count as missing.",
                count,
                column=name,
            )
            for name, count in self._misfits.items()
            if count
        )


def hidden_columns(
    source: Source, recipe: Recipe, rows: RowNumbers | None = None
) -> tuple[HiddenColumn, ...]:
    """How the recipe hides columns of this source, everything decided that it leaves open.

    Args:
        source: A table or a frame, not hidden yet.
        recipe: Names columns.
        rows: The rows whose cells tell how text is read, where the source does not know; None: all.

    Raises `KeyMissing`, `KeyDamaged`, `DiskFull` or `WriteFailed`.
    """
    present = set(column_names(source))
    return tuple(
        HiddenColumn(
            name=spec.name,
            hide=spec.hide.resolved(),
            cell_type=_raw_type(source, spec.name, spec.hide, recipe, rows),
        )
        for spec in recipe.columns
        if spec.hide is not None and spec.name is not None and spec.name in present
    )


def hidden_source(source: Source, recipe: Recipe, rows: RowNumbers | None = None) -> Source:
    """The source as the recipe wants it seen; the source itself if nothing is hidden.

    A source that is hidden already stays as it is. Raises what `hidden_columns` raises.
    """
    if hidden_in(source):
        return source
    columns = hidden_columns(source, recipe, rows)
    return HiddenSource(source, columns) if columns else source


def hidden_in(source: Source) -> tuple[HiddenColumn, ...]:
    """How the layers of a source hide columns; nothing for one that shows all as it is."""
    while isinstance(source, Layer):
        if isinstance(source, HiddenSource):
            return tuple(source.hidden.values())
        source = source.below
    return ()


def hidden_warnings(source: Source) -> tuple[Message, ...]:
    """What a person should know about the cells that the layers of a source have hidden so far."""
    while isinstance(source, Layer):
        if isinstance(source, HiddenSource):
            return source.warnings()
        source = source.below
    return ()


def _raw_type(
    source: Source, name: str, hide: Hiding, recipe: Recipe, rows: RowNumbers | None
) -> CellType:
    known = Layer(source).known_type(name)
    if known is None or hide.reads is not Kind.CATEGORY:
        count = row_count(source, name) if rows is None else len(rows)
        looked = np.arange(min(count, _LOOKED_AT)) if rows is None else rows[:_LOOKED_AT]
        cells = column_cells(source, name, looked)
        known = type_for(cells, hide.reads, decimal_of(source, recipe), known)
    # What stays in the model must not tell values: corrections of cells, the words for yes and no.
    if known.kind is CellKind.BOOLEAN:
        return CellType(kind=CellKind.TEXT, missing=known.missing)
    return known.model_copy(update={"fixes": ()})
