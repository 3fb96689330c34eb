"""Missing values as a level of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from engine.messages import N_
from engine.recipe.column_families import Fill
from engine.schema import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.recipe.column_families import Floats


class OwnLevel(Fill):
    """Missing is a level like the others; numbers in bins have a bin for it."""

    title: ClassVar[str] = N_("Own level")
    summary: ClassVar[str] = N_(
        "Missing is a level like the others, because it may mean something."
    )
    order: ClassVar[int] = 10
    kinds: ClassVar[tuple[Kind, ...]] = (Kind.CATEGORY,)
    own_level: ClassVar[bool] = True

    kind: Literal["own_level"] = "own_level"

    def number(self, known: Floats) -> float:
        """The median; 0 without any value."""
        from engine.data.preparing.numbers.moments import median

        return median(known)

    def level(self, counts: Mapping[str, int]) -> str | None:
        """None: where training rows lacked no value, a missing one is unknown."""
        del counts
        return None
