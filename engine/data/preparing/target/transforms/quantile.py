"""The target by its rank among the training rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import Field

from engine.messages import N_
from engine.recipe.families import TargetTransform

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.data.preparing.target.fitted_transform import FittedQuantile


class Quantile(TargetTransform):
    """Normal scores of the training quantiles, with straight lines between them."""

    title: ClassVar[str] = N_("Quantiles to normal")
    summary: ClassVar[str] = N_(
        "For any odd shape: ranks become a bell curve. Predictions stay within the training values."
    )
    order: ClassVar[int] = 20

    kind: Literal["quantile"] = "quantile"
    quantiles: int = Field(
        default=1000,
        ge=2,
        le=10_000,
        title=N_("Quantiles"),
        description=N_("How finely the shape is followed; never more than there are rows."),
    )

    def fit(self, values: NDArray[Any], column: str) -> FittedQuantile:
        """See `TargetTransform.fit`."""
        from engine.data.preparing.target.fitted_transform import FittedQuantile

        del column
        return FittedQuantile.fit(values, self.quantiles)
