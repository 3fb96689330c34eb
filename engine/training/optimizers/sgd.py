"""Stochastic gradient descent."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from engine.messages import N_
from engine.recipe.families import Optimizer
from engine.training.optimizer_fields import LearningRate, Momentum, WeightDecay

if TYPE_CHECKING:
    from collections.abc import Iterable

    from torch import nn, optim


class Sgd(Optimizer):
    """Plain steps along the gradient, with momentum; Nesterov's as Sutskever et al., ICML 2013, have it."""

    title: ClassVar[str] = N_("SGD")
    summary: ClassVar[str] = N_(
        "Plain gradient steps with momentum. Needs a well-chosen learning rate."
    )
    order: ClassVar[int] = 30

    kind: Literal["sgd"] = "sgd"
    learning_rate: LearningRate = 1e-2
    momentum: Momentum = 0.9
    nesterov: bool = Field(
        default=False,
        title=N_("Nesterov"),
        description=N_("Looks ahead along the momentum before it takes the gradient’s step."),
    )
    weight_decay: WeightDecay = 0.0

    def build(self, parameters: Iterable[nn.Parameter], *, fused: bool) -> optim.Optimizer:
        """`torch.optim.SGD`."""
        from torch import optim

        from engine.training.groups import parameter_groups

        groups = parameter_groups(parameters, self.learning_rate, self.weight_decay)
        return optim.SGD(
            groups,
            lr=self.learning_rate,
            momentum=self.momentum,
            nesterov=self.nesterov and self.momentum > 0,  # without momentum there is no way ahead
            fused=fused,
        )
