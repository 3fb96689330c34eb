"""Columns that go past the trunk to the head: the wide part of a wide and deep network."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from typing import ClassVar

import torch
from torch import Tensor, nn

from engine.messages import N_
from engine.models.encoders.layers import CategoryLayer
from engine.recipe.families import Bypass

_SPREAD = 2_654_435_761
"""Knuth's multiplicative hash, The Art of Computer Programming 3, section 6.4."""


class WidePart(nn.Module):
    """Numbers, one-hot categories and products of two categories, beside what the trunk gives."""

    title: ClassVar[str] = N_("Wide part")
    factors: Tensor
    offsets: Tensor

    def __init__(self, bypass: Bypass, numbers: int, levels: tuple[int, ...]) -> None:
        """`numbers` number columns and category columns of `levels` codes each."""
        super().__init__()
        self.chosen = [i for i, count in enumerate(levels) if count - 1 <= bypass.one_hot_up_to]
        self.one_hot = (
            CategoryLayer(tuple(levels[i] for i in self.chosen), (0,) * len(self.chosen))
            if self.chosen
            else None
        )
        self.pairs = list(combinations(range(len(levels)), 2)) if bypass.crosses else []
        sizes = [(levels[i] - 1) * (levels[j] - 1) for i, j in self.pairs]
        self.crosses = min(sum(sizes), bypass.crosses)
        self.hashed = sum(sizes) > bypass.crosses
        starts = torch.tensor([0, *sizes], dtype=torch.int64).cumsum(0)[:-1]
        factors = torch.tensor([levels[j] - 1 for _, j in self.pairs], dtype=torch.int64)
        self.register_buffer("offsets", starts, persistent=False)
        self.register_buffer("factors", factors, persistent=False)
        self.width = numbers + self.crosses + (self.one_hot.width if self.one_hot else 0)

    def forward(
        self,
        deep: Tensor,
        numbers: Tensor,
        codes: Tensor,
        mix: Callable[[Tensor], Tensor] | None = None,
    ) -> Tensor:
        """(rows, out) of the trunk to (rows, out + `width`); `mix` is for the columns, not for the trunk's."""
        parts = [numbers]
        if self.one_hot is not None:
            parts.append(self.one_hot(codes[:, self.chosen]))
        if self.crosses:
            parts.append(self._crosses(codes.long()))
        wide = parts if mix is None else [mix(part) for part in parts]
        return torch.cat([deep, *wide], dim=1)

    def _crosses(self, codes: Tensor) -> Tensor:
        first = codes[:, [i for i, _ in self.pairs]]
        second = codes[:, [j for _, j in self.pairs]]
        places = (first - 1) * self.factors + second - 1 + self.offsets
        if self.hashed:
            places = (places * _SPREAD) % (1 << 32) % self.crosses
        # One place more takes the pairs with an unknown level.
        places = torch.where((first > 0) & (second > 0), places, self.crosses)
        wide = torch.zeros((len(codes), self.crosses + 1), device=codes.device)
        return wide.scatter_(1, places, 1.0)[:, :-1]
