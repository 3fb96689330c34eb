"""The layers of RealMLP: Holzmüller et al., “Better by default”, NeurIPS 2024, section 3."""

from __future__ import annotations

import math
from typing import ClassVar

import torch
from torch import Tensor, nn

from engine.messages import N_
from engine.models.marks import mark
from engine.models.start import StartsFromRows

_CORNERS = 5


class NtkLinear(StartsFromRows):
    """x W / √in + b, in the neural tangent parametrisation.

    Started from data: each output has deviation 1, and each bias puts the kink of the activation at a
    random mixture of five rows (“he+5”). Biases learn at a tenth of the rate.
    """

    title: ClassVar[str] = N_("Linear")

    def __init__(self, in_features: int, out_features: int) -> None:
        super().__init__()
        self.in_features, self.out_features = in_features, out_features
        self.factor = 1 / math.sqrt(in_features)
        self.weight = nn.Parameter(torch.randn(out_features, in_features))
        self.bias = mark(nn.Parameter(torch.zeros(out_features)), rate=0.1, decays=False)

    def start(self, came: Tensor) -> None:
        """Scale the weights drawn, and draw biases, from rows of inputs."""
        outputs = self.factor * came @ self.weight.T
        spread = outputs.std(dim=0, correction=0)
        # A unit that gets the same from every row has no deviation to be brought to 1.
        size = torch.where(spread > 1e-6, spread, torch.ones_like(spread))
        self.weight.div_(size.unsqueeze(1))
        outputs = outputs / size
        rows = torch.randint(0, len(came), (_CORNERS, self.out_features))
        shares = torch.empty(_CORNERS, self.out_features).exponential_()
        corners = outputs.gather(0, rows)
        self.bias.copy_(-(corners * shares / shares.sum(dim=0)).sum(dim=0))

    def forward(self, rows: Tensor) -> Tensor:
        """(rows, in) to (rows, out)."""
        return nn.functional.linear(rows, self.weight * self.factor, self.bias)


class FeatureScale(nn.Module):
    """A learned factor per input, at six times the learning rate: a soft choice of features."""

    title: ClassVar[str] = N_("Scale per input")

    def __init__(self, width: int) -> None:
        super().__init__()
        self.weight = mark(nn.Parameter(torch.ones(width)), rate=6.0)

    def forward(self, rows: Tensor) -> Tensor:
        """The same shape."""
        return rows * self.weight


class ParametricActivation(nn.Module):
    """x + a · (activation(x) − x), with a learned share a per unit that starts at 1."""

    title: ClassVar[str] = N_("Parametric activation")

    def __init__(self, activation: nn.Module, width: int) -> None:
        super().__init__()
        self.activation = activation
        self.weight = mark(nn.Parameter(torch.ones(width)), rate=0.1)

    def forward(self, rows: Tensor) -> Tensor:
        """The same shape."""
        return torch.lerp(rows, self.activation(rows), self.weight)
