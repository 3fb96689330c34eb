"""All metrics, and those of a task."""

from __future__ import annotations

from engine.errors import RecipeInvalid
from engine.messages import N_
from engine.metrics import classes, several, values
from engine.metrics.metric import Metric
from engine.metrics.several import over_targets
from engine.recipe.training import EarlyStopping
from engine.schema import Task

_CLASSES = (Task.BINARY, Task.MULTICLASS)
_LABELS = (Task.MULTI_LABEL,)
_VALUES = (Task.MULTI_REGRESSION,)

METRICS: dict[str, Metric] = {
    metric.name: metric
    for metric in (
        Metric("loss", N_("Loss"), False, tuple(Task), over_targets(classes.loss), True),
        Metric("accuracy", N_("Accuracy"), True, _CLASSES, classes.accuracy),
        Metric("subset_accuracy", N_("All labels right"), True, _LABELS, several.subset_accuracy),
        Metric("hamming", N_("Wrong labels"), False, _LABELS, several.hamming),
        Metric("macro_f1", N_("Macro F1"), True, (*_CLASSES, *_LABELS), several.macro_f1),
        Metric("micro_f1", N_("Micro F1"), True, _LABELS, several.micro_f1),
        Metric(
            "roc_auc", N_("ROC AUC"), True, (*_CLASSES, *_LABELS), over_targets(classes.roc_auc)
        ),
        Metric("rmse", N_("RMSE"), False, (Task.REGRESSION,), values.rmse),
        Metric("mae", N_("MAE"), False, (Task.REGRESSION,), values.mae),
        Metric(
            "scaled_rmse", N_("RMSE in deviations"), False, _VALUES, over_targets(values.rmse), True
        ),
        Metric(
            "scaled_mae", N_("MAE in deviations"), False, _VALUES, over_targets(values.mae), True
        ),
        Metric("r2", N_("R²"), True, (Task.REGRESSION, *_VALUES), over_targets(values.r2)),
    )
}


_EVALUATED = (
    Metric("row_f1", N_("F1 of a row"), True, _LABELS, several.row_f1),
    Metric("pr_auc", N_("PR AUC"), True, _LABELS, over_targets(classes.average_precision)),
)
"""Computed once a run is over, not after each epoch."""


def metrics_for(task: Task) -> tuple[Metric, ...]:
    """The metrics of a task; the first is the loss."""
    return tuple(metric for metric in METRICS.values() if task in metric.tasks)


def evaluated_metrics_for(task: Task) -> tuple[Metric, ...]:
    """The same, then those that are computed once a run is over; several targets have some."""
    return (*metrics_for(task), *(metric for metric in _EVALUATED if task in metric.tasks))


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
