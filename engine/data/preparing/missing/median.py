"""Missing values as the median."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from engine.messages import N_
from engine.recipe.column_families import Fill
from engine.schema import Kind

if TYPE_CHECKING:
    from engine.recipe.column_families import Floats


class Median(Fill):
    """The middle value of training rows; outliers have no say in it."""

    title: ClassVar[str] = N_("Median")
    summary: ClassVar[str] = N_("The middle value of the training rows. Outliers have no say.")
    order: ClassVar[int] = 10
    kinds: ClassVar[tuple[Kind, ...]] = (Kind.NUMBER, Kind.DATE)

    kind: Literal["median"] = "median"

    def number(self, known: Floats) -> float:
        """The median; 0 without any value."""
        from engine.data.preparing.numbers.moments import median

        return median(known)

    def day(self, known: Floats) -> float | None:
        """The middle date."""
        return self.number(known) if len(known) else None
