"""AdamW: Adam with decoupled weight decay."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from engine.messages import N_
from engine.recipe.families import Optimizer
from engine.training.optimizer_fields import LearningRate, WeightDecay

if TYPE_CHECKING:
    from collections.abc import Iterable

    from torch import nn, optim


class AdamW(Optimizer):
    """Loshchilov and Hutter, ICLR 2019."""

    title: ClassVar[str] = N_("AdamW")
    summary: ClassVar[str] = N_("Adam with weight decay done right. The usual choice.")
    order: ClassVar[int] = 10

    kind: Literal["adamw"] = "adamw"
    learning_rate: LearningRate = 1e-3
    weight_decay: WeightDecay = 1e-4
    beta1: float = Field(
        default=0.9,
        ge=0,
        lt=1,
        title=N_("Memory of gradients"),
        description=N_("Share of the mean gradient carried into the next step."),
    )
    beta2: float = Field(
        default=0.999,
        ge=0,
        lt=1,
        title=N_("Memory of sizes"),
        description=N_("Share of the mean squared gradient carried into the next step."),
    )

    def build(self, parameters: Iterable[nn.Parameter], *, fused: bool) -> optim.Optimizer:
        """`torch.optim.AdamW`."""
        from torch import optim

        from engine.training.groups import parameter_groups

        groups = parameter_groups(parameters, self.learning_rate, self.weight_decay)
        betas = (self.beta1, self.beta2)
        return optim.AdamW(groups, lr=self.learning_rate, betas=betas, fused=fused)
