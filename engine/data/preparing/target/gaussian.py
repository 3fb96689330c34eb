"""From the two outputs of a Gaussian prediction to its deviation, and the values of its interval."""

from __future__ import annotations

from statistics import NormalDist
from typing import Any

import numpy as np

from engine.data.cells.typed import Floats

FLOOR = 1e-4
"""No predicted deviation is smaller, in deviations of the training rows: one row learned by heart must
not outweigh all others."""


def deviations(raw: Any) -> Floats:
    """log(1 + e^raw) + `FLOOR`, float64: what the second output stands for, in training deviations."""
    found: Floats = np.logaddexp(0.0, np.asarray(raw, np.float64)) + FLOOR
    return found


def raw_deviation(deviation: float) -> float:
    """The inverse of `deviations`, for a deviation above `FLOOR`."""
    return float(np.log(np.expm1(deviation - FLOOR)))


def ends(covered: float) -> tuple[tuple[float, float], tuple[float, float]]:
    """Level and place in deviations from the mean of both ends of an interval of that share."""
    low = round((1 - covered) / 2, 6)
    reach = NormalDist().inv_cdf(1 - low)
    return (low, -reach), (round(1 - low, 6), reach)
