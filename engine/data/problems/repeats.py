"""Rows that are there more than once, and rows that differ in the target alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.data.problems.case import Case, percent
from engine.data.problems.fixes import drop_copies
from engine.data.problems.hashing import Hashes, cell_hashes, mixed, row_hashes
from engine.data.problems.problem import MOST_ROWS, Problem
from engine.messages import message, message_n
from engine.recipe.rows import DuplicatePolicy
from engine.schema import Kind

_PARTS = 16
_IN_ONE_PART = 1 << 22
_MANY_CONFLICTS = 0.05


@dataclass(frozen=True, slots=True)
class _Conflicts:
    rows: tuple[int, ...]
    """The first of them, rows that are alike next to each other."""
    count: int
    wrong: int
    """Rows that any model gets wrong, as it cannot tell them from others."""


def duplicates(case: Case) -> Iterator[Problem]:
    """Rows in which every cell is as in an earlier one, unless the recipe sees to them."""
    if case.recipe.rows.duplicates.policy is not DuplicatePolicy.KEEP:
        return
    rows, count = case.once("duplicates", lambda: _repeated(row_hashes(case, case.table.names)))
    if not count:
        return
    yield Problem(
        "duplicates",
        "info",
        message_n("{count} row is there twice", "{count} rows are there twice", count),
        message(
            "Every cell is as in an earlier row. Copies in training and test part flatter the result."
        ),
        count=count,
        rows=rows,
        fix=drop_copies(count),
    )


def conflicts(case: Case) -> Iterator[Problem]:
    """Rows that are the same in all columns to learn from, and not in the class to predict."""
    target = case.target
    features = tuple(column.name for column in case.used())
    if target is None or target.kind is not Kind.CATEGORY or not features:
        return
    found = case.once(
        ("conflicts", features, target.name), lambda: _conflicting(case, features, target.name)
    )
    if not found.count:
        return
    share = found.wrong / case.table.rows
    yield Problem(
        "conflicts",
        "warning" if share >= _MANY_CONFLICTS else "info",
        message_n(
            "{count} row contradicts another",
            "{count} rows contradict each other",
            found.count,
        ),
        message(
            "They are the same but for “{target}”, so any model is wrong in {wrong} of them at least ({share}% of all rows).",
            target=target.name,
            wrong=found.wrong,
            share=percent(share),
        ),
        column=target.name,
        count=found.count,
        rows=found.rows,
    )


def _repeated(hashes: Hashes) -> tuple[tuple[int, ...], int]:
    """The first rows that repeat an earlier one, and how many do."""
    count = 0
    first: list[NDArray[np.int64]] = []
    for rows in _parts(hashes):
        values = hashes[rows]
        order = np.argsort(values, kind="stable")
        values = values[order]
        again = rows[order[1:][values[1:] == values[:-1]]]
        count += len(again)
        first.append(_least(again))
    return tuple(_least(np.concatenate(first)).tolist()), count


def _least(rows: NDArray[np.int64]) -> NDArray[np.int64]:
    if len(rows) > MOST_ROWS:
        rows = np.partition(rows, MOST_ROWS)[:MOST_ROWS]
    return np.sort(rows)


def _conflicting(case: Case, features: tuple[str, ...], target: str) -> _Conflicts:
    hashes = row_hashes(case, features)
    count = wrong = 0
    shown: list[int] = []
    for rows in _parts(hashes):
        case.go_on()
        alike, counts = np.unique(hashes[rows], return_counts=True)
        alike = alike[
            counts > 1
        ]  # most rows are the only one of their kind: look no closer at them
        places = np.searchsorted(alike, hashes[rows])
        places[places == len(alike)] = 0
        rows = rows[alike[places] == hashes[rows]] if len(alike) else rows[:0]
        if not len(rows):
            continue
        classes = case.table.column(target).take(rows).combine_chunks()
        known = classes.is_valid().to_numpy(zero_copy_only=False)
        rows, labels = rows[known], cell_hashes(classes)[known]
        groups = np.unique(hashes[rows], return_inverse=True)[1]
        pairs = mixed(hashes[rows]) ^ labels
        order = np.lexsort((rows, pairs, groups))
        groups, pairs, rows = groups[order], pairs[order], rows[order]
        starts = np.flatnonzero(
            np.append(True, (groups[1:] != groups[:-1]) | (pairs[1:] != pairs[:-1]))
        )
        sizes = np.diff(np.append(starts, len(rows)))  # rows of each kind and class
        of_group = groups[starts]
        total = np.bincount(of_group, sizes).astype(np.int64)
        largest = np.zeros(len(total), np.int64)
        np.maximum.at(largest, of_group, sizes)
        clashing = total > largest
        count += int(total[clashing].sum())
        wrong += int((total - largest).sum())
        if len(shown) < MOST_ROWS:
            shown += rows[clashing[groups]][: MOST_ROWS - len(shown)].tolist()
    return _Conflicts(tuple(shown), count, wrong)


def _parts(hashes: Hashes) -> Iterator[NDArray[np.int64]]:
    """The rows, in parts that hold all rows of equal hashes, so that sorting takes little memory."""
    if len(hashes) <= _IN_ONE_PART:
        yield np.arange(len(hashes), dtype=np.int64)
        return
    for part in range(_PARTS):
        yield np.flatnonzero(hashes >> np.uint64(60) == part)
