"""L1: weights drawn towards zero, and held there."""

from __future__ import annotations

import torch
from torch import Tensor, optim

from engine.models.marks import mark_of


class Shrink:
    """Takes `strength` · learning rate off the size of every weight after each step, never past zero.

    The proximal step for the penalty `strength` · Σ|w| (Duchi and Singer, “Efficient online and batch
    learning using forward backward splitting”, JMLR 10, 2009, section 5.1), apart from the gradient as
    weight decay is in AdamW, so that it means the same with every optimizer and leaves exact zeros. As
    there, biases and the like are spared.
    """

    def __init__(self, optimizer: optim.Optimizer, strength: float) -> None:
        """`optimizer` tells parameters and learning rates."""
        self._optimizer = optimizer
        self._strength = strength
        self._weights: list[list[Tensor]] = []

    @torch.no_grad()
    def step(self) -> None:
        """Shrink all weights once."""
        if len(self._weights) != len(self._optimizer.param_groups):  # steering may divide groups
            self._weights = [
                [parameter for parameter in group["params"] if mark_of(parameter).decays]
                for group in self._optimizer.param_groups
            ]
        for group, weights in zip(self._optimizer.param_groups, self._weights, strict=True):
            if weights:
                most = group["lr"] * self._strength
                taken = [weight.clamp(-most, most) for weight in weights]
                torch._foreach_sub_(weights, taken)
