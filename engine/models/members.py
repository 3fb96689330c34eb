"""Several networks in one: their heads, and the mean of what they predict."""

from __future__ import annotations

import math
from typing import ClassVar

import torch
from torch import Tensor, nn
from torch.nn import functional

from engine.messages import N_
from engine.schema import Task


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


def averaged(outputs: Tensor, task: Task) -> Tensor:
    """The members' outputs (rows, members, outputs) as one (rows, outputs).

    Values are averaged. Of classes the probabilities are averaged, and given as logits again, so that
    whatever comes after treats them as those of a single network.
    """
    if not task.is_classification:
        return outputs.mean(dim=1)
    if task in (Task.BINARY, Task.MULTI_LABEL):
        for_, against = functional.logsigmoid(outputs), functional.logsigmoid(-outputs)
        return for_.logsumexp(dim=1) - against.logsumexp(dim=1)
    return functional.log_softmax(outputs, dim=2).logsumexp(dim=1) - math.log(outputs.shape[1])
