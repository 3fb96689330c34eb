"""A transform of the target as it was fitted: forth to what is learned, and exactly back."""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import Annotated, Any, Literal, Self, TypeAlias

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from engine.data.cells.typed import Floats
from engine.errors import TargetNotTransformable
from engine.recipe.parts import Frozen

_LARGEST = math.log(np.finfo(np.float64).max)
"""Logarithms beyond it have no number to go back to."""


class FittedPlain(Frozen):
    """Nothing is done."""

    kind: Literal["plain"] = "plain"

    def forth(self, values: Floats) -> Floats:
        """What is learned, float64 (rows,); NaN stays NaN."""
        return values

    def back(self, learned: Floats) -> Floats:
        """The inverse of `forth`."""
        return learned

    def outside(self, values: Floats) -> int:
        """How many values have no image of their own."""
        del values
        return 0


class FittedLog(Frozen):
    """log(x + shift), or sign(x) · log(1 + |x|) without a shift."""

    kind: Literal["log"] = "log"
    shift: float | None
    lowest: float = 0.0
    """The least x + shift among training rows; stands in for what is not positive in other rows."""

    @classmethod
    def fit(cls, values: Floats, shift: float | None, column: str) -> Self:
        """Learn from training values. Raises `TargetNotTransformable`."""
        if shift is None:
            return cls(shift=None)
        shifted = values + shift
        bad = int(np.count_nonzero(shifted <= 0))
        if bad:
            raise TargetNotTransformable(column, bad, -shift, float(values.min()))
        return cls(shift=shift, lowest=float(shifted.min()))

    def forth(self, values: Floats) -> Floats:
        """See `FittedPlain.forth`; values at −shift or below count as the least training value."""
        found: Floats
        if self.shift is None:
            found = np.copysign(np.log1p(np.abs(values)), values)
            return found
        shifted = values + self.shift
        found = np.log(np.where(shifted <= 0, self.lowest, shifted))
        return found

    def back(self, learned: Floats) -> Floats:
        """See `FittedPlain.back`; no prediction is beyond the largest float."""
        within = np.clip(learned, -_LARGEST, _LARGEST)
        found: Floats
        if self.shift is None:
            found = np.copysign(np.expm1(np.abs(within)), within)
        else:
            found = np.exp(within) - self.shift
        return found

    def outside(self, values: Floats) -> int:
        """See `FittedPlain.outside`."""
        if self.shift is None:
            return 0
        return int(np.count_nonzero(values + self.shift <= 0))


class FittedQuantile(Frozen):
    """Straight lines between training quantiles and their normal scores.

    Forth and back follow the same corners, so one is exactly the inverse of the other between the least
    and the greatest training value; beyond these both stay at the end. The score of the k-th of n
    quantiles is the normal quantile of (k + ½) / n; of equal quantiles it is that of their middle.
    """

    kind: Literal["quantile"] = "quantile"
    values: tuple[float, ...]
    """Training quantiles, strictly increasing."""
    scores: tuple[float, ...]
    """Strictly increasing."""

    @classmethod
    def fit(cls, values: Floats, quantiles: int) -> Self:
        """Learn from training values."""
        count = min(quantiles, max(2, len(values)))
        # Nearest values, not means of two: what is predicted at a corner did occur.
        found = np.quantile(values, np.linspace(0, 1, count), method="nearest")
        corners, first, sizes = np.unique(found, return_index=True, return_counts=True)
        ranks = (first + sizes / 2) / count
        normal = NormalDist()
        return cls(
            values=tuple(corners.tolist()),
            scores=tuple(normal.inv_cdf(rank) for rank in ranks.tolist()),
        )

    def forth(self, values: Floats) -> Floats:
        """See `FittedPlain.forth`."""
        found: Floats = np.interp(values, self.values, self.scores)
        return found

    def back(self, learned: Floats) -> Floats:
        """See `FittedPlain.back`."""
        found: Floats = np.interp(learned, self.scores, self.values)
        return found

    def outside(self, values: Floats) -> int:
        """See `FittedPlain.outside`."""
        below, above = values < self.values[0], values > self.values[-1]
        return int(np.count_nonzero(below | above))


FittedTransform: TypeAlias = Annotated[
    FittedPlain | FittedLog | FittedQuantile, Field(discriminator="kind")
]


def arrays_of(transform: FittedTransform) -> dict[str, NDArray[Any]]:
    """What of it is stored as arrays, by field."""
    if not isinstance(transform, FittedQuantile):
        return {}
    return {"values": np.asarray(transform.values), "scores": np.asarray(transform.scores)}
