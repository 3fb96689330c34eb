"""Probabilities of all classes from a model that has seen some of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from engine.baselines.baseline import Floats


def every_class(shares: NDArray[Any], seen: NDArray[Any], classes: int) -> Floats:
    """(rows, `classes`) from (rows, classes seen); a class that was not seen has 0.

    A class may lack rows in training where rows with missing values are left out.
    """
    found = np.zeros((len(shares), classes))
    found[:, np.asarray(seen, np.int64)] = shares
    return found
