"""A path around layers, and stochastic depth."""

from __future__ import annotations

from typing import ClassVar

from torch import Tensor, nn

from engine.messages import N_


class StochasticDepth(nn.Module):
    """Leaves a block out for a row at random while training.

    Huang et al., “Deep networks with stochastic depth”, ECCV 2016, section 3; what stays is scaled up
    as in dropout, so that evaluation needs no factor.
    """

    def __init__(self, share: float) -> None:
        super().__init__()
        self.share = share

    def forward(self, rows: Tensor) -> Tensor:
        """The same shape."""
        if not self.training or self.share == 0:
            return rows
        keep = 1.0 - self.share
        shape = (len(rows),) + (1,) * (rows.dim() - 1)
        return rows * rows.new_empty(shape).bernoulli_(keep).div_(keep)


class Residual(nn.Module):
    """x + body(x)."""

    title: ClassVar[str] = N_("Residual block")
    adds_input = True

    def __init__(self, body: nn.Module, depth: float = 0.0) -> None:
        """`depth` is the share of rows for which the body is left out in training."""
        super().__init__()
        self.body = body
        self.depth = StochasticDepth(depth) if depth > 0 else None

    def forward(self, rows: Tensor) -> Tensor:
        """The same shape."""
        change: Tensor = self.body(rows)
        if self.depth is not None:
            change = self.depth(change)
        return rows + change
