"""Rows of a part with what a model predicts for them, and what each of them costs."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, TypeAlias

import numpy as np
import torch
from numpy.typing import NDArray

from engine.data.preparing.arrays import Arrays
from engine.data.preparing.fitted_target import FittedTarget, FittedValue
from engine.data.preparing.preparation import Preparation
from engine.data.preparing.target.several import known_of
from engine.evaluation.measures.scored import ScoredRows
from engine.evaluation.paired import Score
from engine.metrics import Metric, evaluated_metrics_for
from engine.predictor.decision import Decision
from engine.predictor.part import PartRows
from engine.recipe.training import Training
from engine.schema import Task
from engine.training.objective import Objective, objective_for
from engine.training.tensors import Rows

Floats: TypeAlias = NDArray[np.float64]
Known: TypeAlias = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Answers:
    """What was predicted for the rows, and what each adds to the loss before weights."""

    predictions: Floats
    """As metrics take them, see `engine.metrics`."""
    losses: Floats
    """(rows,)."""
    scored: ScoredRows | None
    """The rows as measures take them; None of several targets."""


@dataclass(frozen=True, slots=True)
class Scores:
    """Made by `scores_of` from the outputs of one model, or by `joined` from those of several."""

    preparation: Preparation
    """Names targets and classes."""
    rows: NDArray[np.int64]
    """Row of the table, or of `file`."""
    file: str
    values: NDArray[Any]
    """Class codes or values, (rows,) or (rows, targets)."""
    weights: Floats | None
    """How much each row counts; None: all the same."""
    loss_weights: Floats
    """How much each row counts in the loss: by its class and by itself."""
    inputs: Arrays
    """What the model was given."""
    answers: Answers
    plain: Answers
    """Those of the plainest guess: the most frequent class, or the mean, of the training rows."""
    decision: Decision
    outputs: NDArray[Any] | None
    """What the model gives, corrected as was decided; None where several models did."""
    known: Known | None
    """The metrics of the task as training told them, if they are."""
    of_target: Callable[[int], Scores] = field(repr=False)
    """The same for one of several targets, on the rows that have it."""

    @property
    def task(self) -> Task:
        """What is predicted."""
        return self.preparation.task

    @property
    def positive(self) -> int | None:
        """The class that the ROC curve is of."""
        return self.preparation.positive

    @property
    def scored_rows(self) -> ScoredRows:
        """The rows as measures take them; of one target only."""
        assert self.answers.scored is not None
        return self.answers.scored

    def is_positive(self) -> tuple[NDArray[np.bool_], Floats]:
        """Whether each row is of the positive class, and its predicted probability."""
        chances = self.answers.predictions
        if chances.ndim == 2:
            chances = chances[:, self.positive]
        return self.values == self.positive, chances

    def by_metric(self, of: Answers | None = None) -> tuple[Score, ...]:
        """Each of `evaluated_metrics_for` the task as a function of which rows are scored."""
        answers = of or self.answers
        metrics = evaluated_metrics_for(self.task)
        return tuple(partial(self._score, metric, answers) for metric in metrics)

    def _score(self, metric: Metric, of: Answers, places: NDArray[np.int64] | None) -> float:
        chosen = slice(None) if places is None else places
        if metric.name == "loss":
            weights = self.loss_weights[chosen]
            total = float(weights.sum())
            return float(of.losses[chosen] @ weights) / total if total else math.nan
        weights_here = None if self.weights is None else self.weights[chosen]
        scale = self.preparation.scales
        return metric.compute(
            self.values[chosen], of.predictions[chosen], scale, weights=weights_here
        )


def scores_of(
    preparation: Preparation,
    training: Training,
    found: PartRows,
    outputs: NDArray[Any],
    known: Known | None = None,
    *,
    decision: Decision | None = None,
) -> Scores:
    """What evaluation looks at, from the outputs of any model for the rows of a part.

    Args:
        preparation: Of the run.
        training: Of its recipe: names the loss and the class weights.
        found: The rows.
        outputs: What the model gives for them, (rows, outputs), as a network of the run would: logits,
            or standardised values; corrected as was decided.
        known: The metrics of these outputs, if they are known.
        decision: How classes are chosen.
    """
    arrays = found.arrays
    assert arrays.values is not None
    decision = decision or Decision()
    weights = None if arrays.weights is None else arrays.weights.astype(np.float64)
    judge = _Judge(preparation, training, arrays, weights)
    count = len(arrays.values)
    return Scores(
        preparation=preparation,
        rows=found.rows,
        file=found.file,
        values=arrays.values,
        weights=weights,
        loss_weights=judge.loss_weights,
        inputs=arrays,
        answers=judge.answers(outputs, decision),
        plain=judge.answers(preparation.plainest_outputs(count), Decision()),
        decision=decision,
        outputs=outputs,
        known=None if decision.moves_threshold else known,
        of_target=partial(_of_target, preparation, training, found, outputs),
    )


def joined(parts: Sequence[Scores], preparation: Preparation, inputs: Arrays) -> Scores:
    """Scores of several models, each of its own rows, as those of one.

    Classes are codes of `preparation` in all of them.

    Args:
        parts: The scores, with class codes of `preparation`.
        preparation: Names targets and classes.
        inputs: Of all rows, one part after another, as one preparation makes them.
    """
    first = parts[0]
    weights = [part.weights for part in parts if part.weights is not None]
    return replace(
        first,
        preparation=preparation,
        rows=np.concatenate([part.rows for part in parts]),
        values=np.concatenate([part.values for part in parts]),
        weights=np.concatenate(weights) if weights else None,
        loss_weights=np.concatenate([part.loss_weights for part in parts]),
        inputs=inputs,
        answers=_joined_answers([part.answers for part in parts]),
        plain=_joined_answers([part.plain for part in parts]),
        decision=Decision(),
        outputs=None,
        known=None,
        of_target=partial(_joined_target, parts, preparation, inputs),
    )


class _Judge:
    """Turns outputs into predictions and losses of the same rows."""

    def __init__(
        self, preparation: Preparation, training: Training, arrays: Arrays, weights: Floats | None
    ) -> None:
        self._preparation = preparation
        self._objective: Objective = objective_for(preparation, training, torch.device("cpu"))
        self._target = Rows.of(arrays, preparation.task, torch.device("cpu")).target
        self._values = arrays.values
        assert arrays.values is not None
        own = None if weights is None else torch.from_numpy(weights)
        found = self._objective.weights(self._target, own)
        self.loss_weights: Floats = (
            np.ones(len(arrays.values)) if found is None else found.double().numpy()
        )
        by_class = self._objective.weights(self._target, None)
        self._class_weights = None if by_class is None else by_class.double().numpy()

    def answers(self, outputs: NDArray[Any], decision: Decision) -> Answers:
        losses = self._losses(outputs)
        predictions = self._preparation.predictions(outputs)
        scored = None
        if not self._preparation.task.has_several_targets:
            target = self._preparation.fitted_target
            scored = self._scored(target, outputs, predictions, losses, decision)
        return Answers(predictions, losses, scored)

    def _losses(self, outputs: NDArray[Any]) -> Floats:
        target = self._target.double() if self._target.is_floating_point() else self._target
        found: Floats = self._objective.rows(torch.from_numpy(outputs).double(), target).numpy()
        return found

    def _scored(
        self,
        target: FittedTarget,
        outputs: NDArray[Any],
        predictions: Floats,
        losses: Floats,
        decision: Decision,
    ) -> ScoredRows:
        assert self._values is not None
        if isinstance(target, FittedValue):
            levels = dict(target.quantiles(outputs))
            if target.levels:
                levels[target.levels[target.point]] = predictions
            return ScoredRows(
                self._values,
                predictions,
                quantiles=dict(sorted(levels.items())),
                losses=losses,
                loss_weights=self._class_weights,
            )
        return ScoredRows(
            self._values,
            predictions,
            decision.codes(target, outputs),
            len(target.classes),
            target.ordered,
            losses=losses,
            loss_weights=self._class_weights,
        )


def _of_target(
    preparation: Preparation,
    training: Training,
    found: PartRows,
    outputs: NDArray[Any],
    place: int,
) -> Scores:
    values = found.arrays.values
    assert values is not None
    known = known_of(values[:, place])
    own = values[known, place]
    of_one = preparation.of_target(place)
    target = of_one.fitted_target
    if isinstance(target, FittedValue):
        trained: NDArray[Any] = target.standardised(own)
    else:
        trained = own = own.astype(np.int64)
    arrays = _some(found.arrays, known, trained, own)
    each = [one for _, one in preparation.by_target(outputs)]
    rows = PartRows(found.rows[known], arrays, found.file)
    return scores_of(of_one, training, rows, each[place][known])


def _joined_target(
    parts: Sequence[Scores], preparation: Preparation, inputs: Arrays, place: int
) -> Scores:
    known = [known_of(part.values[:, place]) for part in parts]
    each = [part.of_target(place) for part in parts]
    own = _some(inputs, np.concatenate(known), None, None)
    return joined(each, preparation.of_target(place), own)


def _some(
    arrays: Arrays,
    known: NDArray[np.bool_],
    target: NDArray[Any] | None,
    values: NDArray[Any] | None,
) -> Arrays:
    weights = None if arrays.weights is None else arrays.weights[known]
    return replace(
        arrays,
        numbers=arrays.numbers[known],
        codes=arrays.codes[known],
        target=target,
        values=values,
        weights=weights,
    )


def _joined_answers(parts: Sequence[Answers]) -> Answers:
    scored = [part.scored for part in parts if part.scored is not None]
    return Answers(
        np.concatenate([part.predictions for part in parts]),
        np.concatenate([part.losses for part in parts]),
        ScoredRows.joined(scored) if scored else None,
    )
