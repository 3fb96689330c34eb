"""Absolute error."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from engine.messages import N_
from engine.recipe.families import Loss

if TYPE_CHECKING:
    from torch import Tensor


class Absolute(Loss):
    """|prediction − value|, in deviations of the training rows; its best guess is the median."""

    title: ClassVar[str] = N_("Absolute error")
    summary: ClassVar[str] = N_("Predicts the median; a few wild values hardly matter.")
    order: ClassVar[int] = 40
    tasks: ClassVar[tuple[str, ...]] = ("regression",)

    kind: Literal["absolute"] = "absolute"

    def rows(self, outputs: Tensor, target: Tensor) -> Tensor:
        """See `Loss.rows`."""
        return (outputs - target).abs().reshape(len(outputs))
