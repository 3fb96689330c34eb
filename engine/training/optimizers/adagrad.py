"""Adagrad: steps that shrink as gradients add up."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from engine.messages import N_
from engine.recipe.families import Optimizer
from engine.training.optimizer_fields import LearningRate, WeightDecay

if TYPE_CHECKING:
    from collections.abc import Iterable

    from torch import nn, optim


class Adagrad(Optimizer):
    """Duchi, Hazan and Singer, JMLR 2011."""

    title: ClassVar[str] = N_("Adagrad")
    summary: ClassVar[str] = N_("Steps shrink as gradients add up. For rare inputs.")
    order: ClassVar[int] = 60

    kind: Literal["adagrad"] = "adagrad"
    learning_rate: LearningRate = 1e-2
    weight_decay: WeightDecay = 0.0

    def build(self, parameters: Iterable[nn.Parameter], *, fused: bool) -> optim.Optimizer:
        """`torch.optim.Adagrad`."""
        from torch import optim

        from engine.training.groups import parameter_groups

        groups = parameter_groups(parameters, self.learning_rate, self.weight_decay)
        return optim.Adagrad(groups, lr=self.learning_rate, fused=fused)
