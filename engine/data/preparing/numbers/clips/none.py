"""No limits."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from engine.messages import N_
from engine.recipe.column_families import Clip

if TYPE_CHECKING:
    from engine.recipe.column_families import Floats


class NoClip(Clip):
    """Values stay as they are."""

    title: ClassVar[str] = N_("None")
    summary: ClassVar[str] = N_("The values as they are.")
    order: ClassVar[int] = 10

    kind: Literal["none"] = "none"

    def limits(self, known: Floats) -> tuple[float, float] | None:
        """None."""
        del known
        return None
