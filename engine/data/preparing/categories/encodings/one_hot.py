"""Categories as one input per level, whatever the model does with the others."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from engine.messages import N_
from engine.recipe.column_families import Encoding

if TYPE_CHECKING:
    from engine.recipe.families import CategoryEncoder


class OneHotEncoding(Encoding):
    """A code per level, which the network spreads to one input per level; an unknown one is all zeros."""

    title: ClassVar[str] = N_("One-hot")
    summary: ClassVar[str] = N_("One input per level. Plain and exact; wide for many levels.")
    order: ClassVar[int] = 20

    kind: Literal["one_hot"] = "one_hot"

    @property
    def encoder(self) -> CategoryEncoder | None:
        """The network's one-hot."""
        from engine.recipe.families import CategoryEncoder

        return CategoryEncoder.default("one_hot")
