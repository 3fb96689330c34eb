"""Permutation importance: how much worse a metric gets when one column's values trade places."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from engine.data.preparing.arrays import Arrays
from engine.data.preparing.preparation import Preparation
from engine.data.progress import Progress, nothing
from engine.data.table import Table
from engine.explanation.result import ColumnImportance, Importance
from engine.metrics import METRICS, Metric
from engine.predictor.part import part_rows
from engine.predictor.predictor import Predictor
from engine.schema import Schema, Task
from engine.tasks import Part

MOST_ROWS = 10_000
_METRIC = {
    Task.BINARY: "roc_auc",
    Task.MULTICLASS: "accuracy",
    Task.REGRESSION: "rmse",
    Task.MULTI_REGRESSION: "scaled_rmse",
    Task.MULTI_LABEL: "roc_auc",
}
_INSTEAD = {Task.BINARY: "accuracy", Task.MULTICLASS: "accuracy", Task.MULTI_LABEL: "hamming"}
"""Where the other is not defined: only one class occurs."""


def importance(
    predictor: Predictor,
    table: Table,
    schema: Schema,
    part: Part,
    repeats: int,
    *,
    run: str,
    progress: Progress = nothing,
) -> Importance:
    """Shuffle each feature column `repeats` times among the rows of `part` and score again.

    All inputs that come from a column are shuffled together. The metric is ROC AUC for two classes
    (accuracy where only one occurs), accuracy for more, RMSE for numbers; for several targets the mean
    over them, of numbers in deviations of the training rows.

    Args:
        predictor: The model.
        table: The table that it was trained on.
        schema: The table's columns.
        part: Which rows; at most `MOST_ROWS` of them, drawn with a fixed seed.
        repeats: Shuffles per column.
        run: Run id, for the result.
        progress: Told of the shuffles done.
    """
    generator = np.random.default_rng(0)
    arrays = _sampled(part_rows(predictor, table, schema, part).arrays, generator)
    metric = METRICS[_METRIC[predictor.task]]
    score = _score(predictor, metric, arrays)
    if math.isnan(score) and predictor.task in _INSTEAD:
        metric = METRICS[_INSTEAD[predictor.task]]
        score = _score(predictor, metric, arrays)
    sign = 1.0 if metric.higher_is_better else -1.0
    inputs = _inputs_by_column(predictor.preparation)
    found = []
    for place, (name, (numbers, codes)) in enumerate(inputs.items()):
        worse = []
        for repeat in range(repeats):
            shuffled = _shuffled(arrays, numbers, codes, generator)
            worse.append(sign * (score - _score(predictor, metric, shuffled)))
            progress(place * repeats + repeat + 1, len(inputs) * repeats)
        found.append(
            ColumnImportance(
                name=name, mean=sum(worse) / len(worse), low=min(worse), high=max(worse)
            )
        )
    found.sort(key=lambda column: -column.mean)
    return Importance(
        run=run,
        part=part,
        rows=len(arrays),
        repeats=repeats,
        metric=metric.name,
        metric_title=metric.title,
        score=score,
        higher_is_better=metric.higher_is_better,
        columns=tuple(found),
    )


def _score(predictor: Predictor, metric: Metric, arrays: Arrays) -> float:
    assert arrays.values is not None
    predictions = predictor.preparation.predictions(predictor.outputs(arrays))
    scale = predictor.preparation.scales
    return metric.compute(arrays.values, predictions, scale, weights=arrays.weights)


def _sampled(arrays: Arrays, generator: np.random.Generator) -> Arrays:
    if len(arrays) <= MOST_ROWS:
        return arrays
    assert arrays.values is not None
    places = np.sort(generator.choice(len(arrays), MOST_ROWS, replace=False))
    return replace(
        arrays,
        numbers=arrays.numbers[places],
        codes=arrays.codes[places],
        target=None,
        values=arrays.values[places],
        weights=None if arrays.weights is None else arrays.weights[places],
    )


def _shuffled(
    arrays: Arrays, numbers: slice, codes: slice, generator: np.random.Generator
) -> Arrays:
    order: NDArray[np.int64] = generator.permutation(len(arrays))
    mixed_numbers, mixed_codes = arrays.numbers.copy(), arrays.codes.copy()
    mixed_numbers[:, numbers] = arrays.numbers[order, numbers]
    mixed_codes[:, codes] = arrays.codes[order, codes]
    return replace(arrays, numbers=mixed_numbers, codes=mixed_codes)


def _inputs_by_column(preparation: Preparation) -> dict[str, tuple[slice, slice]]:
    """For each feature column its number inputs and its code inputs."""
    places: dict[str, tuple[slice, slice]] = {}
    number, code = 0, 0
    for column in preparation.fitted:
        width = 0 if column.kind == "category" else len(column.inputs)
        codes = 1 if column.kind == "category" else 0
        places[column.name] = (slice(number, number + width), slice(code, code + codes))
        number, code = number + width, code + codes
    return places
