"""Categories as one input per level."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

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
    signs: bool = Field(
        default=False,
        title=N_("Two levels as ±1"),
        description=N_(
            "Columns of two levels become one input, −1 or 1, and 0 for an unknown one."
        ),
    )

    def build(self, levels: tuple[int, ...]) -> tuple[nn.Module, tuple[int, ...]]:
        """(rows, columns) codes to (rows, sum of `levels` − columns), or fewer with `signs`."""
        from engine.models.encoders.layers import CategoryLayer

        layer = CategoryLayer(levels, tuple(0 for _ in levels), signs=self.signs)
        return layer, layer.widths

    def build_tokens(self, levels: tuple[int, ...], width: int, *, bias: bool) -> nn.Module:
        """A linear layer on the one-hot columns, which is a table of vectors."""
        from engine.models.encoders.layers import CategoryTokens

        return CategoryTokens(levels, width, bias=bias)
