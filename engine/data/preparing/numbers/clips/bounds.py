"""Limits of one's own choice."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, ClassVar, Literal, Self

from pydantic import Field, model_validator

from engine.messages import N_
from engine.recipe.column_families import Clip

if TYPE_CHECKING:
    from engine.recipe.column_families import Floats


class BoundsClip(Clip):
    """Limits in the column's own unit."""

    title: ClassVar[str] = N_("Bounds")
    summary: ClassVar[str] = N_("Limits of your own choice, in the column's unit.")
    order: ClassVar[int] = 40

    kind: Literal["bounds"] = "bounds"
    low: float | None = Field(
        default=None,
        title=N_("Lowest"),
        json_schema_extra={"empty": N_("no limit")},
    )
    high: float | None = Field(
        default=None,
        title=N_("Highest"),
        json_schema_extra={"empty": N_("no limit")},
    )

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.low is not None and self.high is not None and self.low >= self.high:
            raise ValueError("the lowest value must be smaller than the highest")
        return self

    def limits(self, known: Floats) -> tuple[float, float] | None:
        """As given, whatever the training rows hold."""
        del known
        if self.low is None and self.high is None:
            return None
        low = -math.inf if self.low is None else self.low
        return low, math.inf if self.high is None else self.high
