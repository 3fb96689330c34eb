"""Numbers by rank."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from engine.data.preparing.numbers.scaling import FittedScaling
from engine.messages import N_
from engine.recipe.column_families import Scaling

if TYPE_CHECKING:
    from engine.recipe.column_families import Floats

_EDGE = 1e-7
"""Shares are kept this far from 0 and 1, so that the normal quantile function stays finite."""


class Quantile(Scaling):
    """The share of training values below, or the normal quantile of that share.

    As scikit-learn's QuantileTransformer: the middle of both directions where values tie, but here also
    at the ends, so that a column that is mostly zero does not have its zeros thrown far out.
    """

    title: ClassVar[str] = N_("Quantile")
    summary: ClassVar[str] = N_(
        "By rank, into an even or a normal distribution; outliers have no say."
    )
    order: ClassVar[int] = 40

    kind: Literal["quantile"] = "quantile"
    output: Literal["normal", "uniform"] = Field(
        default="normal",
        title=N_("Output shape"),
        json_schema_extra={"labels": {"normal": N_("Normal"), "uniform": N_("Uniform")}},
    )
    quantiles: int = Field(
        default=1000,
        ge=2,
        le=10_000,
        title=N_("Quantiles"),
        description=N_(
            "Points that are kept of the training values; at most as many as there are."
        ),
        json_schema_extra={"log": True},
    )

    def fit(self, filled: Floats, known: Floats) -> FittedQuantile:
        """Quantiles of the values that are there."""
        import numpy as np

        del filled
        points: tuple[float, ...] = ()
        if len(known):
            steps = np.linspace(0, 1, min(self.quantiles, max(2, len(known))))
            points = tuple(np.quantile(known, steps).tolist())
        return FittedQuantile(output=self.output, points=points)


class FittedQuantile(FittedScaling):
    """Training quantiles at even steps from 0 to 1.

    Between them the share is interpolated: a search in sorted points (`searchsorted`, or a sum of
    comparisons), a gather of two points, a multiplication; then the inverse of the normal distribution
    (√2 · erfinv(2 share − 1)).
    """

    kind: Literal["quantile"] = "quantile"
    arrays: ClassVar[tuple[str, ...]] = ("points",)
    output: Literal["normal", "uniform"]
    points: tuple[float, ...]

    def apply(self, values: Floats) -> Floats:
        """Shares from 0 to 1, or their normal quantiles; 0 without any training value."""
        import numpy as np
        from scipy.special import ndtri

        if not self.points:
            return np.zeros_like(values)
        points = np.asarray(self.points)
        steps = np.linspace(0, 1, len(points))
        share = np.interp(values, points, steps)
        if not (np.diff(points) > 0).all():  # only where points tie do the directions differ
            np.negative(values, out=values)
            share -= np.interp(values, -points[::-1], -steps[::-1])
            share *= 0.5
        if self.output == "uniform":
            return share
        np.clip(share, _EDGE, 1 - _EDGE, out=share)
        normal: Floats = ndtri(share, out=share)
        return normal

    def inverse(self, scaled: Floats) -> Floats:
        """The quantile at each share; within the range of the training values."""
        import numpy as np
        from scipy.special import ndtr

        if not self.points:
            return np.zeros_like(scaled)
        share = ndtr(scaled) if self.output == "normal" else scaled
        points = np.asarray(self.points)
        found: Floats = np.interp(share, np.linspace(0, 1, len(points)), points)
        return found
