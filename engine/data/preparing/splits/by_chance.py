"""Random and stratified splits, dealt in blocks whose size does not depend on the memory."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.data.preparing.split import split_rows
from engine.data.preparing.splits.facts import TEST, TRAIN, VALIDATION, Codes, Dealt, RowFacts
from engine.messages import Message
from engine.recipe.split import Split, SplitMethod

BLOCK_ROWS = 500_000
"""Rows that are dealt in one go. More are dealt in blocks of so many, whatever the memory: the same
table must always be split in the same way."""
_FEW = 20
"""Rows of a class in a block below which it is dealt together with other small ones."""


def deal(facts: RowFacts, split: Split) -> Dealt:
    """Deal rows at random; with `SplitMethod.STRATIFIED` each class (or range of values) by itself.

    Raises `TooFewRows`.
    """
    stratified = split.method is SplitMethod.STRATIFIED and facts.classes is not None
    codes = facts.codes()
    notes: dict[str, Message] = {}
    least = _least(split)
    for block, span in enumerate(facts.spans(BLOCK_ROWS)):
        size = span.stop - span.start
        if block and size < least:
            break  # the last few rows train
        own = split
        if block:
            own = split.model_copy(update={"seed": block_seed(split.seed, block)})
        labels = None
        if stratified and facts.classes is not None:
            labels = facts.classes[span]
            if not facts.classified:
                labels = ranges(labels, _bins(split, size))
            elif facts.count > BLOCK_ROWS:
                labels = with_few_joined(labels)
        parts = split_rows(own, np.arange(span.start, span.stop), labels)
        codes[parts.validation] = VALIDATION
        codes[parts.test] = TEST
        notes.update({str(note): note for note in parts.notes})
    return Dealt(codes, notes=tuple(notes.values()))


def validation_from_train(codes: Codes, facts: RowFacts, split: Split) -> Codes:
    """The same codes with some of the training rows dealt to validation; test rows stay.

    Where a column or a file says which rows test, the rest is dealt by this.
    """
    rest = split.model_copy(update={"test": 0.0})
    growing = facts.storage.growing(np.int64)
    for span in facts.spans():
        growing.append(np.flatnonzero(codes[span] == TRAIN) + span.start)
    training = growing.array()
    for block, start in enumerate(range(0, max(1, len(training)), BLOCK_ROWS)):
        places = np.asarray(training[start : start + BLOCK_ROWS])
        if block and len(places) < _least(rest):
            break
        labels = None if facts.classes is None else facts.classes[places]
        if labels is not None and not facts.classified:
            labels = None
        elif labels is not None and len(training) > BLOCK_ROWS:
            labels = with_few_joined(labels)
        seed = block_seed(split.seed, block) if block else split.seed
        parts = split_rows(rest.model_copy(update={"seed": seed}), places, labels)
        codes[parts.validation] = VALIDATION
    return codes


def _least(split: Split) -> int:
    """Rows that can be dealt to all parts."""
    if split.in_folds is not None:
        return max(2, split.in_folds[1]) + (split.test > 0)
    return 2 + (split.validation > 0) + (split.test > 0)


def block_seed(seed: int, block: int) -> int:
    """The seed of a later block."""
    return int(np.random.SeedSequence((seed, block)).generate_state(1)[0]) & 0x7FFF_FFFF


def ranges(values: NDArray[Any], bins: int) -> NDArray[np.int64] | None:
    """The range of each value: `bins` ranges with the same number of values; None for one range."""
    if bins < 2:
        return None
    edges = np.unique(np.quantile(values, np.linspace(0, 1, bins + 1)[1:-1]))
    found: NDArray[np.int64] = np.searchsorted(edges, values, side="right").astype(np.int64)
    return found


def _bins(split: Split, rows: int) -> int:
    """Ranges of which every part gets rows."""
    shares = [share for share in (split.test, split.validation) if share > 0]
    smallest = min(shares, default=0.5) * rows
    return min(split.bins, int(smallest) // 2)


def with_few_joined(codes: NDArray[Any]) -> NDArray[Any]:
    """Classes of which a block has few rows become one, which can be dealt by shares."""
    counts = np.bincount(codes)
    few = (counts > 0) & (counts < _FEW)
    if not few.any():
        return codes
    joined = int(np.argmax(counts)) if counts[few].sum() < _FEW else int(np.flatnonzero(few)[0])
    names = np.arange(len(counts))
    names[few] = joined
    found: NDArray[Any] = names[codes]
    return found
