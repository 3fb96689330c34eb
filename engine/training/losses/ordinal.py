"""Ordinal loss: classes that have an order."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from engine.messages import N_
from engine.recipe.families import Loss

if TYPE_CHECKING:
    from torch import Tensor


class Ordinal(Loss):
    """−log of the probability of the row's class where only thresholds tell the classes apart.

    The proportional odds model (McCullagh, J. R. Stat. Soc. B 42, 1980): the network gives one score,
    and P(class > k) = sigmoid(score − threshold k) for each class but the last, the thresholds
    increasing. All classes share the score's weights, as in CORAL (Cao et al., Pattern Recognition
    Letters 2020, section 3.3). For two classes it is cross-entropy.
    """

    title: ClassVar[str] = N_("Ordinal")
    summary: ClassVar[str] = N_(
        "For classes in an order, like grades or stages: far misses count more than near ones."
    )
    order: ClassVar[int] = 25
    tasks: ClassVar[tuple[str, ...]] = ("binary", "multiclass")
    gives: ClassVar[Literal["point", "gaussian", "thresholds"]] = "thresholds"

    kind: Literal["ordinal"] = "ordinal"

    def rows(self, outputs: Tensor, target: Tensor) -> Tensor:
        """See `Loss.rows`; of K classes there are K − 1 outputs, which decrease."""
        import torch
        from torch.nn import functional

        if target.is_floating_point():
            signs = 1 - 2 * target
            return functional.softplus(signs * outputs).reshape(len(outputs))
        classes = outputs.shape[1] + 1
        below = target.clamp(min=1).unsqueeze(1) - 1  # P(class ≥ c): the threshold below the class
        above = target.clamp(max=classes - 2).unsqueeze(1)
        upper, lower = outputs.gather(1, below)[:, 0], outputs.gather(1, above)[:, 0]
        # sigmoid(u) − sigmoid(l) = sigmoid(u) · sigmoid(−l) · (1 − e^(l − u)), in logarithms.
        # Where both are the same threshold, at the ends, the last factor is not there.
        ends = (target == 0) | (target == classes - 1)
        gap = torch.where(ends, torch.ones_like(upper), upper - lower)
        tiny = torch.finfo(outputs.dtype).tiny
        middle = torch.log(-torch.expm1(-gap).clamp(max=-tiny))
        zero = torch.zeros_like(upper)
        found = torch.where(target == 0, zero, functional.logsigmoid(upper))
        found = found + torch.where(target == classes - 1, zero, functional.logsigmoid(-lower))
        return -(found + torch.where(ends, zero, middle))
