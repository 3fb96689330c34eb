"""What a rejected row may have been meant to be: ways to write it that would fit."""

from __future__ import annotations

from dataclasses import dataclass

from engine.data.rejects import Reject
from engine.data.table import Table
from engine.messages import Message


@dataclass(frozen=True, slots=True)
class Proposal:
    """A way to write a rejected row so that it can be read."""

    text: str
    """The line as it would stand in the file; `RowFix.text` takes it."""
    label: Message
    """What was done, in a few words."""


def proposals(table: Table, reject: Reject) -> tuple[Proposal, ...]:
    """Likely ways to mend the row, the likeliest first; none where nothing is likely."""
    return ()
