"""Falls by a factor every so often."""

from __future__ import annotations

import math
from typing import ClassVar, Literal

from pydantic import Field

from engine.messages import N_
from engine.recipe.families import Schedule


class Step(Schedule):
    """Steps at equal distances."""

    title: ClassVar[str] = N_("Step decay")
    summary: ClassVar[str] = N_("Falls by a factor a few times, at equal distances.")
    order: ClassVar[int] = 50

    kind: Literal["step"] = "step"
    falls: int = Field(
        default=3,
        ge=1,
        le=100,
        title=N_("Falls"),
        description=N_("How often the learning rate falls during the run."),
    )
    ratio: float = Field(
        default=0.1,
        gt=0,
        lt=1,
        title=N_("Factor"),
        description=N_("What the learning rate is multiplied by at each fall."),
    )

    def factor(self, step: int, steps: int) -> float:
        """ratio^n after the n-th of the falls."""
        return float(
            self.ratio ** math.floor((self.falls + 1) * min(step, steps - 1) / max(1, steps))
        )
