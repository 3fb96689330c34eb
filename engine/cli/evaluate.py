"""`trainyard evaluate`: a run scored on one of its parts."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from engine.cli.checkpoint_option import Checkpoint
from engine.cli.control import RunName
from engine.cli.output import AsJson, number, say, say_json, say_table
from engine.cli.workspace import opened_workspace
from engine.evaluation.result import Evaluation, MetricValue
from engine.messages import message, message_n
from engine.recipe.start import BEST
from engine.tasks import ScoredPart

_MOST_CLASSES = 12


class PartName(StrEnum):
    """A part of the split."""

    TRAIN = "train"
    VALIDATION = "validation"
    TEST = "test"


class ScoredPartName(StrEnum):
    """A part of the split, or all rows that folds validated on."""

    TRAIN = "train"
    VALIDATION = "validation"
    TEST = "test"
    OUT_OF_FOLD = "out-of-fold"

    @property
    def part(self) -> ScoredPart:
        """As tasks name it."""
        return _PARTS[self]


_PARTS: dict[ScoredPartName, ScoredPart] = {
    ScoredPartName.TRAIN: "train",
    ScoredPartName.VALIDATION: "validation",
    ScoredPartName.TEST: "test",
    ScoredPartName.OUT_OF_FOLD: "out_of_fold",
}


def evaluate(
    run: RunName,
    part: Annotated[
        ScoredPartName,
        typer.Option(
            "--part",
            help="Which rows; out-of-fold: all, each by the fold that did not learn from it.",
        ),
    ] = ScoredPartName.TEST,
    file: Annotated[
        Path | None,
        typer.Option("--file", help="Score all rows of another labelled file instead of a part."),
    ] = None,
    slices: Annotated[
        bool, typer.Option("--slices", help="List the scores of slices of the rows.")
    ] = False,
    suspects: Annotated[
        bool, typer.Option("--suspects", help="List rows whose label is likely wrong.")
    ] = False,
    by_class: Annotated[
        bool, typer.Option("--by-class", help="List the scores of each class.")
    ] = False,
    conflicts: Annotated[
        bool,
        typer.Option("--conflicts", help="List rows with the same inputs and different labels."),
    ] = False,
    gaps_by: Annotated[
        list[str] | None,
        typer.Option(
            metavar="COLUMN",
            help="Compare ranges of a column of numbers as groups too; can be given several times.",
        ),
    ] = None,
    checkpoint: Checkpoint = BEST,
    as_json: AsJson = False,
) -> None:
    """Score a run's best weights: metrics with 95% intervals, a baseline, the confusion of classes."""
    from engine.pipeline.results import evaluate_run

    with opened_workspace() as workspace:
        folder = workspace.run(run)
    found = evaluate_run(
        folder, part.part, file=file, checkpoint=checkpoint, gaps_by=tuple(gaps_by or ())
    )
    if as_json:
        say_json(found)
        return
    say(f"{found.rows} {found.part.replace('_', '-')} rows · {found.target}")
    if found.left_out:
        say(
            str(
                message_n(
                    "{count} row has no label that the run knows; it is left out.",
                    "{count} rows have no label that the run knows; they are left out.",
                    found.left_out,
                )
            )
        )
    if found.looks > 1:
        say(
            str(
                message(
                    "The test part has been looked at {count} times: what is chosen by it is no longer tested by it.",
                    count=found.looks,
                )
            )
        )
    say()
    _say_metrics(found)
    if found.weighted:
        say()
        say(str(message("Rows count by their weights; the table of classes counts rows.")))
    _say_classes(found)
    _say_doubt(found)
    if by_class:
        _say_by_class(found)
    if slices:
        _say_slices(found)
    if suspects:
        _say_suspects(found)
    if conflicts:
        _say_conflicts(found)
    for each in found.by_target:
        say()
        say(f"{each.rows} {each.part} rows · {each.target}")
        _say_metrics(each)
        _say_classes(each)


def _say_metrics(found: Evaluation) -> None:
    rows = [(m.title, number(m.value), _interval(m), number(m.baseline)) for m in found.metrics]
    say_table(("", "value", "95% interval", "plainest guess"), rows, right="-rrr")
    if found.positive and len(found.classes) > 2:
        say()
        area = number(found.roc_area)
        say(
            str(
                message(
                    "ROC AUC of “{name}” against the rest: {area}", name=found.positive, area=area
                )
            )
        )


