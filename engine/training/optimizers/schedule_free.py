"""AdamW that needs no schedule."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from engine.messages import N_
from engine.recipe.families import Optimizer
from engine.training.optimizer_fields import LearningRate, WeightDecay

if TYPE_CHECKING:
    from collections.abc import Iterable

    from torch import nn, optim

    from engine.training.averages import Average


class ScheduleFree(Optimizer):
    """Defazio et al., “The road less scheduled”, NeurIPS 2024: the package schedulefree.

    Trains with a mean of its steps in the place of a falling learning rate. The mean is what is scored and
    kept; with an averaging of the recipe's own, that one is.
    """

    title: ClassVar[str] = N_("Schedule-free AdamW")
    summary: ClassVar[str] = N_("AdamW with a mean of its steps. Leave the schedule constant.")
    order: ClassVar[int] = 12

    kind: Literal["schedule_free"] = "schedule_free"
    learning_rate: LearningRate = 2.5e-3
    weight_decay: WeightDecay = 0.0
    warmup: int = Field(
        default=50,
        ge=0,
        le=100_000,
        title=N_("Warm-up"),
        description=N_("Steps in which the learning rate rises from zero."),
        json_schema_extra={"unit": N_("steps")},
    )

    def build(self, parameters: Iterable[nn.Parameter], *, fused: bool) -> optim.Optimizer:
        """`schedulefree.AdamWScheduleFree`, which has no fused form."""
        from schedulefree import AdamWScheduleFree

        from engine.training.groups import parameter_groups

        del fused
        groups = parameter_groups(parameters, self.learning_rate, self.weight_decay)
        built: optim.Optimizer = AdamWScheduleFree(
            groups, lr=self.learning_rate, warmup_steps=self.warmup
        )
        built.train()  # type: ignore[attr-defined]
        return built

    def average(self, network: nn.Module, optimizer: optim.Optimizer) -> Average:
        """What it keeps."""
        from engine.training.averages import ScheduleFreeAverage

        return ScheduleFreeAverage(network, optimizer)
