"""Rows that are alike, by their hashes: which is kept, and which groups they tie together."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from engine.data.preparing.splits.facts import Hashes, RowFacts

_TOGETHER = 1 << 22
"""Rows that are sorted together."""


def in_parts(facts: RowFacts, hashes: Hashes) -> Iterator[tuple[NDArray[np.int64], Hashes]]:
    """Rows and their hashes, sorted by hash and row; equal hashes always in the same part."""
    parts = 1
    while parts * _TOGETHER < facts.count:
        parts *= 2
    bits = np.uint64(64 - (parts.bit_length() - 1))
    for part in range(parts):
        rows, values = [], []
        for span in facts.spans():
            here = np.asarray(hashes[span])
            mine = np.arange(len(here)) if parts == 1 else np.flatnonzero(here >> bits == part)
            rows.append(mine + span.start)
            values.append(here[mine])
        found = np.concatenate(values) if values else np.empty(0, np.uint64)
        order = np.argsort(found, kind="stable")
        yield (np.concatenate(rows) if rows else np.empty(0, np.int64))[order], found[order]


def one_of_each(facts: RowFacts, hashes: Hashes, *, last: bool) -> NDArray[np.bool_]:
    """Marks the rows to keep: of rows with the same hash the first, or the last one."""
    keep: NDArray[np.bool_] = facts.storage.empty((facts.count,), np.bool_)
    keep[:] = True
    for rows, values in in_parts(facts, hashes):
        again = values[1:] == values[:-1]
        keep[rows[:-1][again] if last else rows[1:][again]] = False
    return keep


def tied(facts: RowFacts, groups: Hashes, hashes: Hashes) -> Hashes:
    """Groups that are joined where rows of equal hashes belong to different ones."""
    pairs = []
    for rows, values in in_parts(facts, hashes):
        again = np.flatnonzero(values[1:] == values[:-1])
        one, other = np.asarray(groups[rows[again]]), np.asarray(groups[rows[again + 1]])
        differ = one != other
        pairs.append(np.unique(np.stack([one[differ], other[differ]], axis=1), axis=0))
    edges = np.concatenate(pairs) if pairs else np.empty((0, 2), np.uint64)
    if not len(edges):
        return groups
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    names, places = np.unique(edges, return_inverse=True)
    places = places.reshape(edges.shape)
    graph = coo_array(
        (np.ones(len(places), np.int8), (places[:, 0], places[:, 1])), (len(names), len(names))
    )
    component = connected_components(graph, directed=False)[1]
    first = np.full(int(component.max()) + 1, len(names), np.int64)
    np.minimum.at(first, component, np.arange(len(names)))
    stands_for = names[first[component]]
    joined: Hashes = facts.storage.empty((facts.count,), np.uint64)
    for span in facts.spans():
        here = np.asarray(groups[span])
        at = np.minimum(np.searchsorted(names, here), len(names) - 1)
        joined[span] = np.where(names[at] == here, stands_for[at], here)
    return joined
