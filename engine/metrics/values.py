"""Metrics of numbers, in the target's own unit."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, TypeAlias

from engine.metrics.metric import mean

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array: TypeAlias = NDArray[Any]


def mae(targets: Array, predictions: Array, weights: Array | None) -> float:
    """Mean absolute error."""
    return mean(abs(targets - predictions), weights)


def rmse(targets: Array, predictions: Array, weights: Array | None) -> float:
    """Root of the mean squared error."""
    return math.sqrt(mean((targets - predictions) ** 2, weights))


def r2(targets: Array, predictions: Array, weights: Array | None) -> float:
    """Share of the variance that is explained; NaN where there is none."""
    spread = mean((targets - mean(targets, weights)) ** 2, weights)
    if spread == 0:
        return math.nan
    return 1 - mean((targets - predictions) ** 2, weights) / spread
