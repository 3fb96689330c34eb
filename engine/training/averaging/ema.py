"""The exponential moving average of the weights."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from engine.messages import N_
from engine.recipe.families import Averaging

if TYPE_CHECKING:
    from torch import nn

    from engine.training.averages import MovingAverage


class Ema(Averaging):
    """Polyak averaging that forgets: after each step, average = decay · average + (1 − decay) · weights.

    In the first steps the decay is at most (1 + n) / (10 + n), as TensorFlow's `ExponentialMovingAverage`
    has it, so that short runs do not stay with the weights they began with. The running statistics of
    batch normalization are averaged in the same way.
    """

    title: ClassVar[str] = N_("Moving average")
    summary: ClassVar[str] = N_(
        "A mean that follows the weights slowly: steadier from epoch to epoch."
    )
    order: ClassVar[int] = 20

    kind: Literal["ema"] = "ema"
    decay: float = Field(
        default=0.995,
        ge=0.5,
        lt=1,
        title=N_("Decay"),
        description=N_(
            "How much of the mean stays at each step: 0.99 looks back about 100 steps, 0.999 about 1000."
        ),
    )

    def build(self, network: nn.Module) -> MovingAverage:
        """`engine.training.averages.MovingAverage`."""
        from engine.training.averages import MovingAverage

        return MovingAverage(network, self.decay)
