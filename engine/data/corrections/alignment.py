"""Laying the fields of a row that has too many or too few of them over the columns of its table.

Too many: neighbours belong together, which a delimiter within a text that is not quoted sets apart.
Too few: a field was left out, or a delimiter between two of them.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from engine.data.corrections.table_looks import TableLooks
from engine.data.text.records import Dialect

_MOST_AMISS = 8
"""Fields too many or too few beyond which a row is no row of the table."""
_MOST_STATES = 4000
_BEST = 3
"""Ways that are followed up to each place."""
_JOIN, _TIGHT, _BLANK, _SPLIT = 0.3, 0.2, 0.6, 0.4
_LONGEST_SPLIT = 200


@dataclass(frozen=True, slots=True)
class Step:
    """What fills one column, or two."""

    column: int
    field: int
    """The first field that is taken."""
    taken: int = 1
    """How many are; none leaves the column blank."""
    parts: tuple[str, str] | None = None
    """The halves of a field that fills two columns."""
    text: str | None = None
    """What the column is filled with, if that is not just what was taken."""


@dataclass(frozen=True, slots=True)
class Alignment:
    """One way to fill all columns with all fields."""

    cost: float
    """The lower the likelier."""
    steps: tuple[Step, ...]


def alignments(
    fields: Sequence[str], width: int, looks: TableLooks, dialect: Dialect
) -> tuple[Alignment, ...]:
    """The likeliest ways, the likeliest first."""
    amiss = len(fields) - width
    if not 0 < abs(amiss) <= _MOST_AMISS or (abs(amiss) + 1) * width > _MOST_STATES:
        return ()
    best: dict[tuple[int, int], list[Alignment]] = {(0, 0): [Alignment(0.0, ())]}
    for column in range(width):
        for field in range(max(0, column + min(amiss, 0)), column + max(amiss, 0) + 1):
            for way in best.pop((field, column), ()):
                for cost, step, after in _steps(fields, field, column, width, looks, dialect):
                    ahead = Alignment(way.cost + cost, (*way.steps, step))
                    known = best.setdefault((field + (step.taken or 0), after), [])
                    known.append(ahead)
                    if len(known) > 4 * _BEST:
                        known[:] = _likeliest(known)
    return tuple(_likeliest(best.get((len(fields), width), [])))


def _likeliest(ways: list[Alignment]) -> list[Alignment]:
    return heapq.nsmallest(_BEST, ways, key=lambda way: way.cost)


def _steps(
    fields: Sequence[str], field: int, column: int, width: int, looks: TableLooks, dialect: Dialect
) -> Iterator[tuple[float, Step, int]]:
    """What may come next: its cost, the step, and the column after it."""
    delimiter = dialect.delimiter
    left, wanted = len(fields) - field, width - column
    if left >= 1:
        yield looks.cell_cost(column, fields[field]), Step(column, field), column + 1
    for more in range(1, left - wanted + 1):
        taken = fields[field : field + more + 1]
        joined = delimiter.join(taken)
        cost = looks.cell_cost(column, joined) + _JOIN
        if not all(text.startswith(" ") for text in taken[1:]):
            cost += _TIGHT * (1 - looks.share_with(column, delimiter))
        if dialect.quote and joined.count(dialect.quote) % 2:
            cost += _TIGHT
        yield cost, Step(column, field, more + 1), column + 1
        if more == 1 and delimiter == "," and all(map(str.isdecimal, taken)):
            decimal = ".".join(taken)
            cost = looks.cell_cost(column, decimal) + _JOIN + _TIGHT
            yield cost, Step(column, field, 2, text=decimal), column + 1
    if left < wanted:
        cost = looks.cell_cost(column, "") + _BLANK * (1 - 0.5 * looks.blank_share(column))
        if not left:
            cost = min(cost, _BLANK)  # the line may have been cut off
        yield cost, Step(column, field, 0), column + 1
        if left and wanted > 1 and delimiter not in fields[field]:
            for cost, parts in _splits(fields[field], column, looks):
                yield cost, Step(column, field, 1, parts), column + 2


def _splits(text: str, column: int, looks: TableLooks) -> list[tuple[float, tuple[str, str]]]:
    """The best ways to divide a text over two columns; places between two kinds come first."""
    found = []
    if len(text) > _LONGEST_SPLIT:
        return []
    # A text that suits one of the columns as it is was hardly meant for both.
    whole = min(looks.cell_cost(column, text), looks.cell_cost(column + 1, text)) == 0
    least = _SPLIT + 3 * _TIGHT * whole
    for place in range(1, len(text)):
        first, second = text[:place], text[place:]
        cost = looks.cell_cost(column, first) + looks.cell_cost(column + 1, second) + least
        before, after = first[-1], second[0]
        if before.isalpha() and after.isalpha():
            cost += _TIGHT if before.islower() and after.isupper() else 3 * _TIGHT
        elif before.isdecimal() and after.isdecimal():
            cost += _TIGHT
        found.append((cost, (first, second)))
    return heapq.nsmallest(2, found, key=lambda entry: entry[0])
