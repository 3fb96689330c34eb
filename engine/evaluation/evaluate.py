"""Scoring a model on one part of its run: metrics with intervals and a baseline, and where it errs."""

from __future__ import annotations

import math
from functools import cached_property, partial
from typing import Any, TypeAlias

import numpy as np
import torch
from numpy.typing import NDArray

from engine.data.preparing.preparation import Preparation
from engine.data.progress import Progress, nothing
from engine.data.table import Table
from engine.evaluation.paired import Score, interval, resample_count, resamples
from engine.evaluation.result import Evaluation, MetricValue, RocPoint, RowError
from engine.metrics import Metric, binary_auc, metrics_for
from engine.predictor.part import PartRows, part_rows
from engine.predictor.predictor import Predictor
from engine.recipe.training import Training
from engine.schema import Schema, Task
from engine.tasks import Part
from engine.training.objective import objective_for
from engine.training.scoring import score_part
from engine.training.tensors import Rows

Floats: TypeAlias = NDArray[np.float64]

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
    recipe, preparation = predictor.recipe, predictor.preparation
    device = next(predictor.network.parameters()).device
    values = score_part(
        predictor.network,
        Rows.of(found.arrays, predictor.task, device),
        found.arrays,
        objective_for(preparation, recipe.training, device),
        preparation,
    )
    outputs = predictor.outputs(found.arrays)
    scores = Scores(preparation, recipe.training, found, outputs, values)
    return scores.evaluation(run, part, progress)


