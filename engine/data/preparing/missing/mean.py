"""Missing values as the mean."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from engine.messages import N_
from engine.recipe.column_families import Fill
from engine.schema import Kind

if TYPE_CHECKING:
    from engine.recipe.column_families import Floats


class Mean(Fill):
    """The mean of training rows."""

    title: ClassVar[str] = N_("Mean")
    summary: ClassVar[str] = N_("The mean of the training rows.")
    order: ClassVar[int] = 20
    kinds: ClassVar[tuple[Kind, ...]] = (Kind.NUMBER,)

    kind: Literal["mean"] = "mean"

    def number(self, known: Floats) -> float:
        """The mean; 0 without any value."""
        from engine.data.preparing.numbers.moments import mean

        return mean(known)
