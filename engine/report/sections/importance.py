"""Which columns the model goes by, where that was computed."""

from __future__ import annotations

from engine.messages import message
from engine.report.document import Figure, Figures, Section, Text
from engine.report.facts import RunFacts
from engine.report.figures.axes import WIDE
from engine.report.figures.bars import bars
from engine.report.sections.names import rows_of
from engine.report.words import Words, figure, within

_SHOWN = 20


def importance(facts: RunFacts, words: Words) -> Section | None:
    """None where nobody has asked for it."""
    found = facts.importance
    if found is None or not found.columns:
        return None
    metric = within(words.of(found.metric_title))
    told = words.say(
        message(
            "How much worse the {metric} gets when a column’s values are shuffled among {rows}: mean of {repeats} shuffles, and their range. It is {score} with nothing shuffled.",
            metric=metric,
            rows=words.say(rows_of(found.part, found.rows)),
            repeats=found.repeats,
            score=figure(found.score),
        )
    )
    shown = found.columns[:_SHOWN]
    note = ""
    if len(shown) < len(found.columns):
        note = words.say(
            message("The first {count} of {all} columns.", count=len(shown), all=len(found.columns))
        )
    title = words.say(message("Importance of columns"))
    picture = bars(
        [(each.name, each.mean) for each in shown],
        ends=[(each.low, each.high) for each in shown],
        told=title,
        width=WIDE,
    )
    return Section(
        name="importance",
        title=words.say(message("What it goes by")),
        blocks=(
            Text(text=told),
            Figures(figures=(Figure(title=title, svg=picture, told=told, note=note),), wide=True),
        ),
    )
