"""Missing values as a value of one's own choice."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from engine.messages import N_
from engine.recipe.column_families import Fill
from engine.schema import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.recipe.column_families import Floats

_SECONDS = 86_400


class Constant(Fill):
    """A number, the text of a level, or a date as 2026-11-22 or 2026-11-22 08:30."""

    title: ClassVar[str] = N_("Constant")
    summary: ClassVar[str] = N_("A value of your own choice.")
    order: ClassVar[int] = 30
    kinds: ClassVar[tuple[Kind, ...]] = (Kind.NUMBER, Kind.CATEGORY, Kind.DATE)

    kind: Literal["constant"] = "constant"
    value: float | str = Field(
        default=0.0,
        title=N_("Value"),
        description=N_("In the column's own unit: a number, a level, or a date like 2026-11-22."),
    )

    def fits(self, kind: Kind) -> bool:
        """Whether the value is one of that kind."""
        try:
            if kind is Kind.NUMBER:
                return math.isfinite(float(self.value))
            if kind is Kind.DATE:
                self._day()
        except ValueError:
            return False
        return True

    def number(self, known: Floats) -> float:
        """The value."""
        del known
        return float(self.value)

    def level(self, counts: Mapping[str, int]) -> str | None:
        """The value; a level of its own if no training row has it."""
        del counts
        value = self.value
        return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)

    def day(self, known: Floats) -> float | None:
        """The date."""
        del known
        return self._day()

    def _day(self) -> float:
        moment = datetime.fromisoformat(str(self.value))
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        return moment.timestamp() / _SECONDS
