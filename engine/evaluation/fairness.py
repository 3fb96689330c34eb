"""Rates of the groups of a column side by side, and how far apart they are.

Selection rate, true and false positive rate are the parities of Hardt, Price & Srebro (NeurIPS 2016);
calibration within groups is that of Kleinberg, Mullainathan & Raghavan (ITCS 2017). That rates differ is
said only where all groups being alike is unlikely: Pearson's test of homogeneity for shares, Cochran's Q
(Biometrics 10, 1954) for calibration, with a chance of any false word over all columns and rates of at most
5% (Holm, Scandinavian Journal of Statistics 6, 1979). Each row counts once.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc

from engine.evaluation.groups import ColumnGroups
from engine.evaluation.holm import holm_limit
from engine.evaluation.measures.scored import Codes, Floats
from engine.evaluation.result import Fairness, Gap, GroupRates

LEAST_ROWS = 10
"""That a rate of a group is told of."""
MOST_GAPS = 12
RATES = ("selected", "recall", "false_positive", "calibration")
_Z = 1.959964
_POSITIVE, _SELECTED, _RIGHT, _FLAGS = 1, 2, 4, 8


@dataclass(frozen=True, slots=True)
class _Rate:
    """A rate in each group, (groups,); NaN where too few rows tell of it."""

    name: str
    sizes: Floats
    values: Floats
    variances: Floats
    """Of a single row."""
    is_share: bool = True


@dataclass(frozen=True, slots=True)
class Groups:
    """What fairness is about: rows of one class against the others."""

    positive: NDArray[np.bool_]
    """Whether each row is of the class."""
    selected: NDArray[np.bool_]
    """Whether it is predicted as such."""
    chances: Floats
    """The predicted probability of the class."""
    right: NDArray[np.bool_]
    """Whether the predicted class is the actual one, of however many."""


def fairness(
    rows: Groups, groups: Sequence[ColumnGroups], ranges_of: Sequence[str] = ()
) -> tuple[tuple[Fairness, ...], tuple[Gap, ...]]:
    """Rates by group of each column, and the gaps between them, clear ones first, then the largest.

    Args:
        rows: The rows.
        groups: Of columns; those whose groups are ranges of numbers tell little, and are left out.
        ranges_of: Columns that are looked at though their groups are ranges.
    """
    told, gaps, chances = [], [], []
    counter = _Counter(rows)
    for group in groups:
        if group.is_range and group.column not in ranges_of:
            continue
        rates, right = counter.rates(group)
        told.append(_side_by_side(group, (*rates, right)))
        for rate in rates:
            gap = _gap(group, rate)
            if gap is not None:
                gaps.append(gap)
                chances.append(_chance(rate))
    limit = holm_limit(chances)
    marked = [
        gap.model_copy(update={"is_clear": chance <= limit})
        for gap, chance in zip(gaps, chances, strict=True)
    ]
    marked.sort(key=lambda gap: (not gap.is_clear, -gap.gap))
    return tuple(told), tuple(marked[:MOST_GAPS])


class _Counter:
    """Counts rows of groups; one pass over them for all shares of a column."""

    def __init__(self, rows: Groups) -> None:
        flags = rows.positive * _POSITIVE + rows.selected * _SELECTED + rows.right * _RIGHT
        self._flags = flags.astype(np.int64)
        off = rows.chances - rows.positive
        self._known = np.isfinite(off)
        self._off = np.where(self._known, off, 0.0)
        self._squares = np.square(self._off)
        self._all_known = bool(self._known.all())

    def rates(self, group: ColumnGroups) -> tuple[tuple[_Rate, ...], _Rate]:
        """The rates of `RATES`, and the accuracy."""
        count = len(group.labels) + 1
        places = group.codes.astype(np.int64) + 1  # 0: of no group
        cells = np.bincount(places * _FLAGS + self._flags, minlength=count * _FLAGS)
        cells = cells.reshape(count, _FLAGS)[1:]
        every = np.arange(_FLAGS)
        positive, selected = every & _POSITIVE > 0, every & _SELECTED > 0
        over = {"selected": every >= 0, "recall": positive, "false_positive": ~positive}
        found = [_share(name, cells, within, selected) for name, within in over.items()]
        right = _share("accuracy", cells, every >= 0, every & _RIGHT > 0)
        return (*found, self._calibration(places, count)), right

    def _calibration(self, places: Codes, count: int) -> _Rate:
        of = None if self._all_known else self._known.astype(np.float64)
        sizes = np.bincount(places, of, count)[1:].astype(np.float64)
        means = np.bincount(places, self._off, count)[1:] / np.maximum(sizes, 1)
        squares = np.bincount(places, self._squares, count)[1:] / np.maximum(sizes, 1)
        values = np.where(sizes >= LEAST_ROWS, means, np.nan)
        spread = np.maximum(squares - np.square(means), 0.0) * sizes / np.maximum(sizes - 1, 1)
        return _Rate("calibration", sizes, values, spread, is_share=False)


def _share(name: str, cells: Codes, within: NDArray[np.bool_], of: NDArray[np.bool_]) -> _Rate:
    sizes = cells[:, within].sum(axis=1).astype(np.float64)
    hits = cells[:, within & of].sum(axis=1).astype(np.float64)
    values = np.where(sizes >= LEAST_ROWS, hits / np.maximum(sizes, 1), np.nan)
    return _Rate(name, sizes, values, values * (1 - values))


def _side_by_side(group: ColumnGroups, rates: Sequence[_Rate]) -> Fairness:
    each = {rate.name: rate.values.tolist() for rate in rates}
    sizes = next(rate.sizes for rate in rates if rate.name == "selected")
    return Fairness(
        column=group.column,
        is_range=group.is_range,
        groups=tuple(
            GroupRates(
                value=label,
                rows=int(sizes[place]),
                **{name: _number(values[place]) for name, values in each.items()},
            )
            for place, label in enumerate(group.labels)
        ),
    )


def _gap(group: ColumnGroups, rate: _Rate) -> Gap | None:
    known = np.flatnonzero(np.isfinite(rate.values))
    if len(known) < 2:
        return None
    most = int(known[rate.values[known].argmax()])
    least = int(known[rate.values[known].argmin()])
    between = _between_shares if rate.is_share else _between_means
    low, high = between(rate, most, least)
    return Gap(
        column=group.column,
        rate=rate.name,
        gap=float(rate.values[most] - rate.values[least]),
        highest=group.labels[most],
        lowest=group.labels[least],
        low=low,
        high=high,
    )


def _between_shares(rate: _Rate, one: int, other: int) -> tuple[float, float]:
    """The 95% interval of a difference of shares (Newcombe, Statistics in Medicine 17, 1998, method 10)."""
    (low, middle, high), (low_, middle_, high_) = (_wilson(rate, each) for each in (one, other))
    below = math.hypot(middle - low, high_ - middle_)
    above = math.hypot(high - middle, middle_ - low_)
    return middle - middle_ - below, middle - middle_ + above


def _wilson(rate: _Rate, group: int) -> tuple[float, float, float]:
    share, size = float(rate.values[group]), float(rate.sizes[group])
    whole = 1 + _Z**2 / size
    middle = (share + _Z**2 / (2 * size)) / whole
    reach = _Z * math.sqrt(share * (1 - share) / size + _Z**2 / (4 * size**2)) / whole
    return middle - reach, share, middle + reach


def _between_means(rate: _Rate, one: int, other: int) -> tuple[float, float]:
    gap = float(rate.values[one] - rate.values[other])
    each = rate.variances / np.maximum(rate.sizes, 1)
    reach = _Z * math.sqrt(float(each[one] + each[other]))
    return gap - reach, gap + reach


def _chance(rate: _Rate) -> float:
    """That rates as far apart come where all groups are alike."""
    known = np.isfinite(rate.values)
    sizes, values = rate.sizes[known], rate.values[known]
    if rate.is_share:
        middle = float(sizes @ values / sizes.sum())
        variances = np.full(len(sizes), middle * (1 - middle))
        if (sizes * min(middle, 1 - middle)).min() < 1:  # the test is not to be trusted there
            return 1.0
    else:
        variances = rate.variances[known]
    if (variances <= 0).any():
        return 1.0
    counts = sizes / variances
    off = values - counts @ values / counts.sum()
    return float(chdtrc(len(sizes) - 1, counts @ np.square(off)))


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None
