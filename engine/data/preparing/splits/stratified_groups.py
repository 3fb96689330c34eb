"""Whole groups dealt so that every part has about the same share of each class.

The largest groups are put one by one where they leave the shares closest to what is wanted (as
scikit-learn's StratifiedGroupKFold does for folds); the many small ones are dealt by the class that
most of their rows have, where large numbers do the rest.
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
from engine.data.preparing.splits.group_table import GroupTable, group_tables, merged
from engine.data.preparing.splits.grouped import require_groups, write_codes
from engine.recipe.split import Split

ONE_BY_ONE = 5_000
"""Groups that are placed one by one at most."""
_CELLS = 5_000_000
"""Counts of classes in groups that are held at a time."""
_RANGES_FROM = 200_000
"""Rows that tell the ranges of a number target."""

Labels = NDArray[np.int64]


def deal(facts: RowFacts, split: Split) -> Dealt:
    """Deal whole groups by the shares of the classes. Raises `TooFewGroups`."""
    assert facts.groups is not None
    codes = facts.codes()
    edges = _edges(facts, split)
    for table in group_tables(facts, facts.groups):
        require_groups(facts, split, table)
        write_codes(codes, facts, table, _parts(facts, split, table, edges))
    return Dealt(codes)


def _edges(facts: RowFacts, split: Split) -> NDArray[np.float64] | None:
    if facts.classified or facts.classes is None:
        return None
    step = max(1, facts.count // _RANGES_FROM)
    values = np.asarray(facts.classes[::step], np.float64)
    return np.unique(np.quantile(values, np.linspace(0, 1, split.bins + 1)[1:-1]))


def _labels(facts: RowFacts, span: slice, edges: NDArray[np.float64] | None) -> Labels:
    if facts.classes is None:
        return np.zeros(span.stop - span.start, np.int64)
    values = np.asarray(facts.classes[span])
    if edges is None:
        return values.astype(np.int64)
    return np.searchsorted(edges, values, side="right").astype(np.int64)


def _parts(
    facts: RowFacts, split: Split, table: GroupTable, edges: NDArray[np.float64] | None
) -> Codes:
    """The part of each group of the table."""
    draw = shuffled_seed(split.seed, table.part)
    groups, labels, counts = _pairs(facts, table, edges)
    classes = int(labels.max(initial=0)) + 1
    total = np.bincount(labels, counts, classes).astype(np.float64)
    parts = np.full(len(table.rows), TRAIN, np.uint8)
    # First the test rows, then validation or folds among what is left.
    if split.test > 0:
        shares = np.array([1 - split.test, split.test])
        later = 1 + (split.validation > 0) if split.in_folds is None else split.in_folds[1]
        placed = _placed(groups, labels, counts, table, shares, total, draw, [later, 1])
        parts[placed == 1] = TEST
    free = parts[groups] == TRAIN
    groups, labels, counts = groups[free], labels[free], counts[free]
    total = np.bincount(labels, counts, classes).astype(np.float64)
    if split.in_folds is not None:
        fold, folds = split.in_folds
        shares = np.full(folds, 1 / folds)
        placed = _placed(groups, labels, counts, table, shares, total, draw, [1] * folds)
        parts[(parts == TRAIN) & (placed == fold)] = VALIDATION
    elif split.validation > 0:
        share = split.validation / max(1e-9, 1 - split.test)
        shares = np.array([1 - share, share])
        placed = _placed(groups, labels, counts, table, shares, total, draw, [1, 1])
        parts[(parts == TRAIN) & (placed == 1)] = VALIDATION
    return parts


def _pairs(
    facts: RowFacts, table: GroupTable, edges: NDArray[np.float64] | None
) -> tuple[Labels, Labels, Labels]:
    """Place of the group, class, and rows of that class in that group; sorted by group."""
    assert facts.groups is not None
    known, counts = np.empty(0, np.uint64), np.empty(0, np.int64)
    for span in facts.spans():
        mine, places = table.places(np.asarray(facts.groups[span]))
        labels = _labels(facts, span, edges)[mine]
        # 2**32 classes and as many groups have room beside each other.
        pairs = (places.astype(np.uint64) << np.uint64(32)) | labels.astype(np.uint64)
        fresh, sizes = np.unique(pairs, return_counts=True)
        known, counts = merged(known, counts, fresh, sizes)
    groups = (known >> np.uint64(32)).astype(np.int64)
    labels = (known & np.uint64(0xFFFF_FFFF)).astype(np.int64)
    return groups, labels, counts


def _placed(
    groups: Labels,
    labels: Labels,
    counts: Labels,
    table: GroupTable,
    shares: NDArray[np.float64],
    total: NDArray[np.float64],
    draw: np.random.Generator,
    least: list[int],
) -> Labels:
    """The place of each group among the shares; −1 for groups that are not among `groups`.

    Each place gets at least so many groups as `least` says, where there are enough.
    """
    placed = np.full(len(table.rows), -1, np.int64)
    present, first = np.unique(groups, return_index=True)
    if not len(present):
        return placed
    ends = np.append(first[1:], len(groups))
    sizes = np.add.reduceat(counts, first)
    order = draw.permutation(len(present))
    order = order[np.argsort(-sizes[order], kind="stable")]
    classes = len(total)
    one_by_one = min(ONE_BY_ONE, max(1, _CELLS // classes))
    wanted = shares[:, None] * np.maximum(total, 1e-9)[None, :]
    have = np.zeros_like(wanted)
    for at in order[:one_by_one].tolist():
        span = slice(first[at], ends[at])
        place = _best(wanted, have, labels[span], counts[span])
        placed[present[at]] = place
        have[place, labels[span]] += counts[span]
    rest = order[one_by_one:]
    if len(rest):
        main = _main_classes(labels, counts, first, ends)[rest]
        _deal_small(placed, present[rest], sizes[rest], main, wanted - have, draw)
    _leave_none_empty(placed, present, sizes, least)
    return placed


def _best(
    wanted: NDArray[np.float64], have: NDArray[np.float64], labels: Labels, counts: Labels
) -> int:
    """Where a group leaves the counts closest to the wanted ones (chi-square); the emptier of equals."""
    goal = wanted[:, labels]
    change = (counts * (counts + 2 * (have[:, labels] - goal)) / goal).sum(axis=1)
    filled = have.sum(axis=1) / wanted.sum(axis=1)
    return int(np.lexsort((filled, np.round(change, 9)))[0])


def _main_classes(labels: Labels, counts: Labels, first: Labels, ends: Labels) -> Labels:
    """The class that most rows of each group have."""
    group = np.repeat(np.arange(len(first)), ends - first)
    order = np.lexsort((counts, group))
    found: Labels = labels[order[ends - 1]]
    return found


def _deal_small(
    placed: Labels,
    groups: Labels,
    sizes: Labels,
    main: Labels,
    missing: NDArray[np.float64],
    draw: np.random.Generator,
) -> None:
    """Deal many small groups, class by class, in the shares that are still wanted."""
    missing = np.maximum(missing, 0)
    for label in np.unique(main).tolist():
        own = draw.permutation(np.flatnonzero(main == label))
        shares = missing[:, label]
        if shares.sum() <= 0:
            shares = np.ones(len(missing))
        bounds = np.cumsum(shares / shares.sum()) * sizes[own].sum()
        middle = np.cumsum(sizes[own]) - sizes[own] / 2
        place = np.searchsorted(bounds, middle)
        placed[groups[own]] = np.minimum(place, len(shares) - 1)


def _leave_none_empty(placed: Labels, present: Labels, sizes: Labels, least: list[int]) -> None:
    """Every place gets its least number of groups, the smallest ones of the place that can spare most."""
    if len(present) < sum(least):
        return
    for place, needed in enumerate(least):
        while True:
            held = np.bincount(placed[present], minlength=len(least))
            if held[place] >= needed:
                break
            giver = np.flatnonzero(placed[present] == int((held - least).argmax()))
            placed[present[giver[np.argmin(sizes[giver])]]] = place
