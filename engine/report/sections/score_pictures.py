"""Pictures of scores: confusion matrix, curves, calibration, residuals."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine.evaluation.result import Evaluation
from engine.messages import message, message_n
from engine.report.document import Block, Figure, Figures
from engine.report.figures.bars import histogram
from engine.report.figures.lines import Line, lines
from engine.report.figures.matrix import matrix
from engine.report.figures.points import points
from engine.report.words import Words, figure

_DRAWN = 200
"""Of more classes no matrix is drawn: nobody could tell its cells apart."""


def score_pictures(found: Evaluation, words: Words) -> Iterator[Block]:
    """The matrix, then what else there is for the task, two beside one another."""
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


def picture_of_target(each: Evaluation, words: Words) -> Iterator[Figure]:
    """The one picture that tells most of one of several targets, if there is one."""
    picture = _roc(each, words) if each.roc else _predicted(each, words)
    if picture is not None:
        yield picture.model_copy(update={"title": f"{each.target}: {picture.title}"})


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
    return _of_shares(
        area,
        (Line("", curve),),
        words.say(message("False positive rate")),
        words.say(message("True positive rate")),
        note=_spot_note(found, words) if len(found.classes) == 2 else "",
        diagonal=True,
        spot=spot if len(found.classes) == 2 else None,
    )


def _of_shares(
    title: str,
    curves: Sequence[Line],
    x_title: str,
    y_title: str,
    *,
    note: str,
    diagonal: bool = False,
    spot: tuple[float, float] | None = None,
) -> Figure:
    """Curves over shares of rows or probabilities: both axes go from 0 to 1."""
    return Figure(
        title=title,
        told=title,
        note=note,
        svg=lines(
            curves,
            told=title,
            x_title=x_title,
            y_title=y_title,
            x_range=(0.0, 1.0),
            y_range=(0.0, 1.0),
            diagonal=diagonal,
            spot=spot,
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
    return _of_shares(
        title,
        (Line("", curve),),
        words.say(message("Recall")),
        words.say(message("Precision")),
        note=_spot_note(found, words) if is_at else "",
        spot=spot,
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
    return _of_shares(
        title,
        (
            Line(words.say(message("Came")), came, dotted=True),
            Line(ends, lows, look="plain", dashes="2 3"),
            Line("", highs, look="plain", dashes="2 3"),
        ),
        words.say(message("Predicted probability")),
        words.say(message("How often it came")),
        note=words.say(message("On the dashed line, what was predicted came as often.")),
        diagonal=True,
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
