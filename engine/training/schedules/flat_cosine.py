"""Flat, then half a cosine down."""

from __future__ import annotations

import math
from typing import ClassVar, Literal

from pydantic import Field

from engine.messages import N_
from engine.recipe.families import Schedule


class FlatCosine(Schedule):
    """Flat, then annealed: what fastai calls flat-cos."""

    title: ClassVar[str] = N_("Flat, then cosine")
    summary: ClassVar[str] = N_("Holds the learning rate, then falls smoothly to zero.")
    order: ClassVar[int] = 25

    kind: Literal["flat_cosine"] = "flat_cosine"
    flat: float = Field(
        default=0.5,
        ge=0,
        lt=1,
        title=N_("Flat"),
        description=N_("Share of the run in which the learning rate does not change."),
    )

    def factor(self, step: int, steps: int) -> float:
        """1, then ½(1 + cos πt) for t from 0 to 1."""
        t = max(0.0, step / max(1, steps) - self.flat) / (1 - self.flat)
        return 0.5 * (1 + math.cos(math.pi * min(1.0, t)))
