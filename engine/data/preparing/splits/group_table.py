"""The groups of rows, counted in bounded memory: very many groups come in parts by their hashes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.data.preparing.splits.facts import Hashes, RowFacts

MOST_GROUPS = 1 << 22
"""Groups that are counted together."""

Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class GroupTable:
    """Some groups: all, or those of one part of the hashes."""

    hashes: Hashes
    """Sorted, each once."""
    rows: Counts
    """Rows of each."""
    part: int
    parts: int

    def places(self, hashes: Hashes) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Which of the hashes are of these groups, and the place of the group of each of them."""
        mine = np.arange(len(hashes))
        if self.parts > 1:
            mine = np.flatnonzero(_part_of(hashes, self.parts) == self.part)
        # Looked up in their order: jumping about in a long table takes many times as long.
        values, inverse = np.unique(hashes[mine], return_inverse=True)
        return mine, np.searchsorted(self.hashes, values)[inverse]


def group_tables(
    facts: RowFacts, hashes: Hashes, keep: NDArray[np.bool_] | None = None
) -> Iterator[GroupTable]:
    """The groups of the rows, or of those to `keep`, in as many tables as they need."""
    parts = 1
    while True:
        first = _counted(facts, hashes, keep, 0, parts)
        if first is not None:
            break
        parts *= 2
    yield first
    for part in range(1, parts):
        found = _counted(facts, hashes, keep, part, parts, most=None)
        if found is not None:
            yield found


def _counted(
    facts: RowFacts,
    hashes: Hashes,
    keep: NDArray[np.bool_] | None,
    part: int,
    parts: int,
    most: int | None = 0,
) -> GroupTable | None:
    """One table; None when it gets too large and can be divided further."""
    limit = MOST_GROUPS if most == 0 else most
    known, counts = np.empty(0, np.uint64), np.empty(0, np.int64)
    for span in facts.spans():
        here = np.asarray(hashes[span])
        if keep is not None:
            here = here[keep[span]]
        if parts > 1:
            here = here[_part_of(here, parts) == part]
        fresh, sizes = np.unique(here, return_counts=True)
        known, counts = merged(known, counts, fresh, sizes)
        if limit is not None and len(known) > limit:
            return None
    return GroupTable(known, counts, part, parts)


def merged(known: Hashes, counts: Counts, fresh: Hashes, sizes: Counts) -> tuple[Hashes, Counts]:
    """Two counts of sorted values as one."""
    if not len(known):
        return fresh, sizes.astype(np.int64)
    every = np.concatenate([known, fresh])
    values, places = np.unique(every, return_inverse=True)
    total = np.bincount(places, np.concatenate([counts, sizes]), len(values))
    return values, total.astype(np.int64)


def _part_of(hashes: Hashes, parts: int) -> NDArray[np.int64]:
    bits = parts.bit_length() - 1
    found: NDArray[np.int64] = (hashes >> np.uint64(64 - bits)).astype(np.int64)
    return found