class Scores:
    """What evaluation computes from the outputs of any model for the rows of a part.

    Outputs, (rows, outputs), are what a network of the run would give: logits, or standardised values.
    """

    def __init__(
        self,
        preparation: Preparation,
        training: Training,
        found: PartRows,
        outputs: NDArray[Any],
        values: tuple[float, ...] | None = None,
    ) -> None:
        """See the class.

        Args:
            preparation: Of the run.
            training: Of its recipe: names the loss and the class weights.
            found: The rows.
            outputs: What the model gives for them.
            values: The metrics of these outputs, if they are known.
        """
        self.preparation = preparation
        self.task = preparation.task
        self.arrays = found.arrays
        self.rows = found.rows
        self.file = found.file
        assert found.arrays.values is not None
        self.values: NDArray[Any] = found.arrays.values
        self.weights: Floats | None = None
        if found.arrays.weights is not None:
            self.weights = found.arrays.weights.astype(np.float64)
        self.objective = objective_for(preparation, training, torch.device("cpu"))
        self.target = Rows.of(found.arrays, self.task, torch.device("cpu")).target
        self.outputs = outputs
        self.predictions = preparation.predictions(outputs)
        self.losses = self._row_losses(outputs)
        self._known = values

    def evaluation(self, run: str, part: Part, progress: Progress = nothing) -> Evaluation:
        """All of it; `progress` is told of the resamples done."""
        preparation = self.preparation
        return Evaluation(
            run=run,
            part=part,
            rows=len(self.rows),
            rows_from=self.file,
            task=self.task,
            target=preparation.target,
            classes=tuple(preparation.classes[code] for code in preparation.shown_classes),
            metrics=self.metrics(progress),
            confusion=self.confusion(),
            predicted_vs_actual=self.scatter(),
            largest_errors=self.largest_errors(),
            roc=self.roc(),
            positive="" if self.positive is None else preparation.classes[self.positive],
            roc_area=self.roc_area(),
            weighted=self.weights is not None,
        )

    def by_metric(self) -> tuple[Score, ...]:
        """Each metric of the task as a function of which rows are scored."""
        return tuple(
            partial(self._score, metric, self.predictions, self.losses)
            for metric in metrics_for(self.task)
        )

    def metrics(self, progress: Progress) -> tuple[MetricValue, ...]:
        """Value, 95% bootstrap interval and baseline of each metric of the task."""
        drawn = self._resampled(progress)
        values = self._known or tuple(score(None) for score in self.by_metric())
        guess = self.preparation.plainest_outputs(len(self.values))
        guessed, lost = self.preparation.predictions(guess), self._row_losses(guess)
        result = []
        for metric, value, samples in zip(metrics_for(self.task), values, drawn, strict=True):
            low, high = interval(samples)
            result.append(
                MetricValue(
                    name=metric.name,
                    title=metric.title,
                    value=_number(value),
                    low=_number(low),
                    high=_number(high),
                    baseline=_number(self._score(metric, guessed, lost, None)),
                    higher_is_better=metric.higher_is_better,
                )
            )
        return tuple(result)

    def _resampled(self, progress: Progress) -> NDArray[np.float64]:
        """(metrics, resamples)."""
        scores = self.by_metric()
        count = len(self.values)
        drawn = np.full((len(scores), resample_count(count) or 1), math.nan)
        for sample, places in enumerate(resamples(count)):
            for place, score in enumerate(scores):
                drawn[place, sample] = score(places)
            progress(sample + 1, drawn.shape[1])
        return drawn

    def _score(
        self, metric: Metric, predictions: Floats, losses: Floats, places: NDArray[np.int64] | None
    ) -> float:
        chosen = slice(None) if places is None else places
        if metric.name == "loss":
            weights = self._loss_weights[chosen]
            total = float(weights.sum())
            return float(losses[chosen] @ weights) / total if total else math.nan
        weights_here = None if self.weights is None else self.weights[chosen]
        return metric.compute(self.values[chosen], predictions[chosen], weights=weights_here)

    @cached_property
    def _loss_weights(self) -> Floats:
        """How much each row counts in the loss: by its class and by itself."""
        own = None if self.weights is None else torch.from_numpy(self.weights)
        found = self.objective.weights(self.target, own)
        return np.ones(len(self.values)) if found is None else found.double().numpy()

    def _row_losses(self, outputs: NDArray[Any]) -> Floats:
        """What each row adds to the loss, before weights."""
        target = self.target.double() if self.target.is_floating_point() else self.target
        found: Floats = self.objective.rows(torch.from_numpy(outputs).double(), target).numpy()
        return found

    def confusion(self) -> tuple[tuple[int, ...], ...]:
        """Rows by actual and by predicted class, these as they are listed."""
        if self.task is Task.REGRESSION:
            return ()
        size = len(self.preparation.classes)
        flat = np.bincount(self.values * size + self._chosen(), minlength=size * size)
        shown = list(self.preparation.shown_classes)
        table = flat.reshape(size, size)[np.ix_(shown, shown)]
        return tuple(tuple(row) for row in table.tolist())

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
        return self.preparation.classes[int(value)]

    @property
    def positive(self) -> int | None:
        """The class that the ROC curve is of."""
        return self.preparation.positive

    def roc(self) -> tuple[RocPoint, ...]:
        """One point per threshold, from no alarm to all alarms; thinned out evenly."""
        if self.positive is None:
            return ()
        positive, chances = self._is_positive()
        weights = np.ones(len(positive)) if self.weights is None else self.weights
        for_, against = weights * positive, weights * ~positive
        positives, negatives = float(for_.sum()), float(against.sum())
        if not positives or not negatives:
            return ()
        order = np.argsort(-chances, kind="stable")
        scores = chances[order]
        last_of_equal = np.append(scores[1:] != scores[:-1], True)
        hits = np.cumsum(for_[order])[last_of_equal] / positives
        alarms = np.cumsum(against[order])[last_of_equal] / negatives
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

    def roc_area(self) -> float | None:
        """The area under that curve."""
        if self.positive is None:
            return None
        return _number(binary_auc(*self._is_positive(), self.weights))

    def _is_positive(self) -> tuple[NDArray[np.bool_], Floats]:
        """Whether each row is of the positive class, and its predicted probability."""
        chances = self.predictions
        if chances.ndim == 2:
            chances = chances[:, self.positive]
        return self.values == self.positive, chances


def _evenly(count: int, most: int) -> NDArray[np.int64]:
    """Up to `most` of `count` places, the first and the last among them."""
    if count <= most:
        return np.arange(count)
    return np.linspace(0, count - 1, most).round().astype(np.int64)


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None
