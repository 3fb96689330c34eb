"""What a metric is."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from engine.schema import Task

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array: TypeAlias = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Metric:
    """One way to score predictions."""

    name: str
    title: str
    """Marked for translation."""
    higher_is_better: bool
    tasks: tuple[Task, ...]
    function: Callable[[Array, Array, Array | None], float]
    in_deviations: bool = False
    """For regression measured in standard deviations of the training targets, not in their unit."""

    def compute(
        self,
        targets: Array,
        predictions: Array,
        scale: float | Array = 1.0,
        weights: Array | None = None,
    ) -> float:
        """The score; NaN where it is not defined (no rows, one class only …).

        Args:
            targets: Class codes, int (rows,), or values, float (rows,); of several (rows, targets).
            predictions: (rows,) or, for more than two classes, (rows, classes); of several targets
                (rows, targets). See the package.
            scale: The standard deviation of regression targets, (targets,) of several.
            weights: How much each row counts, (rows,), none negative; None: all the same.
        """
        if weights is not None:
            weights = weights.astype("float64")
            counts = weights > 0
            if not counts.all():  # so that what does not count is not there
                targets, predictions, weights = (
                    targets[counts],
                    predictions[counts],
                    weights[counts],
                )
        if len(targets) == 0:
            return math.nan
        if self.in_deviations and targets.dtype.kind == "f":
            return float(self.function(targets / scale, predictions / scale, weights))
        return float(self.function(targets, predictions, weights))

    def is_better(self, value: float, than: float) -> bool:
        """Whether `value` beats `than`; any number beats NaN."""
        if math.isnan(value):
            return False
        if math.isnan(than):
            return True
        return value > than if self.higher_is_better else value < than


def mean(values: Array, weights: Array | None) -> float:
    """The mean, by weights if any, none of them negative."""
    import numpy as np

    return float(np.mean(values) if weights is None else values @ weights / weights.sum())
