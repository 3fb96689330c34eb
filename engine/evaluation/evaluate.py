"""Scoring a model on one part of its run: metrics with intervals and a baseline, and where it errs."""

from __future__ import annotations

import math
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.data.progress import Progress, nothing
from engine.data.table import Table
from engine.evaluation.result import Evaluation, MetricValue, RocPoint, RowError
from engine.metrics import Metric, metrics_for
from engine.predictor.part import PartRows, part_rows
from engine.predictor.predictor import Predictor
from engine.schema import Schema, Task
from engine.tasks import Part
from engine.training.objective import class_weights, objective_for
from engine.training.scoring import score_part
from engine.training.tensors import Rows

Floats: TypeAlias = NDArray[np.float64]

RESAMPLES = 1_000
_RESAMPLED_ROWS = 2_000_000
"""Rows drawn for intervals in all: with many rows fewer resamples give the interval as well."""
_FEWEST = 50
_ERRORS = 100
_SCATTER = 2_000
_ROC = 512


def evaluate(
    predictor: Predictor,
    table: Table,
    schema: Schema,
    part: Part,
    *,
    run: str,
    progress: Progress = nothing,
) -> Evaluation:
    """Score `predictor` on the rows that its recipe deals to `part`.

    Metrics are computed as in training, so the test part gives the run's own test metrics again.

    Args:
        predictor: The model.
        table: The table that it was trained on.
        schema: The table's columns.
        part: Which rows.
        run: Run id, for the result.
        progress: Told of the resamples done.
    """
    found = part_rows(predictor, table, schema, part)
    scores = _Scores(predictor, found)
    return Evaluation(
        run=run,
        part=part,
        rows=len(found.rows),
        task=predictor.task,
        target=predictor.target,
        classes=predictor.classes,
        metrics=scores.metrics(progress),
        confusion=scores.confusion(),
        predicted_vs_actual=scores.scatter(),
        largest_errors=scores.largest_errors(),
        roc=scores.roc(),
    )


