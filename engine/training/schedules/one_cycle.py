"""Up to a large rate and down to a tiny one, once."""

from __future__ import annotations

import math
from typing import ClassVar, Literal

from pydantic import Field

from engine.messages import N_
from engine.recipe.families import Schedule


class OneCycle(Schedule):
    """Smith and Topin, “Super-convergence”, 2019, with cosines as in fastai.

    The optimizer's learning rate is the top.
    """

    title: ClassVar[str] = N_("One cycle")
    summary: ClassVar[str] = N_("Rises to a large rate, then falls far below the first.")
    order: ClassVar[int] = 40

    kind: Literal["one_cycle"] = "one_cycle"
    rise: float = Field(
        default=0.3,
        gt=0,
        lt=1,
        title=N_("Rise"),
        description=N_("Share of the run in which the learning rate rises."),
    )
    start: float = Field(
        default=0.04,
        gt=0,
        le=1,
        title=N_("First factor"),
        description=N_("The learning rate at the start, as a share of its top."),
        json_schema_extra={"log": True},
    )
    end: float = Field(
        default=1e-4,
        ge=0,
        le=1,
        title=N_("Last factor"),
        description=N_("The learning rate at the end, as a share of its top."),
    )

    def factor(self, step: int, steps: int) -> float:
        """Half a cosine from `start` to 1, and one from 1 to `end`."""
        t = min(1.0, step / max(1, steps))
        if t < self.rise:
            return _between(self.start, 1.0, t / self.rise)
        return _between(1.0, self.end, (t - self.rise) / (1 - self.rise))


def _between(first: float, last: float, t: float) -> float:
    return last + (first - last) * 0.5 * (1 + math.cos(math.pi * t))
