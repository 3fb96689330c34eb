"""The same learning rate throughout."""

from __future__ import annotations

from typing import ClassVar, Literal

from engine.messages import N_
from engine.recipe.families import Schedule


class Constant(Schedule):
    """No change."""

    title: ClassVar[str] = N_("Constant")
    summary: ClassVar[str] = N_("The same learning rate throughout.")
    order: ClassVar[int] = 10
    rests: ClassVar[bool] = True

    kind: Literal["constant"] = "constant"

    def factor(self, step: int, steps: int) -> float:
        """Always 1."""
        return 1.0
