"""What became of the cells of one column, counted while they were turned into inputs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Read:
    """Cells that were not as in training, by what is the matter with them."""

    missing: NDArray[np.bool_]
    """For each row, whether it has no value; of the last cells only."""
    misfits: int = 0
    """Cells that are not of the column's kind."""
    unseen: int = 0
    """Cells of a level that no training row has."""
    far: int = 0
    """Numbers far outside the range of the training rows."""
    known: int = 0
    """Cells that have a value."""

    @classmethod
    def none(cls) -> Read:
        """Of no cells."""
        return cls(np.empty(0, np.bool_))

    def with_counts_of(self, more: Read) -> Read:
        """The counts of both together."""
        return Read(
            self.missing,
            self.misfits + more.misfits,
            self.unseen + more.unseen,
            self.far + more.far,
            self.known + more.known,
        )
