"""Rows that stand out: the largest errors, labels that are likely wrong, contradictions."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.evaluation.conflicts import LabelledRows, conflicts
from engine.evaluation.groups import ColumnGroups
from engine.evaluation.label_errors import Suspects, chances_of, margins
from engine.evaluation.measures.chances import confidence
from engine.evaluation.result import Conflict, RowError
from engine.evaluation.row_table import write_row_table
from engine.evaluation.scores import Scores
from engine.predictor.decision import Decision
from engine.predictor.texts import BETWEEN, texts_of

MOST_ROWS = 100
"""That are listed; the row table knows all of them."""


def largest_errors(scores: Scores) -> tuple[RowError, ...]:
    """The rows with the largest loss, the worst first."""
    losses = scores.answers.losses
    worst = _largest(losses, MOST_ROWS)
    targets = scores.preparation.fitted_targets
    values = scores.values[worst].reshape(len(worst), len(targets))
    said = _said(scores, worst)
    actual = [texts_of(target, values[:, place]) for place, target in enumerate(targets)]
    predicted = [texts_of(target, said[:, place]) for place, target in enumerate(targets)]
    chances, margin = _certainty(scores, worst)
    return tuple(
        RowError(
            row=int(scores.rows[place]),
            actual=BETWEEN.join(of[number] for of in actual),
            predicted=BETWEEN.join(of[number] for of in predicted),
            loss=float(losses[place]),
            chance=chances[number],
            margin=margin[number],
        )
        for number, place in enumerate(worst.tolist())
    )


def suspects_told(scores: Scores, found: Suspects) -> tuple[RowError, ...]:
    """Rows whose label is likely wrong, the surest first, with the class that they likely are."""
    most = min(MOST_ROWS, found.count)
    places, likely = found.places[:most], found.likely[:most]
    rows = scores.scored_rows.take(places)
    chances = chances_of(rows)[np.arange(most), likely].tolist()
    classes = scores.preparation.classes
    own = margins(rows).tolist() if most else []
    return tuple(
        RowError(
            row=int(scores.rows[place]),
            actual=classes[int(scores.values[place])],
            predicted=classes[code],
            loss=float(scores.answers.losses[place]),
            chance=chances[number],
            margin=own[number],
        )
        for number, (place, code) in enumerate(zip(places.tolist(), likely.tolist(), strict=True))
    )


def conflicts_told(
    scores: Scores, training: LabelledRows | None
) -> tuple[tuple[Conflict, ...], int]:
    """Rows that the model cannot tell apart, though their labels differ; of classes only."""
    part = LabelledRows(scores.inputs, scores.values, scores.rows)
    return conflicts(part, scores.preparation.classes, training)


def keep_rows(
    scores: Scores, suspected: Suspects | None, path: Path, groups: Sequence[ColumnGroups]
) -> None:
    """Keep what is known of each row. Raises `DiskFull` or `WriteFailed`."""
    rows, losses = scores.scored_rows, scores.answers.losses
    if rows.chosen is None or suspected is None:
        nothing = np.zeros(len(rows))
        write_row_table(
            path,
            scores.rows,
            rows.actual,
            rows.predictions,
            nothing,
            losses,
            groups,
            rows_from=scores.file,
        )
        return
    place = np.argsort(np.asarray(scores.preparation.shown_classes)).astype(np.int32)
    sure = confidence(rows)[0]
    ranks = np.full(len(rows), np.nan, np.float32)
    ranks[suspected.places[: suspected.count]] = np.arange(suspected.count)
    write_row_table(
        path,
        scores.rows,
        place[rows.actual],
        place[rows.chosen],
        sure if scores.positive is None else scores.is_positive()[1],
        losses,
        groups,
        sure,
        margins=margins(rows),
        suspicions=ranks,
        rows_from=scores.file,
    )


def _said(scores: Scores, places: NDArray[np.int64]) -> NDArray[Any]:
    """What is predicted, class codes or values, (rows, targets)."""
    rows = scores.answers.scored
    if rows is not None:
        found = rows.predictions if rows.chosen is None else rows.chosen
        return found[places][:, None]
    predictions = scores.answers.predictions[places]
    if scores.values.dtype.kind == "f":
        return predictions
    return (predictions > Decision().threshold).astype(np.int64)


def _certainty(
    scores: Scores, places: NDArray[np.int64]
) -> tuple[list[float | None], list[float | None]]:
    """The probability of what is predicted, and the margin, of each row; of classes of one target."""
    rows = scores.answers.scored
    if rows is None or rows.chosen is None or not len(places):
        nothing: list[float | None] = [None] * len(places)
        return nothing, nothing
    some = rows.take(places)
    assert some.chosen is not None
    chances = chances_of(some)[np.arange(len(places)), some.chosen]
    return chances.tolist(), margins(some).tolist()


def _largest(losses: NDArray[Any], most: int) -> NDArray[np.int64]:
    """Places of the largest, these first; of equals the earlier rows."""
    if len(losses) > most:
        edge = np.partition(losses, len(losses) - most)[len(losses) - most]
        if np.isfinite(edge):
            near = np.flatnonzero(losses >= edge)
            return near[np.argsort(-losses[near], kind="stable")[:most]]
    return np.argsort(-losses, kind="stable")[:most]
