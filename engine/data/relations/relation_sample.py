"""The columns that can be related to each other, as numbers and as levels, in a sample of the rows."""

from __future__ import annotations

from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np

from engine.data.profiling.histogram import Floats
from engine.data.profiling.profile_target import encoded
from engine.data.progress import Cancelled
from engine.data.relations.association import Codes, binned
from engine.data.rows.row_selection import Selection, taken
from engine.data.table import Table
from engine.data.values import numbers, seconds
from engine.errors import Cancelled as CancelledError
from engine.schema import Column, Kind

RELATED = (Kind.NUMBER, Kind.DATE, Kind.CATEGORY)
"""Kinds that are related to others; free text is not."""
_MOST_LEVELS = 2_000
"""Of a category; the rarest ones beyond that are left out."""


@dataclass(frozen=True, slots=True)
class Related:
    """One column in the rows that are looked at."""

    name: str
    kind: Kind
    values: Floats | None
    """Numbers, or dates in seconds; `None` for a category."""
    codes: Codes
    """Levels, or bins of numbers; −1 where missing."""
    levels: int
    names: tuple[str, ...] = ()
    """The levels of a category."""

    @property
    def is_number(self) -> bool:
        """Whether its values are numbers or dates."""
        return self.values is not None


_Key = tuple[str, Kind]
_known: WeakKeyDictionary[Table, tuple[int, dict[_Key, Related]]] = WeakKeyDictionary()
"""Columns of whole tables in their sample of so many rows, as they were read last."""


def read_sampled(
    table: Table, column: Column, rows: Selection, sample: Selection, cancelled: Cancelled
) -> Related:
    """A column in a sample of these rows; that of a whole table is read once, whoever asks for it.

    Columns are related to the target, to each other and to the one that is chosen, one after the other.
    Raises `engine.errors.Cancelled`.
    """
    if rows.rows is not None:
        return read_related(table, column, sample, cancelled)
    count, known = _known.get(table, (0, {}))
    if count != sample.count:
        known = {}
        _known[table] = (sample.count, known)
    key = (column.name, column.kind)
    related = known.get(key)
    if related is None:
        related = known[key] = read_related(table, column, sample, cancelled)
    return related


def read_related(table: Table, column: Column, rows: Selection, cancelled: Cancelled) -> Related:
    """A column in these rows. Raises `engine.errors.Cancelled`."""
    if cancelled():
        raise CancelledError
    if column.kind is Kind.NUMBER:
        values = numbers(table, column.name, rows.rows)
    elif column.kind is Kind.DATE:
        values = seconds(table, column.name, rows.rows)
    else:
        codes, names = encoded(taken(table, column.name, rows, cancelled))
        if len(names) > _MOST_LEVELS:
            counts = np.bincount(codes[codes >= 0], minlength=len(names))
            kept = np.sort(np.argsort(-counts, kind="stable")[:_MOST_LEVELS])
            places = np.full(len(names) + 1, -1)
            places[kept] = np.arange(len(kept))
            codes, names = places[codes], [names[at] for at in kept.tolist()]
        return Related(
            column.name, column.kind, None, codes.astype(np.int32), len(names), tuple(names)
        )
    found, levels = binned(values)
    return Related(column.name, column.kind, values, found, levels)
