"""Runs beside each other: scored on the rows that all of them keep in the same part, and paired.

A row counts only where it is in that part of every run, so that none of them has learned from it. Labels
are those of the first run: where it corrects some, all are measured by what is right.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from engine.baselines.differences import differences_of
from engine.baselines.result import LeftOutRun, OtherRun, RunsBeside
from engine.baselines.set_beside import headline
from engine.data.preparing.columnar import Source
from engine.data.preparing.split import Rows
from engine.data.progress import Progress, nothing
from engine.data.table import Table
from engine.errors import NothingToCompare
from engine.evaluation.scores import Scores, scores_of
from engine.evaluation.whole import evaluation_of
from engine.predictor.part import PartRows, RunParts
from engine.predictor.predictor import Predictor
from engine.schema import Schema
from engine.tasks import Part

Why: TypeAlias = Literal["table", "target", "classes", "rows"]


@dataclass(frozen=True, slots=True)
class LoadedRun:
    """A run with its model and its table."""

    id: str
    predictor: Predictor
    table: Table
    schema: Schema


def set_runs_beside(
    first: LoadedRun, others: Sequence[LoadedRun], part: Part, progress: Progress = nothing
) -> RunsBeside:
    """Score runs on the rows that all of them have in `part`.

    Args:
        first: The run that the others are compared with.
        others: Which.
        part: Which rows.
        progress: Told of (runs, runs).

    Raises `NothingToCompare` where the first run has no rows there.
    """
    parts = RunParts(first.predictor, first.table, first.schema, with_test_file=part == "test")
    whole = parts.part(part)
    if not len(whole.arrays):
        raise NothingToCompare(part)
    left_out: list[LeftOutRun] = []
    there: list[tuple[LoadedRun, Rows]] = []
    for other in others:
        found, why = _rows_of(other, first, whole, part)
        if why is not None:
            left_out.append(LeftOutRun(run=other.id, why=why))
        else:
            there.append((other, found))
    common: Rows = whole.rows
    for other, rows in list(there):
        both = common[np.isin(common, rows)]
        if len(both):
            common = both
        else:
            there.remove((other, rows))
            left_out.append(LeftOutRun(run=other.id, why="rows"))
    source = parts.source(part)
    total = len(there) + 1
    own = _scores(first, source, common, whole.file)
    progress(0, total)
    scored = []
    for place, (other, _) in enumerate(there):
        theirs = _scores(other, source, common, whole.file)
        if len(theirs.values) != len(own.values):
            left_out.append(LeftOutRun(run=other.id, why="classes"))
            continue
        scored.append(_beside(own, theirs, other.id, part))
        progress(place + 1, total)
    beside = RunsBeside(
        run=first.id,
        part=part,
        rows=len(own.values),
        of_rows=len(whole.arrays),
        metric=headline(first.predictor.recipe, first.predictor.task),
        evaluation=evaluation_of(own, first.id, part),
        others=tuple(scored),
        left_out=tuple(left_out),
        corrected=_corrected(first, [other for other, _ in there], own.rows),
    )
    progress(total, total)
    return beside


def _rows_of(
    other: LoadedRun, first: LoadedRun, whole: PartRows, part: Part
) -> tuple[Rows, Why | None]:
    """The rows that a run has in the part, or why it cannot be compared."""
    nothing_there = np.zeros(0, np.int64)
    if other.table.fingerprint != first.table.fingerprint:
        return nothing_there, "table"
    ours, theirs = first.predictor.preparation, other.predictor.preparation
    if theirs.targets != ours.targets or theirs.task != ours.task:
        return nothing_there, "target"
    for one, two in zip(ours.fitted_targets, theirs.fitted_targets, strict=True):
        if one.classes != two.classes:
            return nothing_there, "classes"
    parts = RunParts(other.predictor, other.table, other.schema, with_test_file=part == "test")
    found = parts.part(part)
    if found.file != whole.file:
        return nothing_there, "rows"
    return found.rows, None


def _scores(run: LoadedRun, source: Source, rows: Rows, file: str) -> Scores:
    predictor = run.predictor
    arrays = predictor.preparation.transform(source, with_target=True, rows=rows)
    found = PartRows(rows[arrays.kept], arrays, file)
    return scores_of(
        predictor.preparation,
        predictor.recipe.training,
        found,
        predictor.outputs(arrays),
        decision=predictor.decision,
    )


def _beside(own: Scores, theirs: Scores, run: str, part: Part) -> OtherRun:
    return OtherRun(
        run=run,
        evaluation=evaluation_of(theirs, run, part),
        differences=differences_of(own, theirs),
    )


def _corrected(first: LoadedRun, others: Sequence[LoadedRun], rows: Rows) -> int:
    """Rows whose target the first run reads otherwise than some other."""

    def corrected(run: LoadedRun) -> set[tuple[str, int, str]]:
        return {
            (each.name, cell.row, cell.value)
            for each in run.predictor.recipe.rows.corrections
            if each.name in run.predictor.preparation.targets
            for cell in each.cells
        }

    mine = corrected(first)
    changed: set[int] = set()
    for other in others:
        changed |= {row for _, row, _ in mine ^ corrected(other)}
    return int(np.isin(rows, list(changed)).sum()) if changed else 0
