"""No hidden layer: linear or logistic regression."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from engine.messages import N_
from engine.recipe.families import Encoded, Trunk

if TYPE_CHECKING:
    from torch import nn


class Linear(Trunk):
    """Passes the encoded row straight to the head."""

    title: ClassVar[str] = N_("Linear")
    summary: ClassVar[str] = N_("Linear or logistic regression: the baseline.")
    order: ClassVar[int] = 10
    glyph: ClassVar[str] = "M2 13L20 3"

    kind: Literal["linear"] = "linear"

    def build(self, encoded: Encoded) -> tuple[nn.Module, int]:
        """The identity: (rows, width) to (rows, width)."""
        from torch import nn

        return nn.Identity(), encoded.width
