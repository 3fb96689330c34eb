"""What looks into a network have found so far, as arrays."""

from __future__ import annotations

import warnings
from collections.abc import Sequence

import numpy as np

from engine.events import BlocksWatched
from engine.training.columns import Column, Floats, Ints

QUANTITIES = ("gradient_norm", "weight_norm", "update_ratio", "dead")


class Watched:
    """The looks of a run, in their order."""

    def __init__(self) -> None:
        self.blocks: tuple[str, ...] = ()
        """Names, from the encoders to the head."""
        self._steps = Column(np.int64)
        self._times, self._memory = Column(), Column()
        self._values: dict[str, list[Column]] = {name: [] for name in QUANTITIES}

    def take(self, event: BlocksWatched, seconds: float) -> None:
        """Take a look up; `seconds` of training after which it was. A network with other blocks starts anew."""
        if event.blocks != self.blocks:
            self.blocks = event.blocks
            self.cut(-1)
            self._values = {name: [Column() for _ in self.blocks] for name in QUANTITIES}
        self._steps.append(event.step)
        self._times.append(seconds)
        self._memory.append(event.memory)
        rows: tuple[Sequence[float], ...] = (
            event.gradient_norm,
            event.weight_norm,
            event.update_ratio,
            event.dead,
        )
        for columns, row in zip(self._values.values(), rows, strict=True):
            for column, value in zip(columns, row, strict=False):
                column.append(value)

    def cut(self, step: int) -> None:
        """Forget what came after a step."""
        kept = int(np.searchsorted(self._steps.array, step, side="right"))
        for column in (self._steps, self._times, self._memory):
            column.cut(kept)
        for columns in self._values.values():
            for column in columns:
                column.cut(kept)

    @property
    def steps(self) -> Ints:
        """At which step each look was."""
        return self._steps.array

    @property
    def times(self) -> Floats:
        """After how many seconds of training each look was."""
        return self._times.array

    @property
    def memory(self) -> Floats:
        """Bytes taken at each look."""
        return self._memory.array

    def of_block(self, quantity: str, block: int) -> Floats:
        """One of `QUANTITIES` in one block, by its place in `blocks`."""
        columns = self._values[quantity]
        return columns[block].array if block < len(columns) else np.empty(0)

    def whole(self, quantity: str) -> Floats:
        """One of `QUANTITIES` of the whole network, at each look.

        Norms are those of all blocks together, of ratios it is the median, and of shares of dead units
        the block with the largest one.
        """
        columns = self._values[quantity]
        if not columns or not len(self.steps):
            return np.empty(0)
        rows = np.stack([column.array for column in columns])
        if quantity in ("gradient_norm", "weight_norm"):
            known = np.isfinite(rows).any(axis=0)
            found: Floats = np.where(known, np.sqrt(np.nansum(rows * rows, axis=0)), np.nan)
            return found
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)  # nothing but NaN stays NaN
            reduced: Floats = (np.nanmedian if quantity == "update_ratio" else np.nanmax)(
                rows, axis=0
            )
        return reduced
