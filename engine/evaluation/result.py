"""What an evaluation found. Free of torch and numpy: the window reads these."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from engine.evaluation.thresholds import Sweep
from engine.schema import Task
from engine.tasks import EvaluatedPart


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
    chance: float | None = None
    """The probability of what is predicted; of classes of one target."""
    margin: float | None = None
    """The probability of its own class less that of the likeliest other one, from −1 to 1."""


class RocPoint(_Result):
    """Share of false alarms and of hits at one threshold."""

    false_positive_rate: float
    true_positive_rate: float
    threshold: float


class CalibrationBin(_Result):
    """Rows whose predicted probability lies between two bounds, and how often it came."""

    low: float
    high: float
    """Inside; `low` is not, but for the first bin."""
    rows: int
    predicted: float
    """The mean of the probabilities."""
    came: float
    came_low: float
    came_high: float
    """The 95% interval."""


class Histogram(_Result):
    """Rows between edges."""

    edges: tuple[float, ...]
    counts: tuple[int, ...]
    others: tuple[int, ...] = ()
    """Of a probability: rows that are of another class."""


class ErrorBin(_Result):
    """Rows by predicted value, and how far off they are."""

    low: float
    high: float
    rows: int
    mae: float
    bias: float
    """The mean of predicted − actual."""


class Slice(_Result):
    """Rows with a value, or in a range, of one column or of two."""

    columns: tuple[str, ...]
    values: tuple[str, ...]
    """Of each column: the value, or the range as text."""
    rows: int
    score: float
    """Accuracy, or the mean absolute error."""
    low: float
    high: float
    """The 95% interval."""
    recall: float | None = None
    selected: float | None = None
    """The share predicted as the positive class; of two classes."""
    loss: float = 0.0
    """The mean loss of its rows."""
    is_worse: bool = False
    """Its loss is higher than that of the other rows beyond chance, all slices looked at considered."""
    codes: tuple[int, ...] = ()
    """Its groups, by which `engine.evaluation.row_table` chooses rows."""


class Coverage(_Result):
    """How often the sets or intervals that were decided for hold the truth here."""

    asked: float
    found: float
    low: float
    high: float
    """The 95% interval."""
    size: float
    """Classes in a set, or width of an interval, in the mean."""


class Doubt(_Result):
    """Rows that are answered with “don't know”, and how good the answers to the others are."""

    asked: float
    """The probability below which it is said."""
    share: float
    """Of the rows."""
    sure: float | None
    """Accuracy of the rows that are answered; None: none is."""
    unsure: float | None
    """What the accuracy of the others would be."""


class GroupRates(_Result):
    """Rates of one group of rows; None where fewer than ten rows tell of it."""

    value: str
    rows: int
    selected: float | None = None
    """The share predicted as the positive class."""
    recall: float | None = None
    """True positive rate."""
    false_positive: float | None = None
    calibration: float | None = None
    """Mean predicted probability of the positive class less how often it came."""
    accuracy: float | None = None


class Fairness(_Result):
    """The groups of a column side by side; of two classes only."""

    column: str
    is_range: bool
    """Whether groups are ranges of numbers, looked at since that was asked for."""
    groups: tuple[GroupRates, ...]


class Gap(_Result):
    """The largest difference of a rate between the groups of a column."""

    column: str
    rate: str
    """`selected`, `recall`, `false_positive` or `calibration`."""
    gap: float
    highest: str
    lowest: str
    low: float | None = None
    high: float | None = None
    """The 95% interval of the difference between these two groups."""
    is_clear: bool = False
    """Whether rates differ beyond chance, all columns and rates looked at considered."""


class Conflict(_Result):
    """Rows whose inputs are the same to the model, and whose labels are not."""

    rows: tuple[int, ...]
    """Rows of the table, at most 20; of the part that is scored, or training rows."""
    labels: tuple[str, ...]
    """Of each of them."""
    count: int
    """Of all such rows."""


class ClassScores(_Result):
    """What is known of one class against the others; by weights if rows have them."""

    name: str
    rows: int
    precision: MetricValue
    recall: MetricValue
    f1: MetricValue
    roc_auc: MetricValue
    pr_auc: MetricValue


class Evaluation(_Result):
    """A run's best weights scored on one of its parts, or on another file."""

    run: str
    """Run id."""
    part: EvaluatedPart
    rows: int
    task: Task
    target: str
    """Its column; of several their names, with commas."""
    classes: tuple[str, ...] = ()
    """In the order in which the recipe lists them."""
    rows_from: str = ""
    """The test file that rows are counted in; empty: they are those of the run's table."""
    left_out: int = 0
    """Rows of another file whose label is missing or unknown."""
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

    threshold: float = 0.5
    """In force: above it the positive of two classes is predicted."""
    has_outdated_decision: bool = False
    """Whether something was decided for other weights of the run, and is no longer followed."""
    missed: float = 1.0
    """What a missed row of the positive class costs, as was decided for the run."""
    alarm: float = 1.0
    sweep: Sweep | None = None
    """Rows at each threshold, of the class that the ROC curve is of."""
    calibration: tuple[CalibrationBin, ...] = ()
    """Of the second of two classes, else of the predicted one."""
    chances: Histogram | None = None
    """Of the class that the ROC curve is of."""
    residuals: Histogram | None = None
    error_bins: tuple[ErrorBin, ...] = ()
    normal_quantiles: tuple[tuple[float, float], ...] = ()
    """(expected, found) residuals in deviations; regression only."""
    by_class: tuple[ClassScores, ...] = ()
    """In the order of `classes`; of up to 100."""
    slices: tuple[Slice, ...] = ()
    gaps: tuple[Gap, ...] = ()
    """The clearest first."""
    fairness: tuple[Fairness, ...] = ()
    """What the gaps are between, in the order of the table's columns."""
    suspects: tuple[RowError, ...] = ()
    """Rows whose label is likely wrong, the surest first; `predicted` is what they likely are."""
    suspect_count: int = 0
    conflicts: tuple[Conflict, ...] = ()
    """Those of most rows first, at most 50."""
    conflict_count: int = 0
    """Rows of the part that share their inputs with a row of another label."""
    calibrated: Literal["", "temperature", "platt", "isotonic"] = ""
    """How probabilities are corrected; empty: not at all."""
    calibrated_by: tuple[float, ...] = ()
    """The temperature, or slope and offset."""
    coverage: Coverage | None = None
    doubt: Doubt | None = None
    """Where a least confidence was decided."""
    looks: int = 0
    """How often the test part of the run has been scored, this time among them; 0 of other parts."""
    state: str = ""
    """Of which weights and decision it is, where it is kept with the run."""
    rows_file: str = ""
    """Where what is known of each row is kept (`engine.evaluation.row_table`); empty: nowhere."""

    by_target: tuple[Evaluation, ...] = ()
    """Of several targets each by itself, on the rows that have it; the figures above are of all of them."""

    def metric(self, name: str) -> MetricValue | None:
        """The metric of that name, if it was computed."""
        for value in self.metrics:
            if value.name == name:
                return value
        return None
