"""Gamma loss, for amounts above zero."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, ClassVar, Literal

from engine.messages import N_
from engine.recipe.families import Loss

if TYPE_CHECKING:
    from torch import Tensor


class Gamma(Loss):
    """amount / rate + log rate, both in multiples of the training mean; the output is the log of the rate.

    It is the negative log-likelihood of a gamma distribution, up to its shape, which does not change
    what the best rate is (McCullagh and Nelder, Generalized Linear Models, 1989, section 8.3).
    """

    title: ClassVar[str] = N_("Gamma")
    summary: ClassVar[str] = N_(
        "For amounts above zero, like claims or waiting times: errors count by their ratio."
    )
    order: ClassVar[int] = 80
    tasks: ClassVar[tuple[str, ...]] = ("regression",)
    link: ClassVar[Literal["identity", "log"]] = "log"
    least: ClassVar[float | None] = 0.0
    takes_least: ClassVar[bool] = False

    kind: Literal["gamma"] = "gamma"

    def rows(self, outputs: Tensor, target: Tensor) -> Tensor:
        """See `Loss.rows`."""
        from engine.data.preparing.target.link import STEEP

        near = outputs.clamp(min=-STEEP)  # below it 1 / rate goes on as a straight line
        inverse = (-near).exp() + (near - outputs) * math.exp(STEEP)
        return (target * inverse + outputs).reshape(len(outputs))
