"""How good it is: metrics with intervals, classes, confusion matrix, curves, residuals."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeAlias

from engine.evaluation.result import Evaluation, MetricValue
from engine.messages import message, message_n
from engine.report.columns import figure_columns, text_columns
from engine.report.document import Block, Column, Figures, Section, Table, Text
from engine.report.facts import RunFacts
from engine.report.sections.names import rows_of
from engine.report.sections.score_pictures import picture_of_target, score_pictures
from engine.report.words import NOTHING, Words, count, figure, interval

_CLASSES = 30
"""Of more classes those with the lowest F1 are told, …"""
_WORST = 20
"""… so many of them."""
_PAIRS = 10
_TARGETS_SHOWN = 6


def scores(facts: RunFacts, words: Words) -> Section | None:
    """None without an evaluation."""
    found = facts.evaluation
    if found is None:
        return None
    title = words.say(message("Scores on {rows}", rows=words.say(rows_of(found.part, found.rows))))
    blocks: list[Block] = [_metrics(found, words)]
    if found.weighted:
        told = message("Rows count by their weights; the table of classes counts rows.")
        blocks.append(Text(text=words.say(told), tone="note"))
    if found.left_out:
        left_out = message_n(
            "{count} row has no label that the run knows; it is left out.",
            "{count} rows have no label that the run knows; they are left out.",
            found.left_out,
        )
        blocks.append(Text(text=words.say(left_out), tone="note"))
    blocks += _by_target(found, words)
    blocks += score_pictures(found, words)
    if found.confusion:
        blocks.append(_by_class(found, words))
        blocks += _pairs(found, words)
    return Section(name="scores", title=title, blocks=tuple(blocks))


def _metrics(found: Evaluation, words: Words) -> Table:
    has_guess = any(each.baseline is not None for each in found.metrics)
    titles = [message("Value"), message("95% interval")]
    if has_guess:
        titles.append(message("Plainest guess"))
    rows = []
    for each in found.metrics:
        name = words.of(each.title)
        cells = [name, figure(each.value), interval(each.low, each.high)]
        rows.append((*cells, figure(each.baseline)) if has_guess else tuple(cells))
    columns = (*text_columns(words, message("Metric")), *figure_columns(words, *titles))
    return Table(columns=columns, rows=tuple(rows))


# By class and by target -----------------------------------------------------------------------


def _by_class(found: Evaluation, words: Words) -> Table:
    lines_, order = _scored(found) if found.by_class else _counted(found)
    places: Sequence[int] = range(len(lines_))
    note = ""
    if len(lines_) > _CLASSES:
        ranked = sorted(places, key=lambda place: _worst_first(order[place]))
        places, others = ranked[:_WORST], ranked[_WORST:]
        note = words.say(
            message(
                "The {count} classes with the lowest F1; of the other {others} it is {low} or more.",
                count=_WORST,
                others=len(others),
                low=figure(order[others[0]]),
            )
        )
    titles = (message("Rows"), message("Precision"), message("Recall"), message("F1"))
    return Table(
        title=words.say(message("Classes")),
        columns=(
            *text_columns(words, message("Class")),
            *figure_columns(words, *titles),
        ),
        rows=tuple((lines_[p][0], count(lines_[p][1]), *lines_[p][2:]) for p in places),
        note=note,
    )


_Lines: TypeAlias = tuple[list[tuple[str, int, str, str, str]], list[float | None]]


def _scored(found: Evaluation) -> _Lines:
    lines_ = [
        (each.name, each.rows, _cell(each.precision), _cell(each.recall), _cell(each.f1))
        for each in found.by_class
    ]
    return lines_, [each.f1.value for each in found.by_class]


def _cell(each: MetricValue) -> str:
    spread = interval(each.low, each.high)
    return figure(each.value) if spread == NOTHING else f"{figure(each.value)} ({spread})"


def _worst_first(value: float | None) -> float:
    return -1.0 if value is None else value


def _counted(found: Evaluation) -> _Lines:
    """From the confusion matrix, where classes were not scored one by one."""
    lines_: list[tuple[str, int, str, str, str]] = []
    order: list[float | None] = []
    for place, name in enumerate(found.classes):
        rows = sum(found.confusion[place])
        predicted = sum(row[place] for row in found.confusion)
        hits = found.confusion[place][place]
        f1 = 2 * hits / (rows + predicted) if rows + predicted else None
        precision = hits / predicted if predicted else None
        recall = hits / rows if rows else None
        lines_.append((name, rows, figure(precision), figure(recall), figure(f1)))
        order.append(f1)
    return lines_, order


def _pairs(found: Evaluation, words: Words) -> Iterator[Block]:
    """The classes that are confused most, where the matrix is too large to read figures from."""
    if len(found.classes) <= 10:
        return
    off = [
        (times, actual, predicted)
        for actual, row in enumerate(found.confusion)
        for predicted, times in enumerate(row)
        if times and actual != predicted
    ]
    if not off:
        return
    off.sort(key=lambda each: (-each[0], each[1], each[2]))
    yield Table(
        title=words.say(message("Confused most often")),
        columns=(
            *text_columns(words, message("Actual"), message("Predicted")),
            *figure_columns(words, message("Rows")),
        ),
        rows=tuple((found.classes[a], found.classes[p], count(n)) for n, a, p in off[:_PAIRS]),
    )


def _by_target(found: Evaluation, words: Words) -> Iterator[Block]:
    if not found.by_target:
        return
    first = found.by_target[0]
    names = [each.name for each in first.metrics if each.value is not None][:6]
    named = [each for each in first.metrics if each.name in names]
    rows = []
    for each in found.by_target:
        values = (each.metric(name) for name in names)
        cells = (figure(value.value) if value is not None else NOTHING for value in values)
        rows.append((each.target, count(each.rows), *cells))
    yield Table(
        title=words.say(message("Targets")),
        columns=(
            *text_columns(words, message("Target")),
            *figure_columns(words, message("Rows")),
            *(Column(title=words.of(each.title), is_figure=True) for each in named),
        ),
        rows=tuple(rows),
    )
    pictures = [
        picture
        for each in found.by_target[:_TARGETS_SHOWN]
        for picture in picture_of_target(each, words)
    ]
    if pictures:
        yield Figures(figures=tuple(pictures))
