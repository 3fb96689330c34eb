"""From the logarithm of a rate, which a network gives for counts, to the rate."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

STEEP = 15.0
"""Beyond it the curve goes on as a straight line: a step too far must not end a run."""


def rates(logarithms: NDArray[Any]) -> NDArray[np.float64]:
    """e^x up to `STEEP`, its tangent from there on."""
    near = np.minimum(logarithms, STEEP)
    found: NDArray[np.float64] = np.exp(near) + (logarithms - near) * math.exp(STEEP)
    return found
