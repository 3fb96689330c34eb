"""Falls by the same factor at every step."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from engine.messages import N_
from engine.recipe.families import Schedule


class Exponential(Schedule):
    """A straight line on a logarithmic scale."""

    title: ClassVar[str] = N_("Exponential")
    summary: ClassVar[str] = N_("Falls evenly by factors, from the first step to the last.")
    order: ClassVar[int] = 60

    kind: Literal["exponential"] = "exponential"
    end: float = Field(
        default=0.01,
        gt=0,
        le=1,
        title=N_("Last factor"),
        description=N_("What is left of the learning rate at the end."),
        json_schema_extra={"log": True},
    )

    def factor(self, step: int, steps: int) -> float:
        """end^t for t from 0 to 1."""
        return float(self.end ** min(1.0, step / max(1, steps)))
