"""Layers that multiply inputs with each other."""

from __future__ import annotations

from typing import ClassVar

import torch
from torch import Tensor, nn

from engine.messages import N_


class CrossNetwork(nn.Module):
    """x₀ · layer(x) + x, again and again: Wang et al., “DCN V2”, WWW 2021, section 3.2, equation 1."""

    title: ClassVar[str] = N_("Cross network")

    def __init__(self, width: int, layers: int, rank: int | None, experts: int) -> None:
        """`layers` of full rank, or of `rank` as a mixture of `experts`."""
        super().__init__()
        self.layers = nn.ModuleList(
            nn.Linear(width, width) if rank is None else LowRankMixture(width, rank, experts)
            for _ in range(layers)
        )

    def forward(self, rows: Tensor) -> Tensor:
        """The same shape."""
        crossed = rows
        for layer in self.layers:
            crossed = torch.addcmul(crossed, rows, layer(crossed))
        return crossed


class LowRankMixture(nn.Module):
    """Experts U tanh(C tanh(Vᵀ x)) + b, weighted by a gate: DCN V2, section 3.5."""

    title: ClassVar[str] = N_("Low-rank experts")

    def __init__(self, width: int, rank: int, experts: int) -> None:
        super().__init__()
        self.into = nn.Parameter(torch.empty(experts, width, rank))
        self.inner = nn.Parameter(torch.empty(experts, rank, rank))
        self.back = nn.Parameter(torch.empty(experts, rank, width))
        for weights in (self.into, self.inner, self.back):
            for expert in weights:
                nn.init.xavier_normal_(expert.data)
        self.bias = nn.Parameter(torch.zeros(width))
        self.gate = nn.Linear(width, experts) if experts > 1 else None

    def forward(self, rows: Tensor) -> Tensor:
        """(rows, width), the same shape."""
        inside = torch.einsum("nw,ewr->enr", rows, self.into).tanh()
        inside = torch.bmm(inside, self.inner).tanh()
        found = torch.bmm(inside, self.back) + self.bias  # (experts, rows, width)
        if self.gate is None:
            return found[0]
        shares: Tensor = self.gate(rows).softmax(dim=1)
        return torch.einsum("enw,ne->nw", found, shares)


class FactorizationMachine(nn.Module):
    """Sums over all pairs of columns of the products of their vectors, place by place.

    Rendle, “Factorization machines”, ICDM 2010, section III: ½((Σ v)² − Σ v²), in linear time. The places
    are kept apart for the head to weigh; weights of 1 give the machine's sum.
    """

    title: ClassVar[str] = N_("Factorization machine")

    def forward(self, tokens: Tensor) -> Tensor:
        """(rows, columns, width) to (rows, width)."""
        found: Tensor = 0.5 * (tokens.sum(dim=1).square() - tokens.square().sum(dim=1))
        return found
