"""Rejected rows by the kind of reason against them, in words for each kind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from engine.data.rejects import (
    Reject,
    as_corrected,
    below,
    below_table,
    header_again,
    open_quote,
    quote_within,
    sort_of,
    wrong_width,
)
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
    counts = {code: len(members) for code, members in found.items()}
    return tuple(
        RejectGroup(code, title, detail, tuple(found[code]))
        for code, (title, detail) in _words(counts).items()
        if code in found
    )


def _code(reject: Reject) -> str:
    sort, facts = sort_of(reject.reason), reject.reason.facts
    if sort in _CORRECTED:
        return "rejected_corrected"
    if sort == sort_of(quote_within()):
        return "rejected_within"
    if sort == sort_of(open_quote()):
        return "rejected_quote"
    if sort in (sort_of(below()), sort_of(below_table(wrong_width(0, 0)))):
        return "rejected_below"
    if sort == sort_of(header_again()):
        return "rejected_header"
    found, expected = facts.get("found"), facts.get("expected")
    is_long = isinstance(found, int) and isinstance(expected, int) and found > expected
    return "rejected_long" if is_long else "rejected_short"


_CORRECTED = {
    sort_of(as_corrected(open_quote())),
    sort_of(as_corrected(wrong_width(0, 0))),
}


def _words(counts: Mapping[str, int]) -> dict[str, tuple[Message, Message]]:
    """Title and sentence for each kind, given how many rows there are of it."""
    return {
        "rejected_quote": (
            message("Quote not closed"),
            message_n(
                "{count} line opens a quote that does not close.",
                "{count} lines open a quote that does not close.",
                counts.get("rejected_quote", 0),
            ),
        ),
        "rejected_corrected": (
            message("Corrections that do not fit"),
            message_n(
                "{count} line was written anew and still cannot be read.",
                "{count} lines were written anew and still cannot be read.",
                counts.get("rejected_corrected", 0),
            ),
        ),
        "rejected_within": (
            message("Text beside a quote"),
            message_n(
                "{count} line has text between a quote and the next delimiter.",
                "{count} lines have text between a quote and the next delimiter.",
                counts.get("rejected_within", 0),
            ),
        ),
        "rejected_long": (
            message("Too many fields"),
            message_n(
                "{count} line has more fields than there are columns.",
                "{count} lines have more fields than there are columns.",
                counts.get("rejected_long", 0),
            ),
        ),
        "rejected_short": (
            message("Too few fields"),
            message_n(
                "{count} line has fewer fields than there are columns.",
                "{count} lines have fewer fields than there are columns.",
                counts.get("rejected_short", 0),
            ),
        ),
        "rejected_below": (
            message("Lines below the table"),
            message_n(
                "{count} line below the table is no row of it: a footer, or another table.",
                "{count} lines below the table are no rows of it: a footer, or another table.",
                counts.get("rejected_below", 0),
            ),
        ),
        "rejected_header": (
            message("The header stands there again"),
            message_n(
                "{count} line holds the names of the columns once more.",
                "{count} lines hold the names of the columns once more.",
                counts.get("rejected_header", 0),
            ),
        ),
    }
