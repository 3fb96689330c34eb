"""Means and deviations that neither overflow nor blow rounding up."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray


def mean(values: NDArray[np.float64]) -> float:
    """The mean; 0 without any value. In units of the largest one, so that huge values do not overflow."""
    size = float(np.max(np.abs(values), initial=0.0))
    return size * float(np.mean(values / size)) if size > 0 else 0.0


def median(values: NDArray[np.float64]) -> float:
    """The middle value; 0 without any."""
    if not len(values):
        return 0.0
    with np.errstate(over="ignore"):
        found = float(np.median(values))
    # The sum of two in the middle may be beyond what a float holds.
    return found if math.isfinite(found) else 2 * float(np.median(values / 2))


def mean_and_deviation(values: NDArray[np.float64]) -> tuple[float, float]:
    """What to subtract and to divide by; the divisor is 1 for a constant."""
    if not len(values):
        return 0.0, 1.0
    with np.errstate(over="ignore", invalid="ignore"):
        center = mean(values)
        # In units of the largest value: its square may be beyond what a float holds.
        size = float(np.max(np.abs(values - center)))
        spread = size * float(np.std(values / size - center / size)) if size > 0 else 0.0
    return center, usable(center, spread)


def usable(center: float, spread: float) -> float:
    """The spread, or 1 where it is none: rounding alone must not be blown up to a column of noise."""
    tiny = 1e-12 * max(abs(center), float(np.finfo(np.float64).tiny))
    return spread if math.isfinite(spread) and spread > tiny else 1.0
