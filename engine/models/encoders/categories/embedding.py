"""Categories as learned vectors."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from engine.messages import N_
from engine.recipe.families import CategoryEncoder

if TYPE_CHECKING:
    from torch import nn


class Embedding(CategoryEncoder):
    """A learned vector per level; columns of few levels stay one-hot.

    Default width: min(50, 1.6 · levels^0.56), the rule of fastai's tabular models; one-hot up to nine
    levels as in RealMLP (Holzmüller et al., NeurIPS 2024).
    """

    title: ClassVar[str] = N_("Embedding")
    summary: ClassVar[str] = N_("A learned vector per level. Good for many levels.")
    order: ClassVar[int] = 10

    kind: Literal["embedding"] = "embedding"
    width: int | None = Field(
        default=None,
        ge=1,
        le=1024,
        title=N_("Embedding width"),
        description=N_("Numbers per level. Empty: chosen from the number of levels."),
        json_schema_extra={"empty": N_("auto")},
    )
    one_hot_up_to: int = Field(
        default=9,
        ge=0,
        le=1000,
        title=N_("One-hot up to"),
        description=N_("Columns with at most this many levels get one input per level instead."),
        json_schema_extra={"unit": N_("levels")},
    )

    signs: bool = Field(
        default=False,
        title=N_("Two levels as ±1"),
        description=N_(
            "One-hot columns of two levels become one input, −1 or 1, and 0 for an unknown one."
        ),
    )

    def build(self, levels: tuple[int, ...]) -> tuple[nn.Module, tuple[int, ...]]:
        """(rows, columns) codes to (rows, sum of the columns' widths)."""
        from engine.models.encoders.layers import CategoryLayer

        widths = tuple(
            0 if count - 1 <= self.one_hot_up_to else self.width or _default_width(count)
            for count in levels
        )
        layer = CategoryLayer(levels, widths, signs=self.signs)
        return layer, layer.widths

    def build_tokens(self, levels: tuple[int, ...], width: int, *, bias: bool) -> nn.Module:
        """A table of vectors per column; the encoder's own width does not count."""
        from engine.models.encoders.layers import CategoryTokens

        return CategoryTokens(levels, width, bias=bias)


def _default_width(levels: int) -> int:
    return min(50, max(2, round(1.6 * math.pow(levels, 0.56))))
