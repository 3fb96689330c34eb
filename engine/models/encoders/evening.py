"""What becomes of numbers before they are encoded, so that a few huge ones do not rule the rest."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from engine.messages import N_
from engine.models.choices import Outliers
from engine.models.start import StartsFromRows

_KNOTS = 256
"""Places at which the way to a bell curve is known; straight between them."""
_REACH = 3.0


class DrawnIn(StartsFromRows):
    """Less the median, by the interquartile range, then x / √(1 + x² / 9), which stays within ±3.

    Holzmüller et al., “Better by default”, NeurIPS 2024, section 3. Where the quartiles are the same, half
    of the whole range divides; a constant becomes 0.
    """

    title: ClassVar[str] = N_("Drawn in")
    center: Tensor
    factor: Tensor

    def __init__(self, columns: int) -> None:
        super().__init__()
        self.register_buffer("center", torch.zeros(columns))
        self.register_buffer("factor", torch.ones(columns))

    def start(self, came: Tensor) -> None:
        """Learn median and ranges of (rows, columns)."""
        values = came.cpu().numpy()
        low, quarter, middle, three, high = np.quantile(values, (0, 0.25, 0.5, 0.75, 1), axis=0)
        spread = np.where(three > quarter, three - quarter, (high - low) / 2)
        factor = np.divide(1, spread, out=np.zeros_like(spread), where=spread > 0)
        self.center.copy_(torch.from_numpy(middle))
        self.factor.copy_(torch.from_numpy(factor))

    def forward(self, numbers: Tensor) -> Tensor:
        """The same shape."""
        scaled = (numbers - self.center) * self.factor
        return scaled * torch.rsqrt(1 + (scaled / _REACH).square())


class Bell(StartsFromRows):
    """By rank, to what a bell curve has at that rank: what TabM's authors do with numbers.

    Gorishniy et al., ICLR 2025, appendix D. Equal numbers share the middle of their ranks, so that a
    number of two values stays within a few deviations.
    """

    title: ClassVar[str] = N_("Bell curve")
    edges: Tensor
    scores: Tensor

    def __init__(self, columns: int) -> None:
        """Nothing changes until `start` is called."""
        super().__init__()
        even = torch.linspace(-_REACH, _REACH, _KNOTS).repeat(columns, 1)
        self.register_buffer("edges", even)
        self.register_buffer("scores", even.clone())

    def start(self, came: Tensor) -> None:
        """Learn ranks of (rows, columns)."""
        for column, values in enumerate(came.cpu().numpy().T):
            edges, scores = _knots(values)
            self.edges[column] = torch.from_numpy(edges)
            self.scores[column] = torch.from_numpy(scores)

    def forward(self, numbers: Tensor) -> Tensor:
        """The same shape; beyond the training rows as at their ends."""
        values = numbers.T.contiguous()
        above = torch.searchsorted(self.edges, values).clamp(1, _KNOTS - 1)
        low, high = self.edges.gather(1, above - 1), self.edges.gather(1, above)
        size = high - low
        share = ((values - low) / torch.where(size > 0, size, 1.0)).clamp(0, 1)
        share = torch.where(size > 0, share, 1.0)
        return torch.lerp(self.scores.gather(1, above - 1), self.scores.gather(1, above), share).T


class Evened(StartsFromRows):
    """An encoder that gets numbers without outliers."""

    def __init__(self, evening: StartsFromRows, encoder: nn.Module) -> None:
        super().__init__()
        self.evening, self.encoder = evening, encoder

    def start(self, came: Tensor) -> None:
        """Start both, one after the other."""
        self.evening.start(came)
        if isinstance(self.encoder, StartsFromRows):
            self.encoder.start(self.evening(came))

    def forward(self, numbers: Tensor) -> Tensor:
        """(rows, columns) to what the encoder gives."""
        found: Tensor = self.encoder(self.evening(numbers))
        return found


def evened(outliers: Outliers, columns: int, encoder: nn.Module) -> nn.Module:
    """An encoder of (rows, `columns`), before which outliers are dealt with."""
    if outliers == "keep":
        return encoder
    return Evened(DrawnIn(columns) if outliers == "draw_in" else Bell(columns), encoder)


def _knots(values: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Increasing values, and the bell curve's at their ranks; the last one fills the places left."""
    distinct, counts = np.unique(values, return_counts=True)
    middle = (np.cumsum(counts) - counts / 2) / len(values)
    if len(distinct) > _KNOTS:
        wanted = np.linspace(middle[0], middle[-1], _KNOTS)
        places = np.unique(np.searchsorted(middle, wanted).clip(0, len(distinct) - 1))
        distinct, middle = distinct[places], middle[places]
    left = (0, _KNOTS - len(distinct))
    scores = torch.special.ndtri(torch.from_numpy(middle)).float().numpy()
    return np.pad(distinct, left, mode="edge"), np.pad(scores, left, mode="edge")
