"""Losses of a batch with their slope, without autograd where the loss is one of the usual ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import torch
from torch import Tensor

from engine.training.losses.cross_entropy import CrossEntropy
from engine.training.losses.squared import Squared
from engine.training.objective import Objective

LossGradient: TypeAlias = Callable[[Tensor, Tensor, Tensor | None], tuple[Tensor, Tensor]]
"""From outputs, target and row weights to the loss and its gradient by the outputs."""

_MEAN = 1
_NO_CLASS = -100
_aten = torch.ops.aten


def loss_gradient(objective: Objective) -> LossGradient:
    """What computes both; the same to the bit as autograd does."""
    loss = objective.unweighted
    if isinstance(loss, CrossEntropy) and loss.smoothing == 0:
        return _Plain(objective, _cross_entropy)
    if isinstance(loss, Squared):
        return _Plain(objective, _squared)
    return _ByAutograd(objective)


class _ByAutograd:
    """Any objective."""

    def __init__(self, objective: Objective) -> None:
        self._objective = objective

    def __call__(
        self, outputs: Tensor, target: Tensor, weights: Tensor | None
    ) -> tuple[Tensor, Tensor]:
        with torch.enable_grad():
            outputs = outputs.detach().requires_grad_()
            loss = self._objective(outputs, target, weights)
            (gradient,) = torch.autograd.grad(loss, outputs)
        return loss.detach(), gradient


class _Plain:
    """A loss written out, where rows have no weights."""

    def __init__(
        self, objective: Objective, formula: Callable[[Tensor, Tensor], tuple[Tensor, Tensor]]
    ) -> None:
        self._otherwise, self._formula = _ByAutograd(objective), formula

    def __call__(
        self, outputs: Tensor, target: Tensor, weights: Tensor | None
    ) -> tuple[Tensor, Tensor]:
        if weights is None and outputs.dim() == 2:
            return self._formula(outputs, target)
        return self._otherwise(outputs, target, weights)


def _cross_entropy(outputs: Tensor, target: Tensor) -> tuple[Tensor, Tensor]:
    if target.is_floating_point():
        loss = torch.binary_cross_entropy_with_logits(outputs, target, None, None, _MEAN)
        return loss, outputs.sigmoid().sub_(target).div_(outputs.numel())
    logs = torch._log_softmax(outputs, 1, False)
    loss, total = _aten.nll_loss_forward.default(logs, target, None, _MEAN, _NO_CLASS)
    one = torch.ones_like(loss)
    slope = _aten.nll_loss_backward.default(one, logs, target, None, _MEAN, _NO_CLASS, total)
    return loss, torch._log_softmax_backward_data(slope, logs, 1, outputs.dtype)


def _squared(outputs: Tensor, target: Tensor) -> tuple[Tensor, Tensor]:
    loss = _aten.mse_loss.default(outputs, target, _MEAN)
    one = torch.ones_like(loss)
    return loss, _aten.mse_loss_backward.default(one, outputs, target, _MEAN)