def _say_classes(found: Evaluation) -> None:
    if 0 < len(found.classes) <= _MOST_CLASSES:
        say()
        _say_confusion(found)


def _say_doubt(found: Evaluation) -> None:
    """What was decided about sets, intervals and “don't know”, held against the truth."""
    if found.coverage is not None:
        say()
        say(
            str(
                message(
                    "Sets or intervals hold the truth in {found}% of rows ({low}% to {high}%); {asked}% was asked, their mean size is {size}.",
                    found=number(100 * found.coverage.found),
                    low=number(100 * found.coverage.low),
                    high=number(100 * found.coverage.high),
                    asked=number(100 * found.coverage.asked),
                    size=number(found.coverage.size),
                )
            )
        )
    if found.doubt is not None:
        say()
        say(
            str(
                message(
                    "{share}% of rows are answered with “don’t know”; of the others {sure}% are right, of these {unsure}% would be.",
                    share=number(100 * found.doubt.share),
                    sure=_percent(found.doubt.sure),
                    unsure=_percent(found.doubt.unsure),
                )
            )
        )


def _percent(share: float | None) -> str:
    return number(None if share is None else 100 * share)


def _say_by_class(found: Evaluation) -> None:
    rows = [
        (
            each.name,
            str(each.rows),
            *(
                f"{number(m.value)} ({_interval(m)})" if m.low is not None else number(m.value)
                for m in (each.precision, each.recall, each.f1, each.roc_auc, each.pr_auc)
            ),
        )
        for each in found.by_class
    ]
    say()
    say_table(("class", "rows", "precision", "recall", "F1", "ROC AUC", "PR AUC"), rows, right="-r")


def _say_conflicts(found: Evaluation) -> None:
    """The groups of most rows first."""
    say()
    say(
        str(
            message_n(
                "{count} row shares its inputs with a row of another label",
                "{count} rows share their inputs with a row of another label",
                found.conflict_count,
            )
        )
    )
    rows = [
        (
            str(each.count),
            ", ".join(
                f"{row + 1} {label}" for row, label in zip(each.rows, each.labels, strict=True)
            ),
        )
        for each in found.conflicts
    ]
    if rows:
        say_table(("rows", "row and label"), rows, right="r")


def _say_suspects(found: Evaluation) -> None:
    """The surest first."""
    say()
    say(
        str(
            message_n(
                "{count} row whose label is likely wrong",
                "{count} rows whose labels are likely wrong",
                found.suspect_count,
            )
        )
    )
    rows = [(str(e.row + 1), e.actual, e.predicted, number(e.loss)) for e in found.suspects]
    say_table(("row", "label", "likely", "loss"), rows, right="r--r")


def _say_slices(found: Evaluation) -> None:
    """The worst first; a star marks those that are worse beyond chance."""
    score = "accuracy" if found.task.is_classification else "mae"
    rows = [
        (
            " · ".join(f"{c} {v}" for c, v in zip(each.columns, each.values, strict=True)),
            str(each.rows),
            number(each.score),
            f"{number(each.low)} to {number(each.high)}",
            number(each.recall),
            number(each.selected),
            number(each.loss),
            "*" if each.is_worse else "",
        )
        for each in found.slices
    ]
    say()
    header = ("slice", "rows", score, "95% interval", "recall", "selected", "loss", "worse")
    say_table(header, rows, right="-rrrrrr")
    if not found.gaps:
        return
    gaps = [
        (
            gap.rate.replace("_", " "),
            gap.column,
            number(gap.gap),
            f"{number(gap.low)} to {number(gap.high)}",
            gap.highest,
            gap.lowest,
            "*" if gap.is_clear else "",
        )
        for gap in found.gaps
    ]
    say()
    columns = ("rate", "column", "gap", "95% interval", "highest for", "lowest for", "clear")
    say_table(columns, gaps, right="--rr")


def _interval(metric: MetricValue) -> str:
    if metric.low is None or metric.high is None:
        return "—"
    return f"{number(metric.low)} to {number(metric.high)}"


def _say_confusion(found: Evaluation) -> None:
    header = ("actual", *found.classes)
    rows = [
        (label, *(str(count) for count in counts))
        for label, counts in zip(found.classes, found.confusion, strict=True)
    ]
    say_table(header, rows, right="-" + "r" * len(found.classes))
