"""What setting a run beside baselines found. Free of torch and numpy: the window reads these."""

from __future__ import annotations

import math
from typing import Literal, TypeAlias

from pydantic import BaseModel, ConfigDict

from engine.evaluation.result import Evaluation, MetricValue
from engine.tasks import Part

Verdict: TypeAlias = Literal["ahead", "behind", "level"]


class _Result(BaseModel):
    model_config = ConfigDict(frozen=True, ser_json_inf_nan="null")


class MetricDifference(_Result):
    """The run's metric minus the baseline's, on the same rows."""

    name: str
    value: float | None
    """`None`: not defined on these rows."""
    low: float | None
    high: float | None
    """The 95% interval of the paired bootstrap."""
    higher_is_better: bool

    @property
    def is_clear(self) -> bool:
        """Whether the interval leaves out 0."""
        if self.low is None or self.high is None:
            return False
        return self.low > 0 or self.high < 0

    @property
    def verdict(self) -> Verdict:
        """Whether the run is ahead, as far as these rows go; level where they are equal."""
        if not self.value or not math.isfinite(self.value):
            return "level"
        return "ahead" if (self.value > 0) is self.higher_is_better else "behind"


class BaselineScore(_Result):
    """One baseline on the rows that the run was scored on."""

    kind: str
    title: str
    """English, marked for translation where the baseline is defined."""
    evaluation: Evaluation
    differences: tuple[MetricDifference, ...]
    """In the order of the evaluation's metrics."""
    seconds: float
    """That training took."""
    learned_from: int
    """Training rows; fewer than all where all do not fit the memory."""

    def metric(self, name: str) -> MetricValue | None:
        """The baseline's metric of that name."""
        return self.evaluation.metric(name)

    def difference(self, name: str) -> MetricDifference | None:
        """How far the run is from the baseline in the metric of that name."""
        return next((each for each in self.differences if each.name == name), None)


class SetBeside(_Result):
    """A run beside baselines that learned from the same rows."""

    run: str
    """Run id."""
    part: Part
    best_epoch: int
    """The epoch of the run's weights."""
    metric: str
    """The metric that a sentence is about: the one that the run was watched by, if it is not the loss."""
    scored: tuple[MetricValue, ...]
    """The run's own metrics, without intervals."""
    baselines: tuple[BaselineScore, ...]
    train_rows: int
    missing: tuple[str, ...] = ()
    """Kinds that cannot be trained here, because their package is not installed."""
    threshold: float = 0.5
    """Above it the second of two classes is predicted, by the run and by the baselines."""
    decided: str = ""
    """A digest of what was decided for the run then; empty: nothing."""

    def best(self) -> BaselineScore | None:
        """The baseline that is best in `metric`; None without any that has it."""
        known: dict[float, BaselineScore] = {}
        for each in self.baselines:
            own = each.metric(self.metric)
            if own is not None and own.value is not None:
                known.setdefault(own.value if own.higher_is_better else -own.value, each)
        return known[max(known)] if known else None


class OtherRun(_Result):
    """Another run on the rows that a run was scored on, with the labels as that run has them."""

    run: str
    """Run id."""
    evaluation: Evaluation
    differences: tuple[MetricDifference, ...]
    """The first run's metric minus this one's, in the order of the metrics of the task."""

    def difference(self, name: str) -> MetricDifference | None:
        """How far the first run is from it in the metric of that name."""
        return next((each for each in self.differences if each.name == name), None)


class LeftOutRun(_Result):
    """A run that cannot be set beside another one."""

    run: str
    why: Literal["table", "target", "classes", "rows"]
    """It was trained on another table, predicts something else, or other classes; or has none of the rows
    in that part."""


class RunsBeside(_Result):
    """Runs on the same rows: those that are in the same part of all of them."""

    run: str
    """Run id; differences are from it."""
    part: Part
    rows: int
    of_rows: int
    """Rows that the run has in this part."""
    metric: str
    """The metric that a sentence is about."""
    evaluation: Evaluation
    """The run's own."""
    others: tuple[OtherRun, ...]
    left_out: tuple[LeftOutRun, ...] = ()
    corrected: int = 0
    """Rows among them whose label is corrected in the run, and not in all others."""
