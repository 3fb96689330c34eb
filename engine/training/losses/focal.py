"""Focal loss: rows that are easy already count for less."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from engine.messages import N_
from engine.recipe.families import Loss

if TYPE_CHECKING:
    from torch import Tensor


class Focal(Loss):
    """(1 − p)^focus · −log p, with p the probability of the row's class (Lin et al., ICCV 2017)."""

    title: ClassVar[str] = N_("Focal")
    summary: ClassVar[str] = N_(
        "Cross-entropy that looks at hard rows; for rare classes. Probabilities come out too cautious."
    )
    order: ClassVar[int] = 20
    tasks: ClassVar[tuple[str, ...]] = ("binary", "multiclass")

    kind: Literal["focal"] = "focal"
    focus: float = Field(
        default=2.0,
        ge=0.0,
        le=10.0,
        title=N_("Focus"),
        description=N_("How much less an easy row counts. 0 is cross-entropy."),
    )

    def rows(self, outputs: Tensor, target: Tensor) -> Tensor:
        """See `Loss.rows`."""
        from torch.nn import functional

        # All in logarithms: (1 − p) ** focus itself has no finite slope at p = 1.
        if target.is_floating_point():
            signed = (outputs * (2 * target - 1)).reshape(len(outputs))
            right, wrong = functional.logsigmoid(signed), functional.logsigmoid(-signed)
        else:
            right = -functional.cross_entropy(outputs, target, reduction="none")
            others = outputs.scatter(1, target.unsqueeze(1), float("-inf"))
            wrong = others.logsumexp(dim=1) - outputs.logsumexp(dim=1)
        return -right * (self.focus * wrong).exp()
