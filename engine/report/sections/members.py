"""The runs that a run of folds, seeds, trials or networks holds together."""

from __future__ import annotations

import math

from engine.messages import Message, message, message_n
from engine.metrics import METRICS
from engine.report.columns import figure_columns, text_columns
from engine.report.document import Block, Section, Table, Text
from engine.report.facts import RunFacts
from engine.report.sections.names import STATUS
from engine.report.words import Words, count, duration, figure

_SHOWN = 60


def members(facts: RunFacts, words: Words) -> Section | None:
    """None for an ordinary run."""
    if not facts.members:
        return None
    summary = facts.summary
    title = METRICS[summary.monitor].title if summary.monitor in METRICS else summary.monitor
    blocks: list[Block] = [Text(text=words.say(_told(facts, words.of(title))))]
    keep = facts.members
    if len(keep) > _SHOWN:
        keep = tuple(sorted(keep, key=lambda each: _rank(each.best, summary.higher_is_better)))
    lines = [
        (
            count(each.number),
            each.name,
            words.of(STATUS[each.status]),
            f"{each.epoch} / {each.epochs}",
            figure(each.best),
            duration(each.duration),
        )
        for each in keep[:_SHOWN]
    ]
    metric = message("Val {metric}", metric=words.of(title))
    best = facts.best_epoch - 1
    left = len(keep) - _SHOWN
    blocks.append(
        Table(
            columns=(
                *figure_columns(words, message("Run")),
                *text_columns(words, message("Name"), message("State")),
                *figure_columns(words, message("Epochs"), metric, message("Training time")),
            ),
            rows=tuple(lines),
            marked=(best,) if left <= 0 and 0 <= best < len(lines) else (),
            note=words.say(message_n("{count} more run.", "{count} more runs.", left))
            if left > 0
            else "",
        )
    )
    return Section(
        name="members", title=words.say(message("Runs trained for it")), blocks=tuple(blocks)
    )


def _rank(value: float | None, higher_is_better: bool) -> float:
    if value is None or not math.isfinite(value):
        return math.inf
    return -value if higher_is_better else value


def _told(facts: RunFacts, metric: str) -> Message:
    summary = facts.summary
    if summary.spread is not None:
        return message_n(
            "Mean of {count} run: validation {metric} {mean} ± {spread}. Its own model is that of the best of them.",
            "Mean of {count} runs: validation {metric} {mean} ± {spread}. Its own model is that of the best of them.",
            summary.folds,
            metric=metric,
            mean=figure(summary.best),
            spread=figure(summary.spread),
        )
    return message_n(
        "{count} run was trained for it; its model comes from the best of them.",
        "{count} runs were trained for it; its model comes from the best of them.",
        len(facts.members),
    )
