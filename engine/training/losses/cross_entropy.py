"""Cross-entropy, with label smoothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from engine.messages import N_
from engine.recipe.families import Loss

if TYPE_CHECKING:
    from torch import Tensor


class CrossEntropy(Loss):
    """−log of the probability that the network gives to the class of the row.

    With smoothing s the row counts as (1 − s) of its class and s spread evenly over all classes
    (Szegedy et al., CVPR 2016, section 7).
    """

    title: ClassVar[str] = N_("Cross-entropy")
    summary: ClassVar[str] = N_("The usual loss for classes; it gives honest probabilities.")
    order: ClassVar[int] = 10
    tasks: ClassVar[tuple[str, ...]] = ("binary", "multiclass")
    usual_for: ClassVar[tuple[str, ...]] = ("binary", "multiclass")

    kind: Literal["cross_entropy"] = "cross_entropy"
    smoothing: float = Field(
        default=0.0,
        ge=0.0,
        le=0.5,
        title=N_("Label smoothing"),
        description=N_(
            "The share of each row that is spread over all classes, against overconfidence."
        ),
    )

    def rows(self, outputs: Tensor, target: Tensor) -> Tensor:
        """See `Loss.rows`."""
        return self._loss(outputs, target, "none").reshape(len(outputs))

    def mean(self, outputs: Tensor, target: Tensor) -> Tensor:
        """See `Loss.mean`."""
        return self._loss(outputs, target, "mean")

    def _loss(self, outputs: Tensor, target: Tensor, reduction: str) -> Tensor:
        from torch.nn import functional

        if not target.is_floating_point():
            return functional.cross_entropy(
                outputs, target, reduction=reduction, label_smoothing=self.smoothing
            )
        if self.smoothing:
            target = target * (1 - self.smoothing) + self.smoothing / 2
        return functional.binary_cross_entropy_with_logits(outputs, target, reduction=reduction)
