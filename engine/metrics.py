"""The metrics that runs are judged by; light to import, numpy only when one is computed.

Binary classification is scored on the probability of the second class, multi-class on one
probability per class, regression on values in the target's own unit.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from engine.errors import RecipeInvalid
from engine.messages import N_
from engine.recipe.training import EarlyStopping
from engine.schema import Task

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array: TypeAlias = NDArray[Any]

_CLASSES = (Task.BINARY, Task.MULTICLASS)
_ALL = (Task.BINARY, Task.MULTICLASS, Task.REGRESSION)


@dataclass(frozen=True, slots=True)
class Metric:
    """One way to score predictions."""

    name: str
    title: str
    """Marked for translation."""
    higher_is_better: bool
    tasks: tuple[Task, ...]
    function: Callable[[Array, Array, Array | None], float]
    in_deviations: bool = False
    """For regression measured in standard deviations of the training targets, not in their unit."""

    def compute(
        self,
        targets: Array,
        predictions: Array,
        scale: float = 1.0,
        weights: Array | None = None,
    ) -> float:
        """The score; NaN where it is not defined (no rows, one class only …).

        Args:
            targets: Class codes, int (rows,), or values, float (rows,).
            predictions: (rows,) or, for more than two classes, (rows, classes); see the module.
            scale: The standard deviation that regression targets are divided by for the loss.
            weights: How much each row counts, (rows,), none negative; None: all the same.
        """
        if weights is not None:
            weights = weights.astype("float64")
            counts = weights > 0
            if not counts.all():  # so that what does not count is not there
                targets, predictions, weights = (
                    targets[counts],
                    predictions[counts],
                    weights[counts],
                )
        if len(targets) == 0:
            return math.nan
        if self.in_deviations and targets.dtype.kind == "f":
            return float(self.function(targets / scale, predictions / scale, weights))
        return float(self.function(targets, predictions, weights))

    def is_better(self, value: float, than: float) -> bool:
        """Whether `value` beats `than`; any number beats NaN."""
        if math.isnan(value):
            return False
        if math.isnan(than):
            return True
        return value > than if self.higher_is_better else value < than


def _mean(values: Array, weights: Array | None) -> float:
    import numpy as np

    return float(np.mean(values) if weights is None else values @ weights / weights.sum())


def _loss(targets: Array, predictions: Array, weights: Array | None) -> float:
    import numpy as np

    if targets.dtype.kind == "f":
        return _mean(np.square(targets - predictions), weights)
    tiny = np.finfo(np.float64).tiny
    if predictions.ndim == 1:
        chosen = np.where(targets == 1, predictions, 1.0 - predictions)
    else:
        chosen = predictions[np.arange(len(targets)), targets]
    return -_mean(np.log(np.maximum(chosen, tiny, dtype=np.float64)), weights)


def _chosen(predictions: Array) -> Array:
    if predictions.ndim == 1:
        return (predictions > 0.5).astype("int64")
    codes: Array = predictions.argmax(axis=1)
    return codes


def _accuracy(targets: Array, predictions: Array, weights: Array | None) -> float:
    return _mean((_chosen(predictions) == targets).astype("float64"), weights)


def _macro_f1(targets: Array, predictions: Array, weights: Array | None) -> float:
    """Mean over the classes that occur among targets or predictions, as scikit-learn defines it."""
    import numpy as np

    chosen = _chosen(predictions)
    classes = int(max(targets.max(), chosen.max())) + 1
    right = targets == chosen
    of_right = None if weights is None else weights[right]
    hits = np.bincount(targets[right], of_right, minlength=classes)
    both = np.bincount(targets, weights, classes) + np.bincount(chosen, weights, classes)
    return float(np.mean(2 * hits[both > 0] / both[both > 0]))


def _roc_auc(targets: Array, predictions: Array, weights: Array | None) -> float:
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
    order = np.argsort(scores, kind="stable")
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


def _mae(targets: Array, predictions: Array, weights: Array | None) -> float:
    return _mean(abs(targets - predictions), weights)


def _rmse(targets: Array, predictions: Array, weights: Array | None) -> float:
    return math.sqrt(_mean((targets - predictions) ** 2, weights))


def _r2(targets: Array, predictions: Array, weights: Array | None) -> float:
    spread = _mean((targets - _mean(targets, weights)) ** 2, weights)
    if spread == 0:
        return math.nan
    return 1 - _mean((targets - predictions) ** 2, weights) / spread


METRICS: dict[str, Metric] = {
    metric.name: metric
    for metric in (
        Metric("loss", N_("Loss"), False, _ALL, _loss, in_deviations=True),
        Metric("accuracy", N_("Accuracy"), True, _CLASSES, _accuracy),
        Metric("macro_f1", N_("Macro F1"), True, _CLASSES, _macro_f1),
        Metric("roc_auc", N_("ROC AUC"), True, _CLASSES, _roc_auc),
        Metric("rmse", N_("RMSE"), False, (Task.REGRESSION,), _rmse),
        Metric("mae", N_("MAE"), False, (Task.REGRESSION,), _mae),
        Metric("r2", N_("R²"), True, (Task.REGRESSION,), _r2),
    )
}


def metrics_for(task: Task) -> tuple[Metric, ...]:
    """The metrics of a task; the first is the loss."""
    return tuple(metric for metric in METRICS.values() if task in metric.tasks)


def monitor_for(task: Task, early_stopping: EarlyStopping) -> Metric:
    """The metric that decides which epoch is best.

    Raises `RecipeInvalid` when the recipe names one that the task does not have.
    """
    name = "loss" if early_stopping.metric == "auto" else early_stopping.metric
    metric = METRICS[name]
    if task not in metric.tasks:
        known = ", ".join(m.name for m in metrics_for(task))
        raise RecipeInvalid(
            "training.early_stopping.metric",
            f"{name} is not defined for {task.value} targets",
            f"Use one of: {known}.",
        )
    return metric
