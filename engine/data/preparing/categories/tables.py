"""Codes of levels as numbers: one lookup in a table per row."""

from __future__ import annotations

from functools import cached_property
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from engine.recipe.parts import Frozen


class FittedTable(Frozen):
    """For each code, the unknown one first, a number per output. In tensor operations: one gather."""

    arrays: ClassVar[tuple[str, ...]] = ("values", "folded")
    """Fields that are saved as tensors instead of as text."""

    outputs: tuple[str, ...]
    """What follows the column's name in the names of the inputs; one empty text for a single output."""
    values: tuple[float, ...]
    """(codes, outputs), row by row."""
    folds: int = 0
    """Training rows have numbers of their own in so many folds; 0: the same as other rows."""
    seed: int = 0
    folded: tuple[float, ...] = ()
    """(folds, codes, outputs), row by row."""

    def names(self, column: str) -> tuple[str, ...]:
        """Names of the inputs made."""
        return tuple(f"{column} ({out})" if out else column for out in self.outputs)

    def look_up(
        self, codes: NDArray[np.int32], places: NDArray[np.int64] | None
    ) -> NDArray[np.float32]:
        """The numbers (rows, outputs) of codes; `places` among the training rows, where they are such."""
        if places is None or not self.folds:
            return self._table[codes]
        return self._folded[folds_of(places, self.folds, self.seed), codes]

    @cached_property
    def _table(self) -> NDArray[np.float32]:
        return np.asarray(self.values, np.float32).reshape(-1, len(self.outputs))

    @cached_property
    def _folded(self) -> NDArray[np.float32]:
        found = np.asarray(self.folded, np.float32)
        return found.reshape(self.folds, -1, len(self.outputs))


def folds_of(places: NDArray[np.int64], folds: int, seed: int) -> NDArray[np.int64]:
    """The fold of each training row by its place among them, the same however they come in pieces.

    A hash of the place: Steele et al., “Fast splittable pseudorandom number generators”, OOPSLA 2014
    (SplitMix64's finaliser).
    """
    with np.errstate(over="ignore"):
        mixed = places.astype(np.uint64) + np.uint64(seed + 1) * np.uint64(0x9E3779B97F4A7C15)
        mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        mixed ^= mixed >> np.uint64(31)
    found: NDArray[np.int64] = (mixed % np.uint64(folds)).astype(np.int64)
    return found
