"""The split in words: what it does, and what lies in each part."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from engine.recipe.recipe import Recipe
from engine.recipe.split import SplitMethod
from engine.schema import Task
from gui.i18n import tr, trn
from gui.models.figures import exact_text, percent_text

if TYPE_CHECKING:
    from engine.data.preparing.split_report.finding import PartFigures, SplitReport

_YES = frozenset({"1", "yes", "y", "true", "t", "是", "有", "对"})
"""Classes that need no name beside that of the target."""


def what_it_does(recipe: Recipe, task: Task | None, problem: str = "") -> str:
    """What the method in force does, in a few words; `problem` where it cannot."""
    return problem or _method(recipe, task) + _fold(recipe)


def _method(recipe: Recipe, task: Task | None) -> str:
    column = recipe.split_column or ""
    by_number = task is not None and not task.is_classification
    match recipe.split_method:
        case SplitMethod.GROUP:
            return tr("Rows of one {column} stay in one part.", column=column)
        case SplitMethod.STRATIFIED_GROUP:
            return tr(
                "Rows of one {column} stay in one part; every part has about the same share of each class.",
                column=column,
            )
        case SplitMethod.TIME:
            return tr("Later rows of {column} test.", column=column)
        case SplitMethod.COLUMN:
            return tr("{column} says where a row belongs.", column=column)
        case SplitMethod.FILE:
            return tr("The test rows come from {file}.", file=recipe.split.file or "")
        case SplitMethod.RANDOM:
            return tr("Rows are dealt at random.")
        case SplitMethod.STRATIFIED if by_number:
            return tr("Every part has the same share of low and high values.")
        case _ if by_number:
            return tr("Rows are dealt at random.")
        case _:
            return tr("Every part has the same share of each class.")


def _fold(recipe: Recipe) -> str:
    in_folds = recipe.split.in_folds
    if in_folds is None:
        return ""
    place, count = in_folds
    if recipe.split.cross_validates:
        return " " + tr(
            "Each of {folds} folds validates in turn; the first one is shown.", folds=count
        )
    return " " + tr("Fold {fold} of {folds} validates.", fold=place + 1, folds=count)


class BelowPart(NamedTuple):
    """What stands below a part of the bar."""

    rows: int
    target: str = ""
    """The target in these rows, in words."""
    figure: str = ""
    """The same as a mere figure, for a narrow part."""


def figures_below(report: SplitReport | None) -> tuple[BelowPart, ...]:
    """Rows of each part, and the target in it; nothing while nobody has counted."""
    if report is None:
        return ()
    place = _class_shown(report)
    return tuple(
        BelowPart(part.rows, _target(report, part, place), _figure(part, place))
        for _, part in report.parts
    )


def _figure(part: PartFigures, place: int | None) -> str:
    if part.rows == 0:
        return ""
    if place is not None:
        return percent_text(part.class_share(place))
    return exact_text(part.mean) if part.mean is not None else ""


def left_out_words(report: SplitReport | None) -> str:
    """How many rows no part has."""
    count = sum(each.count for each in report.left_out) if report is not None else 0
    return trn("{count} row is left out.", "{count} rows are left out.", count) if count else ""


def _class_shown(report: SplitReport) -> int | None:
    """Of two classes the second, else the most frequent one."""
    if not report.classes:
        return None
    if len(report.classes) == 2:
        return 1
    counts = report.train.classes
    return max(range(len(counts)), key=counts.__getitem__) if counts else None


def _target(report: SplitReport, part: PartFigures, place: int | None) -> str:
    if part.rows == 0:
        return ""
    if place is not None:
        share, name = percent_text(part.class_share(place)), report.classes[place]
        if name.casefold() in _YES:
            return tr("{target} {share}", target=report.target, share=share)
        return tr("{target} = {name} {share}", target=report.target, name=name, share=share)
    return tr("mean {value}", value=exact_text(part.mean)) if part.mean is not None else ""
