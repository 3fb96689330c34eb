"""Quantile (pinball) loss."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from engine.messages import N_
from engine.recipe.families import Loss

if TYPE_CHECKING:
    from torch import Tensor


class Quantile(Loss):
    """level · e where the value is above the prediction, (1 − level) · e below (Koenker, Bassett, 1978)."""

    title: ClassVar[str] = N_("Quantile")
    summary: ClassVar[str] = N_("Predicts a value that a chosen share of the rows stays below.")
    order: ClassVar[int] = 60
    tasks: ClassVar[tuple[str, ...]] = ("regression",)

    kind: Literal["quantile"] = "quantile"
    level: float = Field(
        default=0.5,
        ge=0.001,
        le=0.999,
        title=N_("Level"),
        description=N_("The share of rows whose value is below the prediction. 0.5 is the median."),
    )

    def rows(self, outputs: Tensor, target: Tensor) -> Tensor:
        """See `Loss.rows`."""
        error = (target - outputs).reshape(len(outputs))
        return error.clamp(min=0) * self.level - error.clamp(max=0) * (1 - self.level)
