"""From rows of a table to lines of its file."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class LineMap:
    """Where each row stands in its file.

    Records are counted from 0 after the header, rejected ones and blank lines included.
    """

    first_line: int
    """Line of record 0, counted from 1."""
    skipped: Integers
    """Records that are no rows, ascending."""
    broken: Integers
    """Records with line ends inside, ascending."""
    breaks: Integers
    """How many line ends each of `broken` has inside."""

    def records(self, rows: Integers) -> Integers:
        """The records of these rows."""
        shifted = self.skipped - np.arange(len(self.skipped))
        return rows + np.searchsorted(shifted, rows, side="right")

    def record_lines(self, records: Integers) -> Integers:
        """The line in which each record begins, counted from 1."""
        before = np.concatenate(([0], np.cumsum(self.breaks)))
        return self.first_line + records + before[np.searchsorted(self.broken, records)]

    def lines(self, rows: Integers) -> Integers:
        """The line in which each row begins, counted from 1."""
        return self.record_lines(self.records(rows))
