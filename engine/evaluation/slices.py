"""For which rows a model is worse: slices by one column and by two.

That a slice is worse is said only where its mean loss is higher than that of all other rows by a one-sided
test (Welch, Biometrika 34, 1947) whose chance of any false word over all slices looked at stays below 5%
(Holm, Scandinavian Journal of Statistics 6, 1979). The search over pairs follows Chung et al., “Slice
Finder” (ICDE 2019): a pair counts only where it is worse than both of its parts.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from engine.evaluation.curves import share_interval
from engine.evaluation.groups import ColumnGroups
from engine.evaluation.holm import holm_limit
from engine.evaluation.measures.scored import Floats, ScoredRows
from engine.evaluation.result import Slice

LEAST_SHARE, LEAST_ROWS = 0.01, 20
_PAIR_COLUMNS = 12
_PAIR_ROWS = 200_000
_MOST_PAIRS = 20
_Z = 1.959964


def least_rows(rows: int) -> int:
    """Rows that a slice needs: one in a hundred, and 20."""
    return max(LEAST_ROWS, math.ceil(LEAST_SHARE * rows))


@dataclass(frozen=True, slots=True)
class _Counts:
    """Sums over the rows of a slice."""

    rows: int
    loss: float
    squared_loss: float
    score: float
    squared_score: float
    positives: int = 0
    """Rows of the second of two classes."""
    hits: int = 0
    """Those of them that are predicted as such."""
    chosen: int = 0
    """Rows that are predicted as such."""


_RIGHT, _POSITIVE, _CHOSEN, _FLAGS = 1, 2, 4, 8


class SliceSearch:
    """Slices of scored rows; each row counts once."""

    def __init__(
        self, rows: ScoredRows, losses: Floats, groups: Sequence[ColumnGroups], least: int
    ) -> None:
        """See the class.

        Args:
            rows: The rows.
            losses: What each adds to the loss.
            groups: Of the columns to look at.
            least: Rows that a slice needs.
        """
        self._rows, self._losses, self._groups, self._least = rows, losses, groups, least
        self._squares = np.square(losses)
        self._sums = (float(losses.sum()), float(self._squares.sum()))
        self._errors = np.zeros(0) if rows.classes else np.abs(rows.errors)
        self._flags = np.zeros(len(rows), np.int64)
        if rows.classes:
            self._flags += rows.right * _RIGHT
        if rows.is_binary and rows.chosen is not None:
            self._flags += rows.actual * _POSITIVE + rows.chosen * _CHOSEN

    def slices(self) -> tuple[Slice, ...]:
        """Slices by one column, then the pairs that are worse beyond chance; the worst first."""
        found: list[tuple[float, Slice]] = []
        tested: list[float] = []
        singles: dict[tuple[int, int], float] = {}
        for place, group in enumerate(self._groups):
            for code, chance, one in self._singles(group):
                found.append((chance, one))
                tested.append(chance)
                singles[place, code] = one.loss
        pairs = self._pairs(singles, tested)
        limit = holm_limit(tested)
        marked = [(c, s.model_copy(update={"is_worse": c <= limit})) for c, s in found]
        worse = [
            (chance, self._pair(groups, code).model_copy(update={"is_worse": True}))
            for _, chance, groups, code in sorted(pairs, key=lambda each: -each[0])
            if chance <= limit
        ][:_MOST_PAIRS]
        ordered = sorted([*marked, *worse], key=lambda each: -each[1].loss)
        return tuple(one for _, one in ordered)

    def _pairs(
        self, singles: dict[tuple[int, int], float], tested: list[float]
    ) -> list[tuple[float, float, tuple[ColumnGroups, ...], int]]:
        """Mean loss, chance, columns and code of pairs that are worse than both of their parts.

        Of very many rows some, evenly taken, are looked at; the chance of each pair is added to `tested`.
        """
        step = max(1, len(self._losses) // _PAIR_ROWS)
        losses = self._losses[::step]
        squares = self._squares[::step]
        sums = (float(losses.sum()), float(squares.sum()), len(losses))
        least = max(LEAST_ROWS, self._least // step)
        found: list[tuple[float, float, tuple[ColumnGroups, ...], int]] = []
        few = self._groups[:_PAIR_COLUMNS]
        codes = [group.codes[::step].astype(np.int64) + 1 for group in few]  # 0: of no group
        for first, second in combinations(range(len(few)), 2):
            width = len(few[second].labels) + 1
            both = codes[first] * width + codes[second]
            count = (len(few[first].labels) + 1) * width
            sizes = np.bincount(both, minlength=count)
            totals = np.bincount(both, losses, count)
            squared = np.bincount(both, squares, count)
            for place in np.flatnonzero(sizes >= least).tolist():
                one, other = place // width - 1, place % width - 1
                if one < 0 or other < 0:
                    continue
                size = int(sizes[place])
                chance = _chance(size, float(totals[place]), float(squared[place]), sums)
                tested.append(chance)
                loss = float(totals[place]) / size
                parts = (first, one), (second, other)
                if all(loss > singles.get(part, -math.inf) for part in parts):
                    code = one * (width - 1) + other
                    found.append((loss, chance, (few[first], few[second]), code))
        return found

    def _singles(self, group: ColumnGroups) -> list[tuple[int, float, Slice]]:
        """Code, chance that it is no worse, and slice of each group that is large enough."""
        sums = (*self._sums, len(self._losses))
        every = self._counts(group.codes.astype(np.int64) + 1, len(group.labels) + 1, slice(None))
        return [
            (
                code,
                _chance(counts.rows, counts.loss, counts.squared_loss, sums),
                self._slice((group,), (code,), counts),
            )
            for code, counts in enumerate(every[1:])
            if counts.rows >= self._least
        ]

    def _pair(self, groups: Sequence[ColumnGroups], code: int) -> Slice:
        """All that is told of a pair, from all of its rows."""
        values = _values(groups, code)
        inside = groups[0].codes == values[0]
        for group, value in zip(groups[1:], values[1:], strict=True):
            inside &= group.codes == value
        places = np.flatnonzero(inside)
        counts = self._counts(np.zeros(len(places), np.int64), 1, places)[0]
        return self._slice(groups, values, counts)

    def _counts(
        self, groups: NDArray[np.int64], size: int, of: NDArray[np.int64] | slice
    ) -> list[_Counts]:
        """The sums of each group of some rows, each in one pass over them."""
        cells = np.bincount(groups * _FLAGS + self._flags[of], minlength=size * _FLAGS)
        cells = cells.reshape(size, _FLAGS)
        flags = np.arange(_FLAGS)

        def rows_with(*wanted: int) -> NDArray[np.int64]:
            has = np.logical_and.reduce([flags & flag > 0 for flag in wanted])
            return np.asarray(cells[:, has].sum(axis=1))

        def sums(values: Floats) -> Floats:
            return np.asarray(np.bincount(groups, values[of], size), np.float64)

        right = rows_with(_RIGHT).astype(np.float64)
        score = right if self._rows.classes else sums(self._errors)
        squared = right if self._rows.classes else sums(np.square(self._errors))
        each = zip(
            cells.sum(axis=1).tolist(),
            sums(self._losses).tolist(),
            sums(self._squares).tolist(),
            score.tolist(),
            squared.tolist(),
            rows_with(_POSITIVE).tolist(),
            rows_with(_POSITIVE, _CHOSEN).tolist(),
            rows_with(_CHOSEN).tolist(),
            strict=True,
        )
        return [_Counts(*values) for values in each]

    def _slice(
        self, groups: Sequence[ColumnGroups], values: tuple[int, ...], counts: _Counts
    ) -> Slice:
        score, low, high = self._interval(counts.rows, counts.score, counts.squared_score)
        recall = selected = None
        if self._rows.is_binary and self._rows.chosen is not None:
            recall = counts.hits / counts.positives if counts.positives else None
            selected = counts.chosen / counts.rows
        return Slice(
            columns=tuple(group.column for group in groups),
            values=tuple(g.labels[v] for g, v in zip(groups, values, strict=True)),
            codes=values,
            rows=counts.rows,
            score=score,
            low=low,
            high=high,
            recall=recall,
            selected=selected,
            loss=counts.loss / counts.rows,
        )

    def _interval(self, size: int, total: float, squared: float) -> tuple[float, float, float]:
        mean = float(total) / size
        if self._rows.classes:
            low, high = share_interval(float(total), size)
            return mean, low, high
        spread = math.sqrt(max(0.0, squared / size - mean**2) / max(1, size - 1))
        return mean, max(0.0, mean - _Z * spread), mean + _Z * spread


def _chance(size: int, total: float, squares: float, whole: tuple[float, float, int]) -> float:
    """That a mean as high comes by chance where a slice is not worse than the rows outside it.

    `whole` holds the sum, the sum of squares and the number of all rows.
    """
    others = whole[2] - size
    if others < 2 or size < 2:
        return 1.0
    rest, rest_squares = whole[0] - total, whole[1] - squares
    mean, rest_mean = total / size, rest / others
    spread = max(0.0, squares / size - mean**2) / (size - 1)
    spread += max(0.0, rest_squares / others - rest_mean**2) / (others - 1)
    if spread <= 0:
        return 1.0
    return float(ndtr(-(mean - rest_mean) / math.sqrt(spread)))


def _values(groups: Sequence[ColumnGroups], code: int) -> tuple[int, ...]:
    values = []
    for group in reversed(groups):
        code, value = divmod(code, len(group.labels))
        values.append(value)
    return tuple(reversed(values))
