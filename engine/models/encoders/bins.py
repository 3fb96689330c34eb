"""Numbers as places within quantile bins."""

from __future__ import annotations

import math
from typing import ClassVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from engine.messages import N_
from engine.models.encoders.layers import LinearTokens
from engine.models.start import StartsFromRows


class Bins(StartsFromRows):
    """Piecewise-linear encoding: per column, how far a number got through each bin.

    Gorishniy et al., “On embeddings for numerical features”, NeurIPS 2022, section 3.2, equation 1: 0
    below a bin, 1 above it, linear within; the first bin is open below and the last one above. Where a
    number is so frequent that quantiles fall together, it gets one bin and the other numbers share the
    rest. A column with fewer distinct numbers has fewer bins; the rest of its places stay 0.
    """

    title: ClassVar[str] = N_("Quantile bins")
    edges: Tensor

    def __init__(self, columns: int, bins: int) -> None:
        """The edges are those of a normal distribution until `start` is called."""
        super().__init__()
        shares = torch.linspace(0, 1, bins + 1, dtype=torch.float64).clamp(1e-3, 1 - 1e-3)
        edges = torch.special.ndtri(shares).to(torch.float32)
        self.register_buffer("edges", edges.repeat(columns, 1))

    def start(self, came: Tensor) -> None:
        """Edges at the quantiles of each column."""
        columns, places = self.edges.shape
        shares = np.linspace(0, 1, places)
        found = np.quantile(came.cpu().numpy(), shares, axis=0).astype(np.float32)
        edges = np.empty((columns, places), np.float32)
        for column in range(columns):
            distinct = np.unique(found[:, column])
            if len(distinct) < places:
                distinct = _parted(came[:, column].cpu().numpy(), places)
            if len(distinct) == 1:  # a constant: one bin around it
                distinct = distinct + np.array([-0.5, 0.5], np.float32) * max(
                    1.0, float(abs(distinct[0]))
                )
            edges[column] = np.pad(distinct, (0, places - len(distinct)), mode="edge")
        self.edges.copy_(torch.from_numpy(edges))

    def forward(self, numbers: Tensor) -> Tensor:
        """(rows, columns) to (rows, columns, bins)."""
        low, size = self.edges[:, :-1], self.edges.diff(dim=1)
        real = size > 0
        slope = torch.where(real, 1 / torch.where(real, size, 1.0), 0.0)
        last = real & ~nn.functional.pad(real[:, 1:], (0, 1))
        first = torch.zeros_like(real)
        first[:, 0] = True
        floor = torch.where(first, -math.inf, 0.0)
        ceiling = torch.where(last, math.inf, 1.0)
        passed = (numbers.unsqueeze(-1) - low) * slope
        return passed.clamp(floor, ceiling)


class BinEmbedding(StartsFromRows):
    """A linear embedding plus a linear map of the bins that starts at zero, column by column.

    Version “B” of the authors' library of embeddings, without activation: at the start of training it
    is the linear embedding, and the bins bend it.
    """

    title: ClassVar[str] = N_("Bin embedding")

    def __init__(self, columns: int, bins: int, width: int, *, bias: bool = True) -> None:
        super().__init__()
        self.linear = LinearTokens(columns, width, bias=bias)
        self.bins = Bins(columns, bins)
        self.weight = nn.Parameter(torch.zeros(columns, bins, width))

    def start(self, came: Tensor) -> None:
        """Edges at the quantiles of each column."""
        self.bins.start(came)

    def forward(self, numbers: Tensor) -> Tensor:
        """(rows, columns) to (rows, columns, width)."""
        bent = torch.bmm(self.bins(numbers).transpose(0, 1), self.weight).transpose(0, 1)
        tokens: Tensor = self.linear(numbers)
        return tokens + bent


def _parted(values: NDArray[np.float32], places: int) -> NDArray[np.float32]:
    """At most so many edges among the values, increasing, where frequent values count for one bin only.

    As LightGBM finds its bins (Ke et al., NeurIPS 2017, section 2.1, and its `GreedyFindBin`).
    """
    distinct, counts = np.unique(values, return_counts=True)
    if len(distinct) <= places:
        return distinct
    weights = counts.astype(np.float64)
    for _ in range(8):
        weights = np.minimum(counts, weights.sum() / (places - 1))
    passed = np.cumsum(weights) - weights / 2
    wanted = np.linspace(passed[0], passed[-1], places)
    chosen = np.unique(np.searchsorted(passed, wanted).clip(0, len(distinct) - 1))
    edges: NDArray[np.float32] = distinct[chosen]
    return edges
