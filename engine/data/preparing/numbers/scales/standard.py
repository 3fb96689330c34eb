"""Numbers with mean 0 and deviation 1."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from engine.data.preparing.numbers.scaling import FittedShift
from engine.messages import N_
from engine.recipe.column_families import Scaling

if TYPE_CHECKING:
    from engine.recipe.column_families import Floats


class Standard(Scaling):
    """(x − mean) / deviation, as scikit-learn's StandardScaler."""

    title: ClassVar[str] = N_("Standard")
    summary: ClassVar[str] = N_("Mean 0 and deviation 1.")
    order: ClassVar[int] = 10

    kind: Literal["standard"] = "standard"

    def fit(self, filled: Floats, known: Floats) -> FittedStandard:
        """Mean and deviation, filled values included."""
        from engine.data.preparing.numbers.moments import mean_and_deviation

        del known
        center, spread = mean_and_deviation(filled)
        return FittedStandard(center=center, spread=spread)


class FittedStandard(FittedShift):
    """Mean and deviation."""

    kind: Literal["standard"] = "standard"
