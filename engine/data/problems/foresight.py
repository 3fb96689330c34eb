"""How well one column alone predicts the target in rows that it was not looked at with.

Half of the rows say what the target is for each value (or narrow range of values) of the column, the
other half are predicted from that. A key or a free text predicts nothing in this way, however different
it is in every row; a column that gives the target away does.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from engine.data.problems.case import Case
from engine.data.table import texts
from engine.schema import Column, Kind

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_MOST_CLASSES = 200
_FEW = 60
"""Rows with a target that it takes to tell anything."""
_LEVELS = 256
"""Numbers with more different values than that are cut into ranges."""
_RANGES = 256
_LEAST_IN_RANGE = 4
_LARGEST_TABLE = 4_000_000
_ERRORS = 10
"""So many of the rows predicted must be hard to guess."""


@dataclass(frozen=True)
class Goal:
    """The target in the rows of the sample that have one."""

    name: str
    rows: Integers
    """Places in the sample."""
    learnt: NDArray[np.bool_]
    """Which of these rows are looked at; the others are predicted."""
    codes: Integers | None
    """Classes, for a category."""
    classes: int
    values: Floats | None
    """Numbers, for a number; those at the far ends are cut off."""

    @property
    def is_number(self) -> bool:
        """Whether a number is predicted."""
        return self.values is not None


def goal_of(case: Case) -> Goal | None:
    """The target as something to predict; nothing where there is too little of it."""
    column = case.target
    if column is None or column.kind not in (Kind.NUMBER, Kind.CATEGORY):
        return None
    cells = case.sampled(column.name)
    if column.kind is Kind.CATEGORY:
        encoded = cells.dictionary_encode()
        codes = _filled(encoded.indices, -1)
        rows = np.flatnonzero(codes >= 0)
        classes = len(encoded.dictionary)
        if len(rows) < _FEW or not 2 <= classes <= _MOST_CLASSES:
            return None
        return Goal(column.name, rows, _halves(len(rows)), codes[rows], classes, None)
    if pa.types.is_string(cells.type):
        return None
    values = floats(cells)
    rows = np.flatnonzero(~np.isnan(values))
    if len(rows) < _FEW:
        return None
    low, high = np.percentile(values[rows], (0.5, 99.5))
    if low == high:
        return None
    return Goal(column.name, rows, _halves(len(rows)), None, 0, values[rows].clip(low, high))


def _halves(rows: int) -> NDArray[np.bool_]:
    halves: NDArray[np.bool_] = np.random.default_rng(0).permutation(rows) % 2 == 0
    return halves


def skill(case: Case, column: Column, goal: Goal) -> float:
    """From 0, no better than knowing no column at all, to 1: never wrong."""
    cells = case.sampled(column.name)
    if column.kind is Kind.TEXT and len(cells.unique()) > len(cells) // 2:
        return 0.0
    return skill_of(cells, goal)


def skill_of(cells: pa.Array, goal: Goal) -> float:
    """As `skill`, of any values in the rows of the sample."""
    if pa.types.is_string(cells.type):
        codes = _filled(cells.dictionary_encode().indices, -1) + 1
        return _by_level(codes[goal.rows], goal)
    values = floats(cells)[goal.rows]
    if goal.is_number and not is_few(values):
        return _by_course(values, goal)
    return _by_level(_in_ranges(values, goal.learnt), goal)


def is_few(values: Floats) -> bool:
    """Whether numbers have so few different values that each can stand for itself."""
    return len(np.unique(values)) <= _LEVELS


def prefixes(cells: pa.Array) -> pa.Array:
    """What keys begin with: their letters, or their first two characters."""
    words = texts(cells).to_pylist()
    return pa.array([None if word is None else _prefix(word) for word in words], pa.string())


def _prefix(word: str) -> str:
    letters = len(word) - len(word.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"))
    return word[: max(letters, 2)][:12]


def _in_ranges(values: Floats, learnt: NDArray[np.bool_]) -> Integers:
    """Numbers as levels: each value for itself, or ranges of equally many; missing is a level too."""
    known = values[~np.isnan(values)]
    if is_few(known):
        edges = np.unique(known)
    else:
        seen = values[learnt & ~np.isnan(values)]
        ranges = max(2, min(_RANGES, len(seen) // 20))
        edges = np.unique(np.quantile(seen, np.arange(1, ranges) / ranges))
    codes = np.searchsorted(edges, values, "right") + 1
    return np.where(np.isnan(values), 0, codes).astype(np.int64)


def _by_level(codes: Integers, goal: Goal) -> float:
    levels = int(codes.max()) + 1
    learnt, others = goal.learnt, ~goal.learnt
    if goal.codes is None:
        assert goal.values is not None
        counts = np.bincount(codes[learnt], minlength=levels)
        sums = np.bincount(codes[learnt], goal.values[learnt], minlength=levels)
        middle = float(goal.values[learnt].mean())
        means = np.where(counts > 0, sums / np.maximum(counts, 1), middle)
        return _explained(goal.values[others], means[codes[others]], middle)
    if levels * goal.classes > _LARGEST_TABLE:
        return 0.0
    pairs = codes[learnt] * goal.classes + goal.codes[learnt]
    table = np.bincount(pairs, minlength=levels * goal.classes).reshape(levels, goal.classes)
    likeliest = int(table.sum(axis=0).argmax())
    guesses = np.where(table.any(axis=1), table.argmax(axis=1), likeliest)
    truth = goal.codes[others]
    by_chance = int(np.count_nonzero(truth != likeliest))
    if by_chance < _ERRORS:
        return 0.0
    return max(0.0, 1 - int(np.count_nonzero(guesses[codes[others]] != truth)) / by_chance)


def _by_course(values: Floats, goal: Goal) -> float:
    """A number from a number: along the line through the means of neighbours."""
    assert goal.values is not None
    known = ~np.isnan(values)
    learnt, others = goal.learnt & known, ~goal.learnt & known
    if np.count_nonzero(known) < max(_FEW, len(values) // 2) or not learnt.any():
        return 0.0
    order = np.argsort(values[learnt], kind="stable")
    ranges = max(2, min(_RANGES, len(order) // _LEAST_IN_RANGE))
    groups = np.arange(len(order)) * ranges // len(order)
    sizes = np.bincount(groups)
    at = np.bincount(groups, values[learnt][order]) / sizes
    means = np.bincount(groups, goal.values[learnt][order]) / sizes
    at, first = np.unique(at, return_index=True)
    guesses = np.interp(values[others], at, means[first])
    return _explained(goal.values[others], guesses, float(goal.values[learnt].mean()))


def _explained(truth: Floats, guesses: Floats, middle: float) -> float:
    total = float(np.square(truth - middle).sum())
    return max(0.0, 1 - float(np.square(truth - guesses).sum()) / total) if total > 0 else 0.0


def floats(cells: pa.Array) -> Floats:
    """Numbers or dates as floats, NaN where missing."""
    if pa.types.is_timestamp(cells.type):
        cells = cells.cast(pa.int64())
    values: Floats = cells.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False)
    return values


def _filled(indices: pa.Array, missing: int) -> Integers:
    codes: Integers = indices.fill_null(missing).to_numpy(zero_copy_only=False).astype(np.int64)
    return codes
