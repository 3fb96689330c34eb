"""What chosen runs have in common and what not: scores, and the fields in which their recipes differ."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from engine.plans.sweepable import sweepable_fields
from engine.plans.trials import value_text
from engine.recipe.diff import differences
from engine.recipe.recipe import Recipe
from engine.store.summary import RunSummary
from engine.training.history import History
from gui.i18n import tr, translate
from gui.models.run_words import (
    NOTHING,
    clock,
    inside,
    metric_title,
    run_title,
    score,
    status_look,
    validation_title,
)
from gui.widgets.parallel_coordinates import GRADES, Line, Scale
from gui.widgets.results_table import TableColumn

MOST_AXES = 10


@dataclass(frozen=True, slots=True)
class Compared:
    """A run that is compared."""

    run: RunSummary
    recipe: Recipe
    """As run; as asked for until it has started."""
    history: History

    @property
    def best(self) -> float:
        """The watched validation metric; the mean of folds or seeds."""
        return math.nan if self.run.best is None else self.run.best


def score_rows(
    compared: Sequence[Compared],
) -> tuple[tuple[TableColumn, ...], list[tuple[str | None, ...]]]:
    """A line per run: how it stands, validation metrics in its best epoch, test metrics."""
    names = list(dict.fromkeys(name for each in compared for name in each.history.metrics))
    with_test = any(_tests(each.history) for each in compared)
    columns = [
        TableColumn(tr("Run"), strong=True),
        TableColumn(tr("Name")),
        TableColumn(tr("State"), muted=True),
        TableColumn(tr("Best epoch"), figures=True),
        TableColumn(tr("Time"), figures=True),
        *(TableColumn(validation_title(name), figures=True) for name in names),
    ]
    if with_test:
        columns += [
            TableColumn(tr("Test {metric}", metric=inside(metric_title(name))), figures=True)
            for name in names
        ]
    rows: list[tuple[str | None, ...]] = []
    for each in compared:
        history, tests = each.history, _tests(each.history)
        known = [
            score(history.best(name)) if name in history.metrics else NOTHING for name in names
        ]
        tested = [score(tests.get(name)) for name in names] if with_test else []
        rows.append(
            (
                run_title(each.run),
                each.run.name,
                status_look(each.run.status).word,
                str(history.best_epoch or NOTHING),
                clock(each.run.duration),
                *known,
                *tested,
            )
        )
    return tuple(columns), rows


def recipe_rows(
    compared: Sequence[Compared],
) -> tuple[tuple[TableColumn, ...], list[tuple[str | None, ...]]]:
    """A line per place in which a recipe differs from the first one's, a column per run."""
    columns = [TableColumn(tr("Setting"), strong=True)]
    columns += [TableColumn(run_title(each.run)) for each in compared]
    if not compared:
        return tuple(columns), []
    first = compared[0]
    titles: dict[tuple[str, ...], str] = {}
    usual: dict[tuple[str, ...], str] = {}
    found: dict[tuple[str, ...], dict[str, str]] = {}
    nothing = tr("not there")
    for each in compared[1:]:
        for difference in differences(first.recipe, each.recipe):
            path = difference.path
            titles[path] = difference.where.render(translate)
            before, after = difference.before, difference.after
            usual[path] = nothing if before is None else before.render(translate)
            found.setdefault(path, {})[each.run.id] = (
                nothing if after is None else after.render(translate)
            )
    rows: list[tuple[str | None, ...]] = [
        (titles[path], *(found[path].get(each.run.id, usual[path]) for each in compared))
        for path in titles
    ]
    return tuple(columns), rows


def coordinates(compared: Sequence[Compared]) -> tuple[tuple[Scale, ...], tuple[Line, ...]]:
    """Axes for the fields in which the runs differ, then for the watched metric; a line per run."""
    values = [{f.path: (f, f.value) for f in sweepable_fields(each.recipe)} for each in compared]
    paths = list(dict.fromkeys(path for each in values for path in each))
    differing = [
        path for path in paths if len({str(each[path][1]) for each in values if path in each}) > 1
    ][:MOST_AXES]
    scales: list[Scale] = []
    columns: list[list[float | str | None]] = []
    for path in differing:
        field = next(each[path][0] for each in values if path in each)
        title = field.words.render(translate).split(" · ")[-1]
        raw = [each[path][1] if path in each else None for each in values]
        numbers = [v for v in raw if isinstance(v, int | float) and not isinstance(v, bool)]
        if len(numbers) == sum(value is not None for value in raw):
            wide = bool(numbers) and min(numbers) > 0 and max(numbers) >= 20 * min(numbers)
            scales.append(Scale.over(title, numbers, log=wide))
            columns.append([None if v is None else float(v) for v in raw])
        else:
            texts = [None if value is None else value_text(value) for value in raw]
            names = dict.fromkeys(sorted(text for text in texts if text is not None))
            scales.append(Scale(title, names=tuple(names)))
            columns.append(list(texts))
    monitors = {each.run.monitor for each in compared if each.run.monitor}
    if len(monitors) == 1:
        best = [each.best for each in compared]
        scales.append(Scale.over(validation_title(monitors.pop()), best))
        columns.append(list(best))
    grades = _grades(compared)
    lines = tuple(
        Line(each.run.id, tuple(column[at] for column in columns), grades.get(each.run.id))
        for at, each in enumerate(compared)
    )
    return tuple(scales), lines


def _grades(compared: Sequence[Compared]) -> dict[str, int]:
    known = [each for each in compared if math.isfinite(each.best)]
    if not known or len({each.run.monitor for each in known}) > 1:
        return {each.run.id: GRADES - 1 for each in compared}
    order = sorted(known, key=lambda each: each.best, reverse=known[0].run.higher_is_better)
    return {each.run.id: GRADES - 1 - at * GRADES // len(order) for at, each in enumerate(order)}


def _tests(history: History) -> dict[str, float]:
    tested = getattr(history.ended, "test", ())
    return dict(zip(history.metrics, tested, strict=False))
