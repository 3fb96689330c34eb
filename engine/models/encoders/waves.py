"""Numbers as sines and cosines of learned frequencies."""

from __future__ import annotations

import math
from typing import ClassVar

import torch
from torch import Tensor, nn

from engine.messages import N_
from engine.models.encoders.layers import ColumnLinear
from engine.models.marks import mark


class Waves(nn.Module):
    """cos and sin of 2π·w·x, per column with frequencies w of its own, drawn from N(0, σ)."""

    title: ClassVar[str] = N_("Waves")

    def __init__(self, columns: int, frequencies: int, deviation: float) -> None:
        super().__init__()
        weight = torch.empty(columns, frequencies)
        # Cut at three deviations: an outlier among the frequencies would be noise for good.
        nn.init.trunc_normal_(weight, 0, deviation, -3 * deviation, 3 * deviation)
        self.weight = mark(nn.Parameter(weight), decays=False)

    def forward(self, numbers: Tensor) -> Tensor:
        """(rows, columns) to (rows, columns, 2 · frequencies)."""
        angles = 2 * math.pi * self.weight * numbers.unsqueeze(-1)
        return torch.cat((angles.cos(), angles.sin()), dim=-1)


class WaveEmbedding(nn.Module):
    """Waves, then a linear layer per column (or, lite, one for all), then ReLU."""

    title: ClassVar[str] = N_("Wave embedding")

    def __init__(
        self, columns: int, frequencies: int, deviation: float, width: int, *, lite: bool
    ) -> None:
        super().__init__()
        self.waves = Waves(columns, frequencies, deviation)
        self.linear = (
            nn.Linear(2 * frequencies, width)
            if lite
            else ColumnLinear(columns, 2 * frequencies, width)
        )
        self.relu = nn.ReLU()

    def forward(self, numbers: Tensor) -> Tensor:
        """(rows, columns) to (rows, columns, width)."""
        found: Tensor = self.relu(self.linear(self.waves(numbers)))
        return found


class DenseWaveEmbedding(nn.Module):
    """x itself, beside a linear layer on cos(2π·w·x + b): Holzmüller et al., NeurIPS 2024.

    Trained at a tenth of the learning rate.
    """

    title: ClassVar[str] = N_("Wave embedding")

    def __init__(self, columns: int, frequencies: int, deviation: float, width: int) -> None:
        super().__init__()
        weight = torch.empty(columns, frequencies).normal_(0, deviation)
        phase = torch.empty(columns, frequencies).uniform_(-math.pi, math.pi)
        self.weight = mark(nn.Parameter(weight), rate=0.1, decays=False)
        self.phase = mark(nn.Parameter(phase), rate=0.1, decays=False)
        self.linear = ColumnLinear(columns, frequencies, width - 1) if width > 1 else None
        if self.linear is not None:
            for parameter in self.linear.parameters():
                mark(parameter, rate=0.1)

    def forward(self, numbers: Tensor) -> Tensor:
        """(rows, columns) to (rows, columns, width)."""
        plain = numbers.unsqueeze(-1)
        if self.linear is None:
            return plain
        waves = (2 * math.pi * self.weight * plain + self.phase).cos()
        return torch.cat((plain, self.linear(waves)), dim=-1)
