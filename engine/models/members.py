"""Several networks in one: their heads, and the mean of what they predict."""

from __future__ import annotations

import math
from typing import ClassVar

import torch
from torch import Tensor, nn
from torch.nn import functional

from engine.data.preparing.inputs import OutputForm
from engine.data.preparing.target.gaussian import FLOOR
from engine.messages import N_


class MemberHead(nn.Module):
    """A linear layer for each member, with weights of its own; all in one product of batches."""

    title: ClassVar[str] = N_("Heads")

    def __init__(self, members: int, in_features: int, out_features: int) -> None:
        super().__init__()
        self.members, self.in_features, self.out_features = members, in_features, out_features
        self.weight = nn.Parameter(torch.empty(members, in_features, out_features))
        self.bias = nn.Parameter(torch.empty(members, out_features))
        bound = 1 / math.sqrt(in_features)
        nn.init.uniform_(self.weight, -bound, bound)
        nn.init.uniform_(self.bias, -bound, bound)

    def forward(self, rows: Tensor) -> Tensor:
        """(rows, members, in) to (rows, members, out)."""
        by_member = rows.transpose(0, 1)
        outputs = torch.baddbmm(self.bias.unsqueeze(1), by_member, self.weight)
        return outputs.transpose(0, 1)


class Thresholds(nn.Module):
    """From one score to the logit of being above each ordered class but the last.

    The thresholds start where equally many rows of a standard logistic score lie between them, and stay
    in order: each is the one before plus a positive step.
    """

    title: ClassVar[str] = N_("Thresholds")
    _LEAST = 1e-3
    """The smallest step."""

    def __init__(self, count: int) -> None:
        super().__init__()
        shares = torch.arange(1, count + 1, dtype=torch.float64) / (count + 1)
        start = torch.logit(shares).float()
        self.first = nn.Parameter(start[:1].clone())
        steps = (start[1:] - start[:-1] - self._LEAST).clamp(min=self._LEAST)
        self.steps = nn.Parameter(torch.log(torch.expm1(steps)))

    def forward(self, score: Tensor) -> Tensor:
        """(…, 1) to (…, `count`), decreasing."""
        further = (functional.softplus(self.steps) + self._LEAST).cumsum(0)
        return score - torch.cat([self.first, self.first + further])


def averaged(outputs: Tensor, form: OutputForm) -> Tensor:
    """The members' outputs (rows, members, outputs) as one (rows, outputs).

    Values are averaged. Of classes the probabilities are averaged, and given as logits again, so that
    whatever comes after treats them as those of a single network. Of bell curves mean and variance of
    their mixture are taken (Lakshminarayanan et al., NeurIPS 2017, section 2.4).
    """
    if form is OutputForm.VALUES:
        return outputs.mean(dim=1)
    if form is OutputForm.GAUSSIAN:
        return _mixture(outputs)
    if form in (OutputForm.LOGITS, OutputForm.THRESHOLDS):
        for_, against = functional.logsigmoid(outputs), functional.logsigmoid(-outputs)
        return for_.logsumexp(dim=1) - against.logsumexp(dim=1)
    return functional.log_softmax(outputs, dim=2).logsumexp(dim=1) - math.log(outputs.shape[1])


def _mixture(outputs: Tensor) -> Tensor:
    """Pairs of mean and raw deviation, (rows, members, 2 · targets), as those of their mixture."""
    pairs = outputs.reshape(*outputs.shape[:2], -1, 2)
    means, deviations = pairs[..., 0], functional.softplus(pairs[..., 1]) + FLOOR
    mean = means.mean(dim=1)
    # About the mean of the means, which loses no digits: the members differ by little.
    variance = (deviations.square() + (means - mean.unsqueeze(1)).square()).mean(dim=1)
    inner = (variance.sqrt() - FLOOR).clamp(min=torch.finfo(outputs.dtype).tiny)
    raw = inner + torch.log(-torch.expm1(-inner))  # the inverse of softplus, safe for large ones
    return torch.stack([mean, raw], dim=2).flatten(1)
