"""Missing values as zero."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from engine.messages import N_
from engine.recipe.column_families import Fill
from engine.schema import Kind

if TYPE_CHECKING:
    from engine.recipe.column_families import Floats


class Zero(Fill):
    """A number is 0 in its own unit; a date is 0 in every input that it becomes."""

    title: ClassVar[str] = N_("Zero")
    summary: ClassVar[str] = N_("Where no value means none of it.")
    order: ClassVar[int] = 40
    kinds: ClassVar[tuple[Kind, ...]] = (Kind.NUMBER, Kind.DATE)

    kind: Literal["zero"] = "zero"

    def number(self, known: Floats) -> float:
        """0."""
        del known
        return 0.0
