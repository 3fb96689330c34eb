"""Splits by group: all rows of a group in one part, shares counted in rows.

Groups are shuffled and taken until a part has its share; a group that would overshoot is left to a
larger part. That is scikit-learn's GroupShuffleSplit with shares of rows instead of groups, and its
GroupKFold for folds, for as many groups as there are rows.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.data.preparing.splits.facts import (
    TEST,
    TRAIN,
    VALIDATION,
    Codes,
    Dealt,
    RowFacts,
    shuffled_seed,
)
from engine.data.preparing.splits.group_table import GroupTable, group_tables
from engine.errors import TooFewGroups
from engine.recipe.split import Split

_ROUNDS = 20
"""How often small groups are looked for that still fit."""
_BALANCED = 5_000
"""So many of the largest groups are put into folds one by one."""

Sizes = NDArray[np.int64]


def deal(facts: RowFacts, split: Split) -> Dealt:
    """Deal whole groups. Raises `TooFewGroups`."""
    assert facts.groups is not None
    codes = facts.codes()
    for table in group_tables(facts, facts.groups):
        require_groups(facts, split, table)
        write_codes(codes, facts, table, parts_of_groups(table.rows, split, table.part))
    return Dealt(codes)


def require_groups(facts: RowFacts, split: Split, table: GroupTable) -> None:
    """Raise `TooFewGroups` unless there is a group for every part."""
    fold = split.in_folds
    needed = (1 + (split.validation > 0) if fold is None else fold[1]) + (split.test > 0)
    if len(table.rows) < needed and table.parts == 1:
        raise TooFewGroups(facts.column, len(table.rows), needed)


def write_codes(codes: Codes, facts: RowFacts, table: GroupTable, parts: Codes) -> None:
    """The code of every row of these groups."""
    assert facts.groups is not None
    for span in facts.spans():
        mine, places = table.places(np.asarray(facts.groups[span]))
        codes[mine + span.start] = parts[places]


def parts_of_groups(sizes: Sizes, split: Split, step: int = 0) -> Codes:
    """The part of each group.

    Args:
        sizes: Rows of each group.
        split: Shares or fold, and the seed.
        step: Makes another drawing of the same seed.
    """
    draw = shuffled_seed(split.seed, step)
    parts = np.full(len(sizes), TRAIN, np.uint8)
    total = int(sizes.sum())
    free = np.arange(len(sizes))
    later = (split.in_folds[1] if split.in_folds is not None else 1 + (split.validation > 0)) or 1
    if split.test > 0:
        taken = taken_groups(sizes, free, split.test * total, later, draw)
        parts[taken] = TEST
        free = np.flatnonzero(parts == TRAIN)
    if split.in_folds is not None:
        fold, folds = split.in_folds
        parts[free[folds_of_groups(sizes[free], folds, draw) == fold]] = VALIDATION
    elif split.validation > 0:
        taken = taken_groups(sizes, free, split.validation * total, 1, draw)
        parts[taken] = VALIDATION
    return parts


def taken_groups(
    sizes: Sizes, free: Sizes, wanted: float, leave: int, draw: np.random.Generator
) -> Sizes:
    """Some of the `free` groups with about `wanted` rows in all; at least `leave` groups stay."""
    order = draw.permutation(free)
    most = len(order) - leave
    if most <= 0:
        return order[:0]
    taken = np.empty(0, np.int64)
    left = wanted
    own = sizes[order]
    for _ in range(_ROUNDS):
        fitting = np.flatnonzero(own <= left)
        reach = np.cumsum(own[fitting])
        count = min(int(np.searchsorted(reach, left, "right")), most - len(taken))
        if count == 0:
            break
        taken = np.append(taken, order[fitting[:count]])
        left -= float(reach[count - 1])
        order, own = np.delete(order, fitting[:count]), np.delete(own, fitting[:count])
    if len(taken) < most and len(order):
        # One more, if that comes closer; or one at all.
        smallest = order[np.argmin(sizes[order])]
        if not len(taken) or sizes[smallest] - left < left:
            taken = np.append(taken, smallest)
    return taken


def folds_of_groups(sizes: Sizes, folds: int, draw: np.random.Generator) -> Sizes:
    """The fold of each group: the largest ones go to the smallest fold in turn, the others follow."""
    order = draw.permutation(len(sizes))
    order = order[np.argsort(-sizes[order], kind="stable")]
    found = np.empty(len(sizes), np.int64)
    filled = np.zeros(folds)
    for group in order[:_BALANCED].tolist():
        fold = int(filled.argmin())
        found[group] = fold
        filled[fold] += sizes[group]
    rest = order[_BALANCED:]
    if len(rest):
        # Snakes to and fro over the folds, so that each gets large and small ones alike.
        turns = np.arange(len(rest))
        place = turns % (2 * folds)
        found[rest] = np.where(place < folds, place, 2 * folds - 1 - place)
    return found
