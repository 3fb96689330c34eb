"""Limits at quantiles of the training rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal, Self

from pydantic import Field, model_validator

from engine.messages import N_
from engine.recipe.column_families import Clip

if TYPE_CHECKING:
    from engine.recipe.column_families import Floats


class QuantileClip(Clip):
    """Winsorizing: the lowest and highest shares of values count as the limits between them."""

    title: ClassVar[str] = N_("Quantiles")
    summary: ClassVar[str] = N_("The lowest and highest shares of values count as the limit.")
    order: ClassVar[int] = 20

    kind: Literal["quantiles"] = "quantiles"
    low: float = Field(
        default=0.01,
        ge=0.0,
        le=1.0,
        title=N_("Lowest"),
        description=N_("Share of training values below the lower limit."),
    )
    high: float = Field(
        default=0.99,
        ge=0.0,
        le=1.0,
        title=N_("Highest"),
        description=N_("Share of training values below the upper limit."),
    )

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.low >= self.high:
            raise ValueError("the lowest share must be smaller than the highest")
        return self

    def limits(self, known: Floats) -> tuple[float, float] | None:
        """The two quantiles."""
        import numpy as np

        low, high = np.quantile(known, (self.low, self.high))
        return float(low), float(high)
