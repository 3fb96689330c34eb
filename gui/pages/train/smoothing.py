"""Smoothing of curves that grow: exponentially weighted means, of which only the new ones are computed."""

from __future__ import annotations

import numpy as np
from scipy.signal import lfilter

from engine.training.columns import Column
from gui.pages.train.series import Numbers

SMOOTHED_SHARE = 0.1
"""Share of a curve that smoothing averages over at most: the course of a short one is no noise."""
SETTLED = 37.0
"""Minus the logarithm of a share that a float64 next to 1 no longer shows."""
AT_ONCE = 32
"""New values from which on a filter over all of them is faster than one after the other."""


class Smoother:
    """Exponentially weighted means, corrected for the short past of the first points.

    `weight` from 0 (as it is) to below 1 is the share that the past keeps from point to point. On short
    curves it is lowered, so that a mean reaches over a tenth of the points at most. Values that are not
    finite stay gaps and do not spread.
    """

    def __init__(self, weight: float) -> None:
        self._asked = self._weight = weight
        self._means = Column()
        self.restarts = 0
        """How often all means were computed anew."""
        self._sum = self._weights = 0.0
        """Of the past: its weighted sum, and what its weights add up to."""

    def follow(self, values: Numbers) -> Numbers:
        """The means of `values`, which begin with what was followed before; `values` as such unsmoothed."""
        if not len(values):
            return values
        weight = min(self._asked, 1 - 1 / (SMOOTHED_SHARE * len(values)))
        if weight <= 0:
            return values
        if weight != self._weight or len(values) < len(self._means):
            self._weight, self._means = weight, Column()
            self.restarts += 1
            self._sum = self._weights = 0.0
        fresh = values[len(self._means) :]
        if len(fresh) < AT_ONCE:
            for value in fresh.tolist():
                self._means.append(self._next(value))
        else:
            self._means.extend(self._all(fresh))
        means: Numbers = self._means.array
        return means

    def _next(self, value: float) -> float:
        is_known = np.isfinite(value)
        share = 1 - self._weight
        self._sum = self._weight * self._sum + (share * value if is_known else 0.0)
        self._weights = self._weight * self._weights + (share if is_known else 0.0)
        return self._sum / self._weights if is_known else np.nan

    def _all(self, values: Numbers) -> Numbers:
        known = np.isfinite(values)
        if known.all():
            sums, self._sum = self._filtered(values, self._sum)
            # Soon the weights of the past add up to one, to the last digit.
            short = sums[: int(-SETTLED / np.log(self._weight)) + 1]
            lacking = (1 - self._weights) * self._weight ** np.arange(1, len(short) + 1)
            short /= 1 - lacking
            self._weights = 1.0 - float(lacking[-1]) if len(short) == len(sums) else 1.0
            return sums
        sums, self._sum = self._filtered(np.where(known, values, 0.0), self._sum)
        weights, self._weights = self._filtered(known.astype(np.float64), self._weights)
        return np.where(known, sums / np.where(known, weights, 1.0), np.nan)

    def _filtered(self, values: Numbers, before: float) -> tuple[Numbers, float]:
        weight = self._weight
        found, _ = lfilter([1 - weight], [1, -weight], values, zi=[weight * before])
        return found, float(found[-1])


def smoothed(values: Numbers, weight: float) -> Numbers:
    """The means of a curve that does not grow; see `Smoother`."""
    return Smoother(weight).follow(values)
