"""Setting a run beside baselines: trained on its training rows, scored on the rows it is scored on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from engine.baselines.baseline import Baseline
from engine.baselines.comparisons import decided
from engine.baselines.differences import differences_of, values_without_intervals
from engine.baselines.kept import PARTS, Kept, KeptBaselines
from engine.baselines.learning import RunRows
from engine.baselines.result import BaselineScore, SetBeside
from engine.data.preparing.preparation import Preparation
from engine.data.progress import Progress, nothing
from engine.data.table import Table
from engine.errors import FeatureMissing, NothingToCompare, UnknownBaseline
from engine.evaluation.evaluate import part_scores
from engine.evaluation.scores import Scores, scores_of
from engine.evaluation.whole import evaluation_of
from engine.metrics import metrics_for
from engine.predictor.decision import Decision
from engine.predictor.predictor import Predictor
from engine.recipe.recipe import Recipe
from engine.schema import Schema, Task
from engine.tasks import Part

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
        NothingToCompare: The part has no rows.
        DiskFull, WriteFailed: The predictions cannot be kept.
    """
    baselines, absent = chosen_baselines(which)
    rows = RunRows(predictor, table, schema)
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
            one = rows.train(baseline, threads=threads)
            kept.save(kind, key, one)
        trained.append((baseline, one))
        done += baseline.share
    own = part_scores(predictor, found)
    scores = []
    for place, (baseline, one) in enumerate(trained):
        first = _SHARE_OF_TRAINING + (1 - _SHARE_OF_TRAINING) * place / len(trained)
        progress(round(100 * first), 100)
        if part not in one.outputs:  # training rows are not kept
            one = rows.train(baseline, (part,), threads=threads)
        outputs = one.outputs[part]
        theirs = scores_of(
            rows.preparation,
            predictor.recipe.training,
            found,
            outputs,
            decision=Decision(threshold=predictor.decision.threshold),
        )
        scores.append(_scored(baseline, one, own, theirs, part, run))
    beside = SetBeside(
        run=run,
        part=part,
        best_epoch=best_epoch,
        metric=headline(predictor.recipe, predictor.task),
        scored=values_without_intervals(own),
        baselines=tuple(scores),
        train_rows=len(rows.part("train").arrays),
        missing=absent,
        threshold=predictor.decision.threshold,
        decided=decided(folder),
    )
    kept.save_comparison(beside)
    progress(100, 100)
    return beside


def headline(recipe: Recipe, task: Task) -> str:
    """The metric that a comparison is about: what the run was watched by, if it is not the loss."""
    watched = recipe.training.early_stopping.metric
    names = [metric.name for metric in metrics_for(task)][1:]
    return watched if watched in names else names[0]


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


def _scored(
    baseline: Baseline, kept: Kept, own: Scores, theirs: Scores, part: Part, run: str
) -> BaselineScore:
    return BaselineScore(
        kind=baseline.kind_name(),
        title=baseline.title,
        evaluation=evaluation_of(theirs, run, part),
        differences=differences_of(own, theirs),
        seconds=kept.seconds,
        learned_from=kept.learned_from,
    )


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""
