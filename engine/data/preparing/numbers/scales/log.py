"""Numbers by their size."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from engine.data.preparing.numbers.scaling import FittedShift
from engine.messages import N_
from engine.recipe.column_families import Scaling

if TYPE_CHECKING:
    from engine.recipe.column_families import Floats


class Log(Scaling):
    """The signed logarithm, sign(x) · ln(1 + |x|), then mean 0 and deviation 1."""

    title: ClassVar[str] = N_("Log")
    summary: ClassVar[str] = N_(
        "The logarithm, with the sign kept; for amounts that grow by factors."
    )
    order: ClassVar[int] = 50

    kind: Literal["log"] = "log"

    def fit(self, filled: Floats, known: Floats) -> FittedLog:
        """Mean and deviation of the logarithms, filled values included."""
        from engine.data.preparing.numbers.moments import mean_and_deviation

        del known
        center, spread = mean_and_deviation(_signed_log(filled.copy()))
        return FittedLog(center=center, spread=spread)


class FittedLog(FittedShift):
    """Sign, absolute value, log1p; then a shift and a division."""

    kind: Literal["log"] = "log"

    def apply(self, values: Floats) -> Floats:
        """In place."""
        return super().apply(_signed_log(values))

    def inverse(self, scaled: Floats) -> Floats:
        """sign(y) · (exp(|y|) − 1)."""
        import numpy as np

        logs = super().inverse(scaled)
        found: Floats = np.copysign(np.expm1(np.abs(logs)), logs)
        return found


def _signed_log(values: Floats) -> Floats:
    """In place."""
    import numpy as np

    sizes = np.abs(values)
    np.log1p(sizes, out=sizes)
    return np.copysign(sizes, values, out=values)
