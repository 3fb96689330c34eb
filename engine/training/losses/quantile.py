"""Quantile (pinball) loss, of one level or of the ends of an interval too."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal, Self

from pydantic import Field, model_validator

from engine.messages import N_, message
from engine.recipe.families import Loss
from engine.recipe.refusals import Refused

if TYPE_CHECKING:
    from torch import Tensor


class Quantile(Loss):
    """level · e where the value is above the prediction, (1 − level) · e below (Koenker, Bassett, 1978).

    With an interval the ends of it are learned beside the level, and the loss is the mean of the three.
    """

    title: ClassVar[str] = N_("Quantile")
    summary: ClassVar[str] = N_("Predicts a value that a chosen share of the rows stays below.")
    order: ClassVar[int] = 60
    tasks: ClassVar[tuple[str, ...]] = ("regression",)

    kind: Literal["quantile"] = "quantile"
    level: float = Field(
        default=0.5,
        ge=0.001,
        le=0.999,
        title=N_("Level"),
        description=N_("The share of rows whose value is below the prediction. 0.5 is the median."),
    )

    interval: float | None = Field(
        default=None,
        ge=0.02,
        le=0.998,
        title=N_("Interval"),
        description=N_(
            "Predict its ends too: so many of the rows lie between them. The level must lie within. Empty: no interval."
        ),
        json_schema_extra={"empty": N_("no interval")},
    )

    @model_validator(mode="after")
    def _level_lies_within(self) -> Self:
        if self.interval is not None and not self._ends[0] < self.level < self._ends[1]:
            low, high = self._ends
            raise Refused(
                message(
                    "the level must lie between the interval's ends, {low} and {high}",
                    low=low,
                    high=high,
                )
            )
        return self

    @property
    def _ends(self) -> tuple[float, float]:
        rest = (1 - (self.interval or 0)) / 2
        return round(rest, 6), round(1 - rest, 6)

    @property
    def levels(self) -> tuple[float, ...]:
        """See `Loss.levels`."""
        low, high = self._ends
        return () if self.interval is None else (low, self.level, high)

    @property
    def point(self) -> int:
        """See `Loss.point`."""
        return 0 if self.interval is None else 1

    def rows(self, outputs: Tensor, target: Tensor) -> Tensor:
        """See `Loss.rows`."""
        levels = outputs.new_tensor(self.levels or (self.level,))
        errors = target - outputs
        return (errors.clamp(min=0) * levels - errors.clamp(max=0) * (1 - levels)).mean(dim=1)
