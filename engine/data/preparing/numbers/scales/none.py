"""Numbers as they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from engine.data.preparing.numbers.scaling import FittedScaling
from engine.messages import N_
from engine.recipe.column_families import Scaling

if TYPE_CHECKING:
    from engine.recipe.column_families import Floats


class NoScaling(Scaling):
    """For numbers that have a good size already."""

    title: ClassVar[str] = N_("None")
    summary: ClassVar[str] = N_("The values as they are.")
    order: ClassVar[int] = 5

    kind: Literal["none"] = "none"

    def fit(self, filled: Floats, known: Floats) -> FittedNone:
        """Nothing is learned."""
        del filled, known
        return FittedNone()


class FittedNone(FittedScaling):
    """The identity."""

    kind: Literal["none"] = "none"

    def apply(self, values: Floats) -> Floats:
        """The same."""
        return values

    def inverse(self, scaled: Floats) -> Floats:
        """The same."""
        return scaled
