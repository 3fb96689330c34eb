"""Rows with what is true of them and what was predicted, in the order that measures need them in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
Codes: TypeAlias = NDArray[np.int64]
Weights: TypeAlias = NDArray[np.float64]
"""(rows, weightings), none negative."""


_SHORT = 1 << 15


class Grouped:
    """Rows by group, so that sums of groups are one pass for all weightings."""

    def __init__(self, groups: Codes, count: int, rows: Codes | None = None) -> None:
        """See the class.

        Args:
            groups: The group of each row, from 0; negative ones belong to none.
            count: How many groups there are.
            rows: Places of the rows that `groups` is of; None: all of them.
        """
        short = groups.astype(np.int16) if count < _SHORT else groups  # sorted by digits: faster
        order = np.argsort(short, kind="stable")
        ordered = groups[order]
        first = int(np.searchsorted(ordered, 0))
        order, ordered = order[first:], ordered[first:]
        self._starts = np.flatnonzero(np.diff(ordered, prepend=-1))
        self._present = ordered[self._starts]
        self._order = order if rows is None else rows[order]
        self._count = count

    def sums(self, weights: Weights, values: Floats | None = None) -> Floats:
        """(groups, weightings): the weights, or weighted values, of each group's rows."""
        found = np.zeros((self._count, weights.shape[1]))
        if len(self._order):
            taken = weights[self._order]
            if values is not None:
                taken *= values[self._order, None]
            found[self._present] = np.add.reduceat(taken, self._starts, axis=0)
        return found


@dataclass(eq=False)
class ScoredRows:
    """Rows of one target."""

    actual: NDArray[Any]
    """Class codes, int64 (rows,), or values, float64 (rows,)."""
    predictions: Floats
    """The chance of the second of two classes, (rows,); of each of more, (rows, classes); or values."""
    chosen: Codes | None = None
    """The predicted class of each row; None for values."""
    classes: int = 0
    """How many there are; 0 for values."""
    ordered: bool = False
    """Whether classes are predicted in their order."""
    quantiles: Mapping[float, Floats] = field(default_factory=dict)
    """Predicted values by level, where a run gives some."""

    losses: Floats | None = None
    """What each row adds to the loss that was trained, if it is known."""
    loss_weights: Floats | None = None
    """How much each row counts in it by its class; None: all the same."""

    def __len__(self) -> int:
        return len(self.actual)

    @property
    def is_binary(self) -> bool:
        """Whether one chance tells of both classes."""
        return self.classes == 2

    def take(self, places: Codes) -> ScoredRows:
        """Some of the rows."""
        return ScoredRows(
            self.actual[places],
            self.predictions[places],
            None if self.chosen is None else self.chosen[places],
            self.classes,
            self.ordered,
            {level: values[places] for level, values in self.quantiles.items()},
            None if self.losses is None else self.losses[places],
            None if self.loss_weights is None else self.loss_weights[places],
        )

    @classmethod
    def joined(cls, parts: Sequence[ScoredRows]) -> ScoredRows:
        """Rows with the same classes, one part after another; quantiles that all parts have."""
        first = parts[0]
        levels = [
            level for level in first.quantiles if all(level in part.quantiles for part in parts)
        ]
        return cls(
            np.concatenate([part.actual for part in parts]),
            np.concatenate([part.predictions for part in parts]),
            _joined([part.chosen for part in parts]),
            first.classes,
            first.ordered,
            {level: np.concatenate([part.quantiles[level] for part in parts]) for level in levels},
            _joined([part.losses for part in parts]),
            _joined([part.loss_weights for part in parts]),
        )

    @cached_property
    def right(self) -> NDArray[np.bool_]:
        """Whether the predicted class is the actual one."""
        found: NDArray[np.bool_] = self.actual == self.chosen
        return found

    @cached_property
    def by_actual(self) -> Grouped:
        """Rows by their class."""
        return Grouped(self.actual, self.classes)

    @cached_property
    def by_chosen(self) -> Grouped:
        """Rows by the class predicted."""
        assert self.chosen is not None
        return Grouped(self.chosen, self.classes)

    @cached_property
    def hits(self) -> Grouped:
        """Rows whose class is right, by class."""
        rows = np.flatnonzero(self.right)
        return Grouped(self.actual[rows], self.classes, rows)

    @cached_property
    def errors(self) -> Floats:
        """Predicted minus actual values."""
        found: Floats = self.predictions - self.actual
        return found


def _joined(parts: Sequence[NDArray[Any] | None]) -> NDArray[Any] | None:
    """One after another; None where any of them is missing."""
    known = [part for part in parts if part is not None]
    return np.concatenate(known) if len(known) == len(parts) else None
