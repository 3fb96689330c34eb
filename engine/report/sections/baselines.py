"""The run beside plainer models that learned from the same rows."""

from __future__ import annotations

from engine.baselines.result import MetricDifference, SetBeside
from engine.baselines.sentences import comparison, title_of
from engine.messages import message, message_n
from engine.metrics import METRICS
from engine.report.columns import figure_columns, text_columns
from engine.report.document import Block, Column, Section, Table, Text
from engine.report.facts import RunFacts
from engine.report.sections.names import rows_of
from engine.report.words import NOTHING, Words, duration, figure, interval, within

_METRICS = 4


def baselines(facts: RunFacts, words: Words) -> Section | None:
    """None where the run was not set beside any."""
    beside = facts.beside
    if beside is None or not beside.baselines:
        return None
    blocks: list[Block] = [Text(text=comparison(beside, words.translate)), _table(beside, words)]
    if beside.missing:
        blocks.append(
            Text(
                text=words.say(
                    message_n(
                        "{count} more kind is not installed here.",
                        "{count} more kinds are not installed here.",
                        len(beside.missing),
                    )
                ),
                tone="note",
            )
        )
    rows = beside.baselines[0].evaluation.rows
    title = message("Beside other models, on {rows}", rows=words.say(rows_of(beside.part, rows)))
    return Section(name="baselines", title=words.say(title), blocks=tuple(blocks))


def _table(beside: SetBeside, words: Words) -> Table:
    others = [each.name for each in beside.scored if each.name != beside.metric]
    names = [beside.metric, *others][:_METRICS]
    own = {each.name: each for each in beside.scored}
    titles = [
        words.of(METRICS[n].title if n in METRICS else own[n].title) for n in names if n in own
    ]
    names = [name for name in names if name in own]
    rows = [
        (
            words.say(message("This run")),
            *(figure(own[name].value) for name in names),
            NOTHING,
            NOTHING,
        )
    ]
    for each in beside.baselines:
        values = (each.metric(name) for name in names)
        rows.append(
            (
                words.of(title_of(each)),
                *(figure(value.value) if value is not None else NOTHING for value in values),
                _difference(each.difference(beside.metric)),
                duration(each.seconds),
            )
        )
    ahead = message("Run minus it, in {metric}", metric=within(titles[0]) if titles else "")
    return Table(
        columns=(
            *text_columns(words, message("Model")),
            *(Column(title=title, is_figure=True) for title in titles),
            *figure_columns(words, ahead, message("Training time")),
        ),
        rows=tuple(rows),
        marked=(0,),
    )


def _difference(found: MetricDifference | None) -> str:
    if found is None or found.value is None:
        return NOTHING
    spread = interval(found.low, found.high)
    return figure(found.value) if spread == NOTHING else f"{figure(found.value)} ({spread})"
