"""The rows of a cross-validation, each scored by the fold that did not learn from it, as one part.

Each fold has a preparation of its own: classes that it lacks get the probability 0, and losses and
quantiles are those of the fold.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from engine.data.preparing.arrays import Arrays
from engine.data.preparing.preparation import Preparation
from engine.data.table import Table
from engine.evaluation.label_errors import chances_of
from engine.evaluation.measures.scored import Floats, ScoredRows
from engine.evaluation.scores import Answers, Scores, joined, scores_of
from engine.predictor.decision import Decision
from engine.predictor.part import PartRows, RunParts
from engine.predictor.predictor import Predictor
from engine.schema import Schema


@dataclass(frozen=True, slots=True)
class Fold:
    """A fold that is trained."""

    number: int
    predictor: Predictor


def out_of_fold_scores(folds: Sequence[Fold], table: Table, schema: Schema) -> tuple[Scores, int]:
    """All rows that the folds validated on; and how many are left out, since no model knows their class.

    Args:
        folds: At least one.
        table: The table that they were trained on.
        schema: The table's columns.
    """
    reference = max(
        (fold.predictor.preparation for fold in folds), key=lambda each: len(each.classes)
    )
    parts, inputs, left_out = [], [], 0
    for fold in folds:
        predictor = fold.predictor
        predictor.decision = Decision()
        found = RunParts(predictor, table, schema, with_test_file=False).part("validation")
        left_out += len(found.arrays.kept) - len(found.rows)
        own = scores_of(
            predictor.preparation,
            predictor.recipe.training,
            found,
            predictor.outputs(found.arrays),
        )
        parts.append(_with_classes(own, reference))
        inputs.append(_inputs(reference, table, found))
    return joined(parts, reference, _joined_inputs(inputs)), left_out


def _inputs(reference: Preparation, table: Table, found: PartRows) -> Arrays:
    """The rows as one preparation makes them, so that those of several folds can be compared."""
    return reference.transform(table, with_target=False, rows=found.rows)


def _joined_inputs(parts: Sequence[Arrays]) -> Arrays:
    return replace(
        parts[0],
        numbers=np.concatenate([part.numbers for part in parts]),
        codes=np.concatenate([part.codes for part in parts]),
        kept=parts[0].kept[:0],
        weights=None,
    )


def _with_classes(scores: Scores, reference: Preparation) -> Scores:
    """The same scores with the class codes of another preparation."""
    own = scores.preparation.classes
    if scores.task.has_several_targets or own == reference.classes:
        return scores
    places = np.array([reference.classes.index(name) for name in own], np.int64)
    count = len(reference.classes)
    return replace(
        scores,
        values=places[scores.values],
        answers=_renumbered(scores.answers, places, count),
        plain=_renumbered(scores.plain, places, count),
    )


def _renumbered(answers: Answers, places: NDArray[np.int64], count: int) -> Answers:
    rows = answers.scored
    assert rows is not None
    assert rows.chosen is not None
    shares = np.zeros((len(rows), count))
    shares[:, places] = chances_of(rows)
    predictions: Floats = shares[:, 1] if count == 2 else shares
    scored = ScoredRows(
        places[rows.actual],
        predictions,
        places[rows.chosen],
        count,
        rows.ordered,
        losses=rows.losses,
        loss_weights=rows.loss_weights,
    )
    return Answers(predictions, answers.losses, scored)
