"""Numbers scaled by quartiles, with outliers drawn in smoothly."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from engine.data.preparing.numbers.scaling import FittedShift
from engine.messages import N_
from engine.recipe.column_families import Scaling

if TYPE_CHECKING:
    from engine.recipe.column_families import Floats

_FAR = 1e300


class SmoothClip(Scaling):
    """Holzmüller et al., “Better by default”, arXiv 2407.04491, section 3: robust scale and smooth clip.

    z = (x − median) / (quartiles' distance), or half the range where the quartiles are equal, 0 for a
    constant; then z / √(1 + (z / limit)²), which lies between −limit and limit.
    """

    title: ClassVar[str] = N_("Smooth clip")
    summary: ClassVar[str] = N_("Robust, and outliers are drawn in smoothly; what RealMLP uses.")
    order: ClassVar[int] = 70

    kind: Literal["smooth_clip"] = "smooth_clip"
    limit: float = Field(
        default=3.0,
        gt=0.0,
        le=1000.0,
        title=N_("Limit"),
        description=N_("What outliers come close to, on either side. The authors take 3."),
    )

    def fit(self, filled: Floats, known: Floats) -> FittedSmoothClip:
        """Median, quartiles and range, filled values included."""
        import numpy as np

        del known
        center, spread = 0.0, 0.0
        if len(filled):
            with np.errstate(over="ignore", invalid="ignore"):
                low, center, high = (float(q) for q in np.quantile(filled, (0.25, 0.5, 0.75)))
                spread = high - low or (float(filled.max()) - float(filled.min())) / 2
        tiny = 1e-12 * abs(center)
        usable = np.isfinite(spread) and spread > tiny
        return FittedSmoothClip(center=center, spread=spread if usable else 1.0, limit=self.limit)


class FittedSmoothClip(FittedShift):
    """A shift, a division, then z / √(1 + (z / limit)²)."""

    kind: Literal["smooth_clip"] = "smooth_clip"
    limit: float

    def apply(self, values: Floats) -> Floats:
        """In place."""
        import numpy as np

        found = super().apply(values)
        found /= self.limit
        np.clip(found, -_FAR, _FAR, out=found)
        # hypot neither overflows nor loses small values
        return np.divide(found, np.hypot(1.0, found) / self.limit, out=found)

    def inverse(self, scaled: Floats) -> Floats:
        """Y / √(1 − (y / limit)²); far outliers come back with few digits."""
        import numpy as np

        share = scaled / self.limit
        with np.errstate(divide="ignore", invalid="ignore"):
            found = scaled / np.sqrt((1 - share) * (1 + share))
        return super().inverse(found)
