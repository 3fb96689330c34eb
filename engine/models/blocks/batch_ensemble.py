"""Members of an ensemble that share weights: BatchEnsemble, as TabM has it.

Wen et al., “BatchEnsemble”, ICLR 2020, section 3.1; Gorishniy et al., “TabM”, ICLR 2025, section 3.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import ClassVar, Literal, TypeAlias

import torch
from torch import Tensor, nn

from engine.messages import N_

Scaling: TypeAlias = Literal["normal", "signs", "ones"]


class Members(nn.Module):
    """One row for each member: (rows, width) to (rows, members, width), without a copy."""

    title: ClassVar[str] = N_("Members")

    def __init__(self, members: int) -> None:
        super().__init__()
        self.members = members

    def forward(self, rows: Tensor) -> Tensor:
        """The same row for every member."""
        return rows.unsqueeze(1).expand(-1, self.members, -1)


class MemberScale(nn.Module):
    """A vector of its own for each member, multiplied in."""

    title: ClassVar[str] = N_("Scales per member")

    def __init__(
        self, members: int, width: int, scaling: Scaling, chunks: Sequence[int] = ()
    ) -> None:
        """Drawn by `scaling`, one number for each of `chunks`, the widths of columns, if given."""
        super().__init__()
        self.scale = nn.Parameter(_scales(members, width, scaling, chunks))

    def forward(self, rows: Tensor) -> Tensor:
        """(rows, members, width), the same shape."""
        return rows * self.scale


class BatchEnsembleLinear(nn.Module):
    """((x · r) W) · s + b with r, s and b of each member's own and W shared by all.

    All members start with the same bias.
    """

    title: ClassVar[str] = N_("Linear, shared")

    def __init__(
        self,
        members: int,
        in_features: int,
        out_features: int,
        scaling: Scaling = "ones",
        chunks: Sequence[int] = (),
    ) -> None:
        """`scaling` and `chunks` are those of the inputs' scales; the outputs' scales start at 1."""
        super().__init__()
        self.in_features, self.out_features = in_features, out_features
        bound = 1 / math.sqrt(in_features)
        self.weight = nn.Parameter(torch.empty(out_features, in_features).uniform_(-bound, bound))
        self.scale_in = nn.Parameter(_scales(members, in_features, scaling, chunks))
        self.scale_out = nn.Parameter(torch.ones(members, out_features))
        bias = torch.empty(out_features).uniform_(-bound, bound)
        self.bias = nn.Parameter(bias.repeat(members, 1))

    def forward(self, rows: Tensor) -> Tensor:
        """(rows, members, in) to (rows, members, out)."""
        shared = nn.functional.linear(rows * self.scale_in, self.weight)
        return torch.addcmul(self.bias, shared, self.scale_out)


def _scales(members: int, width: int, scaling: Scaling, chunks: Sequence[int]) -> Tensor:
    sizes = torch.tensor(list(chunks) or [1] * width)
    shape = (members, len(sizes))
    if scaling == "ones":
        drawn = torch.ones(shape)
    elif scaling == "signs":
        drawn = torch.randint(0, 2, shape).to(torch.float32) * 2 - 1
    else:
        drawn = torch.randn(shape)
    return drawn.repeat_interleave(sizes, dim=1, output_size=width)
