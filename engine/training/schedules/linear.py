"""Warm-up, then a straight line down."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from engine.messages import N_
from engine.recipe.families import Schedule


class Linear(Schedule):
    """Warm-up and linear decay, as Devlin et al., “BERT”, NAACL 2019, appendix A.2, have it."""

    title: ClassVar[str] = N_("Linear")
    summary: ClassVar[str] = N_("Rises during warm-up, then falls in a straight line to zero.")
    order: ClassVar[int] = 30

    kind: Literal["linear"] = "linear"
    warmup: float = Field(
        default=0.05,
        ge=0,
        le=0.5,
        title=N_("Warm-up"),
        description=N_("Share of the run in which the learning rate rises from zero."),
    )

    def factor(self, step: int, steps: int) -> float:
        """Linear from 0 to 1 over the warm-up, then linear to 0."""
        rise = self.warmup * steps
        if step < rise:
            return (step + 1) / (rise + 1)
        return 1.0 - min(1.0, (step - rise) / max(1.0, steps - rise))
