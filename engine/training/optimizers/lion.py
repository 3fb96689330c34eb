"""Lion: steps of one size in the direction of the momentum's sign."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from engine.messages import N_
from engine.recipe.families import Optimizer
from engine.training.optimizer_fields import LearningRate, WeightDecay

if TYPE_CHECKING:
    from collections.abc import Iterable

    from torch import nn, optim


class Lion(Optimizer):
    """Chen et al., “Symbolic discovery of optimization algorithms”, NeurIPS 2023, algorithm 2.

    The authors take a learning rate 3 to 10 times smaller than AdamW's, and a decay as much larger.
    """

    title: ClassVar[str] = N_("Lion")
    summary: ClassVar[str] = N_(
        "Every weight moves by the same amount. Needs a small learning rate."
    )
    order: ClassVar[int] = 70

    kind: Literal["lion"] = "lion"
    learning_rate: LearningRate = 2e-4
    weight_decay: WeightDecay = 1e-3

    def build(self, parameters: Iterable[nn.Parameter], *, fused: bool) -> optim.Optimizer:
        """`engine.training.descent.Lion`."""
        from engine.training.descent import Lion as Descent
        from engine.training.groups import parameter_groups

        del fused
        groups = parameter_groups(parameters, self.learning_rate, self.weight_decay)
        return Descent(groups, self.learning_rate)
