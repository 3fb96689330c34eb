"""What training makes small: the recipe's loss, with the weights of classes and of rows."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from engine.data.preparing.arrays import Arrays
from engine.data.preparing.fitted_target import FittedClasses
from engine.data.preparing.preparation import Preparation
from engine.recipe.families import Loss
from engine.recipe.losses import loss_in_force
from engine.recipe.training import Training
from engine.training.tensors import Rows

_CHUNK = 1 << 20
"""Rows whose weights are summed at a time."""


class Objective:
    """The loss of batches and of parts.

    A row counts by the weight of its class times its own weight. Outputs of a network of several
    members, (rows, members, outputs), have the mean of their losses.

    Of several targets the loss of a row is the mean over those that it has: what is missing is masked.
    """

    def __init__(
        self, loss: Loss, by_class: Tensor | None, typical: float = 1.0, targets: int = 1
    ) -> None:
        """See `objective_for`.

        Args:
            loss: Of one target.
            by_class: The weight of each class, (classes,), or of several targets (targets, 2).
            typical: The mean weight of the training rows.
            targets: How many are predicted.
        """
        self._loss, self._typical, self._targets = loss, typical, targets
        self._by_class = by_class if targets == 1 else None
        self._by_label = by_class if targets > 1 else None
        self._mean = loss.mean if targets == 1 else self._mean_of_several  # looked up once

    def __call__(self, outputs: Tensor, target: Tensor, weights: Tensor | None = None) -> Tensor:
        """The loss of a training batch.

        With class weights alone it is the weighted mean. With row weights the sum is divided by the
        number of rows times the mean weight of all training rows, so that a batch that happens to hold
        heavy rows counts for more; its expected gradient is that of the weighted mean over all rows.
        """
        if self._by_class is None and weights is None:
            if outputs.dim() == 3:
                outputs, target = _of_members(outputs, target)
            return self._mean(outputs, target)
        weight = self.weights(target, weights)
        assert weight is not None
        total = (self.rows(outputs, target) * weight).sum()
        if weights is None:
            return total / weight.sum()
        return total / (len(outputs) * self._typical)

    @property
    def unweighted(self) -> Loss | None:
        """The loss of a batch without row weights, where it is just the mean of this one."""
        return self._loss if self._by_class is None and self._targets == 1 else None

    def share(self, part: Rows, batch: Rows) -> Tensor | float:
        """How much the loss of a part counts in that of its batch: they add up to it."""
        if self._by_class is None or part.weights is not None:
            return len(part) / len(batch)
        first, second = self.weights(part.target, None), self.weights(batch.target, None)
        assert first is not None
        assert second is not None
        return first.sum() / second.sum()

    def rows(self, outputs: Tensor, target: Tensor) -> Tensor:
        """The loss of each row, (rows,), before weights."""
        of_rows = self._loss.rows if self._targets == 1 else self._rows_of_several
        if outputs.dim() < 3:
            return of_rows(outputs, target)
        members = outputs.shape[1]
        return of_rows(*_of_members(outputs, target)).reshape(-1, members).mean(dim=1)

    def cells(self, outputs: Tensor, target: Tensor) -> Tensor:
        """The loss of each of several targets of each row, (rows, targets), NaN where it is missing."""
        losses, known = self._cells(outputs, target)
        return losses.where(known, torch.full_like(losses, torch.nan))

    def _cells(self, outputs: Tensor, target: Tensor) -> tuple[Tensor, Tensor]:
        """Losses (rows, targets) by class weight, and which of them count; the others are no numbers.

        All targets have the same loss and equally many outputs, so that each is a row of its own for it.
        """
        known = ~target.isnan()
        rows, each = target.numel(), outputs.shape[1] // self._targets
        # Something that every loss takes, so that what is masked has a finite gradient.
        whole = target.where(known, torch.ones_like(target))
        losses = self._loss.rows(outputs.reshape(rows, each), whole.reshape(rows, 1))
        losses = losses.reshape(target.shape)
        if self._by_label is not None:
            first, second = self._by_label.to(losses.device).unbind(dim=1)
            losses = losses * torch.where(whole > 0.5, second, first)
        return losses, known

    def _rows_of_several(self, outputs: Tensor, target: Tensor) -> Tensor:
        losses, known = self._cells(outputs, target)
        total = losses.where(known, torch.zeros_like(losses)).sum(dim=1)
        return total / known.sum(dim=1).clamp(min=1)

    def _mean_of_several(self, outputs: Tensor, target: Tensor) -> Tensor:
        return self._rows_of_several(outputs, target).mean()

    def weights(self, target: Tensor, weights: Tensor | None) -> Tensor | None:
        """How much each row counts, (rows,); None if all count the same."""
        if self._by_class is None:
            return weights
        codes = target.reshape(len(target)).long()
        by_class = self._by_class.to(target.device).index_select(0, codes)
        return by_class if weights is None else by_class * weights

    def score(self, outputs: Tensor, target: Tensor, weights: Tensor | None) -> Tensor:
        """The weighted mean over the rows of a part."""
        weight = self.weights(target, weights)
        losses = self.rows(outputs, target)
        if weight is None:
            return losses.mean()
        return (losses * weight).sum() / weight.sum()


def objective_for(
    preparation: Preparation, training: Training, device: torch.device, train: Arrays | None = None
) -> Objective:
    """The objective of a recipe.

    Args:
        preparation: Tells the task and the classes.
        training: Names the loss and the class weights.
        device: Where outputs will be.
        train: The training rows, if they have weights of their own.
    """
    loss = loss_in_force(training.loss, preparation.task)
    several = preparation.task.has_several_targets
    weights = None if several else class_weights(preparation, training)
    typical = 1.0 if train is None or train.weights is None else _typical(train, weights)
    if several:
        labels = label_weights(preparation, training)
        by_label = None if labels is None else torch.tensor(labels, device=device)
        return Objective(loss, by_label, typical, len(preparation.targets))
    by_class = None if weights is None else torch.tensor(weights, device=device)
    return Objective(loss, by_class, typical)


def label_weights(
    preparation: Preparation, training: Training
) -> tuple[tuple[float, ...], ...] | None:
    """For each of several labels the weights of its two classes, balanced; None without weights."""
    if training.class_weights == "none" or not preparation.task.is_classification:
        return None
    return tuple(
        _balanced(target.counts)
        for target in preparation.fitted_targets
        if isinstance(target, FittedClasses)
    )


def class_weights(preparation: Preparation, training: Training) -> tuple[float, ...] | None:
    """The weight of each class in the order of the codes; None without weights.

    Balanced is rows / (classes · rows of the class), as scikit-learn has it. Custom weights are divided
    by their mean over the training rows, so that they do not change the size of the steps.
    """
    counts = preparation.class_counts
    if training.class_weights == "none" or not counts:
        return None
    if training.class_weights == "balanced":
        return _balanced(counts)
    given = {weight.name: weight.weight for weight in training.custom_weights}
    weights = [given.get(name, 1.0) for name in preparation.classes]
    mean = sum(w * n for w, n in zip(weights, counts, strict=True)) / sum(counts)
    return tuple(weight / mean for weight in weights)


def _balanced(counts: Sequence[int]) -> tuple[float, ...]:
    return tuple(sum(counts) / (len(counts) * count) for count in counts)


def _of_members(outputs: Tensor, target: Tensor) -> tuple[Tensor, Tensor]:
    """Each member's outputs as a row of its own, beside the target of that row."""
    return outputs.flatten(0, 1), target.repeat_interleave(outputs.shape[1], dim=0)


def _typical(train: Arrays, by_class: tuple[float, ...] | None) -> float:
    """The mean weight of the training rows."""
    assert train.weights is not None
    assert train.values is not None
    total = 0.0
    for start in range(0, len(train), _CHUNK):
        weights = train.weights[start : start + _CHUNK].astype(np.float64)
        if by_class is not None:
            weights *= np.asarray(by_class)[train.values[start : start + _CHUNK]]
        total += float(weights.sum())
    return total / len(train)
