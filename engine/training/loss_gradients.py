"""Losses of a batch with their slope, without autograd where the loss is one of the usual ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby
from typing import NamedTuple, Protocol, TypeAlias

import torch
from torch import Tensor

from engine.training.losses.cross_entropy import CrossEntropy
from engine.training.losses.squared import Squared
from engine.training.objective import Objective
from engine.training.tensors import Rows

Formula: TypeAlias = Callable[[Tensor, Tensor, int], Tensor]
"""A loss from outputs and target of one shape, reduced as torch numbers it: 0 not at all, 1 to the mean."""


class UnreadLoss(NamedTuple):
    """The loss of a small batch, which is computed when it is read, with many others in one go."""

    outputs: Tensor
    target: Tensor
    formula: Formula

    def item(self) -> float:
        """The loss."""
        return float(self.formula(self.outputs, self.target, _MEAN).item())


GivenLoss: TypeAlias = Tensor | UnreadLoss


class LossGradient(Protocol):
    """A loss with its slope."""

    def __call__(
        self, outputs: Tensor, target: Tensor, weights: Tensor | None
    ) -> tuple[GivenLoss, Tensor]:
        """The loss of a batch and its gradient by the outputs, which the next call may overwrite."""

    def is_written_out(self, batch: Rows) -> bool:
        """Whether it needs no autograd."""


_NONE, _MEAN = 0, 1
_NO_CLASS = -100
_SMALL = 4096
"""Outputs of a batch whose loss is read later: computing it takes longer than keeping it."""
_READ = 16_384
"""Outputs whose losses are computed together: too few for torch to divide a mean among threads."""
_aten = torch.ops.aten


def loss_gradient(objective: Objective) -> LossGradient:
    """What computes both; the same to the bit as autograd does."""
    loss = objective.unweighted
    if isinstance(loss, CrossEntropy) and loss.smoothing == 0:
        return _Plain(objective, _Classes())
    if isinstance(loss, Squared):
        return _Plain(objective, _squared)
    return _ByAutograd(objective)


def read_losses(losses: Sequence[GivenLoss]) -> list[float]:
    """Losses as numbers, in their order; of each the same to the bit, whichever are read with it."""
    found: list[float] = []
    for shape, group in groupby(losses, _shape_of_unread):
        if shape is None:
            found += torch.stack([each for each in group if isinstance(each, Tensor)]).tolist()
            continue
        unread = [each for each in group if isinstance(each, UnreadLoss)]
        at_once = max(1, _READ // shape.numel())
        for start in range(0, len(unread), at_once):
            some = unread[start : start + at_once]
            outputs = torch.cat([each.outputs for each in some]).view(len(some), -1)
            target = torch.cat([each.target for each in some]).view(len(some), -1)
            found += some[0].formula(outputs, target, _NONE).mean(1).tolist()
    return found


def _shape_of_unread(loss: GivenLoss) -> torch.Size | None:
    return loss.outputs.shape if isinstance(loss, UnreadLoss) else None


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

    def is_written_out(self, batch: Rows) -> bool:
        """Never."""
        return False


class _Plain:
    """A loss written out, where rows have no weights."""

    def __init__(
        self,
        objective: Objective,
        written_out: Callable[[Tensor, Tensor], tuple[GivenLoss, Tensor]],
    ) -> None:
        self._otherwise, self._written_out = _ByAutograd(objective), written_out

    def __call__(
        self, outputs: Tensor, target: Tensor, weights: Tensor | None
    ) -> tuple[GivenLoss, Tensor]:
        if weights is None and outputs.dim() == 2:
            return self._written_out(outputs, target)
        return self._otherwise(outputs, target, weights)

    def is_written_out(self, batch: Rows) -> bool:
        """Of networks with one member, which dense ones are."""
        return batch.weights is None


class _Classes:
    """Cross-entropy of two or more classes."""

    def __init__(self) -> None:
        self._count = torch.zeros(())
        self._slope = torch.empty(0)

    def __call__(self, outputs: Tensor, target: Tensor) -> tuple[GivenLoss, Tensor]:
        if not target.is_floating_point():
            return _several_classes(outputs, target)
        slope = self._slope
        if slope.shape != outputs.shape:
            # Kept, so that whoever is given it again may keep what was made of it.
            slope = self._slope = torch.empty_like(outputs)
            self._count = torch.full((), outputs.numel(), dtype=outputs.dtype)
        torch.sigmoid(outputs, out=slope).sub_(target).div_(self._count)
        return _given(outputs, target, _two_classes), slope


def _given(outputs: Tensor, target: Tensor, formula: Formula) -> GivenLoss:
    if outputs.numel() <= _SMALL:
        return UnreadLoss(outputs, target, formula)
    return formula(outputs, target, _MEAN)


def _two_classes(outputs: Tensor, target: Tensor, reduction: int) -> Tensor:
    return torch.binary_cross_entropy_with_logits(outputs, target, None, None, reduction)


def _several_classes(outputs: Tensor, target: Tensor) -> tuple[Tensor, Tensor]:
    logs = torch._log_softmax(outputs, 1, False)
    loss, total = _aten.nll_loss_forward.default(logs, target, None, _MEAN, _NO_CLASS)
    one = torch.ones_like(loss)
    slope = _aten.nll_loss_backward.default(one, logs, target, None, _MEAN, _NO_CLASS, total)
    return loss, torch._log_softmax_backward_data(slope, logs, 1, outputs.dtype)


def _squared(outputs: Tensor, target: Tensor) -> tuple[GivenLoss, Tensor]:
    one = torch.ones((), dtype=outputs.dtype)
    slope = _aten.mse_loss_backward.default(one, outputs, target, _MEAN)
    return _given(outputs, target, _aten.mse_loss.default), slope
