"""Prepared rows: what goes into a network, and what should come out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.data.memory import is_on_disk
from engine.data.preparing.reads import Read
from engine.messages import Message

Floats32: TypeAlias = NDArray[np.float32]
Codes: TypeAlias = NDArray[np.int32]
Mask: TypeAlias = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Arrays:
    """Contiguous arrays with one entry per row that was kept."""

    numbers: Floats32
    """(rows, number inputs)."""
    codes: Codes
    """(rows, category columns)."""
    target: NDArray[Any] | None
    """What the network is trained on: class codes, int64 (rows,), or standardised float32 (rows,).

    Of several targets (rows, targets): float32, NaN where missing, or int8 0 and 1, −1 where missing.
    """
    values: NDArray[Any] | None
    """What metrics compare with: class codes, or float64 in the target's own unit; shaped as `target`."""
    kept: Mask
    """For each row that came in: whether it is among the rows above."""
    warnings: tuple[Message, ...] = field(default=())
    weights: Floats32 | None = None
    """How much each row counts, from the column with the role weight; None: all the same."""
    reads: tuple[Read, ...] = ()
    """What became of the cells of each feature column, without masks: for rows that come in batches."""
    other_warnings: tuple[Message, ...] = ()
    """The warnings that do not follow from `reads`."""

    def __len__(self) -> int:
        return len(self.numbers)

    @property
    def nbytes(self) -> int:
        """Bytes of all arrays; of classes `target` and `values` are one."""
        values = None if self.values is self.target else self.values
        each = (self.numbers, self.codes, self.target, values, self.kept, self.weights)
        return sum(array.nbytes for array in each if array is not None)

    @property
    def is_on_disk(self) -> bool:
        """Whether the rows lie in files that are mapped into memory."""
        return any(map(is_on_disk, (self.numbers, self.codes, self.target)))
