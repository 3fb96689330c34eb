"""Numbers as they come out of the preparation."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from engine.messages import N_
from engine.recipe.families import NumberEncoder

if TYPE_CHECKING:
    from torch import nn


class Plain(NumberEncoder):
    """One input per number column."""

    title: ClassVar[str] = N_("As they are")
    summary: ClassVar[str] = N_("One input per number.")
    order: ClassVar[int] = 10

    kind: Literal["plain"] = "plain"

    def build(self, columns: int) -> tuple[nn.Module, int]:
        """The identity: (rows, `columns`) to (rows, `columns`)."""
        from torch import nn

        return nn.Identity(), 1

    def build_tokens(self, columns: int, width: int, *, bias: bool) -> nn.Module:
        """A learned vector per column, scaled by the number."""
        from engine.models.encoders.layers import LinearTokens

        return LinearTokens(columns, width, bias=bias)
