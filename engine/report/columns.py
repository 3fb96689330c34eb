"""The columns of a table, from their titles."""

from __future__ import annotations

from engine.messages import Message
from engine.report.document import Column
from engine.report.words import Words


def text_columns(words: Words, *titles: Message) -> tuple[Column, ...]:
    """Columns of texts, set to the left."""
    return tuple(Column(title=words.say(title)) for title in titles)


def figure_columns(words: Words, *titles: Message) -> tuple[Column, ...]:
    """Columns of figures, set to the right."""
    return tuple(Column(title=words.say(title), is_figure=True) for title in titles)
