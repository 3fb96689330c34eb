"""Setting a run beside baselines: trained on its training rows, scored on the rows it is scored on."""

from __future__ import annotations

import hashlib
import json
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cached_property
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.baselines.baseline import Baseline, LearningRows
from engine.baselines.cells import BYTES, cells_of, is_category
from engine.baselines.kept import PARTS, Kept, KeptBaselines, Outputs
from engine.baselines.kinds.plainest import Plainest
from engine.baselines.result import BaselineScore, MetricDifference, SetBeside
from engine.data.memory import fits_memory
from engine.data.preparing.arrays import Arrays
from engine.data.preparing.fitted_target import FittedValue
from engine.data.preparing.preparation import Preparation
from engine.data.preparing.target.gaussian import raw_deviation
from engine.data.progress import Progress, nothing
from engine.data.table import Table
from engine.errors import BaselineNotForTask, FeatureMissing, NothingToCompare, UnknownBaseline
from engine.evaluation.evaluate import Scores
from engine.evaluation.paired import Difference, paired_differences
from engine.evaluation.result import MetricValue
from engine.metrics import metrics_for
from engine.predictor.part import PartRows, RunParts
from engine.predictor.predictor import Predictor
from engine.recipe.recipe import Recipe
from engine.schema import Schema, Task
from engine.tasks import Part
from engine.training.objective import Objective, objective_for

_CERTAIN = 1e-7
"""Probabilities are kept this far from 0 and 1, so that their logits stay finite."""
_LEAST_RATE = 1e-3
"""A rate of counts is at least this share of the mean."""
_COPIES = 4
"""Times that the cells are in memory while trees are grown, about."""
_SHARE_OF_TRAINING = 0.7


def chosen_baselines(which: Sequence[str]) -> tuple[tuple[Baseline, ...], tuple[str, ...]]:
    """The baselines named, or all; and the kinds left out because their package is not installed.

    Raises `UnknownBaseline`, or `FeatureMissing` for one that is named and cannot be trained here.
    """
    members = {member.kind_name(): member for member in Baseline.members()}
    for kind in which:
        if kind not in members:
            raise UnknownBaseline(kind, ", ".join(members))
        if not members[kind].is_installed():
            raise FeatureMissing(members[kind].title, members[kind].extra)
    asked = [member for kind, member in members.items() if not which or kind in which]
    absent = tuple(member.kind_name() for member in asked if not member.is_installed())
    return tuple(member.model_validate({}) for member in asked if member.is_installed()), absent


def set_beside(
    predictor: Predictor,
    table: Table,
    schema: Schema,
    part: Part,
    *,
    run: str,
    folder: Path,
    best_epoch: int,
    which: Sequence[str] = (),
    progress: Progress = nothing,
    threads: int = 1,
) -> SetBeside:
    """Train what is not kept yet, and compare on `part`.

    Args:
        predictor: The run's model.
        table: The table that it was trained on.
        schema: The table's columns.
        part: Which rows.
        run: Run id, for the result.
        folder: Of the run; what the baselines predict is kept there.
        best_epoch: Of the run's weights.
        which: Kinds of baselines; none: all that are installed.
        progress: Told of (percent, 100).
        threads: To train with, at most.

    Raises:
        UnknownBaseline, FeatureMissing: A baseline that is named cannot be trained.
        BaselineNotForTask: Baselines do not predict what the run predicts.
        NothingToCompare: The part has no rows.
        DiskFull, WriteFailed: The predictions cannot be kept.
    """
    baselines, absent = chosen_baselines(which)
    if predictor.task.has_several_targets:
        raise BaselineNotForTask(predictor.target)
    rows = _RunRows(predictor, table, schema)
    found = rows.part(part)
    if not len(found.arrays):
        raise NothingToCompare(part)
    kept = KeptBaselines(folder)
    whole = sum(each.share for each in baselines)
    trained: list[tuple[Baseline, Kept]] = []
    done = 0.0
    for baseline in baselines:
        progress(round(100 * _SHARE_OF_TRAINING * done / whole), 100)
        kind = baseline.kind_name()
        key = key_of(baseline, predictor.recipe, table, rows.preparation)
        one = kept.load(kind, key)
        if one is None or any(len(one.outputs[p]) != len(rows.part(p).arrays) for p in PARTS):
            one = rows.train(baseline, threads)
            kept.save(kind, key, one)
        trained.append((baseline, one))
        done += baseline.share
    own = Scores(
        rows.preparation, predictor.recipe.training, found, predictor.outputs(found.arrays)
    )
    scores = []
    for place, (baseline, one) in enumerate(trained):
        first = _SHARE_OF_TRAINING + (1 - _SHARE_OF_TRAINING) * place / len(trained)
        progress(round(100 * first), 100)
        outputs = one.outputs[part] if part in PARTS else rows.outputs_for(baseline, part, threads)
        theirs = Scores(rows.preparation, predictor.recipe.training, found, outputs)
        scores.append(_scored(baseline, one, own, theirs, part, run))
    beside = SetBeside(
        run=run,
        part=part,
        best_epoch=best_epoch,
        metric=headline(predictor.recipe, predictor.task),
        scored=_values(own),
        baselines=tuple(scores),
        train_rows=len(rows.part("train").arrays),
        missing=absent,
    )
    kept.save_comparison(beside)
    progress(100, 100)
    return beside