class _Scores:
    """What evaluation computes from one pass over the rows."""

    def __init__(self, predictor: Predictor, found: PartRows) -> None:
        self.predictor = predictor
        self.preparation = predictor.preparation
        self.task = predictor.task
        self.arrays = found.arrays
        self.rows = found.rows
        assert found.arrays.values is not None
        self.values: NDArray[Any] = found.arrays.values
        self.outputs = predictor.outputs(found.arrays)
        self.predictions = self.preparation.predictions(self.outputs)
        self.losses = self._row_losses(self.predictions)

    def metrics(self, progress: Progress) -> tuple[MetricValue, ...]:
        """Value, 95% bootstrap interval and baseline of each metric of the task."""
        values = self._as_in_training()
        drawn = self._resampled(progress)
        guess = self._plainest_guess()
        result = []
        for metric, value, samples in zip(metrics_for(self.task), values, drawn, strict=True):
            known = samples[np.isfinite(samples)]
            low, high = np.quantile(known, (0.025, 0.975)) if len(known) else (math.nan, math.nan)
            result.append(
                MetricValue(
                    name=metric.name,
                    title=metric.title,
                    value=_number(value),
                    low=_number(float(low)),
                    high=_number(float(high)),
                    baseline=_number(self._score(metric, guess, self._row_losses(guess), None)),
                    higher_is_better=metric.higher_is_better,
                )
            )
        return tuple(result)

    def _as_in_training(self) -> tuple[float, ...]:
        device = next(self.predictor.network.parameters()).device
        objective = objective_for(self.preparation, self.predictor.recipe.training, device)
        rows = Rows.of(self.arrays, self.task, device)
        return score_part(self.predictor.network, rows, self.arrays, objective, self.preparation)

    def _resampled(self, progress: Progress) -> NDArray[np.float64]:
        """(metrics, resamples)."""
        metrics = metrics_for(self.task)
        count = len(self.values)
        resamples = max(_FEWEST, min(RESAMPLES, _RESAMPLED_ROWS // max(1, count)))
        drawn = np.full((len(metrics), resamples), math.nan)
        if count == 0:
            return drawn
        generator = np.random.default_rng(0)
        for sample in range(resamples):
            places = generator.integers(0, count, count)
            for place, metric in enumerate(metrics):
                drawn[place, sample] = self._score(metric, self.predictions, self.losses, places)
            progress(sample + 1, resamples)
        return drawn

    def _score(
        self, metric: Metric, predictions: Floats, losses: Floats, places: NDArray[np.int64] | None
    ) -> float:
        chosen = slice(None) if places is None else places
        if metric.name == "loss":
            weights = self._weights()[chosen]
            total = float(weights.sum())
            return float(losses[chosen] @ weights) / total if total else math.nan
        return metric.compute(self.values[chosen], predictions[chosen])

    def _weights(self) -> Floats:
        weights = class_weights(self.preparation, self.predictor.recipe.training)
        if weights is None:
            return np.ones(len(self.values))
        by_row: Floats = np.asarray(weights)[self.values]
        return by_row

    def _row_losses(self, predictions: Floats) -> Floats:
        """What each row adds to the loss, before class weights."""
        losses: Floats
        if self.task is Task.REGRESSION:
            losses = np.square((predictions - self.values) / self.preparation.scale)
            return losses
        chosen = (
            np.where(self.values == 1, predictions, 1 - predictions)
            if predictions.ndim == 1
            else predictions[np.arange(len(self.values)), self.values]
        )
        losses = -np.log(np.maximum(chosen, np.finfo(np.float64).tiny))
        return losses

    def _plainest_guess(self) -> Floats:
        """The same prediction for every row: the shares of the training classes, or their mean."""
        count = len(self.values)
        if self.task is Task.REGRESSION:
            return self.preparation.predictions(np.zeros((count, 1), np.float32))
        shares = np.asarray(self.preparation.class_counts, np.float64)
        shares /= shares.sum()
        if self.task is Task.BINARY:
            shares = shares[1:]
        guess: Floats = np.tile(shares, (count, 1))
        return guess[:, 0] if self.task is Task.BINARY else guess

    def confusion(self) -> tuple[tuple[int, ...], ...]:
        """Rows by actual and by predicted class."""
        if self.task is Task.REGRESSION:
            return ()
        size = len(self.predictor.classes)
        flat = np.bincount(self.values * size + self._chosen(), minlength=size * size)
        return tuple(tuple(row) for row in flat.reshape(size, size).tolist())

    def _chosen(self) -> NDArray[np.int64]:
        if self.task is Task.BINARY:
            return (self.outputs[:, 0] > 0).astype(np.int64)
        codes: NDArray[np.int64] = self.outputs.argmax(axis=1)
        return codes

    def scatter(self) -> tuple[tuple[float, float], ...]:
        """(predicted, actual) of rows drawn evenly."""
        if self.task is not Task.REGRESSION:
            return ()
        places = _evenly(len(self.values), _SCATTER)
        pairs = zip(self.predictions[places].tolist(), self.values[places].tolist(), strict=True)
        return tuple(pairs)

    def largest_errors(self) -> tuple[RowError, ...]:
        """The rows with the largest loss, the worst first."""
        worst = np.argsort(-self.losses, kind="stable")[:_ERRORS]
        predicted = self.preparation.inverse(self.outputs[worst])
        return tuple(
            RowError(
                row=int(self.rows[place]),
                actual=self._text(self.values[place]),
                predicted=label if isinstance(label, str) else f"{label:.6g}",
                loss=float(self.losses[place]),
            )
            for place, label in zip(worst.tolist(), predicted.tolist(), strict=True)
        )

    def _text(self, value: Any) -> str:
        if self.task is Task.REGRESSION:
            return f"{value:.6g}"
        return self.predictor.classes[int(value)]

    def roc(self) -> tuple[RocPoint, ...]:
        """One point per threshold, from no alarm to all alarms; thinned out evenly."""
        positive = self.values == 1
        positives, negatives = int(positive.sum()), int((~positive).sum())
        if self.task is not Task.BINARY or not positives or not negatives:
            return ()
        order = np.argsort(-self.predictions, kind="stable")
        scores = self.predictions[order]
        last_of_equal = np.append(scores[1:] != scores[:-1], True)
        hits = np.cumsum(positive[order])[last_of_equal] / positives
        alarms = np.cumsum(~positive[order])[last_of_equal] / negatives
        thresholds = scores[last_of_equal]
        points = [RocPoint(false_positive_rate=0.0, true_positive_rate=0.0, threshold=1.0)]
        points += [
            RocPoint(
                false_positive_rate=float(alarms[place]),
                true_positive_rate=float(hits[place]),
                threshold=float(thresholds[place]),
            )
            for place in _evenly(len(hits), _ROC - 1)
        ]
        return tuple(points)


def _evenly(count: int, most: int) -> NDArray[np.int64]:
    """Up to `most` of `count` places, the first and the last among them."""
    if count <= most:
        return np.arange(count)
    return np.linspace(0, count - 1, most).round().astype(np.int64)


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None
