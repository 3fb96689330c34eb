"""From batches of text cells to batches of values, with a tally of what did not fit.

The types are planned on a sample. The tally of a whole pass tells which plans were wrong; the file is
then passed once more with better ones. So a column is typed by all of its cells, not by the first.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from engine.data.cell_types import CellKind, CellType, cast_cells, leading_zeros, missing_texts
from engine.data.evidence import Evidence, swapped, tokens_in_use, with_file_tokens
from engine.data.shapes import AMONG_VALUES_MISSING
from engine.data.stored import as_text, to_stored
from engine.messages import Message, message

_LOOKED_AT = 10_000
"""Misfits of one column after which no more are kept if they are too many for its type anyway."""


@dataclass(slots=True)
class Tally:
    """What one column's cells came to."""

    cell_type: CellType
    fits: int = 0
    unfit: int = 0
    codes: int = 0
    swapped_fits: int = 0
    texts: Counter[str] = field(default_factory=Counter)
    tokens: Counter[str] = field(default_factory=Counter)
    rows: list[NDArray[np.int64]] = field(default_factory=list)
    cells: list[pa.Array] = field(default_factory=list)
    hopeless: bool = False
    typed: bool = False
    """Whether the cells come with a type of their own instead of as text."""

    def add(self, cells: pa.Array, first_row: int) -> pa.Array:
        """Cast one batch's cells and count."""
        if self.typed:
            return self._add_typed(cells, first_row)
        values, unfit = cast_cells(cells, self.cell_type)
        missing = values.null_count - cells.null_count
        if missing and not self.hopeless:
            self._look_closely(cells, unfit, missing, first_row)
        if not self.hopeless:
            self.fits += len(values) - values.null_count
        if self.cell_type.kind is CellKind.INTEGER:
            self.codes += len(leading_zeros(cells.filter(values.is_valid())))
        other = swapped(self.cell_type)
        if other is not None:
            self.swapped_fits += len(cells) - cast_cells(cells, other)[0].null_count
        return values

    def _add_typed(self, cells: pa.Array, first_row: int) -> pa.Array:
        """Keep the type that the cells come with."""
        values, unfit = to_stored(cells)
        places = np.flatnonzero(unfit)
        if len(places):
            self.unfit += len(places)
            self.rows.append(places + first_row)
            self.cells.append(as_text(cells.take(pa.array(places))))
        return values

    def _look_closely(
        self, cells: pa.Array, unfit: NDArray[np.bool_], missing: int, first_row: int
    ) -> None:
        places = np.flatnonzero(unfit)
        if missing > len(places):
            self.tokens.update(dict(missing_texts(cells, self.cell_type)))
        if not len(places):
            return
        texts = cells.take(pa.array(places))
        self.unfit += len(places)
        self.texts.update(texts.to_pylist())
        self.rows.append(places + first_row)
        self.cells.append(texts)
        if self.unfit > _LOOKED_AT and self.unfit > self.fits // 10:
            self.hopeless = True
            self.rows.clear()
            self.cells.clear()

    @property
    def is_ambiguous(self) -> bool:
        """Whether all dates could be read with day and month the other way round."""
        return swapped(self.cell_type) is not None and 0 < self.fits == self.swapped_fits

    def verdict(self, decimal: str) -> CellType:
        """The type that all cells together speak for."""
        if not self.unfit and not self.codes:
            return self.cell_type
        evidence = Evidence.of(self.texts)
        evidence.fitting(self.cell_type, self.fits)
        other = swapped(self.cell_type)
        if other is not None:
            evidence.dates[other.date_format] = self.swapped_fits
        evidence.codes += self.codes
        better = evidence.decide(decimal)
        same = better.model_copy(update={"missing": self.cell_type.missing}) == self.cell_type
        return self.cell_type if same else better


class Converter:
    """Casts batches with one set of types and tallies them."""

    def __init__(
        self, names: tuple[str, ...], types: list[CellType], *, typed: bool = False
    ) -> None:
        """Begin; `typed` says that cells do not come as text and that `types` are theirs."""
        self._typed = typed
        self._types = types
        self.tallies = [Tally(cell_type, typed=typed) for cell_type in types]
        self.schema = pa.schema(
            [(name, cell_type.arrow_type) for name, cell_type in zip(names, types, strict=True)]
        )
        self._rows = 0

    def convert(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """The batch as values."""
        columns = [
            tally.add(column, self._rows)
            for tally, column in zip(self.tallies, batch.columns, strict=True)
        ]
        self._rows += batch.num_rows
        return pa.record_batch(columns, schema=self.schema)

    def doubts(self) -> tuple[Message, ...]:
        """What the cells left open: dates that could be read in two ways."""
        return tuple(
            _ambiguous(name, tally)
            for name, tally in zip(self.schema.names, self.tallies, strict=True)
            if tally.is_ambiguous
        )

    def verdict(self, decimal: str) -> list[CellType]:
        """The types that the whole file speaks for."""
        if self._typed:
            return self._types
        types = [tally.verdict(decimal) for tally in self.tallies]
        used = tokens_in_use(types, [tally.tokens for tally in self.tallies])
        for cell_type in types:  # what an earlier pass found stays in use
            if cell_type.kind is CellKind.TEXT:
                used |= set(cell_type.missing) & set(AMONG_VALUES_MISSING)
        return [with_file_tokens(cell_type, used) for cell_type in types]


def _ambiguous(name: str, tally: Tally) -> Message:
    form = tally.cell_type.date_format
    if form.find("%d") < form.find("%m"):
        return message(
            "{column}: no date tells day from month; the day is read first.", column=name
        )
    return message("{column}: no date tells day from month; the month is read first.", column=name)
