"""NAdam: Adam that looks a step ahead."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from engine.messages import N_
from engine.recipe.families import Optimizer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from torch import nn, optim


class NAdam(Optimizer):
    """Dozat, “Incorporating Nesterov momentum into Adam”, ICLR workshop 2016, with decoupled decay."""

    title: ClassVar[str] = N_("NAdam")
    summary: ClassVar[str] = N_("Adam with Nesterov's momentum. Often a little faster.")
    order: ClassVar[int] = 40

    kind: Literal["nadam"] = "nadam"
    learning_rate: float = Field(
        default=2e-3,
        gt=0,
        le=10,
        title=N_("Learning rate"),
        description=N_("Size of a step. Too large diverges, too small crawls."),
        json_schema_extra={"log": True},
    )
    weight_decay: float = Field(
        default=0.0,
        ge=0,
        le=10,
        title=N_("Weight decay"),
        description=N_("Pulls the weights towards zero, against overfitting."),
    )

    def build(self, parameters: Iterable[nn.Parameter], *, fused: bool) -> optim.Optimizer:
        """`torch.optim.NAdam`, which has no fused form."""
        from torch import optim

        from engine.training.groups import parameter_groups

        del fused
        groups = parameter_groups(parameters, self.learning_rate, self.weight_decay)
        return optim.NAdam(groups, lr=self.learning_rate, decoupled_weight_decay=True)
