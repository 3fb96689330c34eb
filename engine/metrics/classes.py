"""Metrics of classes, on probabilities: of the second of two, (rows,), or of each of more; and the loss."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, TypeAlias

from engine.metrics.metric import mean

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array: TypeAlias = NDArray[Any]


def loss(targets: Array, predictions: Array, weights: Array | None) -> float:
    """Squared error of numbers, −log of the probability of the row's class."""
    import numpy as np

    if targets.dtype.kind == "f":
        return mean(np.square(targets - predictions), weights)
    tiny = np.finfo(np.float64).tiny
    if predictions.ndim == 1:
        chosen = np.where(targets == 1, predictions, 1.0 - predictions)
    else:
        chosen = predictions[np.arange(len(targets)), targets]
    return -mean(np.log(np.maximum(chosen, tiny, dtype=np.float64)), weights)


def _chosen(predictions: Array) -> Array:
    if predictions.ndim == 1:
        return (predictions > 0.5).astype("int64")
    codes: Array = predictions.argmax(axis=1)
    return codes


def accuracy(targets: Array, predictions: Array, weights: Array | None) -> float:
    """Share of the rows whose class is right."""
    return mean((_chosen(predictions) == targets).astype("float64"), weights)


def macro_f1(targets: Array, predictions: Array, weights: Array | None) -> float:
    """Mean over the classes that occur among targets or predictions, as scikit-learn defines it."""
    import numpy as np

    chosen = _chosen(predictions)
    classes = int(max(targets.max(), chosen.max())) + 1
    right = targets == chosen
    of_right = None if weights is None else weights[right]
    hits = np.bincount(targets[right], of_right, minlength=classes)
    both = np.bincount(targets, weights, classes) + np.bincount(chosen, weights, classes)
    return float(np.mean(2 * hits[both > 0] / both[both > 0]))


def roc_auc(targets: Array, predictions: Array, weights: Array | None) -> float:
    """Area under the curve; for several classes the mean of one class against the rest.

    Classes without a row, or that all rows have, are left out of the mean.
    """
    if predictions.ndim == 1:
        return binary_auc(targets == 1, predictions, weights)
    areas = [
        binary_auc(targets == code, predictions[:, code], weights)
        for code in range(predictions.shape[1])
    ]
    known = [area for area in areas if not math.isnan(area)]
    return sum(known) / len(known) if known else math.nan


def binary_auc(positive: Array, scores: Array, weights: Array | None = None) -> float:
    """Mann and Whitney's U over the number of pairs; tied scores count half, pairs by their weights.

    Args:
        positive: Whether each row is of the positive class.
        scores: The higher, the more likely positive.
        weights: How much each row counts, none negative; None: all the same.
    """
    import numpy as np

    positives = int(np.count_nonzero(positive))
    negatives = len(positive) - positives
    if positives == 0 or negatives == 0 or not np.isfinite(scores).all():
        return math.nan
    # In which order equal scores come matters to sums of weights alone, and a stable order takes longer.
    order = np.argsort(scores, kind="quicksort" if weights is None else "stable")
    ordered = scores[order]
    first = np.flatnonzero(np.concatenate(([True], ordered[1:] != ordered[:-1])))
    if weights is not None:
        for_, against = weights * positive, weights * ~positive
        if not for_.any() or not against.any():
            return math.nan
        with_score = np.add.reduceat(for_[order], first), np.add.reduceat(against[order], first)
        below = np.cumsum(with_score[1]) - with_score[1]
        pairs = with_score[0] @ (below + with_score[1] / 2)
        return float(pairs / for_.sum() / against.sum())
    sizes = np.diff(np.append(first, len(ordered)))
    ranks = np.repeat(first + (sizes + 1) / 2, sizes)
    return float(
        (ranks[positive[order]].sum() - positives * (positives + 1) / 2) / positives / negatives
    )


def average_precision(targets: Array, predictions: Array, weights: Array | None) -> float:
    """Precision at each step down the rows by probability, by the recall gained there; of one label.

    NaN without a row of the second class.
    """
    import numpy as np

    if not np.isfinite(predictions).all():
        return math.nan
    order = np.argsort(-predictions, kind="stable")
    counts = np.ones(len(targets)) if weights is None else weights[order]
    ordered = predictions[order]
    last = np.append(ordered[1:] != ordered[:-1], True)  # ties are counted together
    hits = np.cumsum(counts * (targets[order] == 1))[last]
    flagged = np.cumsum(counts)[last]
    if not len(hits) or not hits[-1]:
        return math.nan
    gained = np.diff(hits, prepend=0.0)
    return float((hits / np.maximum(flagged, np.finfo(np.float64).tiny)) @ gained / hits[-1])
