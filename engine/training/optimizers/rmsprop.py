"""RMSprop: steps divided by the recent size of the gradient."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from engine.messages import N_
from engine.recipe.families import Optimizer
from engine.training.optimizer_fields import LearningRate, Momentum, WeightDecay

if TYPE_CHECKING:
    from collections.abc import Iterable

    from torch import nn, optim


class RmsProp(Optimizer):
    """Tieleman and Hinton, lecture 6.5 of “Neural networks for machine learning”, 2012."""

    title: ClassVar[str] = N_("RMSprop")
    summary: ClassVar[str] = N_("Divides each step by the recent size of the gradient.")
    order: ClassVar[int] = 50

    kind: Literal["rmsprop"] = "rmsprop"
    learning_rate: LearningRate = 1e-3
    memory: float = Field(
        default=0.99,
        ge=0,
        lt=1,
        title=N_("Memory of sizes"),
        description=N_("Share of the mean squared gradient carried into the next step."),
    )
    momentum: Momentum = 0.0
    weight_decay: WeightDecay = 0.0

    def build(self, parameters: Iterable[nn.Parameter], *, fused: bool) -> optim.Optimizer:
        """`torch.optim.RMSprop`, which has no fused form."""
        from torch import optim

        from engine.training.groups import parameter_groups

        del fused
        groups = parameter_groups(parameters, self.learning_rate, self.weight_decay)
        return optim.RMSprop(
            groups, lr=self.learning_rate, alpha=self.memory, momentum=self.momentum
        )
