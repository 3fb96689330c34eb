"""Writes rows as a fitted state prepares them into arrays, span by span, without those left out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from engine.data.memory import Storage
from engine.data.preparing.arrays import Arrays, Codes, Floats32, Mask
from engine.data.preparing.batch_warnings import BatchWarnings
from engine.data.preparing.columnar import Source, Span, column_cells, span_length, spans
from engine.data.preparing.fitted import FittedColumn
from engine.data.preparing.fitted_state import FittedState
from engine.data.preparing.hidden import hidden_warnings
from engine.data.preparing.part_notes import notes_on_reads
from engine.data.preparing.reads import Read
from engine.data.preparing.target.several import FittedTargets, TargetRead
from engine.data.progress import Pace


@dataclass(frozen=True, slots=True)
class _Room:
    """Arrays for rows; those without a target have no `target` and `values`."""

    numbers: Floats32
    codes: Codes
    target: NDArray[Any] | None
    values: NDArray[Any] | None
    weights: Floats32 | None

    def part(self, start: int, stop: int) -> _Room:
        """The same arrays for the rows from `start` to `stop`."""
        here = slice(start, stop)
        values = None if self.values is None else self.values[here]
        is_one = self.target is self.values  # as it is of classes
        target = values if self.target is None or is_one else self.target[here]
        weights = None if self.weights is None else self.weights[here]
        return _Room(self.numbers[here], self.codes[here], target, values, weights)

    def close_up(self, known: Mask) -> int:
        """Move the known rows to the front; returns how many they are."""
        count = int(np.count_nonzero(known))
        target = None if self.target is self.values else self.target
        for array in (self.numbers, self.codes, target, self.values, self.weights):
            if array is not None:
                array[:count] = array[known]
        return count


class RowWriter:
    """Prepares rows of one source, which is seen as the training rows were."""

    def __init__(
        self, state: FittedState, source: Source, *, with_target: bool, fitted_on: bool
    ) -> None:
        """Args as those of `Preparation.transform`."""
        self._columns = state.columns
        self._targets = FittedTargets(state.targets) if with_target else None
        self._weight = state.weight if with_target else None
        self._source = source
        self._fitted_on = fitted_on

    def write(
        self,
        anchor: str,
        rows: NDArray[np.int64] | None,
        count: int,
        storage: Storage,
        pace: Pace,
    ) -> Arrays:
        """Prepare rows.

        Args:
            anchor: A column that the source has; it is asked for the number of rows.
            rows: Row numbers; None for all.
            count: How many they are.
            storage: Where the arrays go.
            pace: Told of the rows done, and asked whether to go on.

        Raises:
            Cancelled: It was cancelled.
        """
        room = self._room(count, storage)
        kept = storage.empty((count,), np.bool_)
        told = BatchWarnings(self._columns)
        of_targets = [TargetRead()] * len(self._targets.each if self._targets is not None else ())
        seen, full = 0, 0
        for span in spans(self._source, anchor, rows):
            length = span_length(span)
            here = room.part(full, full + length)
            known = np.ones(length, np.bool_)
            reads = self._write_columns(span, here, seen, pace.part(seen, length))
            told.count(reads)
            if self._targets is not None:
                _unmark_dropped(known, self._columns, reads)
                more = self._write_targets(self._targets, span, here, known)
                of_targets = [one + other for one, other in zip(of_targets, more, strict=True)]
            if self._weight is not None and here.weights is not None:
                cells = column_cells(self._source, self._weight.name, span)
                here.weights[:] = self._weight.read(cells)
            kept[seen : seen + length] = known
            seen += length
            full += length if known.all() else here.close_up(known)
        pace.done()
        of_reads = notes_on_reads(self._targets, of_targets) if self._targets is not None else ()
        others = (*of_reads, *hidden_warnings(self._source))
        full_room = room.part(0, full)
        return Arrays(
            full_room.numbers,
            full_room.codes,
            full_room.target,
            full_room.values,
            kept,
            (*told.messages(), *others),
            full_room.weights,
            told.reads,
            others,
        )

    def _room(self, count: int, storage: Storage) -> _Room:
        numbers = sum(len(column.inputs) for column in self._columns)
        codes = sum(bool(column.codes) for column in self._columns)
        target = values = None
        if self._targets is not None:
            target, values = self._targets.room(count, storage)
        weights = None if self._weight is None else storage.empty((count,), np.float32)
        return _Room(
            storage.empty((count, numbers), np.float32),
            storage.empty((count, codes), np.int32),
            target,
            values,
            weights,
        )

    def _write_columns(
        self, span: Span, room: _Room, seen: int, pace: Callable[[int, int], None]
    ) -> list[Read]:
        """Fill in the inputs of a span; `seen` rows came before it."""
        places = np.arange(seen, seen + len(room.numbers)) if self._fitted_on else None
        reads = []
        number, code = 0, 0
        for place, column in enumerate(self._columns):
            pace(place, len(self._columns))
            cells = column_cells(self._source, column.name, span)
            stop, end = number + len(column.inputs), code + bool(column.codes)
            numbers, codes = room.numbers[:, number:stop], room.codes[:, code:end]
            reads.append(column.write(cells, numbers, codes, places))
            number, code = stop, end
        return reads

    def _write_targets(
        self, targets: FittedTargets, span: Span, room: _Room, known: Mask
    ) -> list[TargetRead]:
        """Fill in the targets of a span; rows without a known one are unmarked."""
        assert room.target is not None
        assert room.values is not None
        cells_of = partial(_cells, self._source, span)
        return targets.write(cells_of, room.target, room.values, known)


def _unmark_dropped(known: Mask, columns: Sequence[FittedColumn], reads: Sequence[Read]) -> None:
    """Unmark rows that lack a value in a column whose recipe says to drop such rows."""
    for column, read in zip(columns, reads, strict=True):
        if column.drops_rows:
            known &= ~read.missing


def _cells(source: Source, span: Span, name: str) -> pa.Array:
    return column_cells(source, name, span)
