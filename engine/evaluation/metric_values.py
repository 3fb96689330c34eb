"""Metrics with their 95% intervals and what the plainest guess reaches, of all rows and of each class."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

from engine.data.progress import Progress
from engine.evaluation.intervals import intervals_of, values_of
from engine.evaluation.measures.counts import Margins
from engine.evaluation.measures.registry import measures_of
from engine.evaluation.measures.scored import Floats, ScoredRows
from engine.evaluation.measures.weighed import Measure, Weighed
from engine.evaluation.paired import interval, resample_count, resamples
from engine.evaluation.result import ClassScores, MetricValue
from engine.evaluation.scores import Scores
from engine.messages import N_
from engine.metrics import evaluated_metrics_for, metrics_for

MOST_CLASSES = 100
"""Classes that are told of one by one."""
_BY_CLASS: tuple[tuple[str, str, Callable[[Margins], Floats]], ...] = (
    ("precision", N_("Precision"), Margins.precisions),
    ("recall", N_("Recall"), Margins.recalls),
    ("f1", N_("F1"), Margins.f1s),
)
_RANKED = (("roc_auc", N_("ROC AUC"), 0), ("pr_auc", N_("PR AUC"), 1))


def metric_values(
    scores: Scores, progress: Progress
) -> tuple[tuple[MetricValue, ...], tuple[ClassScores, ...]]:
    """Value, interval and baseline of each metric of the task; and the scores of each class.

    Of several targets the metrics are those that training tells, and nothing is told of classes.
    """
    if scores.task.has_several_targets:
        return _of_several(scores, progress), ()
    rows, plain = scores.scored_rows, scores.plain.scored
    assert plain is not None
    measures = measures_of(rows)
    each = _class_measures(scores, rows)
    wanted = (*measures, *each)
    values = values_of(wanted, rows, scores.weights)
    if scores.known:  # as training told them, to the bit
        known = zip(metrics_for(scores.task), scores.known, strict=True)
        values |= {metric.name: value for metric, value in known if metric.name in values}
    guessed = values_of(measures, plain, scores.weights)
    found = intervals_of(wanted, rows, values, scores.weights, progress=progress)

    def told(measure: Measure, name: str = "") -> MetricValue:
        guess = guessed.get(measure.name)
        return MetricValue(
            name=name or measure.name,
            title=measure.title,
            value=_number(values[measure.name]),
            low=_number(found[measure.name].low),
            high=_number(found[measure.name].high),
            baseline=None if guess is None else _number(guess),
            higher_is_better=measure.higher_is_better,
        )

    return tuple(map(told, measures)), _class_scores(scores, each, told)


def _class_measures(scores: Scores, rows: ScoredRows) -> tuple[Measure, ...]:
    if not 0 < rows.classes <= MOST_CLASSES:
        return ()
    found = []
    for code in scores.preparation.shown_classes:
        found += [
            Measure(
                f"{name} of {code}",
                title,
                partial(_of_margins, of=of, code=code),
                _always,
                at_threshold=True,
                least=0.0,
                most=1.0,
            )
            for name, title, of in _BY_CLASS
        ]
        found += [
            Measure(
                f"{name} of {code}",
                title,
                partial(_of_ranks, place=place, code=code),
                _always,
                least=0.0,
                most=1.0,
                resampled=_never,
            )
            for name, title, place in _RANKED
        ]
    return tuple(found)


def _class_scores(
    scores: Scores, measures: Sequence[Measure], told: Callable[[Measure, str], MetricValue]
) -> tuple[ClassScores, ...]:
    if not measures:
        return ()
    by_name = {measure.name: measure for measure in measures}
    counts = np.bincount(scores.values, minlength=len(scores.preparation.classes))
    names = [name for name, _, _ in (*_BY_CLASS, *_RANKED)]
    return tuple(
        ClassScores(
            name=scores.preparation.classes[code],
            rows=int(counts[code]),
            **{name: told(by_name[f"{name} of {code}"], name) for name in names},
        )
        for code in scores.preparation.shown_classes
    )


def _of_margins(weighed: Weighed, of: Callable[[Margins], Floats], code: int) -> Floats:
    """Not defined for a class that neither occurs nor is predicted."""
    margins = weighed.margins
    there = margins.actual[code] + margins.chosen[code] > 0
    found: Floats = np.where(there, of(margins)[code], np.nan)
    return found


def _of_ranks(weighed: Weighed, place: int, code: int) -> Floats:
    if weighed.rows.is_binary:
        ranks = weighed.ranks_of(code)
        return ranks.average_precision() if place else ranks.roc_auc()
    return np.asarray(weighed.by_class[place][code])


def _always(rows: ScoredRows) -> bool:
    return True


def _never(rows: ScoredRows) -> bool:
    return False


def _of_several(scores: Scores, progress: Progress) -> tuple[MetricValue, ...]:
    drawn = _resampled(scores, progress)
    each = scores.by_metric()
    known = scores.known or ()  # as training told them, to the bit
    values = (*known, *(score(None) for score in each[len(known) :]))
    guessed = [score(None) for score in scores.by_metric(scores.plain)]
    found = []
    for metric, value, guess, samples in zip(
        evaluated_metrics_for(scores.task), values, guessed, drawn, strict=True
    ):
        low, high = interval(samples)
        found.append(
            MetricValue(
                name=metric.name,
                title=metric.title,
                value=_number(value),
                low=_number(low),
                high=_number(high),
                baseline=_number(guess),
                higher_is_better=metric.higher_is_better,
            )
        )
    return tuple(found)


def _resampled(scores: Scores, progress: Progress) -> NDArray[np.float64]:
    """(metrics, resamples)."""
    each = scores.by_metric()
    count = len(scores.values)
    drawn = np.full((len(each), resample_count(count) or 1), math.nan)
    for sample, places in enumerate(resamples(count)):
        for place, score in enumerate(each):
            drawn[place, sample] = score(places)
        progress(sample + 1, drawn.shape[1])
    return drawn


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None
