"""How it was trained: curves, what the doctor says of them, what was changed by hand."""

from __future__ import annotations

import math
from collections.abc import Iterator

from engine.events import ControlApplied
from engine.messages import message, message_n
from engine.metrics import METRICS
from engine.report.columns import figure_columns, text_columns
from engine.report.document import (
    Block,
    Fact,
    Facts,
    Figure,
    Figures,
    Point,
    Points,
    Section,
    Table,
)
from engine.report.facts import RunFacts
from engine.report.figures.lines import Line, lines
from engine.report.sections.names import STATUS
from engine.report.words import Words, count, duration, figure
from engine.training.sentences import on_control

_COMMANDS = 40


def training(facts: RunFacts, words: Words) -> Section:
    """Curves are of single runs; of a run that holds others there is a section on these."""
    blocks: list[Block] = [
        Facts(facts=tuple(Fact(name=n, value=v) for n, v in _facts(facts, words)))
    ]
    pictures = tuple(_curves(facts, words)) if not facts.members else ()
    if pictures:
        blocks.append(Figures(figures=pictures))
    if facts.findings:
        blocks.append(Points(points=tuple(_findings(facts, words))))
    elif not facts.members:
        told = message("Nothing is wrong with this run, as far as its curves tell.")
        blocks.append(Points(points=(Point(text=words.say(told)),)))
    blocks += _by_hand(facts, words)
    return Section(name="training", title=words.say(message("Training")), blocks=tuple(blocks))


def _facts(facts: RunFacts, words: Words) -> Iterator[tuple[str, str]]:
    history, summary = facts.history, facts.summary
    yield words.say(message("State")), words.of(STATUS[summary.status])
    if not facts.members:
        epochs = message("{done} of {all}", done=summary.epoch, all=history.epochs)
        yield words.say(message("Epochs")), words.say(epochs)
        if facts.best_epoch:
            yield words.say(message("Best epoch")), count(facts.best_epoch)
    title = METRICS[history.monitor].title if history.monitor in METRICS else history.monitor
    yield words.say(message("Watched metric")), words.of(title)
    yield words.say(message("Training time")), duration(summary.duration)
    started = history.started
    if started is not None:
        yield words.say(message("Parameters")), count(started.parameters)
        yield words.say(message("Device")), started.device
        yield words.say(message("Threads")), count(started.threads)
    if facts.info.continued_at:
        yield (
            words.say(message("Went on for more epochs after")),
            words.listed(count(epoch) for epoch in facts.info.continued_at),
        )
    if facts.info.parent is not None:
        told = message(
            "{run}, after epoch {epoch}", run=facts.info.parent, epoch=facts.info.parent_epoch
        )
        yield words.say(message("Forked from")), words.say(told)


def _curves(facts: RunFacts, words: Words) -> Iterator[Figure]:
    history = facts.history
    wanted = dict.fromkeys(("loss", history.monitor, *history.metrics))
    names = [name for name in wanted if name in history.metrics][:2]
    mark = None
    if facts.best_epoch:
        told = message("best epoch {epoch}", epoch=facts.best_epoch)
        mark = (float(facts.best_epoch), words.say(told))
    epochs = [float(epoch) for epoch in history.epochs_done]
    if not epochs:
        return
    for name in names:
        train = [(x, float(y)) for x, y in zip(epochs, history.train(name), strict=False)]
        own = [(x, float(y)) for x, y in zip(epochs, history.validation(name), strict=False)]
        curves = [Line(words.say(message("training")), train, look="plain", dashes="5 3")]
        if any(math.isfinite(y) for _, y in own):
            curves.append(Line(words.say(message("validation")), own))
        title = words.of(METRICS[name].title if name in METRICS else name)
        yield Figure(
            title=words.say(message("{metric} by epoch", metric=title)),
            told=words.say(message("{metric} by epoch", metric=title)),
            svg=lines(
                curves,
                told=title,
                x_title=words.say(message("Epoch")),
                y_title=title,
                x_range=(min(1.0, epochs[0]), max(epochs[-1], epochs[0] + 1)),
                mark=mark,
                counts=True,
            ),
        )


def _findings(facts: RunFacts, words: Words) -> Iterator[Point]:
    for finding in facts.findings:
        parts = (words.say(each) for each in (finding.title, finding.evidence, finding.advice))
        yield Point(text=_joined(parts, words), tone="err" if finding.is_severe else "warn")


def _joined(parts: Iterator[str], words: Words) -> str:
    """Sentences; a title without a full stop gets a colon."""
    title, *rest = parts
    if title and title[-1] not in ".。!?":
        title += "：" if words.language == "zh_CN" else ":"
    return words.sentences((title, *rest))


def _by_hand(facts: RunFacts, words: Words) -> Iterator[Block]:
    if not facts.record:
        return
    per_epoch = facts.history.started.steps_per_epoch if facts.history.started else 1
    lines_ = []
    for each in facts.record[:_COMMANDS]:
        epoch = each.step / max(1, per_epoch)
        event = ControlApplied(0.0, 0, each.step, each.command.command, each.command.value)
        told = on_control(event)
        if told is not None:
            lines_.append((figure(epoch), count(each.step), words.say(told)))
    left = len(facts.record) - _COMMANDS
    yield Table(
        title=words.say(message("Changed by hand while it trained")),
        columns=(
            *figure_columns(words, message("Epoch"), message("Step")),
            *text_columns(words, message("What was done")),
        ),
        rows=tuple(lines_),
        note=words.say(message_n("{count} more change.", "{count} more changes.", left))
        if left > 0
        else "",
    )
