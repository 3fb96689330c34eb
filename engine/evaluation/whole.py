"""All that is told of the rows of a part: metrics, curves, slices, gaps, and rows that stand out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine.data.preparing.columnar import Source, column_cells, column_names
from engine.data.progress import Progress, nothing
from engine.evaluation.conflicts import LabelledRows
from engine.evaluation.curves import (
    calibration,
    chance_histogram,
    error_bins,
    normal_quantiles,
    residual_histogram,
    sweep,
)
from engine.evaluation.doubt import coverage_of, doubt_of
from engine.evaluation.fairness import Groups, fairness
from engine.evaluation.groups import groups_of
from engine.evaluation.label_errors import Suspects, suspects
from engine.evaluation.metric_values import metric_values
from engine.evaluation.notable_rows import (
    conflicts_told,
    keep_rows,
    largest_errors,
    suspects_told,
)
from engine.evaluation.picks import evenly
from engine.evaluation.result import Evaluation
from engine.evaluation.roc import roc_area, roc_points
from engine.evaluation.scores import Scores
from engine.evaluation.slices import SliceSearch, least_rows
from engine.schema import Task
from engine.tasks import EvaluatedPart

_SCATTER = 2_000


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is looked at beside the predictions; without it nothing is told of slices and gaps."""

    source: Source | None = None
    """Holds the rows, with all columns."""
    gaps_by: tuple[str, ...] = ()
    """Columns of numbers whose ranges are compared as groups too."""
    rows_file: Path | None = None
    """Where what is known of each row is kept; None: nowhere."""
    training: LabelledRows | None = None
    """Rows to look for contradictions with."""


def evaluation_of(
    scores: Scores,
    run: str,
    part: EvaluatedPart,
    around: Surroundings | None = None,
    progress: Progress = nothing,
) -> Evaluation:
    """All of it, of several targets each by itself too; `progress` is told of the work done."""
    around = around or Surroundings()
    if not scores.task.has_several_targets:
        return _evaluation(scores, run, part, around, progress)
    targets = len(scores.preparation.targets)
    alone = Surroundings()
    by_target = tuple(
        _evaluation(
            scores.of_target(place), run, part, alone, _share_of(progress, place, targets + 1)
        )
        for place in range(targets)
    )
    whole = _evaluation(scores, run, part, around, _share_of(progress, targets, targets + 1))
    return whole.model_copy(update={"by_target": by_target})


def _evaluation(
    scores: Scores, run: str, part: EvaluatedPart, around: Surroundings, progress: Progress
) -> Evaluation:
    preparation = scores.preparation
    metrics, by_class = metric_values(scores, progress)
    fitted = scores.decision.calibration
    found = Evaluation(
        run=run,
        part=part,
        rows=len(scores.rows),
        rows_from=scores.file,
        task=scores.task,
        target=preparation.target,
        classes=tuple(preparation.classes[code] for code in preparation.shown_classes),
        metrics=metrics,
        by_class=by_class,
        confusion=confusion(scores),
        predicted_vs_actual=_scatter(scores),
        largest_errors=largest_errors(scores),
        positive="" if scores.positive is None else preparation.classes[scores.positive],
        weighted=scores.weights is not None,
        threshold=scores.decision.threshold,
        missed=scores.decision.missed,
        alarm=scores.decision.alarm,
        calibrated="" if fitted is None else fitted.kind,
        calibrated_by=() if fitted is None else fitted.figures,
        **_of_positive(scores),
    )
    if scores.task.has_several_targets or not len(scores.rows):
        return found
    suspected = suspects(scores.scored_rows) if scores.scored_rows.classes else None
    update: dict[str, object] = {
        **_curves(scores),
        **_of_labels(scores, suspected, around),
        **_of_columns(scores, suspected, around),
        "coverage": coverage_of(scores),
        "doubt": doubt_of(scores),
    }
    return found.model_copy(update=update)


def confusion(scores: Scores) -> tuple[tuple[int, ...], ...]:
    """Rows by actual and by predicted class, these as they are listed."""
    rows = scores.answers.scored
    if rows is None or rows.chosen is None:
        return ()
    size = rows.classes
    flat = np.bincount(rows.actual * size + rows.chosen, minlength=size * size)
    shown = list(scores.preparation.shown_classes)
    table = flat.reshape(size, size)[np.ix_(shown, shown)]
    return tuple(tuple(row) for row in table.tolist())


def _scatter(scores: Scores) -> tuple[tuple[float, float], ...]:
    """(predicted, actual) of rows drawn evenly."""
    if scores.task is not Task.REGRESSION:
        return ()
    places = evenly(len(scores.values), _SCATTER)
    predicted, actual = scores.answers.predictions[places], scores.values[places]
    return tuple(zip(predicted.tolist(), actual.tolist(), strict=True))


def _of_positive(scores: Scores) -> dict[str, object]:
    if scores.positive is None:
        return {}
    positive, chances = scores.is_positive()
    return {
        "roc": roc_points(positive, chances, scores.weights),
        "roc_area": roc_area(positive, chances, scores.weights),
    }


def _curves(scores: Scores) -> dict[str, object]:
    rows = scores.scored_rows
    if not rows.classes:
        return {
            "residuals": residual_histogram(rows),
            "error_bins": error_bins(rows),
            "normal_quantiles": normal_quantiles(rows),
        }
    found: dict[str, object] = {"calibration": calibration(rows)}
    if scores.positive is not None:
        positive, chances = scores.is_positive()
        found["sweep"] = sweep(positive, chances, scores.weights)
        found["chances"] = chance_histogram(positive, chances)
    return found


def _of_labels(
    scores: Scores, suspected: Suspects | None, around: Surroundings
) -> dict[str, object]:
    if suspected is None:
        return {}
    told, count = conflicts_told(scores, around.training)
    return {
        "suspects": suspects_told(scores, suspected),
        "suspect_count": suspected.count,
        "conflicts": told,
        "conflict_count": count,
    }


def _of_columns(
    scores: Scores, suspected: Suspects | None, around: Surroundings
) -> dict[str, object]:
    source, rows = around.source, scores.scored_rows
    if source is None:
        return {}
    hidden = {column.name for column in scores.preparation.hidden}
    names: Sequence[str] = [
        name
        for name in column_names(source)
        if name not in hidden and name not in scores.preparation.targets
    ]
    least = least_rows(len(rows))
    groups = groups_of(names, lambda name: column_cells(source, name, scores.rows), least)
    search = SliceSearch(rows, scores.answers.losses, groups, least)
    found: dict[str, object] = {"slices": search.slices()}
    if scores.positive is not None:
        found["fairness"], found["gaps"] = fairness(_positive_rows(scores), groups, around.gaps_by)
    if around.rows_file is not None:
        keep_rows(scores, suspected, around.rows_file, groups)
        found["rows_file"] = str(around.rows_file)
    return found


def _positive_rows(scores: Scores) -> Groups:
    rows = scores.scored_rows
    positive, chances = scores.is_positive()
    return Groups(positive, np.asarray(rows.chosen == scores.positive), chances, rows.right)


def _share_of(progress: Progress, place: int, pieces: int) -> Progress:
    """The progress of one of several pieces of work that are alike."""

    def told(done: int, total: int) -> None:
        progress(place * total + done, pieces * total)

    return told
