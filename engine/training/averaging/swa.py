"""Stochastic weight averaging."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from engine.messages import N_
from engine.recipe.families import Averaging

if TYPE_CHECKING:
    from torch import nn

    from engine.training.averages import EpochAverage


class Swa(Averaging):
    """Izmailov et al., “Averaging weights leads to wider optima and better generalization”, UAI 2018.

    Algorithm 1: the plain mean of the weights at the ends of the epochs after `start`. The statistics of
    batch normalization are computed anew for the mean, over training rows (section 3.2).
    """

    title: ClassVar[str] = N_("Mean of the last epochs")
    summary: ClassVar[str] = N_(
        "Plain mean over the last epochs (SWA). Goes with a learning rate that stays up."
    )
    order: ClassVar[int] = 30

    kind: Literal["swa"] = "swa"
    start: float = Field(
        default=0.75,
        ge=0,
        lt=1,
        title=N_("Start"),
        description=N_("Share of the run after which the mean begins."),
    )

    def build(self, network: nn.Module) -> EpochAverage:
        """`engine.training.averages.EpochAverage`."""
        from engine.training.averages import EpochAverage

        return EpochAverage(network, self.start)
