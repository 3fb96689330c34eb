"""Layers that several encoders share."""

from __future__ import annotations

import math
from typing import ClassVar

import torch
from torch import Tensor, nn

from engine.messages import N_
from engine.models.marks import mark
from engine.models.start import StartsFromRows


class CategoryLayer(nn.Module):
    """Codes (rows, columns) to vectors side by side: signs, one-hot, then embedded columns.

    Code 0, the unknown level, is all zeros in each.
    """

    title: ClassVar[str] = N_("Category inputs")
    offsets: Tensor

    def __init__(
        self, levels: tuple[int, ...], widths: tuple[int, ...], *, signs: bool = False
    ) -> None:
        """Columns of `levels` codes each; a width of 0 means one-hot (`levels` − 1 inputs).

        With `signs`, one-hot columns of two levels become one input of −1 or 1.
        """
        super().__init__()
        plain = [i for i, width in enumerate(widths) if width == 0]
        self.signed = [i for i in plain if signs and levels[i] == 3]
        self.one_hot = [i for i in plain if i not in self.signed]
        self.embedded = [i for i, width in enumerate(widths) if width > 0]
        self.tables = nn.ModuleList(_table(levels[i], widths[i]) for i in self.embedded)
        sizes = [levels[i] - 1 for i in self.one_hot]
        self.one_hot_width = sum(sizes)
        starts = torch.tensor([0, *sizes], dtype=torch.int64).cumsum(0)[:-1]
        self.register_buffer("offsets", starts - 1, persistent=False)
        self.widths = (1,) * len(self.signed) + tuple(sizes)
        self.widths += tuple(widths[i] for i in self.embedded)
        self.width = sum(self.widths)

    def forward(self, codes: Tensor) -> Tensor:
        """(rows, columns) of codes to (rows, `width`)."""
        parts: list[Tensor] = []
        if self.signed:
            chosen = codes[:, self.signed]
            parts.append(torch.where(chosen > 0, 2 * chosen - 3, 0).to(torch.float32))
        if self.one_hot:
            whole = not self.embedded and not self.signed
            parts.append(self._one_hot(codes if whole else codes[:, self.one_hot]))
        parts += [table(codes[:, i]) for i, table in zip(self.embedded, self.tables, strict=True)]
        return parts[0] if len(parts) == 1 else torch.cat(parts, dim=1)

    def _one_hot(self, codes: Tensor) -> Tensor:
        # All columns in one scatter: a place per level, and one column more that takes the unknown.
        places = torch.where(codes > 0, codes + self.offsets, self.one_hot_width)
        wide = torch.zeros(
            (len(codes), self.one_hot_width + 1), dtype=torch.float32, device=codes.device
        )
        return wide.scatter_(1, places, 1.0)[:, :-1]


class CategoryTokens(nn.Module):
    """Codes (rows, columns) to one vector per column: a row of a table, and the column's bias.

    A linear layer on one-hot columns is the same thing, so there is one layer for both encoders. Code 0,
    the unknown level, adds nothing to the bias.
    """

    title: ClassVar[str] = N_("Category tokens")
    offsets: Tensor

    def __init__(self, levels: tuple[int, ...], width: int, *, bias: bool) -> None:
        super().__init__()
        starts = torch.tensor([0, *levels], dtype=torch.int64).cumsum(0)
        self.register_buffer("offsets", starts[:-1], persistent=False)
        bound = 1 / math.sqrt(width)
        self.table = nn.Embedding(sum(levels), width)
        nn.init.uniform_(self.table.weight, -bound, bound)
        for parameter in self.table.parameters():
            mark(parameter, decays=False)
        self.bias = nn.Parameter(torch.empty(len(levels), width)) if bias else None
        if self.bias is not None:
            nn.init.uniform_(self.bias, -bound, bound)

    def forward(self, codes: Tensor) -> Tensor:
        """(rows, columns) to (rows, columns, width)."""
        tokens: Tensor = self.table(codes + self.offsets) * (codes > 0).unsqueeze(-1)
        return tokens if self.bias is None else tokens + self.bias


class ColumnLinear(nn.Module):
    """A linear layer of its own for each column: (rows, columns, in) to (rows, columns, out)."""

    title: ClassVar[str] = N_("Linear per column")

    def __init__(self, columns: int, came: int, went: int, *, bias: bool = True) -> None:
        super().__init__()
        bound = 1 / math.sqrt(came)
        self.weight = nn.Parameter(torch.empty(columns, came, went).uniform_(-bound, bound))
        self.bias = (
            nn.Parameter(torch.empty(columns, went).uniform_(-bound, bound)) if bias else None
        )

    def forward(self, columns: Tensor) -> Tensor:
        """One batched product over the columns."""
        found = torch.bmm(columns.transpose(0, 1), self.weight).transpose(0, 1)
        return found if self.bias is None else found + self.bias


class LinearTokens(nn.Module):
    """x of each column times a vector, plus a vector: (rows, columns) to (rows, columns, width).

    The feature tokenizer of Gorishniy et al., NeurIPS 2021, section 3.3.
    """

    title: ClassVar[str] = N_("Number tokens")

    def __init__(self, columns: int, width: int, *, bias: bool) -> None:
        super().__init__()
        bound = 1 / math.sqrt(width)
        weight = torch.empty(columns, width).uniform_(-bound, bound)
        self.weight = mark(nn.Parameter(weight), decays=False)
        self.bias = (
            nn.Parameter(torch.empty(columns, width).uniform_(-bound, bound)) if bias else None
        )

    def forward(self, numbers: Tensor) -> Tensor:
        """Each number scales its column's vector."""
        tokens = numbers.unsqueeze(-1) * self.weight
        return tokens if self.bias is None else tokens + self.bias


class SideBySide(StartsFromRows):
    """The columns' vectors of an encoder, one after another: (rows, columns · width)."""

    def __init__(self, encoder: nn.Module) -> None:
        super().__init__()
        self.encoder = encoder

    def start(self, came: Tensor) -> None:
        """Start the encoder, if it wants to."""
        if isinstance(self.encoder, StartsFromRows):
            self.encoder.start(came)

    def forward(self, numbers: Tensor) -> Tensor:
        """(rows, columns) to (rows, columns · width)."""
        columns: Tensor = self.encoder(numbers)
        return columns.flatten(1)


def _table(levels: int, width: int) -> nn.Embedding:
    table = nn.Embedding(levels, width, padding_idx=0)
    # Unit variance summed over the vector, so that wide embeddings do not drown the numbers.
    nn.init.normal_(table.weight, std=1 / math.sqrt(width))
    with torch.no_grad():
        table.weight[0].zero_()
    return table
