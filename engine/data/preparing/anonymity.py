"""k-anonymity: how many rows share the same values in chosen columns, before and after hiding.

Whoever knows these values of a person finds as many rows as the person's group has. A table is
k-anonymous over the columns if no group is smaller than k (Sweeney 2002, doi:10.1142/S0218488502001648).
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np
from pydantic import BaseModel, ConfigDict

from engine.data.cells.hashes import Hashes, with_cells
from engine.data.memory import Growing, Storage
from engine.data.preparing.columnar import (
    SPAN_ROWS,
    Source,
    column_cells,
    column_names,
    row_count,
)
from engine.data.preparing.hidden import hidden_source
from engine.data.progress import Cancelled, Progress, never, nothing
from engine.errors import Cancelled as CancelledError
from engine.errors import UnknownColumn
from engine.messages import Message, message, message_n
from engine.recipe.recipe import Recipe

DEFAULT_K = 5
_IN_MEMORY = 1 << 22
"""Rows whose hashes are sorted at a time; of more, the hashes go to files, one for each share."""
_SHARES = 64


class Groups(BaseModel):
    """Groups of rows with the same values; rows without a value in a column count as alike in it."""

    model_config = ConfigDict(frozen=True)

    groups: int
    smallest: int
    """Rows of the smallest group; 0 without rows."""
    below: int
    """Rows in groups of fewer than k rows."""
    alone: int
    """Rows that no other row is like."""


class Anonymity(BaseModel):
    """What hiding does to the groups over some columns."""

    model_config = ConfigDict(frozen=True)

    columns: tuple[str, ...]
    k: int
    rows: int
    before: Groups
    """As the file has them."""
    after: Groups
    """As the recipe hides them."""

    @property
    def holds(self) -> bool:
        """Whether every group has k rows at least after hiding."""
        return self.after.below == 0

    def words(self) -> tuple[Message, ...]:
        """What was found, before and after."""
        return (_words(self.before, self.k, hidden=False), _words(self.after, self.k, hidden=True))


def anonymity(
    source: Source,
    recipe: Recipe,
    columns: Sequence[str],
    k: int = DEFAULT_K,
    *,
    progress: Progress = nothing,
    cancelled: Cancelled = never,
) -> Anonymity:
    """Count the groups over `columns`, as they are and as the recipe hides them.

    Values are told apart by a hash of 64 bits; memory stays bounded whatever the number of rows.

    Args:
        source: A table or a frame.
        recipe: Says what is hidden.
        columns: Names, at least one: what somebody may know of a person.
        k: Rows that a group should have at least.
        progress: Told of (rows, rows), before and after together.
        cancelled: Asked between blocks of rows.

    Raises:
        UnknownColumn: The source has no such column.
        Cancelled, KeyMissing, KeyDamaged, CacheDiskFull, WriteFailed.
        ValueError: Without columns, or k below 1.
    """
    if not columns or k < 1:
        raise ValueError("columns and a k of at least 1 are needed")
    _require(source, columns)
    hidden = hidden_source(source, recipe)
    touched = {spec.name for spec in recipe.columns if spec.hide is not None}
    changes = not touched.isdisjoint(columns)
    rows = row_count(source, columns[0])
    total = rows * (1 + changes)

    def first(done: int) -> None:
        progress(done, total)

    def second(done: int) -> None:
        progress(rows + done, total)

    before = _groups(_hashes(source, columns, rows, first, cancelled), rows, k, cancelled)
    after = before
    if changes:
        after = _groups(_hashes(hidden, columns, rows, second, cancelled), rows, k, cancelled)
    return Anonymity(columns=tuple(columns), k=k, rows=rows, before=before, after=after)


def _require(source: Source, columns: Sequence[str]) -> None:
    known = column_names(source)
    for name in columns:
        if name not in known:
            close = difflib.get_close_matches(name, known, n=1, cutoff=0.0)
            raise UnknownColumn(name, close[0] if close else "")


def _hashes(
    source: Source,
    columns: Sequence[str],
    rows: int,
    progress: Callable[[int], None],
    cancelled: Cancelled,
) -> Iterator[Hashes]:
    for start in range(0, rows, SPAN_ROWS):
        if cancelled():
            raise CancelledError
        span = slice(start, min(start + SPAN_ROWS, rows))
        found = np.zeros(span.stop - span.start, np.uint64)
        for name in columns:
            found = with_cells(found, column_cells(source, name, span))
        progress(span.stop)
        yield found


def _groups(parts: Iterator[Hashes], rows: int, k: int, cancelled: Cancelled) -> Groups:
    if rows <= _IN_MEMORY:
        return _counted([np.concatenate([np.empty(0, np.uint64), *parts])], k)
    storage = Storage(on_disk=True)
    shares = [storage.growing(np.uint64) for _ in range(_SHARES)]
    for hashes in parts:
        _deal(hashes, shares)
    return _counted(_one_by_one(shares, cancelled), k)


def _deal(hashes: Hashes, shares: Sequence[Growing]) -> None:
    """Rows of a group get to the same share."""
    place = (hashes >> np.uint64(58)).astype(np.intp)
    order = np.argsort(place, kind="stable")
    ends = np.cumsum(np.bincount(place, minlength=_SHARES))
    for share, piece in zip(shares, np.split(hashes[order], ends[:-1]), strict=True):
        share.append(piece)


def _one_by_one(shares: Sequence[Growing], cancelled: Cancelled) -> Iterator[Hashes]:
    for share in shares:
        if cancelled():
            raise CancelledError
        yield share.array()


def _counted(shares: Iterable[Hashes], k: int) -> Groups:
    groups, below, alone, smallest = 0, 0, 0, 0
    for hashes in shares:
        if not len(hashes):
            continue
        sizes = np.unique(hashes, return_counts=True)[1]
        groups += len(sizes)
        below += int(sizes[sizes < k].sum())
        alone += int(np.count_nonzero(sizes == 1))
        least = int(sizes.min())
        smallest = least if smallest == 0 else min(smallest, least)
    return Groups(groups=groups, smallest=smallest, below=below, alone=alone)


def _words(found: Groups, k: int, *, hidden: bool) -> Message:
    if found.below == 0:
        if hidden:
            return message(
                "After hiding the smallest group has {smallest} rows: every group has at least {k}.",
                smallest=found.smallest,
                k=k,
            )
        return message(
            "As they are, the smallest group has {smallest} rows: every group has at least {k}.",
            smallest=found.smallest,
            k=k,
        )
    if hidden:
        return message_n(
            "After hiding {count} row is in a group of fewer than {k}; the smallest group has {smallest}.",
            "After hiding {count} rows are in groups of fewer than {k}; the smallest group has {smallest}.",
            found.below,
            k=k,
            smallest=found.smallest,
        )
    return message_n(
        "As they are, {count} row is in a group of fewer than {k}; the smallest group has {smallest}.",
        "As they are, {count} rows are in groups of fewer than {k}; the smallest group has {smallest}.",
        found.below,
        k=k,
        smallest=found.smallest,
    )
