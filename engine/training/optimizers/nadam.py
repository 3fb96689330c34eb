"""NAdam: Adam that looks a step ahead."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from engine.messages import N_
from engine.recipe.families import Optimizer
from engine.training.optimizer_fields import LearningRate, WeightDecay

if TYPE_CHECKING:
    from collections.abc import Iterable

    from torch import nn, optim


class NAdam(Optimizer):
    """Dozat, “Incorporating Nesterov momentum into Adam”, ICLR workshop 2016, with decoupled decay."""

    title: ClassVar[str] = N_("NAdam")
    summary: ClassVar[str] = N_("Adam with Nesterov's momentum. Often a little faster.")
    order: ClassVar[int] = 40

    kind: Literal["nadam"] = "nadam"
    learning_rate: LearningRate = 2e-3
    weight_decay: WeightDecay = 0.0

    def build(self, parameters: Iterable[nn.Parameter], *, fused: bool) -> optim.Optimizer:
        """`torch.optim.NAdam`, which has no fused form."""
        from torch import optim

        from engine.training.groups import parameter_groups

        del fused
        groups = parameter_groups(parameters, self.learning_rate, self.weight_decay)
        return optim.NAdam(groups, lr=self.learning_rate, decoupled_weight_decay=True)
