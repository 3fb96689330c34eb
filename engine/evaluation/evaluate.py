"""Scoring a model on one part of its run: metrics with intervals and a baseline, and where it errs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property, partial
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import torch
from numpy.typing import NDArray

from engine.data.open import open_table
from engine.data.preparing.columnar import Source, column_cells, column_names
from engine.data.preparing.fitted_target import FittedTarget, FittedValue
from engine.data.preparing.preparation import Preparation
from engine.data.preparing.target.several import known_of
from engine.data.progress import Cancelled, Progress, never, nothing
from engine.data.table import Table
from engine.evaluation.calibrate import covered
from engine.evaluation.curves import (
    calibration,
    chance_histogram,
    error_bins,
    normal_quantiles,
    residual_histogram,
    share_interval,
    sweep,
)
from engine.evaluation.groups import ColumnGroups, groups_of
from engine.evaluation.intervals import intervals_of, values_of
from engine.evaluation.label_errors import suspects
from engine.evaluation.measures.chances import confidence
from engine.evaluation.measures.registry import measures_of
from engine.evaluation.measures.scored import ScoredRows
from engine.evaluation.paired import Score, interval, resample_count, resamples
from engine.evaluation.result import Coverage, Evaluation, MetricValue, RocPoint, RowError
from engine.evaluation.row_table import write_row_table
from engine.evaluation.slices import SliceSearch, least_rows
from engine.metrics import Metric, binary_auc, metrics_for
from engine.predictor.decision import Decision
from engine.predictor.part import PartRows, RunParts
from engine.predictor.predictor import Predictor
from engine.recipe.reading import Reading
from engine.recipe.training import Training
from engine.schema import Schema, Task
from engine.tasks import EvaluatedPart, Part
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
    rows_file: Path | None = None,
    progress: Progress = nothing,
) -> Evaluation:
    """Score `predictor` on the rows that its recipe deals to `part`.

    Metrics are computed as in training, so the test part gives the run's own test metrics again unless
    a decision (`engine.predictor.decision`) changes what is predicted.

    Args:
        predictor: The model.
        table: The table that it was trained on.
        schema: The table's columns.
        part: Which rows.
        run: Run id, for the result.
        rows_file: Where to keep what is known of each row; None: nowhere.
        progress: Told of the resamples done.
    """
    parts = RunParts(predictor, table, schema, with_test_file=part == "test")
    found = parts.part(part)
    scores = _scores(predictor, found)
    scores.look_at(parts.source(part), rows_file)
    answer = scores.evaluation(run, part, progress)
    return answer.model_copy(update={"has_outdated_decision": predictor.outdated is not None})


def evaluate_file(
    predictor: Predictor,
    path: Path,
    *,
    run: str,
    reading: Reading | None = None,
    rows_file: Path | None = None,
    progress: Progress = nothing,
    cancelled: Cancelled = never,
) -> Evaluation:
    """Score `predictor` on the rows of another labelled file that have a label it knows.

    Args:
        predictor: The model.
        path: The file; columns are matched by name.
        run: Run id, for the result.
        reading: What is known of its layout; the rest is detected.
        rows_file: Where to keep what is known of each row; None: nowhere.
        progress: Told of the resamples done.
        cancelled: Asked now and then.

    Raises `ColumnMissing`, `Cancelled`, or the errors of reading a table.
    """
    wanted = reading or Reading()
    if wanted.header is None:
        wanted = wanted.model_copy(update={"header": predictor.recipe.reading.header})
    table = open_table(path, wanted, cancelled=cancelled)
    decimal = table.reading.decimal
    arrays = predictor.preparation.transform(
        table, with_target=True, origin=str(path), decimal=decimal, cancelled=cancelled
    )
    rows = np.flatnonzero(arrays.kept)
    scores = _scores(predictor, PartRows(rows, arrays, str(path)))
    scores.look_at(table, rows_file)
    found = scores.evaluation(run, "file", progress)
    left_out = len(arrays.kept) - len(rows)
    outdated = predictor.outdated is not None
    return found.model_copy(update={"left_out": left_out, "has_outdated_decision": outdated})


def _scores(predictor: Predictor, found: PartRows) -> Scores:
    recipe, preparation = predictor.recipe, predictor.preparation
    values = None
    if predictor.decision.calibration is None:
        device = next(predictor.network.parameters()).device
        values = score_part(
            predictor.network,
            Rows.of(found.arrays, predictor.task, device),
            found.arrays,
            objective_for(preparation, recipe.training, device),
            preparation,
        )
    outputs = predictor.outputs(found.arrays)
    return Scores(preparation, recipe.training, found, outputs, values, decision=predictor.decision)


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
        decision: Decision | None = None,
    ) -> None:
        """See the class.

        Args:
            preparation: Of the run.
            training: Of its recipe: names the loss and the class weights.
            found: The rows.
            outputs: What the model gives for them.
            values: The metrics of these outputs, if they are known.
            decision: How classes are chosen; outputs are corrected by it already.
        """
        self.decision = decision or Decision()
        self._source: Source | None = None
        self._rows_file: Path | None = None
        self._training = training
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

    def evaluation(self, run: str, part: EvaluatedPart, progress: Progress = nothing) -> Evaluation:
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
        return Scores(preparation, self._training, found, outputs)

    def look_at(self, source: Source, rows_file: Path | None) -> None:
        """Look for slices in the columns of the rows too, and keep what is known of each row."""
        self._source, self._rows_file = source, rows_file

    def _evaluation(self, run: str, part: EvaluatedPart, progress: Progress) -> Evaluation:
        preparation = self.preparation
        found = Evaluation(
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
            threshold=self.decision.threshold,
            missed=self.decision.missed,
            alarm=self.decision.alarm,
        )
        if self.task.has_several_targets or not len(self.rows):
            return found
        return found.model_copy(update=self._curves() | self._slices() | self._coverage())

    def _curves(self) -> dict[str, object]:
        rows = self.scored_rows
        if not rows.classes:
            return {
                "residuals": residual_histogram(rows),
                "error_bins": error_bins(rows),
                "normal_quantiles": normal_quantiles(rows),
            }
        found: dict[str, object] = {"calibration": calibration(rows), **self._suspects()}
        if self.positive is not None:
            positive, chances = self._is_positive()
            found["sweep"] = sweep(positive, chances, self.weights)
            found["chances"] = chance_histogram(positive, chances)
        return found

    def _suspects(self) -> dict[str, object]:
        places, likely, count = suspects(self.scored_rows)
        most = min(_ERRORS, count)
        classes = self.preparation.classes
        listed = zip(places[:most].tolist(), likely[:most].tolist(), strict=True)
        told = tuple(
            RowError(
                row=int(self.rows[place]),
                actual=classes[int(self.values[place])],
                predicted=classes[code],
                loss=float(self.losses[place]),
            )
            for place, code in listed
        )
        return {"suspects": told, "suspect_count": count}

    def _slices(self) -> dict[str, object]:
        if self._source is None:
            return {}
        source, rows = self._source, self.scored_rows
        hidden = {column.name for column in self.preparation.hidden}
        names = [
            name
            for name in column_names(source)
            if name not in hidden and name not in self.preparation.targets
        ]
        least = least_rows(len(rows))
        groups = groups_of(names, lambda name: column_cells(source, name, self.rows), least)
        search = SliceSearch(rows, self.losses, groups, least)
        found: dict[str, object] = {"slices": search.slices(), "gaps": search.gaps()}
        if self._rows_file is not None:
            self._keep_rows(self._rows_file, groups)
            found["rows_file"] = str(self._rows_file)
        return found

    def _coverage(self) -> dict[str, object]:
        if self.decision.conformal is None:
            return {}
        target = self.preparation.fitted_target
        inside, sizes = covered(self.decision, target, self.outputs, self.values)
        low, high = share_interval(float(inside.sum()), len(inside))
        return {
            "coverage": Coverage(
                asked=self.decision.conformal.coverage,
                found=float(inside.mean()),
                low=low,
                high=high,
                size=float(sizes.mean()),
            )
        }

    def _keep_rows(self, path: Path, groups: Sequence[ColumnGroups]) -> None:
        rows = self.scored_rows
        actual: NDArray[Any]
        predicted: NDArray[Any]
        if rows.chosen is None:
            actual, predicted, chance = rows.actual, rows.predictions, np.zeros(len(rows))
            sure = None
        else:
            place = np.argsort(np.asarray(self.preparation.shown_classes)).astype(np.int32)
            actual, predicted = place[rows.actual], place[rows.chosen]
            sure = confidence(rows)[0]
            chance = sure if self.positive is None else self._is_positive()[1]
        write_row_table(path, self.rows, actual, predicted, chance, self.losses, groups, sure)

    @cached_property
    def scored_rows(self) -> ScoredRows:
        """The rows as measures take them."""
        return self.scored(self.outputs, self.decision)

    def by_metric(self) -> tuple[Score, ...]:
        """Each metric of the task as a function of which rows are scored."""
        return tuple(
            partial(self._score, metric, self.predictions, self.losses)
            for metric in metrics_for(self.task)
        )

    def scored(self, outputs: NDArray[Any], decision: Decision) -> ScoredRows:
        """The rows of one target with other outputs, as measures take them."""
        target = self.preparation.fitted_target
        losses, counted = self._row_losses(outputs), self._class_weights
        predictions = target.predictions(outputs)
        if isinstance(target, FittedValue):
            levels = dict(target.quantiles(outputs))
            if target.levels:
                levels[target.levels[target.point]] = predictions
            levels = dict(sorted(levels.items()))
            return ScoredRows(
                self.values, predictions, quantiles=levels, losses=losses, loss_weights=counted
            )
        chosen = decision.codes(target, outputs)
        count = len(target.classes)
        return ScoredRows(
            self.values,
            predictions,
            chosen,
            count,
            target.ordered,
            losses=losses,
            loss_weights=counted,
        )

    def metrics(self, progress: Progress) -> tuple[MetricValue, ...]:
        """Value, 95% bootstrap interval and baseline of each metric of the task."""
        if self.task.has_several_targets:
            return self._metrics_of_several(progress)
        rows = self.scored_rows
        plain = self.scored(self.preparation.plainest_outputs(len(self.values)), Decision())
        measures = measures_of(rows)
        values = values_of(measures, rows, self.weights)
        if self._known and not self.decision.moves_threshold:  # as training told them, to the bit
            known = zip(metrics_for(self.task), self._known, strict=True)
            values |= {metric.name: value for metric, value in known if metric.name in values}
        guessed = values_of(measures, plain, self.weights)
        found = intervals_of(measures, rows, values, self.weights, progress=progress)
        return tuple(
            MetricValue(
                name=measure.name,
                title=measure.title,
                value=_number(values[measure.name]),
                low=_number(found[measure.name].low),
                high=_number(found[measure.name].high),
                baseline=_number(guessed[measure.name]),
                higher_is_better=measure.higher_is_better,
            )
            for measure in measures
        )

    def _metrics_of_several(self, progress: Progress) -> tuple[MetricValue, ...]:
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
        scale = self.preparation.scales
        return metric.compute(self.values[chosen], predictions[chosen], scale, weights=weights_here)

    @cached_property
    def _class_weights(self) -> Floats | None:
        """How much each row counts in the loss by its class; None: all the same."""
        found = self.objective.weights(self.target, None)
        return None if found is None else found.double().numpy()

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
        flat = np.bincount(
            self.values * size + self.decision.codes(target, self.outputs), minlength=size * size
        )
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
        predicted = [_texts(target, self.decision.answers(target, own)) for target, own in targets]
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
