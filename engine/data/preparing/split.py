"""Which rows train, which validate, which test."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.errors import TooFewRows
from engine.messages import Message, message
from engine.recipe.split import Split, SplitMethod

Rows: TypeAlias = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Parts:
    """Disjoint row numbers, sorted; together they are all rows that were split."""

    train: Rows
    validation: Rows
    test: Rows
    """Of the test file, where the split has one."""
    notes: tuple[Message, ...] = field(default=())


def split_rows(split: Split, rows: Rows, classes: NDArray[Any] | None) -> Parts:
    """Deal `rows` to the parts by `split.seed`.

    Args:
        split: Shares, method and seed.
        rows: Row numbers of the table.
        classes: The class, or the range of values, of each of `rows` for a stratified split; None for
            one at random.

    Raises:
        TooFewRows: Two rows for training and one for every other part that is asked for are not there.
    """
    needed = 2 + split.has_validation + (split.test > 0)
    if split.in_folds is not None:
        needed = max(needed, split.in_folds[1] + (split.test > 0))
    if len(rows) < needed:
        raise TooFewRows(len(rows), needed)
    labels = None
    if classes is not None and split.method is not SplitMethod.RANDOM:
        labels = np.unique(classes, return_inverse=True)[1]
    left = 2 + split.has_validation if split.in_folds is None else split.in_folds[1]
    test_size = min(_size(split.test, len(rows)), len(rows) - left)
    validation_size = min(_size(split.validation, len(rows)), len(rows) - test_size - 2)
    places = np.arange(len(rows))
    rest, test, test_fell_back = _deal(places, test_size, labels, split.seed)
    if split.in_folds is None:
        train, validation, fell_back = _deal(rest, validation_size, labels, split.seed)
    else:
        fold, folds = split.in_folds
        own = folds_of(len(rest), folds, None if labels is None else labels[rest], split.seed)
        train, validation, fell_back = rest[own != fold], rest[own == fold], False
    notes: tuple[Message, ...] = ()
    if test_fell_back or fell_back:
        notes = (
            message(
                "A class has too few rows to be in every part, so the rows were split at random."
            ),
        )
    return Parts(np.sort(rows[train]), np.sort(rows[validation]), np.sort(rows[test]), notes)


def folds_of(rows: int, folds: int, labels: NDArray[Any] | None, seed: int) -> NDArray[np.int64]:
    """The fold of each row: sizes differ by one row at most, and so do those of each label.

    Rows are shuffled, put in the order of their labels, and dealt out like cards.
    """
    order = np.random.default_rng(seed).permutation(rows)
    if labels is not None:
        order = order[np.argsort(labels[order], kind="stable")]
    found = np.empty(rows, np.int64)
    found[order] = np.arange(rows) % folds
    return found


def _size(share: float, rows: int) -> int:
    # Rounded up as scikit-learn does; the inner rounding keeps 0.07 · 100 from becoming 8.
    return math.ceil(round(share * rows, 9))


def _deal(
    places: NDArray[np.intp], size: int, labels: NDArray[np.intp] | None, seed: int
) -> tuple[NDArray[np.intp], NDArray[np.intp], bool]:
    """(places kept, `size` places taken, whether stratifying was given up)."""
    if size == 0:
        return places, places[:0], False
    from sklearn.model_selection import train_test_split

    fell_back = False
    stratify = None
    if labels is not None:
        stratify = labels[places]
        counts = np.bincount(stratify)
        present = int(np.count_nonzero(counts))
        smallest = int(counts[counts > 0].min())
        fell_back = smallest < 2 or min(size, len(places) - size) < present
        if fell_back:
            stratify = None
    kept, taken = train_test_split(places, test_size=size, random_state=seed, stratify=stratify)
    return kept, taken, fell_back
