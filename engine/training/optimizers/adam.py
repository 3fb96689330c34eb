"""Adam."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from engine.messages import N_
from engine.recipe.families import Optimizer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from torch import nn, optim


class Adam(Optimizer):
    """Kingma and Ba, ICLR 2015."""

    title: ClassVar[str] = N_("Adam")
    summary: ClassVar[str] = N_("Adapts the step of each weight by itself.")
    order: ClassVar[int] = 20

    kind: Literal["adam"] = "adam"
    learning_rate: float = Field(
        default=1e-3,
        gt=0,
        le=10,
        title=N_("Learning rate"),
        description=N_("Size of a step. Too large diverges, too small crawls."),
        json_schema_extra={"log": True},
    )

    def build(self, parameters: Iterable[nn.Parameter], *, fused: bool) -> optim.Optimizer:
        """`torch.optim.Adam`."""
        from torch import optim

        from engine.training.groups import parameter_groups

        groups = parameter_groups(parameters, self.learning_rate)
        return optim.Adam(groups, lr=self.learning_rate, fused=fused)
