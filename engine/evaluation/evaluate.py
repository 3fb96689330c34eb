"""Scoring a model on one part of its run: metrics with intervals and a baseline, and where it errs."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import cached_property, partial
from typing import Any, TypeAlias

import numpy as np
import torch
from numpy.typing import NDArray

from engine.data.preparing.fitted_target import FittedTarget, FittedValue
from engine.data.preparing.preparation import Preparation
from engine.data.preparing.target.several import known_of
from engine.data.progress import Progress, nothing
from engine.data.table import Table
from engine.evaluation.paired import RESAMPLES, Score, interval, resample_count, resamples
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
_FEW_TARGETS = 4
_RESAMPLES_OF_EACH = 200
"""Resamples for the intervals of each of more targets."""


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
        *,
        most: int = RESAMPLES,
    ) -> None:
        """See the class.

        Args:
            preparation: Of the run.
            training: Of its recipe: names the loss and the class weights.
            found: The rows.
            outputs: What the model gives for them.
            values: The metrics of these outputs, if they are known.
            most: Resamples for the intervals, at most.
        """
        self._training, self._most = training, most
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
        """All of it, of several targets each by itself too; `progress` is told of the work done."""
        if not self.task.has_several_targets:
            return self._evaluation(run, part, progress)
        targets = len(self.preparation.targets)
        by_target = tuple(
            self.of_target(place).evaluation(run, part, _share_of(progress, place, targets + 1))
            for place in range(targets)
        )
        whole = self._evaluation(run, part, _share_of(progress, targets, targets + 1))
        return whole.model_copy(update={"by_target": by_target})

    def of_target(self, place: int) -> Scores:
        """The same for one of several targets, on the rows that have it."""
        known = known_of(self.values[:, place])
        own = self.values[known, place]
        preparation = self.preparation.of_target(place)
        target = preparation.fitted_target
        if isinstance(target, FittedValue):
            trained: NDArray[Any] = target.standardised(own)
        else:
            trained = own = own.astype(np.int64)
        arrays = replace(
            self.arrays,
            numbers=self.arrays.numbers[known],
            codes=self.arrays.codes[known],
            target=trained,
            values=own,
            weights=None if self.arrays.weights is None else self.arrays.weights[known],
        )
        outputs = [each for _, each in self.preparation.by_target(self.outputs)][place][known]
        found = PartRows(self.rows[known], arrays, self.file)
        share = _RESAMPLES_OF_EACH if len(self.preparation.targets) > _FEW_TARGETS else RESAMPLES
        return Scores(preparation, self._training, found, outputs, most=share)

    def _evaluation(self, run: str, part: Part, progress: Progress) -> Evaluation:
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
        drawn = np.full((len(scores), resample_count(count, self._most) or 1), math.nan)
        for sample, places in enumerate(resamples(count, most=self._most)):
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
        scale = self.preparation.scales
        return metric.compute(self.values[chosen], predictions[chosen], scale, weights=weights_here)

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
        target = self.preparation.fitted_target
        if isinstance(target, FittedValue) or self.task.has_several_targets:
            return ()
        size = len(target.classes)
        flat = np.bincount(self.values * size + target.codes(self.outputs), minlength=size * size)
        shown = list(self.preparation.shown_classes)
        table = flat.reshape(size, size)[np.ix_(shown, shown)]
        return tuple(tuple(row) for row in table.tolist())

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
        values = self.values[worst].reshape(len(worst), len(self.preparation.targets))
        targets = list(self.preparation.by_target(self.outputs[worst]))
        actual = [_texts(target, values[:, place]) for place, (target, _) in enumerate(targets)]
        predicted = [_texts(target, target.inverse(own)) for target, own in targets]
        return tuple(
            RowError(
                row=int(self.rows[place]),
                actual=" · ".join(there),
                predicted=" · ".join(said),
                loss=float(self.losses[place]),
            )
            for place, there, said in zip(
                worst.tolist(), zip(*actual, strict=True), zip(*predicted, strict=True), strict=True
            )
        )

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


def _texts(target: FittedTarget, values: NDArray[Any]) -> list[str]:
    """Values or classes as people read them; a dash where one is missing."""
    if values.dtype.kind == "O":
        return [str(value) for value in values.tolist()]
    if isinstance(target, FittedValue):
        return ["–" if math.isnan(value) else f"{value:.6g}" for value in values.tolist()]
    return ["–" if code < 0 else target.classes[code] for code in values.astype(int).tolist()]


def _share_of(progress: Progress, place: int, pieces: int) -> Progress:
    """The progress of one of several pieces of work that are alike."""

    def told(done: int, total: int) -> None:
        progress(place * total + done, pieces * total)

    return told


def _evenly(count: int, most: int) -> NDArray[np.int64]:
    """Up to `most` of `count` places, the first and the last among them."""
    if count <= most:
        return np.arange(count)
    return np.linspace(0, count - 1, most).round().astype(np.int64)


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None
