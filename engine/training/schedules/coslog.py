"""Several cosine cycles, each twice as long as the one before."""

from __future__ import annotations

import math
from typing import ClassVar, Literal

from pydantic import Field

from engine.messages import N_
from engine.recipe.families import Schedule


class CosLog(Schedule):
    """Holzmüller et al., “Better by default”, NeurIPS 2024, section 3: ½(1 − cos(2π log₂(1 + 15t)))."""

    title: ClassVar[str] = N_("Cosine cycles")
    summary: ClassVar[str] = N_("Rises and falls several times, each cycle twice as long.")
    order: ClassVar[int] = 80

    kind: Literal["coslog"] = "coslog"
    cycles: int = Field(
        default=4,
        ge=1,
        le=16,
        title=N_("Cycles"),
        description=N_("How often the learning rate falls to zero; the last time at the end."),
    )

    def factor(self, step: int, steps: int) -> float:
        """½(1 − cos(2π log₂(1 + (2^cycles − 1) t))) for t from 0 to 1."""
        t = step / max(1, steps)
        return 0.5 * (1 - math.cos(2 * math.pi * math.log2(1 + (2**self.cycles - 1) * t)))
