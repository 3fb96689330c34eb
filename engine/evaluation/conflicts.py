"""Rows whose inputs are the same to the model, and whose labels are not: no model can get them all right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.data.preparing.arrays import Arrays
from engine.evaluation.measures.scored import Codes
from engine.evaluation.result import Conflict

MOST_CONFLICTS, MOST_ROWS = 50, 20
_SPAN = 1 << 16
"""Rows that are hashed at a time."""


@dataclass(frozen=True, slots=True)
class LabelledRows:
    """Rows as the model gets them, with their classes."""

    inputs: Arrays
    codes: Codes
    """Class of each row."""
    rows: NDArray[np.int64]
    """Row of the table."""


def conflicts(
    part: LabelledRows, classes: Sequence[str], others: LabelledRows | None = None
) -> tuple[tuple[Conflict, ...], int]:
    """Groups of rows that contradict each other, the largest first, and how many rows of the part do.

    Args:
        part: The rows that are scored.
        classes: By their codes.
        others: Rows to compare with, such as training rows; groups of these alone are not told.
    """
    sides = [part] if others is None else [part, others]
    inputs = _Inputs(sides)
    codes = np.concatenate([side.codes for side in sides])
    rows = np.concatenate([side.rows for side in sides])
    order = np.argsort(inputs.hashes, kind="stable")
    starts = np.flatnonzero(np.append(True, ~inputs.same_as_next(order)))
    if not len(order):
        return (), 0
    ordered = codes[order]
    lowest = np.minimum.reduceat(ordered, starts)
    highest = np.maximum.reduceat(ordered, starts)
    own = np.add.reduceat((order < len(part.rows)).astype(np.int64), starts)
    ends = np.append(starts[1:], len(order))
    found = np.flatnonzero((lowest != highest) & (own > 0))
    sizes = (ends - starts)[found]
    told = []
    for group in found[np.argsort(-sizes, kind="stable")][:MOST_CONFLICTS].tolist():
        members = _one_of_each_first(order[starts[group] : ends[group]], codes)[:MOST_ROWS]
        told.append(
            Conflict(
                rows=tuple(rows[members].tolist()),
                labels=tuple(classes[code] for code in codes[members].tolist()),
                count=int(ends[group] - starts[group]),
            )
        )
    return tuple(told), int(own[found].sum())


def _one_of_each_first(members: Codes, codes: Codes) -> Codes:
    """A row of each class before further ones, so that a contradiction shows however many are listed."""
    _, first = np.unique(codes[members], return_index=True)
    rest = np.delete(np.arange(len(members)), first)
    return np.asarray(members[np.concatenate([np.sort(first), rest])])


class _Inputs:
    """What the model is given of the rows of several sides, one after another."""

    def __init__(self, sides: Sequence[LabelledRows]) -> None:
        self._sides = sides
        self._second = len(sides[0].rows)
        width = sides[0].inputs.numbers.shape[1] + sides[0].inputs.codes.shape[1]
        # Odd numbers drawn once: the sum of products parts all but a few in 2^32 unequal pairs.
        odd = np.random.default_rng(0).integers(0, 1 << 63, max(1, width), np.uint64) * 2 + 1
        self.hashes = np.concatenate([_hashes(side.inputs, odd) for side in sides])

    def same_as_next(self, order: Codes) -> NDArray[np.bool_]:
        """Whether each row, in this order, is given the same as the one after it; (rows − 1,)."""
        same = self.hashes[order[:-1]] == self.hashes[order[1:]]
        near = np.flatnonzero(same)
        same[near] = (self._cells(order[near]) == self._cells(order[near + 1])).all(axis=1)
        return np.asarray(same)

    def _cells(self, places: Codes) -> NDArray[np.uint32]:
        width = [self._sides[0].inputs.numbers.shape[1], self._sides[0].inputs.codes.shape[1]]
        found = np.empty((len(places), sum(width)), np.uint32)
        for side, arrays in enumerate(each.inputs for each in self._sides):
            inside = (places >= self._second) == bool(side)
            own = places[inside] - (self._second if side else 0)
            found[inside] = _as_words(arrays.numbers[own], arrays.codes[own])
        return found


def _hashes(inputs: Arrays, odd: NDArray[np.uint64]) -> NDArray[np.uint64]:
    found = np.zeros(len(inputs.numbers), np.uint64)
    for start in range(0, len(found), _SPAN):
        span = slice(start, start + _SPAN)
        words = _as_words(inputs.numbers[span], inputs.codes[span])
        for place in range(words.shape[1]):
            found[span] += words[:, place].astype(np.uint64) * odd[place]
    return found


def _as_words(numbers: NDArray[np.float32], codes: NDArray[np.int32]) -> NDArray[np.uint32]:
    plain = np.ascontiguousarray(numbers) + np.float32(0)  # −0 is 0
    return np.concatenate([plain.view(np.uint32), codes.astype(np.int32).view(np.uint32)], axis=1)
