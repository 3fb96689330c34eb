"""Training baselines on the rows of a run: one after another for each of its targets."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from engine.baselines.baseline import Baseline, Learned, LearningRows
from engine.baselines.cells import BYTES, cells_of, is_category
from engine.baselines.kept import PARTS, Kept
from engine.baselines.kinds.plainest import Plainest
from engine.baselines.outputs import Outputs, outputs_of
from engine.data.memory import fits_memory
from engine.data.preparing.arrays import Arrays
from engine.data.preparing.fitted_target import FittedValue
from engine.data.preparing.target.several import known_of
from engine.data.table import Table
from engine.predictor.part import PartRows, RunParts
from engine.predictor.predictor import Predictor
from engine.schema import Schema
from engine.tasks import Part
from engine.training.objective import objective_for

_COPIES = 4
"""Times that the cells are in memory while trees are grown, about."""
_PREDICTED_ROWS = 1 << 18
"""Rows that are predicted at a time."""


class RunRows:
    """The rows of a run, in the form that its network gets and in the form that trees take."""

    def __init__(self, predictor: Predictor, table: Table, schema: Schema) -> None:
        self.preparation = predictor.preparation
        self.recipe = predictor.recipe
        self._parts = RunParts(predictor, table, schema)
        self._found: dict[Part, PartRows] = {}

    def part(self, part: Part) -> PartRows:
        """The rows of one part."""
        if part not in self._found:
            self._found[part] = self._parts.part(part)
        return self._found[part]

    def train(self, baseline: Baseline, parts: Sequence[Part] = PARTS, *, threads: int = 1) -> Kept:
        """Train it for each target, and predict the rows of these parts."""
        began = time.perf_counter()
        train, validation = self._as_many_as_fit("train"), self._as_many_as_fit("validation")
        by_target: list[dict[Part, Outputs]] = []
        for place in range(len(self.preparation.fitted_targets)):
            learned = self._learned(baseline, place, train, validation, threads)
            by_target.append({part: self._predicted(learned, place, part) for part in parts})
        outputs = {
            part: np.concatenate([each[part] for each in by_target], axis=1) for part in parts
        }
        return Kept(outputs, time.perf_counter() - began, len(train.arrays))

    def _learned(
        self, baseline: Baseline, place: int, train: PartRows, validation: PartRows, threads: int
    ) -> Learned:
        own = self._rows("train", train, place, known=True)
        held = self._rows("validation", validation, place, known=True)
        if own.classes:
            seen = np.unique(own.target)  # not all, where rows with missing values are left out
            if len(seen) < own.classes:
                held = held.of_classes(seen)
            if len(seen) < 2:
                baseline = Plainest()
        counts = len(held) > 0 and (held.weights is None or bool(held.weights.any()))
        seed = self.recipe.training.seed
        return baseline.fit(own, held if counts else None, seed=seed, threads=threads)

    def _predicted(self, learned: Learned, place: int, part: Part) -> Outputs:
        target = self.preparation.fitted_targets[place]
        found = self.part(part)
        pieces = [np.zeros((0, target.outputs), np.float32)]
        for start in range(0, len(found.arrays), _PREDICTED_ROWS):
            chosen = slice(start, start + _PREDICTED_ROWS)
            rows = self._rows(part, _taken(found, chosen), place, known=False)
            pieces.append(outputs_of(target, learned.predict(rows)))
        return np.concatenate(pieces)

    def _rows(self, part: Part, found: PartRows, place: int, *, known: bool) -> LearningRows:
        """Rows with one target; those that have it, if `known`, else all of them."""
        several = len(self.preparation.fitted_targets) > 1
        assert found.arrays.target is not None
        if several and known:
            found = _taken(found, np.flatnonzero(known_of(found.arrays.target[:, place])))
        arrays = found.arrays
        assert arrays.target is not None
        target: NDArray[Any] = arrays.target[:, place] if several else arrays.target
        fitted = self.preparation.fitted_targets[place]
        is_value = isinstance(fitted, FittedValue)
        target = target.astype(np.float64 if is_value else np.int64)
        return LearningRows(
            numbers=arrays.numbers,
            codes=arrays.codes,
            levels=self.preparation.inputs.levels,
            cells=cells_of(self.preparation, self._parts.source(part), found.rows),
            is_category=is_category(self.preparation),
            target=target,
            classes=0 if is_value else len(fitted.classes),
            weights=self._weights(arrays, target, place) if known else None,
        )

    def _weights(
        self, arrays: Arrays, target: NDArray[Any], place: int
    ) -> NDArray[np.float64] | None:
        """As in the run's loss: by class and by row."""
        preparation = self.preparation
        if len(preparation.fitted_targets) > 1:
            preparation = preparation.of_target(place)
        objective = objective_for(preparation, self.recipe.training, torch.device("cpu"))
        own = None if arrays.weights is None else torch.from_numpy(np.asarray(arrays.weights))
        found = objective.weights(torch.from_numpy(target), own)
        return None if found is None else found.double().numpy()

    def _as_many_as_fit(self, part: Part) -> PartRows:
        """The rows of a part, drawn evenly where all of them do not fit the memory."""
        found = self.part(part)
        arrays = found.arrays
        inputs = arrays.numbers.shape[1] + arrays.codes.shape[1]
        each = BYTES * (_COPIES * (1 + len(self.preparation.fitted)) + inputs)
        count = len(arrays)
        while count > 2 and not fits_memory(count * each):
            count //= 2
        if count == len(arrays):
            return found
        return _taken(found, np.linspace(0, len(arrays) - 1, count).astype(np.int64))


def _taken(found: PartRows, places: NDArray[np.int64] | slice) -> PartRows:
    arrays = found.arrays
    chosen = replace(
        arrays,
        numbers=np.asarray(arrays.numbers[places]),
        codes=np.asarray(arrays.codes[places]),
        target=None if arrays.target is None else np.asarray(arrays.target[places]),
        values=None if arrays.values is None else np.asarray(arrays.values[places]),
        weights=None if arrays.weights is None else np.asarray(arrays.weights[places]),
    )
    return replace(found, rows=found.rows[places], arrays=chosen)
