"""Rows of several labels told apart by the combination of their labels, for stratified splits.

A combination that too few rows have cannot be in every part. Its rows are told apart by the rarest of
their labels instead, which is what matters most (the rule by which Sechidis et al., ECML PKDD 2011,
section 3.2, choose the next label to deal); what is still rare is one class.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.recipe.split import Split

Labels = tuple[int, ...]
"""The code of each label's class, −1 where missing."""


class LabelSets:
    """Codes of combinations in the order in which they are met."""

    def __init__(self) -> None:
        self._codes: dict[Labels, int] = {}

    def __len__(self) -> int:
        return len(self._codes)

    def codes(self, columns: Sequence[NDArray[Any]]) -> NDArray[np.int32]:
        """The combination of each row, from the class codes of each label, (rows,)."""
        found, places = np.unique(np.stack(columns, axis=1), axis=0, return_inverse=True)
        own = [self._codes.setdefault(tuple(row), len(self._codes)) for row in found.tolist()]
        codes: NDArray[np.int32] = np.asarray(own, np.int32)[places.reshape(-1)]
        return codes

    def pooled(self, counts: NDArray[np.int64], needed: int) -> Pooled:
        """What becomes of each combination when those of fewer rows than `needed` are joined.

        Args:
            counts: Rows of each combination.
            needed: Rows that every part can be given some of.
        """
        sets = list(self._codes)
        names = np.arange(len(sets))
        few = [place for place in names.tolist() if counts[place] < needed]
        weights = self._rows_of_labels(sets, counts)
        rarest = [min(_labels(sets[place]), key=lambda label: weights[label]) for place in few]
        for label in set(rarest):
            joined = [place for place, own in zip(few, rarest, strict=True) if own == label]
            names[joined] = joined[0]
        sizes = np.bincount(names, counts, minlength=len(sets))
        rest = [place for place in few if sizes[names[place]] < needed]
        if rest:
            names[rest] = rest[0]
            largest = int(np.argmax(sizes))
            if counts[rest].sum() < needed and largest not in rest:
                names[rest] = largest
        return Pooled(names, int(counts[few].sum()) if few else 0)

    @staticmethod
    def _rows_of_labels(
        sets: Sequence[Labels], counts: NDArray[np.int64]
    ) -> dict[tuple[int, int], int]:
        found: dict[tuple[int, int], int] = {}
        for own, count in zip(sets, counts.tolist(), strict=True):
            for label in _labels(own):
                found[label] = found.get(label, 0) + count
        return found


@dataclass(frozen=True, slots=True)
class Pooled:
    """Which class each combination is dealt as."""

    names: NDArray[np.int64]
    """(combinations,)."""
    rows: int
    """Rows whose combination was too rare to be dealt by itself."""


def rows_needed(split: Split) -> int:
    """Rows of which every part gets one, if they are dealt in its shares."""
    if split.in_folds is not None:
        return max(2, split.in_folds[1])
    shares = [share for share in (split.test, split.validation) if share > 0]
    return max(2, math.ceil(1 / min(shares, default=0.5)))


def _labels(own: Labels) -> Iterator[tuple[int, int]]:
    """Each label with its class."""
    return iter(enumerate(own))
