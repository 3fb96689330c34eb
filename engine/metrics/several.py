"""Metrics of several targets: means over them, each over the rows that have it.

Values and predictions are (rows, targets); a missing value is NaN, a missing label −1. Labels are scored
on the probability of their second class.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, TypeAlias

from engine.metrics import classes
from engine.metrics.metric import mean

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array: TypeAlias = NDArray[Any]

Function: TypeAlias = "Callable[[Array, Array, Array | None], float]"


def over_targets(function: Function) -> Function:
    """A metric of one target as the mean over several, or as it is for one.

    Targets for which it is not defined are left out of the mean.
    """

    def scored(targets: Array, predictions: Array, weights: Array | None) -> float:
        if targets.ndim == 1:
            return function(targets, predictions, weights)
        found = [function(*each) for each in _each(targets, predictions, weights)]
        known = [score for score in found if not math.isnan(score)]
        return sum(known) / len(known) if known else math.nan

    return scored


def positive_f1(targets: Array, predictions: Array, weights: Array | None) -> float:
    """F1 of the second class of one label; NaN where it neither occurs nor is predicted."""
    import numpy as np

    chosen = predictions > 0.5
    hits = (chosen & (targets == 1)).astype(np.float64)
    both = chosen.astype(np.float64) + (targets == 1)
    if weights is not None:
        hits, both = hits * weights, both * weights
    return float(2 * hits.sum() / both.sum()) if both.sum() else math.nan


def macro_f1(targets: Array, predictions: Array, weights: Array | None) -> float:
    """Of several labels the mean of `positive_f1`, of one target that of its classes."""
    if targets.ndim == 1:
        return classes.macro_f1(targets, predictions, weights)
    return over_targets(positive_f1)(targets, predictions, weights)


def micro_f1(targets: Array, predictions: Array, weights: Array | None) -> float:
    """F1 of the second class over all labels of all rows together."""
    known, of_cells = _known(targets), None
    if weights is not None:
        of_cells = _by_cell(weights, known)
    return positive_f1(targets[known], predictions[known], of_cells)


def subset_accuracy(targets: Array, predictions: Array, weights: Array | None) -> float:
    """Share of the rows whose labels are all right."""
    right = ((predictions > 0.5) == (targets == 1)) | ~_known(targets)
    return mean(right.all(axis=1).astype("float64"), weights)


def hamming(targets: Array, predictions: Array, weights: Array | None) -> float:
    """Share of the labels that are wrong."""
    known = _known(targets)
    wrong = ((predictions > 0.5) != (targets == 1))[known].astype("float64")
    if not len(wrong):
        return math.nan
    return mean(wrong, None if weights is None else _by_cell(weights, known))


def row_f1(targets: Array, predictions: Array, weights: Array | None) -> float:
    """The mean over rows of F1 of the labels of a row; 0 for a row without a label, had or predicted."""
    known = _known(targets)
    chosen, own = (predictions > 0.5) & known, (targets == 1) & known
    both = chosen.sum(axis=1) + own.sum(axis=1)
    hits = (chosen & own).sum(axis=1)
    return mean(2 * hits / both.clip(min=1), weights)


def _each(
    targets: Array, predictions: Array, weights: Array | None
) -> Iterator[tuple[Array, Array, Array | None]]:
    """Each target for the rows that have it."""
    known = _known(targets)
    for place in range(targets.shape[1]):
        rows = known[:, place]
        if rows.any():
            own = None if weights is None else weights[rows]
            yield targets[rows, place], predictions[rows, place], own


def _by_cell(weights: Array, known: Array) -> Array:
    import numpy as np

    found: Array = np.broadcast_to(weights[:, None], known.shape)[known]
    return found


def _known(targets: Array) -> Array:
    import numpy as np

    found: Array = ~np.isnan(targets) if targets.dtype.kind == "f" else targets >= 0
    return found
