"""What a split is told about the rows, and what it gives back: one code per row.

All arrays have one entry per row, and lie on disk where the table is larger than memory; a split
goes through them a span at a time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.data.cells.hashes import mixed
from engine.data.memory import Storage
from engine.data.progress import Cancelled, never
from engine.errors import Cancelled as CancelledError
from engine.messages import Message

Codes: TypeAlias = NDArray[np.uint8]
Hashes: TypeAlias = NDArray[np.uint64]

TRAIN, VALIDATION, TEST, OUT = range(4)
"""The code of a row: its part, or that it is left out."""
SPAN = 1 << 22
"""Rows that are looked at together."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Rows that no part has, and why."""

    code: str
    """A name for the reason: `where`, `no_target`, `duplicate`, `gap` …"""
    count: int
    reason: Message


@dataclass(frozen=True, slots=True)
class RowFacts:
    """The rows to be dealt, in the order of the file."""

    count: int
    storage: Storage
    classes: NDArray[Any] | None = None
    """Codes of the classes, or the values of a number target; None where the split needs neither."""
    classified: bool = True
    """Whether `classes` are codes."""
    groups: Hashes | None = None
    """Rows with the same one have to stay together."""
    times: NDArray[np.float64] | None = None
    """NaN without a time."""
    marks: NDArray[np.int16] | None = None
    """What the column of the split says: see `engine.data.preparing.splits.by_column`."""
    names: tuple[str, ...] = ()
    """What marks stand for."""
    column: str = ""
    """The column that the split goes by."""
    cancelled: Cancelled = never

    def codes(self) -> Codes:
        """A code per row, to be filled."""
        codes: Codes = self.storage.empty((self.count,), np.uint8)
        codes[:] = TRAIN
        return codes

    def spans(self, size: int | None = None) -> Iterator[slice]:
        """All rows, a span at a time. Raises `Cancelled`."""
        for start in range(0, self.count, size or SPAN):
            if self.cancelled():
                raise CancelledError
            yield slice(start, min(start + (size or SPAN), self.count))


@dataclass(frozen=True, slots=True)
class Dealt:
    """The code of each row."""

    codes: Codes
    left_out: tuple[LeftOut, ...] = ()
    notes: tuple[Message, ...] = field(default=())


def shuffled_seed(seed: int, *more: int) -> np.random.Generator:
    """A generator of its own for a step of a split."""
    return np.random.default_rng(np.random.SeedSequence((seed, *more)))


def own_groups(rows: slice) -> Hashes:
    """A group for each row that belongs to none; it is no other row's."""
    numbers = np.arange(rows.start, rows.stop, dtype=np.uint64)
    return mixed(numbers ^ np.uint64(0xD1B54A32D192ED03))
