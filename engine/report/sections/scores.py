"""How good it is: metrics with intervals, classes, confusion matrix, curves, residuals."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeAlias

from engine.evaluation.result import Evaluation, MetricValue
from engine.messages import message, message_n
from engine.report.document import Block, Column, Figure, Figures, Section, Table, Text
from engine.report.facts import RunFacts
from engine.report.figures.bars import histogram
from engine.report.figures.lines import Line, lines
from engine.report.figures.matrix import matrix
from engine.report.figures.points import points
from engine.report.sections.names import rows_of
from engine.report.words import NOTHING, Words, count, figure, interval

_CLASSES = 30
"""Of more classes those with the lowest F1 are told, …"""
_WORST = 20
"""… so many of them."""
_DRAWN = 200
"""Of more classes no matrix is drawn: nobody could tell its cells apart."""
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
    blocks += _figures(found, words)
    if found.confusion:
        blocks.append(_by_class(found, words))
        blocks += _pairs(found, words)
    return Section(name="scores", title=title, blocks=tuple(blocks))


def _metrics(found: Evaluation, words: Words) -> Table:
    has_guess = any(each.baseline is not None for each in found.metrics)
    columns = [
        Column(title=words.say(message("Metric"))),
        Column(title=words.say(message("Value")), is_figure=True),
        Column(title=words.say(message("95% interval")), is_figure=True),
    ]
    if has_guess:
        columns.append(Column(title=words.say(message("Plainest guess")), is_figure=True))
    rows = []
    for each in found.metrics:
        name = words.of(each.title)
        cells = [name, figure(each.value), interval(each.low, each.high)]
        rows.append((*cells, figure(each.baseline)) if has_guess else tuple(cells))
    return Table(columns=tuple(columns), rows=tuple(rows))


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
    titles = (
        message("Class"),
        message("Rows"),
        message("Precision"),
        message("Recall"),
        message("F1"),
    )
    return Table(
        title=words.say(message("Classes")),
        columns=tuple(
            Column(title=words.say(title), is_figure=place > 0)
            for place, title in enumerate(titles)
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
            Column(title=words.say(message("Actual"))),
            Column(title=words.say(message("Predicted"))),
            Column(title=words.say(message("Rows")), is_figure=True),
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
            Column(title=words.say(message("Target"))),
            Column(title=words.say(message("Rows")), is_figure=True),
            *(Column(title=words.of(each.title), is_figure=True) for each in named),
        ),
        rows=tuple(rows),
    )
    pictures = [
        picture for each in found.by_target[:_TARGETS_SHOWN] for picture in _of_target(each, words)
    ]
    if pictures:
        yield Figures(figures=tuple(pictures))


def _of_target(each: Evaluation, words: Words) -> Iterator[Figure]:
    picture = _roc(each, words) if each.roc else _predicted(each, words)
    if picture is not None:
        yield picture.model_copy(update={"title": f"{each.target}: {picture.title}"})


# Pictures ------------------------------------------------------------------------------------


def _figures(found: Evaluation, words: Words) -> Iterator[Block]:
    if found.confusion and len(found.classes) <= _DRAWN:
        title = words.say(message("Confusion matrix"))
        told = words.say(
            message_n(
                "Rows of {count} class by actual and predicted class.",
                "Rows of {count} classes by actual and predicted class.",
                len(found.classes),
            )
        )
        picture = Figure(
            title=title,
            told=told,
            note=words.say(message("Counts of rows; shades are shares of the actual class.")),
            svg=matrix(
                found.classes,
                found.confusion,
                told=told,
                actual=words.say(message("Actual")),
                predicted=words.say(message("Predicted")),
            ),
        )
        if len(found.classes) > 4:
            yield Figures(figures=(picture,), wide=True)
            rest = [each for each in _curves(found, words) if each is not None]
        else:
            rest = [picture, *(each for each in _curves(found, words) if each is not None)]
    else:
        rest = [each for each in _curves(found, words) if each is not None]
    if rest:
        yield Figures(figures=tuple(rest))


def _curves(found: Evaluation, words: Words) -> Iterator[Figure | None]:
    yield _roc(found, words)
    yield _precision_recall(found, words)
    yield _calibration(found, words)
    yield _chances(found, words)
    yield _predicted(found, words)
    yield _residuals(found, words)
    yield _error_bins(found, words)
    yield _quantiles(found, words)


def _roc(found: Evaluation, words: Words) -> Figure | None:
    if not found.roc:
        return None
    area = words.say(
        message(
            "ROC curve of “{name}”: area {area}", name=found.positive, area=figure(found.roc_area)
        )
    )
    spot = None
    if found.sweep is not None and found.sweep.positives and found.sweep.negatives:
        at = found.sweep.at(found.threshold)
        spot = at.alarms / found.sweep.negatives, at.hits / found.sweep.positives
    curve = [(p.false_positive_rate, p.true_positive_rate) for p in found.roc]
    return Figure(
        title=area,
        told=area,
        note=_spot_note(found, words) if len(found.classes) == 2 else "",
        svg=lines(
            (Line("", curve),),
            told=area,
            x_title=words.say(message("False positive rate")),
            y_title=words.say(message("True positive rate")),
            x_range=(0.0, 1.0),
            y_range=(0.0, 1.0),
            diagonal=True,
            spot=spot if len(found.classes) == 2 else None,
        ),
    )


def _spot_note(found: Evaluation, words: Words) -> str:
    if found.sweep is None:
        return ""
    return words.say(message("The dot is the threshold {value}.", value=figure(found.threshold)))


def _precision_recall(found: Evaluation, words: Words) -> Figure | None:
    sweep = found.sweep
    if sweep is None or not sweep.positives:
        return None
    curve = [
        (hits / sweep.positives, hits / (hits + alarms))
        for hits, alarms in zip(sweep.hits, sweep.alarms, strict=True)
        if hits + alarms
    ]
    title = words.say(message("Precision and recall of “{name}”", name=found.positive))
    at = sweep.at(found.threshold)
    is_at = len(found.classes) == 2 and at.hits + at.alarms > 0
    spot = (at.hits / sweep.positives, at.hits / (at.hits + at.alarms)) if is_at else None
    return Figure(
        title=title,
        told=title,
        note=_spot_note(found, words) if is_at else "",
        svg=lines(
            (Line("", curve),),
            told=title,
            x_title=words.say(message("Recall")),
            y_title=words.say(message("Precision")),
            x_range=(0.0, 1.0),
            y_range=(0.0, 1.0),
            spot=spot,
        ),
    )


def _calibration(found: Evaluation, words: Words) -> Figure | None:
    bins = [each for each in found.calibration if each.rows]
    if not bins:
        return None
    title = words.say(message("Calibration"))
    came = [(each.predicted, each.came) for each in bins]
    lows = [(each.predicted, each.came_low) for each in bins]
    highs = [(each.predicted, each.came_high) for each in bins]
    ends = words.say(message("95% interval"))
    return Figure(
        title=title,
        told=title,
        note=words.say(message("On the dashed line, what was predicted came as often.")),
        svg=lines(
            (
                Line(words.say(message("Came")), came, dotted=True),
                Line(ends, lows, look="plain", dashes="2 3"),
                Line("", highs, look="plain", dashes="2 3"),
            ),
            told=title,
            x_title=words.say(message("Predicted probability")),
            y_title=words.say(message("How often it came")),
            x_range=(0.0, 1.0),
            y_range=(0.0, 1.0),
            diagonal=True,
        ),
    )


def _chances(found: Evaluation, words: Words) -> Figure | None:
    if found.chances is None:
        return None
    title = words.say(message("Probabilities of “{name}”", name=found.positive))
    return Figure(
        title=title,
        told=title,
        svg=histogram(
            found.chances.edges,
            found.chances.counts,
            found.chances.others,
            told=title,
            x_title=words.say(message("Predicted probability")),
            y_title=words.say(message("Rows")),
            names=(found.positive, words.say(message("others"))),
        ),
    )


def _predicted(found: Evaluation, words: Words) -> Figure | None:
    if not found.predicted_vs_actual:
        return None
    title = words.say(message("Predicted against actual"))
    return Figure(
        title=title,
        told=title,
        note=words.say(message("On the dashed line predictions are right.")),
        svg=points(
            [(actual, predicted) for predicted, actual in found.predicted_vs_actual],
            told=title,
            x_title=words.say(message("Actual")),
            y_title=words.say(message("Predicted")),
        ),
    )


def _residuals(found: Evaluation, words: Words) -> Figure | None:
    if found.residuals is None:
        return None
    title = words.say(message("Residuals"))
    return Figure(
        title=title,
        told=title,
        svg=histogram(
            found.residuals.edges,
            found.residuals.counts,
            told=title,
            x_title=words.say(message("Predicted − actual")),
            y_title=words.say(message("Rows")),
        ),
    )


def _error_bins(found: Evaluation, words: Words) -> Figure | None:
    bins = [each for each in found.error_bins if each.rows]
    if len(bins) < 2:
        return None
    title = words.say(message("Error by predicted value"))
    middles = [(each.low + each.high) / 2 for each in bins]
    mae = list(zip(middles, (each.mae for each in bins), strict=True))
    bias = list(zip(middles, (each.bias for each in bins), strict=True))
    return Figure(
        title=title,
        told=title,
        svg=lines(
            (
                Line(words.say(message("Mean absolute error")), mae, dotted=True),
                Line(words.say(message("Bias")), bias, look="s2", dashes="5 3", dotted=True),
            ),
            told=title,
            x_title=words.say(message("Predicted")),
            y_title="",
        ),
    )


def _quantiles(found: Evaluation, words: Words) -> Figure | None:
    if len(found.normal_quantiles) < 2:
        return None
    title = words.say(message("Residuals against a normal distribution"))
    return Figure(
        title=title,
        told=title,
        svg=points(
            found.normal_quantiles,
            told=title,
            x_title=words.say(message("Expected, in deviations")),
            y_title=words.say(message("Found")),
        ),
    )
