"""Numbers from 0 to 1."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from engine.data.preparing.numbers.scaling import FittedShift
from engine.messages import N_
from engine.recipe.column_families import Scaling

if TYPE_CHECKING:
    from engine.recipe.column_families import Floats


class MinMax(Scaling):
    """(x − smallest) / (largest − smallest), as scikit-learn's MinMaxScaler. New rows may lie outside."""

    title: ClassVar[str] = N_("Min–max")
    summary: ClassVar[str] = N_("From 0 to 1.")
    order: ClassVar[int] = 30

    kind: Literal["minmax"] = "minmax"

    def fit(self, filled: Floats, known: Floats) -> FittedMinMax:
        """Smallest and largest value, filled ones included."""
        import numpy as np

        from engine.data.preparing.numbers.moments import usable

        del known
        if not len(filled):
            return FittedMinMax(center=0.0, spread=1.0)
        low, high = filled.min(), filled.max()
        with np.errstate(over="ignore"):
            spread = float(high - low)
        return FittedMinMax(center=float(low), spread=usable(float(low), spread))


class FittedMinMax(FittedShift):
    """Smallest value, and distance to the largest."""

    kind: Literal["minmax"] = "minmax"
