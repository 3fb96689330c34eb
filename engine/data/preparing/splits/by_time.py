"""Splits by time: training on the earlier rows, validation on later ones, the test on the latest.

Rows of one moment are never divided. A gap between the parts keeps what is decided by the recent past
(a moving average, a case that goes on) out of both sides. Folds are those of scikit-learn's
TimeSeriesSplit: fold i validates the rows that follow those it trains on, and later ones are left out.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from engine.data.preparing.splits.facts import (
    OUT,
    TEST,
    TRAIN,
    VALIDATION,
    Codes,
    Dealt,
    LeftOut,
    RowFacts,
)
from engine.data.preparing.splits.ranks import value_at
from engine.errors import TooFewTimes
from engine.messages import message_n
from engine.recipe.split import Split

_NO_TIME, _GAP, _LATER = "no_time", "gap", "later"


def deal(facts: RowFacts, split: Split) -> Dealt:
    """Deal rows by their times; `split.gap` is in the unit of `facts.times`.

    Raises `TooFewTimes` where a part would be empty.
    """
    assert facts.times is not None
    cuts = _cuts(facts, split)
    codes = facts.codes()
    out = {_NO_TIME: 0, _GAP: 0, _LATER: 0}
    sizes = np.zeros(4, np.int64)
    for span in facts.spans():
        times = np.asarray(facts.times[span])
        here, reasons = cuts.codes(times)
        codes[span] = here
        sizes += np.bincount(here, minlength=4)
        for reason, count in reasons.items():
            out[reason] += count
    asked = (split.has_validation, split.test > 0)
    if sizes[TRAIN] < 2 or any(
        want and not sizes[part] for want, part in zip(asked, (VALIDATION, TEST), strict=True)
    ):
        raise TooFewTimes(facts.column)
    return Dealt(codes, tuple(_told(facts.column, code, n) for code, n in out.items() if n))


class _Cuts:
    """The moments at which parts begin."""

    def __init__(self, validation: float, test: float, end: float, gap: float) -> None:
        self.validation, self.test = validation, test
        self.end = end
        """Rows from here on are left out; infinite without folds."""
        self.gap = gap

    def codes(self, times: NDArray[np.float64]) -> tuple[Codes, dict[str, int]]:
        """The code of each row, and how many are left out for which reason."""
        codes: Codes = np.full(len(times), TRAIN, np.uint8)
        codes[times >= self.validation] = VALIDATION
        later = (times >= self.end) & (times < self.test)
        codes[later] = OUT
        codes[times >= self.test] = TEST
        gap = np.zeros(len(times), np.bool_)
        if self.gap > 0:
            first = min(self.validation, self.test)
            gap = (times < first) & (times > first - self.gap)
            gap |= (
                (times >= self.validation) & (times < self.test) & (times > self.test - self.gap)
            ) & ~later
            codes[gap] = OUT
        none = np.isnan(times)
        codes[none] = OUT
        counts = (np.count_nonzero(mask) for mask in (none, gap, later))
        return codes, dict(zip((_NO_TIME, _GAP, _LATER), map(int, counts), strict=True))


def _cuts(facts: RowFacts, split: Split) -> _Cuts:
    assert facts.times is not None
    known = 0
    for span in facts.spans():
        known += int(np.count_nonzero(~np.isnan(facts.times[span])))
    if known < 2:
        raise TooFewTimes(facts.column)
    test_rows = math.ceil(round(split.test * known, 9))
    rest = known - test_rows
    test = _moment(facts, rest) if test_rows else math.inf
    if split.in_folds is not None:
        fold, folds = split.in_folds
        size = rest // (folds + 1)
        if size == 0:
            raise TooFewTimes(facts.column)
        start = rest - size * (folds - fold)
        end = _moment(facts, start + size) if fold < folds - 1 else math.inf
        return _Cuts(_moment(facts, start), test, end, split.gap)
    validation_rows = math.ceil(round(split.validation * known, 9))
    validation = _moment(facts, rest - validation_rows) if validation_rows else math.inf
    return _Cuts(validation, test, math.inf, split.gap)


def _moment(facts: RowFacts, rank: int) -> float:
    assert facts.times is not None
    return value_at(facts, facts.times, max(0, rank))


def _told(column: str, code: str, count: int) -> LeftOut:
    if code == _NO_TIME:
        reason = message_n(
            "{count} row has no time in “{column}” and is left out.",
            "{count} rows have no time in “{column}” and are left out.",
            count,
            column=column,
        )
    elif code == _GAP:
        reason = message_n(
            "{count} row lies in the gap between the parts and is left out.",
            "{count} rows lie in the gap between the parts and are left out.",
            count,
        )
    else:
        reason = message_n(
            "{count} row is later than the rows that this fold validates on, and is left out.",
            "{count} rows are later than the rows that this fold validates on, and are left out.",
            count,
        )
    return LeftOut(code, count, reason)
