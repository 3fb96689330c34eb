"""What training makes small: the loss of the head, with class weights."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import torch
from torch import Tensor
from torch.nn import functional

from engine.data.preparing.preparation import Preparation
from engine.recipe.training import Training
from engine.schema import Task

Objective: TypeAlias = Callable[[Tensor, Tensor], Tensor]
"""(outputs, target) -> the mean loss per row, weighted by class where weights are asked for."""


def objective_for(preparation: Preparation, training: Training, device: torch.device) -> Objective:
    """Binary cross-entropy on one logit, cross-entropy on several, mean squared error on values.

    Of a network of several members, outputs (rows, members, outputs), it is the mean of their losses.
    """
    loss = _loss(preparation, training, device)

    def objective(outputs: Tensor, target: Tensor) -> Tensor:
        if outputs.dim() == 3:
            members = outputs.shape[1]
            return loss(outputs.flatten(0, 1), target.repeat_interleave(members, dim=0))
        return loss(outputs, target)

    return objective


def _loss(preparation: Preparation, training: Training, device: torch.device) -> Objective:
    task = preparation.task
    if task is Task.REGRESSION:
        return functional.mse_loss
    weights = class_weights(preparation, training)
    if weights is None:
        if task is Task.BINARY:
            return functional.binary_cross_entropy_with_logits
        return functional.cross_entropy
    weight = torch.tensor(weights, device=device)
    if task is Task.BINARY:
        return _Weighted(weight)
    return lambda outputs, target: functional.cross_entropy(
        outputs, target, weight.to(outputs.dtype)
    )


def class_weights(preparation: Preparation, training: Training) -> tuple[float, ...] | None:
    """Rows / (classes · rows of the class), as scikit-learn's “balanced”; None without weights."""
    if training.class_weights == "none" or not preparation.class_counts:
        return None
    counts = preparation.class_counts
    return tuple(sum(counts) / (len(counts) * count) for count in counts)


class _Weighted:
    """Binary cross-entropy as the weighted mean over rows, as cross-entropy has it."""

    def __init__(self, weight: Tensor) -> None:
        self._first, self._gain = weight[0], weight[1] - weight[0]

    def __call__(self, outputs: Tensor, target: Tensor) -> Tensor:
        weight = self._first + self._gain * target
        total = functional.binary_cross_entropy_with_logits(
            outputs, target, weight=weight, reduction="sum"
        )
        return total / weight.sum()
