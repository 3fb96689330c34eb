"""Mean, deviation and skew of a stream of numbers, and its extremes."""

from __future__ import annotations

import math

import numpy as np

from engine.data.profiling.histogram import Floats


class RunningMoments:
    """What can be said of numbers after seeing each of them once.

    Batches are merged as in Pébay, "Formulas for robust, one-pass parallel computation of covariances
    and arbitrary-order statistical moments" (Sandia report SAND2008-6212).
    """

    def __init__(self) -> None:
        self.count = 0
        self.minimum = math.inf
        self.maximum = -math.inf
        self.zeros = 0
        self.negatives = 0
        self._mean = 0.0
        self._second = 0.0
        self._third = 0.0

    def add(self, known: Floats) -> None:
        """Count numbers, none of them NaN."""
        size = len(known)
        if not size:
            return
        self.minimum = min(self.minimum, float(known.min()))
        self.maximum = max(self.maximum, float(known.max()))
        if self.minimum <= 0:
            self.zeros += size - int(np.count_nonzero(known))
            self.negatives += int(np.count_nonzero(known < 0))
        with np.errstate(over="ignore", invalid="ignore"):
            mean = float(known.mean())
            apart = known - mean
            squares = apart * apart
            second = float(squares.sum())
            squares *= apart  # a product of vectors would wake other threads up for nothing
            self._merge(size, mean, second, float(squares.sum()))

    def _merge(self, size: int, mean: float, second: float, third: float) -> None:
        before, total = self.count, self.count + size
        delta = np.float64(mean) - self._mean
        self._third += float(
            third
            + delta**3 * before * size * (before - size) / float(total) ** 2
            + 3 * delta * (before * second - size * self._second) / total
        )
        self._second += float(second + delta**2 * before * size / total)
        self._mean += float(delta * size / total)
        self.count = total

    @property
    def mean(self) -> float | None:
        """`None` without numbers, or when they are too large to be added up."""
        return self._mean if self.count and math.isfinite(self._mean) else None

    @property
    def deviation(self) -> float | None:
        """Divided by n − 1; 0 for a single number."""
        if not self.count or not math.isfinite(self._second):
            return None
        return math.sqrt(self._second / (self.count - 1)) if self.count > 1 else 0.0

    @property
    def skew(self) -> float | None:
        """Adjusted Fisher-Pearson coefficient; `None` for less than three numbers, or equal ones."""
        n = self.count
        spread = self._second / n if n else 0.0
        size = max(abs(self.minimum), abs(self.maximum))
        if n < 3 or not spread > (1e-15 * size) ** 2:
            return None
        with np.errstate(over="ignore", invalid="ignore"):
            skew = float(np.float64(self._third / n) / np.float64(spread) ** 1.5)
        adjusted = skew * math.sqrt(n * (n - 1)) / (n - 2)
        return adjusted if math.isfinite(adjusted) else None
