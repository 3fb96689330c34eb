"""Scoring a model on one part of its run, on another labelled file, or the models of folds together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from engine.data.open import open_table
from engine.data.preparing.preparation import Preparation
from engine.data.progress import Cancelled, Progress, never, nothing
from engine.data.table import Table
from engine.evaluation.conflicts import LabelledRows
from engine.evaluation.out_of_fold import Fold, out_of_fold_scores
from engine.evaluation.result import Evaluation
from engine.evaluation.scores import Scores, scores_of
from engine.evaluation.whole import Surroundings, evaluation_of
from engine.predictor.part import PartRows, RunParts
from engine.predictor.predictor import Predictor
from engine.recipe.reading import Reading
from engine.schema import Schema
from engine.tasks import Part
from engine.training.objective import objective_for
from engine.training.scoring import score_part
from engine.training.tensors import Rows


def evaluate(
    predictor: Predictor,
    table: Table,
    schema: Schema,
    part: Part,
    *,
    run: str,
    rows_file: Path | None = None,
    gaps_by: tuple[str, ...] = (),
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
        gaps_by: Columns of numbers whose ranges are compared as groups too.
        progress: Told of the resamples done.
    """
    parts = RunParts(predictor, table, schema, with_test_file=part == "test")
    found = parts.part(part)
    training = None
    if part != "train" and not found.file:
        training = labelled(parts.part("train"), predictor.preparation)
    around = Surroundings(parts.source(part), gaps_by, rows_file, training)
    answer = evaluation_of(part_scores(predictor, found), run, part, around, progress)
    return _with_outdated(answer, predictor)


def evaluate_file(
    predictor: Predictor,
    path: Path,
    *,
    run: str,
    reading: Reading | None = None,
    rows_file: Path | None = None,
    gaps_by: tuple[str, ...] = (),
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
        gaps_by: Columns of numbers whose ranges are compared as groups too.
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
    scores = part_scores(predictor, PartRows(rows, arrays, str(path)))
    around = Surroundings(table, gaps_by, rows_file)
    found = evaluation_of(scores, run, "file", around, progress)
    left_out = len(arrays.kept) - len(rows)
    return _with_outdated(found.model_copy(update={"left_out": left_out}), predictor)


def evaluate_out_of_fold(
    folds: Sequence[Fold],
    table: Table,
    schema: Schema,
    *,
    run: str,
    rows_file: Path | None = None,
    gaps_by: tuple[str, ...] = (),
    progress: Progress = nothing,
) -> Evaluation:
    """Score each fold's model on the rows that it did not learn from, all of them together.

    What was decided for the run is about one model, and is not followed: the likeliest class counts.

    Args:
        folds: The folds, at least one.
        table: The table that they were trained on.
        schema: The table's columns.
        run: Id of the run that holds them together, for the result.
        rows_file: Where to keep what is known of each row; None: nowhere.
        gaps_by: Columns of numbers whose ranges are compared as groups too.
        progress: Told of the resamples done.
    """
    scores, left_out = out_of_fold_scores(folds, table, schema)
    around = Surroundings(table, gaps_by, rows_file)
    found = evaluation_of(scores, run, "out_of_fold", around, progress)
    return found.model_copy(update={"left_out": left_out})


def part_scores(predictor: Predictor, found: PartRows) -> Scores:
    """What is computed from a run's own outputs; its metrics as training told them, to the bit."""
    recipe, preparation = predictor.recipe, predictor.preparation
    known = None
    if predictor.decision.calibration is None:
        device = next(predictor.network.parameters()).device
        known = score_part(
            predictor.network,
            Rows.of(found.arrays, predictor.task, device),
            found.arrays,
            objective_for(preparation, recipe.training, device),
            preparation,
        )
    outputs = predictor.outputs(found.arrays)
    return scores_of(
        preparation, recipe.training, found, outputs, known, decision=predictor.decision
    )


def labelled(found: PartRows, preparation: Preparation) -> LabelledRows | None:
    """Rows to look for contradictions with; None where the target is not one of classes."""
    values = found.arrays.values
    if values is None or not preparation.task.is_classification:
        return None
    return LabelledRows(replace(found.arrays, kept=found.arrays.kept[:0]), values, found.rows)


def _with_outdated(found: Evaluation, predictor: Predictor) -> Evaluation:
    return found.model_copy(update={"has_outdated_decision": predictor.outdated is not None})
