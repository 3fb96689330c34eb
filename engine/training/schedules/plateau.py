"""Falls when the watched metric stands still."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from engine.messages import N_
from engine.recipe.families import Schedule


class Plateau(Schedule):
    """What torch calls ReduceLROnPlateau, without a threshold: any gain counts."""

    title: ClassVar[str] = N_("On a plateau")
    summary: ClassVar[str] = N_("Falls by a factor whenever the watched metric stands still.")
    order: ClassVar[int] = 45
    rests: ClassVar[bool] = True

    kind: Literal["plateau"] = "plateau"
    patience: int = Field(
        default=6,
        ge=1,
        le=10_000,
        title=N_("Patience"),
        description=N_(
            "Epochs without a gain before the learning rate falls. Less than that of early stopping."
        ),
        json_schema_extra={"unit": N_("epochs")},
    )
    ratio: float = Field(
        default=0.3,
        gt=0,
        lt=1,
        title=N_("Factor"),
        description=N_("What the learning rate is multiplied by at each fall."),
    )
    end: float = Field(
        default=1e-3,
        gt=0,
        le=1,
        title=N_("Least factor"),
        description=N_("The learning rate does not fall below this share of the first."),
        json_schema_extra={"log": True},
    )

    @property
    def patience_before_fall(self) -> int:
        """As the field says."""
        return self.patience

    def factor(self, step: int, steps: int) -> float:
        """1: only falls change it."""
        return 1.0

    def after_falls(self, falls: int) -> float:
        """ratio^falls, but not less than `end`."""
        return max(self.end, float(self.ratio**falls))
