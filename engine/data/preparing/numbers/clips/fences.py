"""Limits at Tukey's fences."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from engine.messages import N_
from engine.recipe.column_families import Clip

if TYPE_CHECKING:
    from engine.recipe.column_families import Floats


class FenceClip(Clip):
    """Tukey, “Exploratory Data Analysis”, 1977: so many times the quartiles' distance beyond them.

    A column whose quartiles are equal has no limits: they would make it a constant.
    """

    title: ClassVar[str] = N_("Fences")
    summary: ClassVar[str] = N_("Limits by the distance of the quartiles.")
    order: ClassVar[int] = 30

    kind: Literal["fences"] = "fences"
    width: float = Field(
        default=3.0,
        gt=0.0,
        le=1000.0,
        title=N_("Width"),
        description=N_("Times the quartiles' distance; 1.5 for outliers, 3 for far ones only."),
    )

    def limits(self, known: Floats) -> tuple[float, float] | None:
        """Beyond the quartiles by `width` times their distance."""
        import numpy as np

        low, high = (float(q) for q in np.quantile(known, (0.25, 0.75)))
        reach = self.width * (high - low)
        return (low - reach, high + reach) if reach > 0 else None
