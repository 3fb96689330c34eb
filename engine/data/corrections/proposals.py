"""What a rejected row may have been meant to be: ways to write it that would fit."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from weakref import WeakKeyDictionary

from engine.data.corrections.alignment import Alignment, Step, alignments
from engine.data.corrections.table_looks import TableLooks
from engine.data.rejects import (
    Reject,
    as_corrected,
    below,
    header_again,
    other_table,
    sort_of,
    wrong_width,
)
from engine.data.table import Table
from engine.data.text.mending import Mender
from engine.data.text.records import STAND_IN, Dialect, raw_fields, with_stand_ins, written
from engine.messages import Message, message

_MOST = 3
_LONGEST = 20_000
"""Characters of a row beyond which nothing is proposed."""
_TRIES = 60
"""Ways to read the quotes of one row that are tried."""
_WORST = 3.0
"""Cost beyond which a way to read a row is unlikely."""
_MARK = 0.4
"""What a mark costs that was put in, or is read as a character."""
_NEAR = 0.8
"""How much likelier the first way may be than the others that are told."""
_NO_ROWS = frozenset(map(sort_of, (header_again(), below(), other_table(0, 0))))


@dataclass(frozen=True, slots=True)
class Proposal:
    """A way to write a rejected row so that it can be read."""

    text: str
    """The line as it would stand in the file; `RowFix.text` takes it."""
    label: Message
    """What was done, in a few words."""


def proposals(table: Table, reject: Reject) -> tuple[Proposal, ...]:
    """Likely ways to mend the row, the likeliest first; none where nothing is likely."""
    if sort_of(reject.reason) in _NO_ROWS or len(reject.text) > _LONGEST:
        return ()
    looks = _looks.get(table)
    if looks is None:
        looks = _looks[table] = TableLooks(table)
    return tuple(_Row(table, looks, reject).proposals())


_looks: WeakKeyDictionary[Table, TableLooks] = WeakKeyDictionary()


class _Row:
    """A rejected row of one table."""

    def __init__(self, table: Table, looks: TableLooks, reject: Reject) -> None:
        self._text = reject.text
        self._names = table.names
        self._looks = looks
        self._width = _expected(reject, len(table.names))
        self._dialect = _dialect(table, reject.text)

    def proposals(self) -> list[Proposal]:
        found: dict[str, tuple[float, Proposal]] = {}
        for cost, proposal in (*self._divided_anew(), *self._with_other_quotes()):
            if cost > _WORST or proposal.text == self._text or not self._is_read(proposal.text):
                continue
            before = found.get(proposal.text)
            if before is None or cost < before[0]:
                found[proposal.text] = (cost, proposal)
        ranked = sorted(found.values(), key=lambda entry: entry[0])
        return [proposal for cost, proposal in ranked[:_MOST] if cost <= ranked[0][0] + _NEAR]

    def _is_read(self, text: str) -> bool:
        fields = self._dialect.parse(text)
        return fields is not None and len(fields) in (self._width, len(self._names))

    # Too many or too few fields ------------------------------------------------------------------

    def _divided_anew(self) -> list[tuple[float, Proposal]]:
        fields = self._dialect.parse(self._text)
        if fields is None or len(fields) == self._width:
            return []
        raw = raw_fields(self._text, self._dialect)
        if len(raw) != len(fields):
            raw = [written(field, self._dialect) for field in fields]
        found = alignments(fields, self._width, self._looks, self._dialect)
        return [
            (each.cost, Proposal(self._aligned(each, fields, raw), self._label(each.steps)))
            for each in found
        ]

    def _aligned(self, alignment: Alignment, fields: list[str], raw: list[str]) -> str:
        cells: list[str] = []
        for step in alignment.steps:
            if step.parts:
                cells += [written(part, self._dialect) for part in step.parts]
            elif step.taken == 1:
                cells.append(raw[step.field])
            elif step.text is not None:
                cells.append(step.text)
            else:
                taken = fields[step.field : step.field + step.taken]
                cells.append(written(self._dialect.delimiter.join(taken), self._dialect))
        return self._dialect.delimiter.join(cells)

    def _label(self, steps: tuple[Step, ...]) -> Message:
        changes = [step for step in steps if step.taken != 1 or step.parts]
        if len(changes) != 1:
            if not any(step.taken for step in changes):
                return message("Leave {count} columns blank", count=len(changes))
            return message("Change {count} fields", count=len(changes))
        change = changes[0]
        column = self._name(change.column)
        if change.parts:
            following = self._name(change.column + 1)
            return message("Set {first} and {second} apart", first=column, second=following)
        if change.text is not None:
            return message("Read {column} as {value}", column=column, value=change.text)
        if change.taken:
            return message("Quote {column}", column=column)
        return message("Leave {column} blank", column=column)

    def _name(self, column: int) -> str:
        return self._names[column] if column < len(self._names) else str(column + 1)

    # Quotes out of place -------------------------------------------------------------------------

    def _with_other_quotes(self) -> list[tuple[float, Proposal]]:
        dialect, text = self._dialect, self._text
        if not dialect.quote or dialect.quote not in text or "\n" in text or "\r" in text:
            return []
        if dialect.quotes_in(text) % 2 == 0 and dialect.parse(text) is not None:
            return []
        found = []
        for place, mark, label in islice(self._marks_that_may_be_missing(), _TRIES):
            marked = text[:place] + mark + text[place:]
            fields = dialect.parse(marked)
            if fields is not None and len(fields) == self._width:
                found.append((_MARK + self._looks.cost(fields), Proposal(marked, label)))
        mender = Mender(dialect, self._width, ())
        for places in islice(mender.stray_quotes(text), _TRIES):
            fields = dialect.parse(with_stand_ins(text, places)) if places else None
            if fields is None or len(fields) != self._width:
                continue
            plain = [field.replace(STAND_IN, dialect.quote) for field in fields]
            row = dialect.delimiter.join(written(field, dialect) for field in plain)
            label = message("Read the quote as a character")
            cost = _MARK + 0.1 * len(places) + self._looks.cost(plain)
            found.append((cost, Proposal(row, label)))
        return found

    def _marks_that_may_be_missing(self) -> Iterator[tuple[int, str, Message]]:
        """Places, what may be missing there, and what it is called to put it there."""
        text, quote = self._text, self._dialect.quote
        delimiter = self._dialect.delimiter[0]
        ends = [match.start() for match in re.finditer(re.escape(delimiter), text)]
        for place in self._dialect.inner_quotes(text):
            yield place + 1, delimiter, message("Put a delimiter after the quote")
            yield place, delimiter, message("Put a delimiter before the quote")
        for place in (*ends, len(text)):
            yield place, quote, message("Close the quote")
        for place in (0, *(end + 1 for end in ends)):
            yield place, quote, message("Open the quote")


def _expected(reject: Reject, columns: int) -> int:
    """The fields that a row has in the file; blank ones at the end may have no column."""
    told = reject.reason.facts.get("expected")
    known = (sort_of(wrong_width(0, 0)), sort_of(as_corrected(wrong_width(0, 0))))
    return told if isinstance(told, int) and sort_of(reject.reason) in known else columns


def _dialect(table: Table, text: str) -> Dialect:
    reading = table.reading
    delimiter, quote = reading.delimiter or ",", reading.quote or ""
    blanks = bool(quote) and re.search(re.escape(delimiter) + " +" + quote, text) is not None
    return Dialect(delimiter, quote, reading.escape or "", "", blanks and bool(delimiter.strip()))
