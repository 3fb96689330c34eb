"""Poisson loss, for counts."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, ClassVar, Literal

from engine.messages import N_
from engine.recipe.families import Loss

if TYPE_CHECKING:
    from torch import Tensor


class Poisson(Loss):
    """rate − count · log rate, both in multiples of the training mean; the output is the log of the rate.

    It is the negative log-likelihood of a Poisson distribution less what does not depend on the rate.
    """

    title: ClassVar[str] = N_("Poisson")
    summary: ClassVar[str] = N_("For counts: 0, 1, 2 … Predictions are never negative.")
    order: ClassVar[int] = 70
    tasks: ClassVar[tuple[str, ...]] = ("regression",)
    link: ClassVar[Literal["identity", "log"]] = "log"
    least: ClassVar[float | None] = 0.0

    kind: Literal["poisson"] = "poisson"

    def rows(self, outputs: Tensor, target: Tensor) -> Tensor:
        """See `Loss.rows`."""
        from engine.data.preparing.target.link import STEEP

        near = outputs.clamp(max=STEEP)
        rate = near.exp() + (outputs - near) * math.exp(STEEP)
        return (rate - target * outputs).reshape(len(outputs))
