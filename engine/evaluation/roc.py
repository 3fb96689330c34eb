"""The ROC curve of one class against the others."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from engine.evaluation.measures.scored import Floats
from engine.evaluation.picks import evenly
from engine.evaluation.result import RocPoint
from engine.metrics import binary_auc

MOST_POINTS = 512


def roc_points(
    positive: NDArray[np.bool_], chances: Floats, weights: Floats | None
) -> tuple[RocPoint, ...]:
    """One point per threshold, from no alarm to all alarms; thinned out evenly.

    There is none where all rows, or all that count, are of one kind.

    Args:
        positive: Whether each row is of the class.
        chances: Its predicted probability.
        weights: How much each row counts; None: all the same.
    """
    weights = np.ones(len(positive)) if weights is None else weights
    for_, against = weights * positive, weights * ~positive
    positives, negatives = float(for_.sum()), float(against.sum())
    if not positives or not negatives:
        return ()
    order = np.argsort(-chances, kind="stable")
    scores = chances[order]
    last_of_equal = np.append(scores[1:] != scores[:-1], True)
    hits = np.cumsum(for_[order])[last_of_equal] / positives
    alarms = np.cumsum(against[order])[last_of_equal] / negatives
    thresholds = scores[last_of_equal]
    points = [RocPoint(false_positive_rate=0.0, true_positive_rate=0.0, threshold=1.0)]
    points += [
        RocPoint(
            false_positive_rate=float(alarms[place]),
            true_positive_rate=float(hits[place]),
            threshold=float(thresholds[place]),
        )
        for place in evenly(len(hits), MOST_POINTS - 1)
    ]
    return tuple(points)


def roc_area(positive: NDArray[np.bool_], chances: Floats, weights: Floats | None) -> float | None:
    """The area under the curve; None where it is not defined."""
    found = binary_auc(positive, chances, weights)
    return found if math.isfinite(found) else None
