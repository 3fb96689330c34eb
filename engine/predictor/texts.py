"""Values and classes as people read them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.data.preparing.fitted_target import FittedTarget, FittedValue

MISSING = "–"
BETWEEN = " · "
"""Stands between the answers for several targets."""


def texts_of(target: FittedTarget, values: NDArray[Any]) -> list[str]:
    """Values, class codes or classes, (rows,), as text; a dash where one is missing."""
    if values.dtype.kind == "O":
        return [str(value) for value in values.tolist()]
    if isinstance(target, FittedValue):
        return [MISSING if math.isnan(value) else f"{value:.6g}" for value in values.tolist()]
    codes = values.astype(np.int64).tolist()
    return [MISSING if code < 0 else target.classes[code] for code in codes]
