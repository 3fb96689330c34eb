"""Categories as one input per level."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from engine.messages import N_
from engine.recipe.families import CategoryEncoder

if TYPE_CHECKING:
    from torch import nn


class OneHot(CategoryEncoder):
    """One input per level; an unknown level is all zeros."""

    title: ClassVar[str] = N_("One-hot")
    summary: ClassVar[str] = N_("One input per level. Plain and exact; wide for many levels.")
    order: ClassVar[int] = 20

    kind: Literal["one_hot"] = "one_hot"

    def build(self, levels: tuple[int, ...]) -> tuple[nn.Module, int]:
        """(rows, columns) codes to (rows, sum of `levels` − columns)."""
        from engine.models.encoders.layers import CategoryLayer

        layer = CategoryLayer(levels, tuple(0 for _ in levels))
        return layer, layer.width
