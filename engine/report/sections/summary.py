"""The report at a glance: what the model predicts, how well, and how it stands to plainer models."""

from __future__ import annotations

from collections.abc import Iterator

from engine.baselines.sentences import comparison
from engine.evaluation.result import Evaluation, MetricValue
from engine.messages import Message, message, message_n
from engine.metrics import METRICS
from engine.report.document import Block, Card, Cards, Section, Text
from engine.report.facts import RunFacts
from engine.report.sections.names import rows_of
from engine.report.words import NOTHING, Words, figure, interval, within
from engine.schema import Task

_HEADLINES = {
    Task.BINARY: ("accuracy", "roc_auc", "f1", "calibration_error"),
    Task.MULTICLASS: ("accuracy", "macro_f1", "roc_auc", "calibration_error"),
    Task.REGRESSION: ("rmse", "mae", "r2", "median_error"),
}
_SHOWN = 4


def summary(facts: RunFacts, words: Words) -> Section:
    """The first section."""
    blocks: list[Block] = [Text(text=words.say(_purpose(facts, words)))]
    found = facts.evaluation
    if found is not None:
        blocks.append(Cards(cards=tuple(_card(each, words) for each in headlines(found))))
        blocks.append(Text(text=words.sentences(_told(facts, found, words))))
    else:
        blocks += _of_training(facts, words)
    return Section(name="summary", title=words.say(message("At a glance")), blocks=tuple(blocks))


def headlines(found: Evaluation) -> list[MetricValue]:
    """The metrics that people ask for first; the first ones there are for other tasks."""
    named = [found.metric(name) for name in _HEADLINES.get(found.task, ())]
    known = [each for each in named if each is not None and each.value is not None]
    return known or [each for each in found.metrics if each.value is not None][:_SHOWN]


def _purpose(facts: RunFacts, words: Words) -> Message:
    target, columns = facts.info.target, len(facts.inputs)
    match facts.info.task:
        case Task.BINARY | Task.MULTICLASS:
            return message_n(
                "This model predicts “{target}”, one of {classes} classes, from {count} column of a table.",
                "This model predicts “{target}”, one of {classes} classes, from {count} columns of a table.",
                columns,
                target=target,
                classes=len(facts.classes),
            )
        case Task.REGRESSION:
            return message_n(
                "This model predicts “{target}”, a number, from {count} column of a table.",
                "This model predicts “{target}”, a number, from {count} columns of a table.",
                columns,
                target=target,
            )
    names = words.listed(facts.resolved.targets) or target
    return message_n(
        "This model predicts several columns ({targets}) from {count} column of a table.",
        "This model predicts several columns ({targets}) from {count} columns of a table.",
        columns,
        targets=names,
    )


def _card(each: MetricValue, words: Words) -> Card:
    beside = ""
    if each.baseline is not None:
        beside = words.say(message("plainest guess {value}", value=figure(each.baseline)))
    spread = interval(each.low, each.high)
    return Card(
        title=words.of(each.title),
        value=figure(each.value),
        interval="" if spread == NOTHING else spread,
        beside=beside,
    )


def _told(facts: RunFacts, found: Evaluation, words: Words) -> Iterator[str]:
    rows = words.say(rows_of(found.part, found.rows))
    if found.part == "train":
        yield words.say(
            message("Scored on {rows}, which it has learned from: others are harder.", rows=rows)
        )
    elif found.part == "validation":
        yield words.say(
            message(
                "Scored on {rows}, which chose its best epoch but taught it nothing.", rows=rows
            )
        )
    else:
        yield words.say(message("Scored on {rows} that it has not learned from.", rows=rows))
    yield words.say(message("Ranges are 95% intervals of the bootstrap."))
    if facts.beside is not None:
        yield comparison(facts.beside, words.translate)


def _of_training(facts: RunFacts, words: Words) -> Iterator[Block]:
    """Without an evaluation: what training itself has measured, without intervals."""
    history = facts.history
    cards = [
        Card(
            title=words.of(METRICS[name].title) if name in METRICS else name,
            value=figure(history.best(name)),
        )
        for name in history.metrics
        if figure(history.best(name)) != NOTHING
    ]
    yield Cards(cards=tuple(cards[:_SHOWN]))
    part = message("Measured while training, on validation rows in the best epoch.")
    if not history.watches_validation:
        part = message("Measured while training, on the training rows: there are no others.")
    yield Text(text=words.say(part))


def in_sentence(each: MetricValue, words: Words) -> str:
    """A metric's title inside a sentence."""
    return within(words.of(each.title))
