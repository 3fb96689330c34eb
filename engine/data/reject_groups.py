"""Rejected rows by the kind of reason against them, in words for each kind."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from engine.data.rejects import Reject, below_table, header_again, open_quote
from engine.messages import Message, message, message_n


@dataclass(frozen=True, slots=True)
class RejectGroup:
    """Rows rejected for one kind of reason."""

    code: str
    title: Message
    detail: Message
    rejects: tuple[Reject, ...]


def grouped(rejects: Iterable[Reject]) -> tuple[RejectGroup, ...]:
    """The kinds that are met, in a fixed order."""
    found: dict[str, list[Reject]] = {}
    for reject in rejects:
        found.setdefault(_code(reject), []).append(reject)
    groups = []
    for code, (title, one, many) in _words().items():
        members = found.get(code)
        if members:
            detail = message_n(one, many, len(members))
            groups.append(RejectGroup(code, title, detail, tuple(members)))
    return tuple(groups)


def _code(reject: Reject) -> str:
    template, facts = reject.reason.template, reject.reason.facts
    if template == open_quote().template:
        return "rejected_quote"
    if template == below_table(0, 0).template:
        return "rejected_below"
    if template == header_again().template:
        return "rejected_header"
    found, expected = facts["found"], facts["expected"]
    is_long = isinstance(found, int) and isinstance(expected, int) and found > expected
    return "rejected_long" if is_long else "rejected_short"


def _words() -> dict[str, tuple[Message, str, str]]:
    """Title, sentence for one row, sentence for several."""
    return {
        "rejected_quote": (
            message("Quote not closed"),
            "{count} line opens a quote that does not close.",
            "{count} lines open a quote that does not close.",
        ),
        "rejected_long": (
            message("Too many fields"),
            "{count} line has more fields than there are columns.",
            "{count} lines have more fields than there are columns.",
        ),
        "rejected_short": (
            message("Too few fields"),
            "{count} line has fewer fields than there are columns.",
            "{count} lines have fewer fields than there are columns.",
        ),
        "rejected_below": (
            message("Lines below the table"),
            "{count} line below the table is no row of it: a footer, or another table.",
            "{count} lines below the table are no rows of it: a footer, or another table.",
        ),
        "rejected_header": (
            message("The header stands there again"),
            "{count} line holds the names of the columns once more.",
            "{count} lines hold the names of the columns once more.",
        ),
    }
