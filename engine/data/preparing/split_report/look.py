"""A split as the looks for warnings see it: the rows, the part of each, and values by spans."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from engine.data.cells import typed
from engine.data.cells.hashes import Hashes, with_cells
from engine.data.memory import Storage
from engine.data.preparing.columnar import (
    Source,
    column_cells,
    kind_of,
    span_length,
    spans,
    typed_cells,
)
from engine.data.preparing.dealing import DealtRows
from engine.data.preparing.fitting import choose_columns
from engine.data.preparing.row_facts import hashable
from engine.data.preparing.splits.facts import OUT, TEST, TRAIN, VALIDATION, Codes
from engine.data.progress import Cancelled
from engine.errors import Cancelled as CancelledError
from engine.recipe.columns import ColumnSpec
from engine.recipe.recipe import Recipe
from engine.recipe.target import TargetSpec
from engine.schema import Column, Kind, Role, Schema

EXACT_ROWS = 2_000_000
"""Rows up to which copies and groups are counted exactly. Of more rows a part is looked at that holds
either all copies of a row (all rows of a group) or none, and counts are estimated from it."""


@dataclass(frozen=True)
class Look:
    """A split of a table."""

    source: Source
    """Hidden and with derived columns."""
    recipe: Recipe
    schema: Schema
    dealt: DealtRows
    storage: Storage
    cancelled: Cancelled
    place: int = 0
    """Which of several targets is looked at."""

    @cached_property
    def codes(self) -> Codes:
        """The part of each of the table's rows."""
        codes: Codes = self.storage.empty((self.dealt.rows_in,), np.uint8)
        codes[:] = OUT
        parts = self.dealt.parts
        for code, rows in (
            (TRAIN, parts.train),
            (VALIDATION, parts.validation),
            (TEST, parts.test),
        ):
            codes[rows] = code
        return codes

    @property
    def target(self) -> ColumnSpec:
        """The column to predict that is looked at."""
        return self.targets[self.place]

    @property
    def targets(self) -> tuple[ColumnSpec, ...]:
        """All columns to predict."""
        return choose_columns(self.recipe, self.schema)[0]

    @property
    def outcome(self) -> TargetSpec:
        """What is done to the target that is looked at."""
        return self.recipe.outcome_of(self.target.name or "")

    @property
    def is_number(self) -> bool:
        """Whether a number is predicted."""
        return kind_of(self.target, self.schema) is Kind.NUMBER

    @property
    def used(self) -> tuple[Column, ...]:
        """The columns that are learned from."""
        features = choose_columns(self.recipe, self.schema)[1]
        return tuple(self.schema[spec.name or ""] for spec in features)

    @property
    def thinning(self) -> int:
        """One of so many rows is looked at, chosen by hash."""
        return max(1, -(-self.dealt.rows_in // EXACT_ROWS))

    def role(self, name: str) -> Role:
        """The role of a column in force."""
        return self.recipe.column(name).role or self.schema[name].role

    def spans(self) -> Iterator[slice]:
        """All rows, a span at a time. Raises `Cancelled`."""
        start = 0
        for span in spans(self.source, self.target.name or "", None):
            if self.cancelled():
                raise CancelledError
            length = span_length(span)
            yield slice(start, start + length)
            start += length

    def cells(self, name: str, span: slice) -> pa.Array:
        """The cells of a column in a span."""
        return column_cells(self.source, name, span)

    def classes(self, span: slice) -> pa.Array:
        """The classes of the target, merged ones under their new name."""
        values, cell_type = typed_cells(self.source, self.target, self.recipe, self.schema, span)
        texts, _ = typed.levels(values, cell_type)
        renamed = self.outcome.renamed
        if not renamed:
            return texts
        encoded = texts.dictionary_encode()
        names = [renamed.get(name, name) for name in encoded.dictionary.to_pylist()]
        return pa.array(names, pa.string()).take(encoded.indices)

    def numbers(self, span: slice) -> NDArray[np.float64]:
        """The values of a number target."""
        values, cell_type = typed_cells(self.source, self.target, self.recipe, self.schema, span)
        return typed.numbers(values, cell_type)[0]

    def hashed_rows(
        self,
        names: Sequence[str],
        *,
        skip_missing: bool = False,
        as_floats: bool = False,
        thinning: int | None = None,
    ) -> HashedRows:
        """Hashes of the rows in the parts over some columns; of many rows, of those chosen by hash.

        Args:
            names: The columns.
            skip_missing: Leave rows without a value aside (one column).
            as_floats: Take whole numbers for floating ones, so that another file's rows compare.
            thinning: Look at one of so many rows; None: as many as there are rows for.
        """
        thinning = thinning or self.thinning

        def comparable(cells: pa.Array) -> pa.Array:
            cells = hashable(cells)
            if as_floats and pa.types.is_integer(cells.type):
                return cells.cast(pa.float64(), safe=False)
            return cells

        # The columns with most different values tell first whether a row is looked at.
        order = sorted(names, key=lambda name: -self.schema[name].distinct)
        first, rest = order[:3], order[3:]
        rows, hashes = [], []
        for span in self.spans():
            meant = self.codes[span] != OUT
            here = np.zeros(span.stop - span.start, np.uint64)
            for name in first:
                cells = self.cells(name, span)
                here = with_cells(here, comparable(cells))
                if skip_missing:
                    meant &= np.asarray(cells.is_valid().to_numpy(zero_copy_only=False))
            if thinning > 1:
                meant &= (here >> np.uint64(20)) % np.uint64(thinning) == 0
            places = np.flatnonzero(meant)
            here = here[places]
            for name in rest:
                cells = self.cells(name, span).take(pa.array(places))
                here = with_cells(here, comparable(cells))
            rows.append(places + span.start)
            hashes.append(here)
        found = np.concatenate(rows) if rows else np.empty(0, np.int64)
        values = np.concatenate(hashes) if hashes else np.empty(0, np.uint64)
        return HashedRows(found, values, np.asarray(self.codes[found]), thinning)


@dataclass(frozen=True, slots=True)
class HashedRows:
    """Rows of the parts and what they are told apart by."""

    rows: NDArray[np.int64]
    hashes: Hashes
    codes: Codes
    thinning: int
    """Each stands for so many."""

    def on_both_sides(self) -> NDArray[np.bool_]:
        """Marks the rows of validation and test whose hash a training row has."""
        both: NDArray[np.bool_] = self.known(self.hashes) & (self.codes != TRAIN)
        return both

    def known(self, hashes: Hashes) -> NDArray[np.bool_]:
        """Marks the hashes that a training row has."""
        found: NDArray[np.bool_] = np.isin(hashes, self.hashes[self.codes == TRAIN])
        return found

    @property
    def checked(self) -> int:
        """Rows of validation and test."""
        return int(np.count_nonzero(self.codes != TRAIN))
