"""Mixup: rows between rows, with targets between theirs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor


@dataclass(frozen=True, slots=True)
class Mix:
    """How the rows of one batch are mixed two by two."""

    partners: Tensor
    """Int64 (rows,): the row that each is mixed with."""
    share: float
    """How much of the row itself remains; at least a half."""

    def __call__(self, rows: Tensor) -> Tensor:
        """Mixed rows, (rows, …) of floats."""
        return torch.lerp(rows.index_select(0, self.partners), rows, self.share)


class Mixup:
    """Zhang et al., “mixup: beyond empirical risk minimization”, ICLR 2018, section 2.

    x̃ = λ·x₁ + (1 − λ)·x₂, ỹ = λ·y₁ + (1 − λ)·y₂, with one λ ~ Beta(α, α) per batch and partners from the
    same batch. Categories cannot be mixed as they are, so that rows are mixed where the encoders have
    made vectors of them (Somepalli et al., “SAINT”, 2021, section 4.1; Verma et al., “Manifold mixup”,
    ICML 2019). Of a category's embedding that is the embedding of the mixed one-hot row.

    Partners are drawn evenly, which makes λ and 1 − λ the same; the larger one is taken (Berthelot et
    al., “MixMatch”, NeurIPS 2019, equation 11), so that metrics of the training rows still mean something.
    """

    def __init__(self, alpha: float) -> None:
        """`alpha` > 0 is the shape of the distribution: small ones mix little, 1 mixes evenly."""
        self._alpha = alpha

    @cached_property
    def _distribution(self) -> torch.distributions.Beta:
        shape = torch.tensor(
            float(self._alpha)
        )  # on the CPU: read at once, nothing waits for a device
        return torch.distributions.Beta(shape, shape)

    def draw(self, rows: int, device: torch.device) -> Mix:
        """How to mix the next batch of `rows` rows."""
        share = float(self._distribution.sample())
        return Mix(torch.randperm(rows, device=device), max(share, 1.0 - share))
