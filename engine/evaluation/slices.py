"""For which rows a model is worse: slices by one column and by two, and gaps between groups.

That a slice is worse is said only where its mean loss is higher than that of all other rows by a one-sided
test (Welch, Biometrika 34, 1947) whose chance of any false word over all slices looked at stays below 5%
(Holm, Scandinavian Journal of Statistics 6, 1979). The search over pairs follows Chung et al., “Slice
Finder” (ICDE 2019): a pair counts only where it is worse than both of its parts.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import combinations
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from engine.evaluation.curves import share_interval
from engine.evaluation.groups import ColumnGroups
from engine.evaluation.measures.scored import Floats, ScoredRows
from engine.evaluation.result import Gap, Slice

LEAST_SHARE, LEAST_ROWS = 0.01, 20
_LEVEL = 0.05
_PAIR_COLUMNS = 12
_MOST_PAIRS = 20
_MOST_GAPS = 6
_LEAST_OF_RATE = 10
_Z = 1.959964
_Rates: TypeAlias = Callable[[int, int], tuple[float | None, float | None]]


def least_rows(rows: int) -> int:
    """Rows that a slice needs: one in a hundred, and 20."""
    return max(LEAST_ROWS, math.ceil(LEAST_SHARE * rows))


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
        self._score = rows.right.astype(np.float64) if rows.classes else np.abs(rows.errors)
        self._sums = (float(losses.sum()), float(np.square(losses).sum()))

    def slices(self) -> tuple[Slice, ...]:
        """Slices by one column, then the pairs that are worse beyond chance; the worst first."""
        found: list[tuple[float, Slice]] = []
        tested: list[float] = []
        singles: dict[tuple[int, int], float] = {}
        for place, group in enumerate(self._groups):
            for code, chance, one in self._of((group,)):
                found.append((chance, one))
                tested.append(chance)
                singles[place, code] = one.loss
        pairs: list[tuple[float, Slice]] = []
        few = range(min(len(self._groups), _PAIR_COLUMNS))
        for first, second in combinations(few, 2):
            width = len(self._groups[second].labels)
            for code, chance, one in self._of((self._groups[first], self._groups[second])):
                tested.append(chance)
                parts = (first, code // width), (second, code % width)
                if all(one.loss > singles.get(part, -math.inf) for part in parts):
                    pairs.append((chance, one))
        limit = _holm(tested)
        marked = [(c, s.model_copy(update={"is_worse": c <= limit})) for c, s in found]
        worse = [(c, s.model_copy(update={"is_worse": True})) for c, s in pairs if c <= limit]
        worse = sorted(worse, key=lambda each: -each[1].loss)[:_MOST_PAIRS]
        ordered = sorted([*marked, *worse], key=lambda each: -each[1].loss)
        return tuple(one for _, one in ordered)

    def _of(self, groups: Sequence[ColumnGroups]) -> list[tuple[int, float, Slice]]:
        """The code, the chance that it is no worse, and the slice, of each that is large enough."""
        codes = groups[0].codes.astype(np.int64)
        count = len(groups[0].labels)
        for group in groups[1:]:
            here = group.codes.astype(np.int64)
            codes = np.where((codes < 0) | (here < 0), -1, codes * len(group.labels) + here)
            count *= len(group.labels)
        places = codes + 1  # rows of no group come first
        sizes = np.bincount(places, minlength=count + 1)[1:]
        enough: NDArray[np.int64] = np.flatnonzero(sizes >= self._least)
        if not len(enough):
            return []

        def sums(values: Floats) -> Floats:
            return np.asarray(np.bincount(places, values, count + 1)[1:], np.float64)

        losses, squares = sums(self._losses), sums(np.square(self._losses))
        scores = sums(self._score)
        squared = scores if self._rows.classes else sums(np.square(self._score))
        rates = self._rates(sums)
        found = []
        for code in enough.tolist():
            size = int(sizes[code])
            chance = self._chance(size, losses[code], squares[code])
            score, low, high = self._interval(size, scores[code], squared[code])
            recall, selected = rates(code, size)
            values = _values(groups, code)
            found.append(
                (
                    code,
                    chance,
                    Slice(
                        columns=tuple(group.column for group in groups),
                        values=tuple(g.labels[v] for g, v in zip(groups, values, strict=True)),
                        codes=values,
                        rows=size,
                        score=score,
                        low=low,
                        high=high,
                        recall=recall,
                        selected=selected,
                        loss=float(losses[code]) / size,
                    ),
                )
            )
        return found

    def _interval(self, size: int, total: float, squared: float) -> tuple[float, float, float]:
        mean = float(total) / size
        if self._rows.classes:
            low, high = share_interval(float(total), size)
            return mean, low, high
        spread = math.sqrt(max(0.0, squared / size - mean**2) / max(1, size - 1))
        return mean, max(0.0, mean - _Z * spread), mean + _Z * spread

    def _chance(self, size: int, total: float, squares: float) -> float:
        """That a difference as large comes by chance alone where the slice is not worse."""
        others = len(self._losses) - size
        if others < 2:
            return 1.0
        rest, rest_squares = self._sums[0] - total, self._sums[1] - squares
        mean, rest_mean = total / size, rest / others
        spread = max(0.0, squares / size - mean**2) / max(1, size - 1) + max(
            0.0, rest_squares / others - rest_mean**2
        ) / (others - 1)
        if spread <= 0:
            return 1.0
        return float(ndtr(-(mean - rest_mean) / math.sqrt(spread)))

    def _rates(self, sums: Callable[[Floats], Floats]) -> _Rates:
        """Recall and share selected of a slice; None where they are not defined."""
        rows = self._rows
        if not rows.is_binary or rows.chosen is None:
            return lambda code, size: (None, None)
        actual, chosen = rows.actual.astype(np.float64), rows.chosen.astype(np.float64)
        positives, selected, hits = sums(actual), sums(chosen), sums(actual * chosen)
        return lambda code, size: (
            float(hits[code] / positives[code]) if positives[code] else None,
            float(selected[code]) / size,
        )

    def gaps(self) -> tuple[Gap, ...]:
        """The largest differences of rates between the groups of a column, of two classes only.

        Groups with fewer than ten rows that the rate is over are left out. Selection rate, true and
        false positive rate are the parities of Hardt, Price & Srebro (NeurIPS 2016).
        """
        rows = self._rows
        if not rows.is_binary or rows.chosen is None:
            return ()
        actual, chosen = rows.actual == 1, rows.chosen == 1
        over = {
            "selected": np.ones(len(rows), np.bool_),
            "recall": actual,
            "false_positive": ~actual,
        }
        found = []
        for group in self._groups:
            there = group.codes >= 0
            for rate, of in over.items():
                within = there & of
                sizes = np.bincount(group.codes[within], minlength=len(group.labels))
                hits = np.bincount(group.codes[within & chosen], minlength=len(group.labels))
                enough = np.flatnonzero(sizes >= max(_LEAST_OF_RATE, 1))
                if len(enough) < 2:
                    continue
                rates = hits[enough] / sizes[enough]
                most, least = enough[rates.argmax()], enough[rates.argmin()]
                found.append(
                    Gap(
                        column=group.column,
                        rate=rate,
                        gap=float(rates.max() - rates.min()),
                        highest=group.labels[most],
                        lowest=group.labels[least],
                    )
                )
        return tuple(sorted(found, key=lambda each: -each.gap)[:_MOST_GAPS])


def _values(groups: Sequence[ColumnGroups], code: int) -> tuple[int, ...]:
    values = []
    for group in reversed(groups):
        code, value = divmod(code, len(group.labels))
        values.append(value)
    return tuple(reversed(values))


def _holm(chances: Sequence[float]) -> float:
    """The greatest chance that still counts, all tests considered; below 0 where none does."""
    limit = -1.0
    for place, chance in enumerate(sorted(chances)):
        if chance > _LEVEL / (len(chances) - place):
            break
        limit = chance
    return limit
