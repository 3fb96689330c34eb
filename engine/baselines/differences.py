"""How far two models are apart on the same rows, metric by metric."""

from __future__ import annotations

import math

from engine.baselines.result import MetricDifference
from engine.evaluation.intervals import difference_intervals, values_of
from engine.evaluation.measures import measures_of
from engine.evaluation.paired import paired_differences
from engine.evaluation.result import MetricValue
from engine.evaluation.scores import Scores
from engine.metrics import evaluated_metrics_for


def differences_of(own: Scores, theirs: Scores) -> tuple[MetricDifference, ...]:
    """Each metric of `own` minus that of `theirs`, with the 95% interval of the paired bootstrap.

    Classes are those that each of them predicts, so at its threshold. Of several targets the metrics are
    those that training watches, and a few more.

    Args:
        own: Scores of one model.
        theirs: Scores of another one on the same rows, with the same labels and weights.
    """
    if own.task.has_several_targets:
        return _of_several(own, theirs)
    ours, others = own.scored_rows, theirs.scored_rows
    there = {measure.name for measure in measures_of(others)}
    measures = [measure for measure in measures_of(ours) if measure.name in there]
    values = values_of(measures, ours, own.weights)
    other_values = values_of(measures, others, own.weights)
    found = difference_intervals(measures, ours, values, others, other_values, own.weights)
    return tuple(
        MetricDifference(
            name=measure.name,
            value=_number(values[measure.name] - other_values[measure.name]),
            low=_number(found[measure.name].low),
            high=_number(found[measure.name].high),
            higher_is_better=measure.higher_is_better,
        )
        for measure in measures
    )


def values_without_intervals(scores: Scores) -> tuple[MetricValue, ...]:
    """The metrics that `differences_of` compares, on these rows."""
    if scores.task.has_several_targets:
        return tuple(
            MetricValue(
                name=metric.name,
                title=metric.title,
                value=_number(score(None)),
                higher_is_better=metric.higher_is_better,
            )
            for metric, score in zip(
                evaluated_metrics_for(scores.task), scores.by_metric(), strict=True
            )
        )
    measures = measures_of(scores.scored_rows)
    values = values_of(measures, scores.scored_rows, scores.weights)
    return tuple(
        MetricValue(
            name=measure.name,
            title=measure.title,
            value=_number(values[measure.name]),
            higher_is_better=measure.higher_is_better,
        )
        for measure in measures
    )


def _of_several(own: Scores, theirs: Scores) -> tuple[MetricDifference, ...]:
    found = paired_differences(own.by_metric(), theirs.by_metric(), len(own.values))
    return tuple(
        MetricDifference(
            name=metric.name,
            value=_number(each.value),
            low=_number(each.low),
            high=_number(each.high),
            higher_is_better=metric.higher_is_better,
        )
        for metric, each in zip(evaluated_metrics_for(own.task), found, strict=True)
    )


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None
