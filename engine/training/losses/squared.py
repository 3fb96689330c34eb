"""Squared error."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from engine.messages import N_
from engine.recipe.families import Loss

if TYPE_CHECKING:
    from torch import Tensor


class Squared(Loss):
    """(prediction − value)², in deviations of the training rows; its best guess is the mean."""

    title: ClassVar[str] = N_("Squared error")
    summary: ClassVar[str] = N_("Predicts the mean; large errors count most.")
    order: ClassVar[int] = 30
    tasks: ClassVar[tuple[str, ...]] = ("regression",)
    usual_for: ClassVar[tuple[str, ...]] = ("regression",)

    kind: Literal["squared"] = "squared"

    def rows(self, outputs: Tensor, target: Tensor) -> Tensor:
        """See `Loss.rows`."""
        from torch.nn import functional

        return functional.mse_loss(outputs, target, reduction="none").reshape(len(outputs))

    def mean(self, outputs: Tensor, target: Tensor) -> Tensor:
        """See `Loss.mean`."""
        from torch.nn import functional

        return functional.mse_loss(outputs, target)
