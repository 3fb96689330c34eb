"""What an evaluation found. Free of torch and numpy: the window reads these."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from engine.schema import Task
from engine.tasks import Part


class _Result(BaseModel):
    model_config = ConfigDict(frozen=True, ser_json_inf_nan="null")


class MetricValue(_Result):
    """One metric on the evaluated rows."""

    name: str
    title: str
    """English, marked for translation where the metric is defined."""
    value: float | None
    """`None`: not defined on these rows (ROC AUC with one class, say)."""
    low: float | None = None
    high: float | None = None
    """The 95% bootstrap interval."""
    baseline: float | None = None
    """The same metric of the plainest guess: the most frequent class, or the mean, of the training rows."""
    higher_is_better: bool = True


class RowError(_Result):
    """A row that the model gets most wrong."""

    row: int
    """Row of the table, or of `Evaluation.rows_from`, from 0."""
    actual: str
    predicted: str
    """Of several targets all of them, in order, with dots between."""
    loss: float


class RocPoint(_Result):
    """Share of false alarms and of hits at one threshold."""

    false_positive_rate: float
    true_positive_rate: float
    threshold: float


class Evaluation(_Result):
    """A run's best weights scored on one of its parts."""

    run: str
    """Run id."""
    part: Part
    rows: int
    task: Task
    target: str
    """Its column; of several their names, with commas."""
    classes: tuple[str, ...] = ()
    """In the order in which the recipe lists them."""
    rows_from: str = ""
    """The test file that rows are counted in; empty: they are those of the run's table."""
    metrics: tuple[MetricValue, ...]
    """The loss first, then those that suit the task."""
    confusion: tuple[tuple[int, ...], ...] = ()
    """Rows by class: `confusion[actual][predicted]`; empty for regression."""
    predicted_vs_actual: tuple[tuple[float, float], ...] = ()
    """(predicted, actual) of up to 2,000 rows drawn evenly; regression only."""
    largest_errors: tuple[RowError, ...] = ()
    roc: tuple[RocPoint, ...] = ()
    """Of two classes, or of the positive one of more against the rest; at most 512 points."""
    positive: str = ""
    """The class that the ROC curve is of; empty without one."""
    roc_area: float | None = None
    """The area under that curve."""
    weighted: bool = False
    """Rows count by their weights in all metrics and in the ROC curve; the confusion counts rows."""

    by_target: tuple[Evaluation, ...] = ()
    """Of several targets each by itself, on the rows that have it; the figures above are of all of them."""

    def metric(self, name: str) -> MetricValue | None:
        """The metric of that name, if it was computed."""
        for value in self.metrics:
            if value.name == name:
                return value
        return None
