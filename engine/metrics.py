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
    function: Callable[[Array, Array], float]
    in_deviations: bool = False
    """For regression measured in standard deviations of the training targets, not in their unit."""

    def compute(self, targets: Array, predictions: Array, scale: float = 1.0) -> float:
        """The score; NaN where it is not defined (no rows, one class only …).

        Args:
            targets: Class codes, int (rows,), or values, float (rows,).
            predictions: (rows,) or, for more than two classes, (rows, classes); see the module.
            scale: The standard deviation that regression targets are divided by for the loss.
        """
        if len(targets) == 0:
            return math.nan
        if self.in_deviations and targets.dtype.kind == "f":
            return float(self.function(targets / scale, predictions / scale))
        return float(self.function(targets, predictions))

    def is_better(self, value: float, than: float) -> bool:
        """Whether `value` beats `than`; any number beats NaN."""
        if math.isnan(value):
            return False
        if math.isnan(than):
            return True
        return value > than if self.higher_is_better else value < than


def _loss(targets: Array, predictions: Array) -> float:
    import numpy as np

    if targets.dtype.kind == "f":
        return float(np.mean(np.square(targets - predictions)))
    tiny = np.finfo(np.float64).tiny
    if predictions.ndim == 1:
        chosen = np.where(targets == 1, predictions, 1.0 - predictions)
    else:
        chosen = predictions[np.arange(len(targets)), targets]
    return float(-np.mean(np.log(np.maximum(chosen, tiny, dtype=np.float64))))


def _chosen(predictions: Array) -> Array:
    if predictions.ndim == 1:
        return (predictions > 0.5).astype("int64")
    codes: Array = predictions.argmax(axis=1)
    return codes


def _accuracy(targets: Array, predictions: Array) -> float:
    return float((_chosen(predictions) == targets).mean())


def _macro_f1(targets: Array, predictions: Array) -> float:
    """Mean over the classes that occur among targets or predictions, as scikit-learn defines it."""
    import numpy as np

    chosen = _chosen(predictions)
    classes = int(max(targets.max(), chosen.max())) + 1
    hits = np.bincount(targets[targets == chosen], minlength=classes)
    both = np.bincount(targets, minlength=classes) + np.bincount(chosen, minlength=classes)
    return float(np.mean(2 * hits[both > 0] / both[both > 0]))


def _roc_auc(targets: Array, predictions: Array) -> float:
    """Area under the curve; for several classes the mean of one class against the rest.

    Classes without a row, or that all rows have, are left out of the mean.
    """
    if predictions.ndim == 1:
        return _binary_auc(targets == 1, predictions)
    areas = [
        _binary_auc(targets == code, predictions[:, code]) for code in range(predictions.shape[1])
    ]
    known = [area for area in areas if not math.isnan(area)]
    return sum(known) / len(known) if known else math.nan


def _binary_auc(positive: Array, scores: Array) -> float:
    """Mann and Whitney's U over the number of pairs; tied scores count half."""
    import numpy as np

    positives = int(np.count_nonzero(positive))
    negatives = len(positive) - positives
    if positives == 0 or negatives == 0 or not np.isfinite(scores).all():
        return math.nan
    order = np.argsort(scores, kind="stable")
    ordered = scores[order]
    first = np.flatnonzero(np.concatenate(([True], ordered[1:] != ordered[:-1])))
    sizes = np.diff(np.append(first, len(ordered)))
    ranks = np.repeat(first + (sizes + 1) / 2, sizes)
    return float(
        (ranks[positive[order]].sum() - positives * (positives + 1) / 2) / positives / negatives
    )


def _mae(targets: Array, predictions: Array) -> float:
    return float(abs(targets - predictions).mean())


def _rmse(targets: Array, predictions: Array) -> float:
    return math.sqrt(float(((targets - predictions) ** 2).mean()))


def _r2(targets: Array, predictions: Array) -> float:
    spread = float(((targets - targets.mean()) ** 2).sum())
    if spread == 0:
        return math.nan
    return 1 - float(((targets - predictions) ** 2).sum()) / spread


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