def headline(recipe: Recipe, task: Task) -> str:
    """The metric that a comparison is about: what the run was watched by, if it is not the loss."""
    watched = recipe.training.early_stopping.metric
    if watched in {metric.name for metric in metrics_for(task)} - {"loss"}:
        return watched
    return "accuracy" if task.is_classification else "rmse"


def key_of(baseline: Baseline, recipe: Recipe, table: Table, preparation: Preparation) -> str:
    """Names all that a baseline's predictions follow from."""
    training = recipe.training
    made_from = {
        "baseline": baseline.model_dump(mode="json"),
        "table": table.fingerprint,
        "recipe": recipe.model_dump(mode="json", exclude={"model", "training"}),
        "loss": training.loss.model_dump(mode="json"),
        "weights": training.class_weights,
        "custom": [each.model_dump(mode="json") for each in training.custom_weights],
        "seed": training.seed,
        "inputs": preparation.inputs.numbers,
        "library": _version(baseline.package or "scikit-learn"),
    }
    text = json.dumps(made_from, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


class _RunRows:
    """The rows of a run in both forms, each made when it is asked for."""

    def __init__(self, predictor: Predictor, table: Table, schema: Schema) -> None:
        self.preparation = predictor.preparation
        self._recipe = predictor.recipe
        self._parts = RunParts(predictor, table, schema)
        self._found: dict[Part, PartRows] = {}

    def part(self, part: Part) -> PartRows:
        if part not in self._found:
            self._found[part] = self._parts.part(part)
        return self._found[part]

    def train(self, baseline: Baseline, threads: int) -> Kept:
        """Train it and predict the rows that runs are scored on."""
        began = time.perf_counter()
        learned = self._learned(baseline, threads)
        outputs = {part: self._outputs(learned(self._rows(part))) for part in PARTS}
        return Kept(outputs, time.perf_counter() - began, len(self._train))

    def outputs_for(self, baseline: Baseline, part: Part, threads: int) -> Outputs:
        """What it gives for rows that are not kept: it is trained once more."""
        return self._outputs(self._learned(baseline, threads)(self._rows(part)))

    def _learned(
        self, baseline: Baseline, threads: int
    ) -> Callable[[LearningRows], NDArray[np.float64]]:
        train, validation = self._train, self._rows("validation")
        if train.classes and len(np.unique(train.target)) < 2:
            baseline = Plainest()  # rows left out have left one class: there is nothing to learn
        given = validation if len(validation) and _counts(validation) else None
        seed = self._recipe.training.seed
        learned = baseline.fit(train, given, seed=seed, threads=threads)
        return lambda rows: (
            learned.predict(rows) if len(rows) else np.zeros((0, train.classes or 1))
        )

    @cached_property
    def _train(self) -> LearningRows:
        return self._rows("train")

    @cached_property
    def _objective(self) -> Objective:
        import torch

        return objective_for(self.preparation, self._recipe.training, torch.device("cpu"))

    def _rows(self, part: Part) -> LearningRows:
        found = self.part(part)
        arrays, rows = found.arrays, found.rows
        if part == "train":
            arrays, rows = _as_many_as_fit(arrays, rows, len(self.preparation.fitted))
        fitted = self.preparation.fitted_target
        assert arrays.target is not None
        is_value = isinstance(fitted, FittedValue)
        return LearningRows(
            numbers=arrays.numbers,
            codes=arrays.codes,
            levels=self.preparation.inputs.levels,
            cells=cells_of(self.preparation, self._parts.source(part), rows),
            is_category=is_category(self.preparation),
            target=arrays.target.astype(np.float64) if is_value else arrays.target,
            classes=0 if is_value else len(self.preparation.classes),
            weights=self._weights(arrays),
        )

    def _weights(self, arrays: Arrays) -> NDArray[np.float64] | None:
        """As in the run's loss: by class and by row."""
        import torch

        own = None if arrays.weights is None else torch.from_numpy(np.asarray(arrays.weights))
        found = self._objective.weights(torch.from_numpy(np.asarray(arrays.target)), own)
        return None if found is None else found.double().numpy()

    def _outputs(self, predicted: NDArray[np.float64]) -> Outputs:
        """As a network of the run would give it, (rows, outputs)."""
        fitted = self.preparation.fitted_target
        if isinstance(fitted, FittedValue):
            if fitted.link == "log":
                predicted = np.log(np.maximum(predicted, _LEAST_RATE))
            found = np.tile(predicted.reshape(-1, 1), (1, fitted.outputs))
            if fitted.covered is not None:  # a baseline does not tell how sure it is
                found[:, 1] = raw_deviation(1.0)
        elif fitted.outputs == 1:
            chance = np.clip(predicted.reshape(len(predicted), -1)[:, -1:], _CERTAIN, 1 - _CERTAIN)
            found = np.log(chance) - np.log1p(-chance)
        elif fitted.ordered:
            above = np.clip(1 - np.cumsum(predicted, axis=1)[:, :-1], _CERTAIN, 1 - _CERTAIN)
            found = np.log(above) - np.log1p(-above)
        else:
            found = np.log(np.maximum(predicted, _CERTAIN))
        return np.ascontiguousarray(found, np.float32)


def _counts(rows: LearningRows) -> bool:
    return rows.weights is None or bool(rows.weights.any())


def _as_many_as_fit(
    arrays: Arrays, rows: NDArray[np.int64], columns: int
) -> tuple[Arrays, NDArray[np.int64]]:
    """Training rows, drawn evenly where all of them do not fit the memory."""
    each = BYTES * _COPIES * (columns + 1) + 8 * (arrays.numbers.shape[1] + arrays.codes.shape[1])
    count = len(arrays)
    while count > 2 and not fits_memory(count * each):
        count //= 2
    if count == len(arrays):
        return arrays, rows
    places = np.linspace(0, len(arrays) - 1, count).astype(np.int64)
    assert arrays.target is not None
    chosen = replace(
        arrays,
        numbers=np.asarray(arrays.numbers[places]),
        codes=np.asarray(arrays.codes[places]),
        target=np.asarray(arrays.target[places]),
        values=None if arrays.values is None else np.asarray(arrays.values[places]),
        weights=None if arrays.weights is None else np.asarray(arrays.weights[places]),
    )
    return chosen, rows[places]


def _scored(
    baseline: Baseline, kept: Kept, own: Scores, theirs: Scores, part: Part, run: str
) -> BaselineScore:
    differences = paired_differences(own.by_metric(), theirs.by_metric(), len(own.values))
    return BaselineScore(
        kind=baseline.kind_name(),
        title=baseline.title,
        evaluation=theirs.evaluation(run, part),
        differences=tuple(
            _difference(metric.name, metric.higher_is_better, found)
            for metric, found in zip(metrics_for(own.task), differences, strict=True)
        ),
        seconds=kept.seconds,
        learned_from=kept.learned_from,
    )


def _difference(name: str, higher_is_better: bool, found: Difference) -> MetricDifference:
    return MetricDifference(
        name=name,
        value=_number(found.value),
        low=_number(found.low),
        high=_number(found.high),
        higher_is_better=higher_is_better,
    )


def _values(scores: Scores) -> tuple[MetricValue, ...]:
    return tuple(
        MetricValue(
            name=metric.name,
            title=metric.title,
            value=_number(score(None)),
            higher_is_better=metric.higher_is_better,
        )
        for metric, score in zip(metrics_for(scores.task), scores.by_metric(), strict=True)
    )


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""
