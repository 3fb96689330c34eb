"""Huber's loss: squared near the value, absolute far from it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from engine.messages import N_
from engine.recipe.families import Loss

if TYPE_CHECKING:
    from torch import Tensor


class Huber(Loss):
    """½e² up to |e| = limit, limit · (|e| − ½ limit) beyond (Huber, 1964), e in deviations."""

    title: ClassVar[str] = N_("Huber")
    summary: ClassVar[str] = N_("Squared for small errors, absolute for large ones.")
    order: ClassVar[int] = 50
    tasks: ClassVar[tuple[str, ...]] = ("regression",)

    kind: Literal["huber"] = "huber"
    limit: float = Field(
        default=1.0,
        gt=0.0,
        le=100.0,
        title=N_("Limit"),
        description=N_("Errors beyond it count by their size, not by their square."),
        json_schema_extra={"unit": N_("deviations")},
    )

    def rows(self, outputs: Tensor, target: Tensor) -> Tensor:
        """See `Loss.rows`."""
        from torch.nn import functional

        found = functional.huber_loss(outputs, target, reduction="none", delta=self.limit)
        return found.reshape(len(outputs))
