"""Numbers with median 0 and quartiles one apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from engine.data.preparing.numbers.scaling import FittedShift
from engine.messages import N_
from engine.recipe.column_families import Scaling

if TYPE_CHECKING:
    from engine.recipe.column_families import Floats


class Robust(Scaling):
    """(x − median) / (upper quartile − lower quartile), as scikit-learn's RobustScaler."""

    title: ClassVar[str] = N_("Robust")
    summary: ClassVar[str] = N_("Median 0 and quartiles one apart; outliers have no say.")
    order: ClassVar[int] = 20

    kind: Literal["robust"] = "robust"

    def fit(self, filled: Floats, known: Floats) -> FittedRobust:
        """Quartiles, filled values included."""
        import numpy as np

        from engine.data.preparing.numbers.moments import usable

        del known
        if not len(filled):
            return FittedRobust(center=0.0, spread=1.0)
        with np.errstate(over="ignore", invalid="ignore"):
            low, center, high = (float(q) for q in np.quantile(filled, (0.25, 0.5, 0.75)))
        return FittedRobust(center=center, spread=usable(center, high - low))


class FittedRobust(FittedShift):
    """Median and distance of the quartiles."""

    kind: Literal["robust"] = "robust"
