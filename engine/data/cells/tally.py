"""What one column's cells came to: counts, cells that do not fit, and the type that they speak for."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from engine.data.cells.cell_bytes import Edges, edges_of
from engine.data.cells.cell_facts import CellFacts
from engine.data.cells.cell_types import (
    TEXT,
    CellKind,
    CellType,
    cast_cells,
    cast_texts,
    leading_zeros,
    texts_among,
)
from engine.data.cells.evidence import Evidence, no_counts
from engine.data.cells.planning import as_asked, looks_like_codes, swapped
from engine.data.cells.shapes import AMONG_VALUES_MISSING, MISSING
from engine.data.cells.stored import as_text, to_stored
from engine.data.cells.typed_wishes import as_wished, has_wishes
from engine.recipe.reading import ColumnReading

_LOOKED_AT = 10_000
"""Misfits of one column whose texts tell what type would be better; beyond them only counts grow."""
_TOO_MANY = 0.1
"""Share of cells that do not fit from which on no type but text will do."""
_MONTHS = 12
_NOTHING_MET = CellFacts()
LISTED = 1_000
"""Misfits of one column that are kept with row and text; the others are only counted."""


@dataclass(slots=True)
class Tally:
    """What one column's cells came to."""

    cell_type: CellType
    wish: ColumnReading | None = None
    fits: int = 0
    unfit: int = 0
    swapped_fits: int = 0
    looked: int = 0
    padded: Counter[int] = field(default_factory=no_counts)
    digits: int = 0
    texts: Counter[str] = field(default_factory=no_counts)
    tokens: Counter[str] = field(default_factory=no_counts)
    kept: Counter[str] = field(default_factory=no_counts)
    fixed: Counter[str] = field(default_factory=no_counts)
    rows: list[NDArray[np.int64]] = field(default_factory=list)
    cells: list[pa.Array] = field(default_factory=list)
    hopeless: bool = False
    """So many cells do not fit that another type is needed; nothing more is noted."""
    typed: bool = False
    """Whether the cells come with a type of their own instead of as text."""
    has_codes: bool = False
    """Whether the texts are codes of two capital letters."""

    def add(self, cells: pa.Array, first_row: int) -> pa.Array:
        """Cast one batch's cells and count."""
        if self.typed:
            return self._add_typed(cells, first_row)
        if self.cell_type.kind is CellKind.TEXT and not self.cell_type.fixes:
            values, edges = cast_texts(cells, self.cell_type)
            self._look_for_tokens(cells, values, edges)
            self.fits += len(values) - values.null_count
            return values
        values, unfit = cast_cells(cells, self.cell_type)
        self.note(cells, values, unfit, first_row)
        return values

    def note(
        self, cells: pa.Array, values: pa.Array, unfit: NDArray[np.bool_], first_row: int
    ) -> None:
        """Count what one batch's cells were cast to; `unfit` marks those that do not fit."""
        if self.cell_type.fixes:
            self.fixed.update(texts_among(cells, self._fixed_texts))
        if self.cell_type.kind is CellKind.TEXT:
            self._look_for_tokens(cells, values, edges_of(values))
        elif values.null_count != cells.null_count and not self.hopeless:
            self._look_closely(cells, values, unfit, first_row)
        fits = len(values) - values.null_count
        if not self.hopeless:
            self._count_orders(values)
            self.fits += fits
        if self.cell_type.kind is CellKind.INTEGER and fits:
            self._measure(cells, values)

    def _add_typed(self, cells: pa.Array, first_row: int) -> pa.Array:
        """Keep the type that the cells come with."""
        values, unfit = to_stored(cells)
        if has_wishes(self.cell_type):
            values, texts = as_wished(values, self.cell_type)
            self.tokens.update(texts_among(texts, self.cell_type.missing))
            self.fixed.update(texts_among(texts, self._fixed_texts))
        places = np.flatnonzero(unfit)
        if len(places):
            self.unfit += len(places)
            self._list(places, as_text(cells.take(pa.array(places))), first_row)
        return values

    @property
    def _fixed_texts(self) -> tuple[str, ...]:
        return tuple(found for found, _ in self.cell_type.fixes)

    def _look_for_tokens(self, cells: pa.Array, values: pa.Array, edges: Edges) -> None:
        """Count the missing tokens of a text column, and the doubtful ones that were kept."""
        if values.null_count != cells.null_count:
            self.tokens.update(texts_among(cells, self.cell_type.missing))
        kept = texts_among(values, AMONG_VALUES_MISSING, edges)
        self.kept.update(kept)
        if "NA" in kept and not self.has_codes:
            self.has_codes = looks_like_codes(
                pc.unique(values).drop_null().slice(0, 1000).to_pylist()
            )

    def _look_closely(
        self, cells: pa.Array, values: pa.Array, unfit: NDArray[np.bool_], first_row: int
    ) -> None:
        places = np.flatnonzero(unfit)
        if values.null_count - cells.null_count > len(places):
            self.tokens.update(texts_among(cells, self.cell_type.missing))
        if not len(places):
            return
        self.unfit += len(places)
        texts = cells.take(pa.array(places))
        if self.looked < _LOOKED_AT:
            self.looked += len(places)
            self.texts.update(texts.to_pylist())
        self._list(places, texts, first_row)
        if self.unfit > _LOOKED_AT and self.unfit > self.fits // 10:
            self.hopeless = True
            self.rows.clear()
            self.cells.clear()

    def _list(self, places: NDArray[np.int64], texts: pa.Array, first_row: int) -> None:
        room = LISTED - sum(map(len, self.rows))
        if room > 0:
            self.rows.append(places[:room] + first_row)
            self.cells.append(texts.slice(0, room))

    def _count_orders(self, values: pa.Array) -> None:
        """Count the dates that could be read the other way round: with a day that can be a month."""
        if swapped(self.cell_type) is not None:
            self.swapped_fits += pc.sum(pc.less_equal(pc.day(values), _MONTHS)).as_py() or 0

    def _measure(self, cells: pa.Array, values: pa.Array) -> None:
        """Note how wide the whole numbers are, and those that begin with zeros."""
        extremes = pc.min_max(values)
        self.seen_numbers(extremes["min"].as_py(), extremes["max"].as_py())
        fits_all = values.null_count == cells.null_count
        zeros = leading_zeros(cells if fits_all else cells.filter(values.is_valid()))
        if len(zeros):
            for entry in pc.binary_length(zeros).value_counts():
                self.padded[entry["values"].as_py()] += entry["counts"].as_py()

    def seen_numbers(self, least: int, most: int) -> None:
        """Note how wide whole numbers between these two are."""
        self.digits = max(self.digits, len(str(max(abs(least), abs(most)))))

    @property
    def is_ambiguous(self) -> bool:
        """Whether all dates could be read with day and month the other way round."""
        if self.wish is not None and self.wish.dates is not None:
            return False
        return swapped(self.cell_type) is not None and 0 < self.fits == self.swapped_fits

    @property
    def facts(self) -> CellFacts:
        """What is kept with the table."""
        counts = (self.unfit, self.tokens, self.kept, self.fixed)
        if not any(counts) and not self.is_ambiguous:
            return _NOTHING_MET
        return CellFacts(
            tokens=dict(self.tokens),
            kept=dict(self.kept),
            misfits=self.unfit,
            fixed=dict(self.fixed),
            ambiguous_dates=self.is_ambiguous,
        )

    def verdict(self, decimal: str, thousands: str | None = None) -> CellType:
        """The type that all cells together speak for."""
        if not self.unfit and not self.padded:
            return self.cell_type
        missing = self.cell_type.missing if self.keeps_tokens else MISSING
        evidence = Evidence.of(self._projected(), missing)
        evidence.fitting(self.cell_type, self.fits)
        other = swapped(self.cell_type)
        if other is not None:
            evidence.swapped_fitting(other, self.swapped_fits)
        evidence.padded += self.padded
        evidence.digits = max(evidence.digits, self.digits, *self.padded)
        better = as_asked(evidence.decide(decimal, thousands), self.wish)
        spelled = {
            "missing": self.cell_type.missing,
            "yes": self.cell_type.yes,
            "no": self.cell_type.no,
        }
        if better.model_copy(update=spelled) != self.cell_type:
            return better
        return TEXT if self._is_refuted else self.cell_type

    @property
    def _is_refuted(self) -> bool:
        """Whether cells that look like the type do not fit it in the end, so many that it is none."""
        if self.wish is not None and self.wish.dates is not None:
            return False
        return self.unfit > max(2, _TOO_MANY * (self.fits + self.unfit))

    @property
    def keeps_tokens(self) -> bool:
        """Whether a person named the texts that mean no value."""
        return self.wish is not None and self.wish.missing is not None

    def _projected(self) -> Counter[str]:
        """The texts that do not fit, those not looked at in the same shares as the others."""
        if self.looked >= self.unfit:
            return self.texts
        factor = self.unfit / self.looked
        return Counter({text: round(count * factor) for text, count in self.texts.items()})
