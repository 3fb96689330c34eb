"""A source in which cells that a person has set right read as they should have been."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from engine.data.cells.stored import decoded, read_as
from engine.data.preparing.columnar import (
    Layer,
    Source,
    Span,
    column_cells,
    column_names,
    row_count,
)
from engine.data.table import texts
from engine.messages import Message, message, message_n
from engine.recipe.recipe import Recipe
from engine.recipe.rows import CellCorrection


@dataclass(frozen=True, slots=True)
class _Corrected:
    """The corrections of one column that hold."""

    rows: NDArray[np.int64]
    """Sorted."""
    values: pa.Array
    """In the type of the column."""

    def within(self, rows: Span | None) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Places among `rows` of cells that are corrected, and which correction each is."""
        if rows is None:
            return self.rows, np.arange(len(self.rows))
        if isinstance(rows, slice):
            first, last = np.searchsorted(self.rows, (rows.start, rows.stop))
            return self.rows[first:last] - rows.start, np.arange(first, last)
        picks = np.searchsorted(self.rows, rows)
        picks[picks == len(self.rows)] = 0
        places = np.flatnonzero(self.rows[picks] == rows)
        return places, picks[places]


class CorrectedSource(Layer):
    """A table some of whose cells read as a recipe says."""

    def __init__(self, below: Source, recipe: Recipe) -> None:
        super().__init__(below)
        self._columns: dict[str, _Corrected] = {}
        self._notes: list[Message] = []
        names = set(column_names(below))
        for each in recipe.rows.corrections:
            if each.name not in names:
                self._notes.append(
                    message_n(
                        "“{column}” is not in the table: {count} correction of it is not used.",
                        "“{column}” is not in the table: {count} corrections of it are not used.",
                        len(each.cells),
                        column=each.name,
                    )
                )
            elif each.cells:
                self._take(each.name, each.cells)

    def cells(self, name: str, rows: Span | None) -> pa.Array:
        """One column of all rows or of `rows`, corrected."""
        cells = column_cells(self.below, name, rows)
        column = self._columns.get(name)
        if column is None:
            return cells
        places, picks = column.within(rows)
        if not len(places):
            return cells
        cells = decoded(cells)
        take = np.arange(len(cells))
        take[places] = len(cells) + picks
        return pa.concat_arrays([cells, column.values]).take(pa.array(take))

    def notes(self) -> tuple[Message, ...]:
        """The corrections that are not used, and why."""
        return tuple(self._notes)

    def _take(self, name: str, cells: Sequence[CellCorrection]) -> None:
        count = row_count(self.below, name)
        inside = sorted((each for each in cells if each.row < count), key=lambda each: each.row)
        rows = np.array([each.row for each in inside], np.int64)
        there = decoded(column_cells(self.below, name, rows)) if len(rows) else pa.nulls(0)
        shown = texts(there).to_pylist() if len(rows) else []
        held, values = [], []
        strangers: list[CellCorrection] = []
        for each, text in zip(inside, shown, strict=True):
            value = read_as(each.value, there.type)
            if text != each.found or (each.value and value is None):
                strangers.append(each)
                continue
            held.append(each.row)
            values.append(value)
        gone = len(cells) - len(inside)
        if strangers or gone:
            self._notes.append(_of_strangers(name, strangers, gone))
        if held:
            own = pa.array(values, there.type)
            self._columns[name] = _Corrected(np.array(held, np.int64), own)


def corrected_source(source: Source, recipe: Recipe) -> Source:
    """The source with the recipe's corrections; the source itself if it has none, or has them already."""
    if not recipe.rows.corrections or isinstance(source, CorrectedSource):
        return source
    return CorrectedSource(source, recipe)


def correction_notes(source: Source) -> tuple[Message, ...]:
    """What a person should know of corrections that are not used."""
    return source.notes() if isinstance(source, CorrectedSource) else ()


def _of_strangers(name: str, cells: Sequence[CellCorrection], gone: int) -> Message:
    if not cells:
        return message_n(
            "“{column}”: {count} correction is of a row that the table does not have, and is not used.",
            "“{column}”: {count} corrections are of rows that the table does not have, and are not used.",
            gone,
            column=name,
        )
    first = cells[0]
    return message(
        "“{column}”: {count} corrections are not used, that of row {row} first: it was “{found}” when it was corrected to “{value}”, and the cell or its kind is another now.",
        column=name,
        count=len(cells) + gone,
        row=first.row + 1,
        found=first.found or "",
        value=first.value,
    )
