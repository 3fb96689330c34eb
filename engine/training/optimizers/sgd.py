"""Stochastic gradient descent."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from engine.messages import N_
from engine.recipe.families import Optimizer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from torch import nn, optim


class Sgd(Optimizer):
    """Plain steps along the gradient, with momentum."""

    title: ClassVar[str] = N_("SGD")
    summary: ClassVar[str] = N_(
        "Plain gradient steps with momentum. Needs a well-chosen learning rate."
    )
    order: ClassVar[int] = 30

    kind: Literal["sgd"] = "sgd"
    learning_rate: float = Field(
        default=1e-2,
        gt=0,
        le=10,
        title=N_("Learning rate"),
        description=N_("Size of a step. Too large diverges, too small crawls."),
        json_schema_extra={"log": True},
    )
    momentum: float = Field(
        default=0.9,
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
        """`torch.optim.SGD`."""
        from torch import optim

        from engine.training.groups import parameter_groups

        groups = parameter_groups(parameters, self.learning_rate, self.weight_decay)
        return optim.SGD(groups, lr=self.learning_rate, momentum=self.momentum, fused=fused)
