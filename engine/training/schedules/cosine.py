"""Warm-up, then half a cosine down to zero."""

from __future__ import annotations

import math
from typing import ClassVar, Literal

from pydantic import Field

from engine.messages import N_
from engine.recipe.families import Schedule


class Cosine(Schedule):
    """Loshchilov and Hutter, ICLR 2017 (without restarts)."""

    title: ClassVar[str] = N_("Cosine")
    summary: ClassVar[str] = N_("Rises during warm-up, then falls smoothly to zero.")
    order: ClassVar[int] = 20

    kind: Literal["cosine"] = "cosine"
    warmup: float = Field(
        default=0.05,
        ge=0,
        le=0.5,
        title=N_("Warm-up"),
        description=N_("Share of the run in which the learning rate rises from zero."),
    )

    def factor(self, step: int, steps: int) -> float:
        """Linear from 0 to 1 over the warm-up, then ½(1 + cos πt) for t from 0 to 1."""
        rise = self.warmup * steps
        if step < rise:
            return (step + 1) / (rise + 1)
        t = (step - rise) / max(1.0, steps - rise)
        return 0.5 * (1 + math.cos(math.pi * min(1.0, t)))
