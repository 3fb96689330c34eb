"""Muon: steps whose directions are made independent of each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal, Self

from pydantic import Field

from engine.messages import N_
from engine.recipe.families import Optimizer
from engine.training.optimizer_fields import LearningRate, Momentum, WeightDecay

if TYPE_CHECKING:
    from collections.abc import Iterable

    from torch import nn, optim


class Muon(Optimizer):
    """Jordan et al., “Muon: an optimizer for hidden layers in neural networks”, 2024.

    For the weight matrices inside the trunk; everything else is trained by AdamW.
    """

    title: ClassVar[str] = N_("Muon")
    summary: ClassVar[str] = N_("Evens out the steps of the hidden layers. Strong and slower.")
    order: ClassVar[int] = 15

    kind: Literal["muon"] = "muon"
    learning_rate: LearningRate = 0.02
    adamw_learning_rate: float = Field(
        default=1e-3,
        gt=0,
        le=10,
        title=N_("Learning rate of the rest"),
        description=N_("For encoders, head, biases: AdamW's. It follows the schedule too."),
        json_schema_extra={"log": True},
    )
    momentum: Momentum = 0.95
    weight_decay: WeightDecay = 0.01

    def with_learning_rate(self, value: float) -> Self:
        """AdamW's rate goes along."""
        rest = self.adamw_learning_rate * value / self.learning_rate
        rates = {"learning_rate": value, "adamw_learning_rate": float(f"{min(10.0, rest):.3g}")}
        return self.model_copy(update=rates)

    def build(self, parameters: Iterable[nn.Parameter], *, fused: bool) -> optim.Optimizer:
        """`engine.training.descent.Muon`."""
        from engine.models.marks import mark_of
        from engine.training.descent import Muon as Descent
        from engine.training.groups import parameter_groups

        given = list(parameters)
        inside = [p for p in given if mark_of(p).matrix]
        rest = [p for p in given if not mark_of(p).matrix]
        groups = parameter_groups(inside, self.learning_rate, self.weight_decay)
        for group in groups:
            group |= {"orthogonal": True, "momentum": self.momentum}
        share = self.adamw_learning_rate / self.learning_rate
        for group in parameter_groups(rest, self.adamw_learning_rate, self.weight_decay):
            group["rate"] *= share
            groups.append(group)
        return Descent(groups, self.learning_rate, fused=fused)
