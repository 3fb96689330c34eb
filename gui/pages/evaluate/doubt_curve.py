"""How many rows would be answered with “don't know” below a probability, and how good the rest is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from engine.evaluation.row_table import RowTable

STEPS = 1_000


class DoubtCurve:
    """Counted once, so that any probability is answered at once; of a million rows too."""

    def __init__(self, rows: RowTable, positive: int | None) -> None:
        """See the class.

        Args:
            rows: What is known of each row.
            positive: The place of the class that probabilities are of, where there are two.
        """
        own = rows.of_predicted(positive)
        # A row stays at its probability: it is refused below the next step only.
        place = np.clip(np.floor(own * STEPS + 1e-9), 0, STEPS).astype(np.int64)
        self._rows = np.bincount(place, minlength=STEPS + 1)[::-1].cumsum()[::-1]
        self._right = np.bincount(place[rows.right], minlength=STEPS + 1)[::-1].cumsum()[::-1]

    def at(self, least: float) -> tuple[float, float | None]:
        """The share refused below `least`, and the accuracy of the rest; None where nothing is left."""
        place = min(STEPS, max(0, round(least * STEPS)))
        kept, whole = int(self._rows[place]), int(self._rows[0])
        if not whole:
            return 0.0, None
        return 1 - kept / whole, int(self._right[place]) / kept if kept else None
