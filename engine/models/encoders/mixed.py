"""Category columns that are encoded in different ways, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import torch
from torch import Tensor, nn

from engine.messages import N_
from engine.recipe.families import CategoryEncoder


class MixedCategories(nn.Module):
    """Codes (rows, columns) to the vectors of each group of columns, group by group."""

    title: ClassVar[str] = N_("Category inputs")

    def __init__(self, encoders: Sequence[CategoryEncoder], levels: tuple[int, ...]) -> None:
        """Columns of `levels` codes each; those with equal encoders are one group."""
        super().__init__()
        kinds = list(dict.fromkeys(encoders))
        self.groups = [
            [place for place, encoder in enumerate(encoders) if encoder == kind] for kind in kinds
        ]
        built = [
            kind.build(tuple(levels[place] for place in group))
            for kind, group in zip(kinds, self.groups, strict=True)
        ]
        self.layers = nn.ModuleList(layer for layer, _ in built)
        self.widths = tuple(width for _, widths in built for width in widths)

    def forward(self, codes: Tensor) -> Tensor:
        """(rows, columns) to (rows, sum of `widths`)."""
        parts = [
            layer(codes[:, group]) for layer, group in zip(self.layers, self.groups, strict=True)
        ]
        return torch.cat(parts, dim=1)


def build_categories(
    default: CategoryEncoder,
    encoders: Sequence[CategoryEncoder | None],
    levels: tuple[int, ...],
) -> tuple[nn.Module, tuple[int, ...]]:
    """A module for all category columns, and the columns' widths as they stand in what it gives.

    Args:
        default: How columns are encoded that have no encoder of their own.
        encoders: Of each column, None where `default` holds; or nothing at all.
        levels: Number of codes of each column.
    """
    chosen = [encoder or default for encoder in encoders] or [default] * len(levels)
    if all(encoder == chosen[0] for encoder in chosen):
        return chosen[0].build(levels)
    mixed = MixedCategories(chosen, levels)
    return mixed, mixed.widths
