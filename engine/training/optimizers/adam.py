"""Adam."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from engine.messages import N_
from engine.recipe.families import Optimizer
from engine.training.optimizer_fields import LearningRate

if TYPE_CHECKING:
    from collections.abc import Iterable

    from torch import nn, optim


class Adam(Optimizer):
    """Kingma and Ba, ICLR 2015."""

    title: ClassVar[str] = N_("Adam")
    summary: ClassVar[str] = N_("Adapts the step of each weight by itself.")
    order: ClassVar[int] = 20

    kind: Literal["adam"] = "adam"
    learning_rate: LearningRate = 1e-3

    def build(self, parameters: Iterable[nn.Parameter], *, fused: bool) -> optim.Optimizer:
        """`torch.optim.Adam`."""
        from torch import optim

        from engine.training.groups import parameter_groups

        groups = parameter_groups(parameters, self.learning_rate)
        return optim.Adam(groups, lr=self.learning_rate, fused=fused)
