"""RMSprop: steps divided by the recent size of the gradient."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from engine.messages import N_
from engine.recipe.families import Optimizer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from torch import nn, optim


class RmsProp(Optimizer):
    """Tieleman and Hinton, lecture 6.5 of “Neural networks for machine learning”, 2012."""

    title: ClassVar[str] = N_("RMSprop")
    summary: ClassVar[str] = N_("Divides each step by the recent size of the gradient.")
    order: ClassVar[int] = 50

    kind: Literal["rmsprop"] = "rmsprop"
    learning_rate: float = Field(
        default=1e-3,
        gt=0,
        le=10,
        title=N_("Learning rate"),
        description=N_("Size of a step. Too large diverges, too small crawls."),
        json_schema_extra={"log": True},
    )
    memory: float = Field(
        default=0.99,
        ge=0,
        lt=1,
        title=N_("Memory of sizes"),
        description=N_("Share of the mean squared gradient carried into the next step."),
    )
    momentum: float = Field(
        default=0.0,
        ge=0,
        lt=1,
        title=N_("Momentum"),
        description=N_("Share of the last step carried into the next one."),
    )
    weight_decay: float = Field(
        default=0.0,
        ge=0,
        le=10,
        title=N_("Weight decay"),
        description=N_("Pulls the weights towards zero, against overfitting."),
    )

    def build(self, parameters: Iterable[nn.Parameter], *, fused: bool) -> optim.Optimizer:
        """`torch.optim.RMSprop`, which has no fused form."""
        from torch import optim

        from engine.training.groups import parameter_groups

        del fused
        groups = parameter_groups(parameters, self.learning_rate, self.weight_decay)
        return optim.RMSprop(
            groups, lr=self.learning_rate, alpha=self.memory, momentum=self.momentum
        )
