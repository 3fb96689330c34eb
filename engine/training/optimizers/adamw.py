"""AdamW: Adam with decoupled weight decay."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from engine.messages import N_
from engine.recipe.families import Optimizer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from torch import nn, optim


class AdamW(Optimizer):
    """Loshchilov and Hutter, ICLR 2019."""

    title: ClassVar[str] = N_("AdamW")
    summary: ClassVar[str] = N_("Adam with weight decay done right. The usual choice.")
    order: ClassVar[int] = 10

    kind: Literal["adamw"] = "adamw"
    learning_rate: float = Field(
        default=1e-3,
        gt=0,
        le=10,
        title=N_("Learning rate"),
        description=N_("Size of a step. Too large diverges, too small crawls."),
        json_schema_extra={"log": True},
    )
    weight_decay: float = Field(
        default=1e-4,
        ge=0,
        le=10,
        title=N_("Weight decay"),
        description=N_("Pulls the weights towards zero, against overfitting."),
    )
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
