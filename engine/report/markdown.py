"""The report as Markdown: without its pictures, for model files and for repositories of models."""

from __future__ import annotations

import re
from collections.abc import Iterator

from engine.report.document import Attachment, Cards, Document, Facts, Figures, Points, Table, Text

_MARKS = re.compile(r"([\\`*_\[\]<>|#~&$])")
_SIGNS = {"warn": "⚠ ", "err": "‼ "}


def as_markdown(document: Document, *, attached: bool = True) -> bytes:
    """GitHub's flavour; every mark in a text is escaped. `attached`: with the texts that come along."""
    return ("\n".join(_lines(document, attached)).rstrip() + "\n").encode("utf-8", "replace")


def _lines(document: Document, attached: bool) -> Iterator[str]:
    yield f"# {_plain(document.title)}"
    yield ""
    yield _plain(document.subtitle)
    yield ""
    for section in document.sections:
        yield f"## {_plain(section.title)}"
        yield ""
        for block in section.blocks:
            match block:
                case Text():
                    prefix = "> " if block.tone != "plain" else ""
                    yield f"{prefix}{_SIGNS.get(block.tone, '')}{_plain(block.text)}"
                case Points():
                    for point in block.points:
                        yield f"- {_SIGNS.get(point.tone, '')}{_plain(point.text)}"
                case Facts():
                    for fact in block.facts:
                        yield f"- {_plain(fact.name)}: {_plain(fact.value)}"
                case Cards():
                    for card in block.cards:
                        beside = ", ".join(each for each in (card.interval, card.beside) if each)
                        told = f" ({_plain(beside)})" if beside else ""
                        yield f"- **{_plain(card.title)}: {_plain(card.value)}**{told}"
                case Table():
                    yield from _table(block)
                case Attachment():
                    yield from _code(block) if attached else ()
                case Figures():
                    continue  # its figures stand in tables, or are for eyes only
            yield ""
    yield "---"
    yield ""
    yield _plain(document.footer)


def _table(block: Table) -> Iterator[str]:
    if block.title:
        yield f"### {_plain(block.title)}"
        yield ""
    yield "| " + " | ".join(_plain(column.title) for column in block.columns) + " |"
    yield (
        "|" + "|".join(" ---: " if column.is_figure else " --- " for column in block.columns) + "|"
    )
    for place, row in enumerate(block.rows):
        cells = [_plain(cell) for cell in row]
        if place in block.marked:
            cells = [f"**{cell}**" if cell else "" for cell in cells]
        yield "| " + " | ".join(cells) + " |"
    if block.note:
        yield ""
        yield _plain(block.note)


def _code(block: Attachment) -> Iterator[str]:
    yield f"### {_plain(block.title)}"
    yield ""
    longest = max((len(found) for found in re.findall(r"`+", block.text)), default=0)
    fence = "`" * max(3, longest + 1)
    yield f"{fence}json"
    yield block.text.rstrip()
    yield fence


def _plain(text: str) -> str:
    """Text on one line whose marks mean nothing."""
    return _MARKS.sub(r"\\\1", " ".join(text.split()))
