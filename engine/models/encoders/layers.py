"""Layers that several encoders share."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn


class CategoryLayer(nn.Module):
    """Codes (rows, columns) to vectors side by side: one-hot or embedded, column by column.

    Code 0, the unknown level, is all zeros either way.
    """

    offsets: Tensor

    def __init__(self, levels: tuple[int, ...], widths: tuple[int, ...]) -> None:
        """Columns of `levels` codes each; a width of 0 means one-hot (`levels` − 1 inputs)."""
        super().__init__()
        self.one_hot = [i for i, width in enumerate(widths) if width == 0]
        self.embedded = [i for i, width in enumerate(widths) if width > 0]
        self.tables = nn.ModuleList(_table(levels[i], widths[i]) for i in self.embedded)
        sizes = [levels[i] - 1 for i in self.one_hot]
        self.one_hot_width = sum(sizes)
        starts = torch.tensor([0, *sizes], dtype=torch.int64).cumsum(0)[:-1]
        self.register_buffer("offsets", starts - 1, persistent=False)
        self.width = self.one_hot_width + sum(widths)

    def forward(self, codes: Tensor) -> Tensor:
        """(rows, columns) of codes to (rows, `width`)."""
        parts: list[Tensor] = []
        if self.one_hot:
            chosen = codes if not self.embedded else codes[:, self.one_hot]
            parts.append(self._one_hot(chosen))
        parts += [table(codes[:, i]) for i, table in zip(self.embedded, self.tables, strict=True)]
        return parts[0] if len(parts) == 1 else torch.cat(parts, dim=1)

    def _one_hot(self, codes: Tensor) -> Tensor:
        # All columns in one scatter: a place per level, and one column more that takes the unknown.
        places = torch.where(codes > 0, codes + self.offsets, self.one_hot_width)
        wide = torch.zeros(
            (len(codes), self.one_hot_width + 1), dtype=torch.float32, device=codes.device
        )
        return wide.scatter_(1, places, 1.0)[:, :-1]


def _table(levels: int, width: int) -> nn.Embedding:
    table = nn.Embedding(levels, width, padding_idx=0)
    # Unit variance summed over the vector, so that wide embeddings do not drown the numbers.
    nn.init.normal_(table.weight, std=1 / math.sqrt(width))
    with torch.no_grad():
        table.weight[0].zero_()
    return table
