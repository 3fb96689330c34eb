"""The logarithm of the target."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import Field

from engine.messages import N_
from engine.recipe.families import TargetTransform

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.data.preparing.target.fitted_transform import FittedLog


class Log(TargetTransform):
    """log(x + shift); without a shift sign(x) · log(1 + |x|), which every number has."""

    title: ClassVar[str] = N_("Logarithm")
    summary: ClassVar[str] = N_(
        "For amounts that differ by factors, like prices: errors count by their ratio."
    )
    order: ClassVar[int] = 10

    kind: Literal["log"] = "log"
    shift: float | None = Field(
        default=None,
        ge=-1e300,
        le=1e300,
        title=N_("Shift"),
        description=N_(
            "Added before the logarithm is taken; every value must be above its negative. Empty: log(1 + |x|) with the sign of x."
        ),
        json_schema_extra={"empty": N_("log(1 + |x|) with the sign of x")},
    )

    def fit(self, values: NDArray[Any], column: str) -> FittedLog:
        """See `TargetTransform.fit`."""
        from engine.data.preparing.target.fitted_transform import FittedLog

        return FittedLog.fit(values, self.shift, column)
