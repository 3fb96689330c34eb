"""What follows from a threshold: counts at each, scores and costs. Free of numpy: the window reads these."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable

from pydantic import BaseModel, ConfigDict


class AtThreshold(BaseModel):
    """Rows by what they are and what is predicted; by weights if rows have them."""

    model_config = ConfigDict(frozen=True)

    hits: float
    alarms: float
    misses: float
    passes: float

    @property
    def all(self) -> float:
        """All rows."""
        return self.hits + self.alarms + self.misses + self.passes

    def cost(self, missed: float, alarm: float) -> float:
        """What the mistakes cost."""
        return self.misses * missed + self.alarms * alarm

    def score(self, metric: str) -> float | None:
        """A metric of `THRESHOLD_METRICS`; None where it is not defined."""
        found = THRESHOLD_METRICS[metric](self)
        return None if math.isnan(found) else found


def _ratio(part: float, whole: float, otherwise: float = math.nan) -> float:
    return part / whole if whole else otherwise


def _recall(at: AtThreshold) -> float:
    return _ratio(at.hits, at.hits + at.misses)


def _specificity(at: AtThreshold) -> float:
    return _ratio(at.passes, at.passes + at.alarms)


def _balanced(at: AtThreshold) -> float:
    known = [r for r in (_recall(at), _specificity(at)) if not math.isnan(r)]
    return _ratio(sum(known), len(known))


def _f1(hits: float, alarms: float, misses: float) -> float:
    return _ratio(2 * hits, 2 * hits + alarms + misses, 0.0)


def _macro_f1(at: AtThreshold) -> float:
    ways = ((at.hits, at.alarms, at.misses), (at.passes, at.misses, at.alarms))
    known = [_f1(*way) for way in ways if sum(way)]
    return _ratio(sum(known), len(known))


def _matthews(at: AtThreshold) -> float:
    spread = (
        (at.hits + at.alarms)
        * (at.hits + at.misses)
        * (at.passes + at.alarms)
        * (at.passes + at.misses)
    )
    return _ratio(at.hits * at.passes - at.alarms * at.misses, math.sqrt(spread), 0.0)


def _kappa(at: AtThreshold) -> float:
    if not at.all:
        return math.nan
    agreed = (at.hits + at.passes) / at.all
    expected = (
        (at.hits + at.alarms) * (at.hits + at.misses)
        + (at.passes + at.alarms) * (at.passes + at.misses)
    ) / at.all**2
    return _ratio(agreed - expected, 1 - expected)


THRESHOLD_METRICS: dict[str, Callable[[AtThreshold], float]] = {
    "accuracy": lambda at: _ratio(at.hits + at.passes, at.all),
    "balanced_accuracy": _balanced,
    "precision": lambda at: _ratio(at.hits, at.hits + at.alarms, 0.0),
    "recall": _recall,
    "specificity": _specificity,
    "f1": lambda at: _f1(at.hits, at.alarms, at.misses),
    "macro_f1": _macro_f1,
    "mcc": _matthews,
    "kappa": _kappa,
}
"""Names and definitions are those of `engine.evaluation.measures`."""


class Sweep(BaseModel):
    """Counts at rising thresholds: rows above each of them.

    Every hundredth is there, and further ones at which the rows above differ.
    """

    model_config = ConfigDict(frozen=True)

    thresholds: tuple[float, ...]
    hits: tuple[float, ...]
    """Rows of the class above the threshold, by weights if rows have them."""
    alarms: tuple[float, ...]
    """Other rows above it."""
    positives: float
    negatives: float
    row_hits: tuple[int, ...] = ()
    """The same as numbers of rows, where weights make a difference."""
    row_alarms: tuple[int, ...] = ()
    row_positives: int = 0
    row_negatives: int = 0

    def place(self, threshold: float) -> int:
        """The last place with a threshold that is not greater."""
        return max(0, bisect_right(self.thresholds, threshold + 1e-9) - 1)

    def at(self, threshold: float) -> AtThreshold:
        """What a threshold makes of the rows."""
        place = self.place(threshold)
        return AtThreshold(
            hits=self.hits[place],
            alarms=self.alarms[place],
            misses=self.positives - self.hits[place],
            passes=self.negatives - self.alarms[place],
        )

    def rows_at(self, threshold: float) -> AtThreshold:
        """The same in rows, each counted once."""
        if not self.row_hits:
            return self.at(threshold)
        place = self.place(threshold)
        return AtThreshold(
            hits=self.row_hits[place],
            alarms=self.row_alarms[place],
            misses=self.row_positives - self.row_hits[place],
            passes=self.row_negatives - self.row_alarms[place],
        )

    def best(self, metric: str) -> float:
        """The threshold at which a metric is highest; of equals the one nearest to 0.5.

        Raises `KeyError` for a metric that does not follow from a threshold.
        """
        of = THRESHOLD_METRICS[metric]
        return self._least(lambda at: -found if not math.isnan(found := of(at)) else math.inf)

    def cheapest(self, missed: float, alarm: float) -> float:
        """The threshold at which mistakes cost least; of equals the one nearest to 0.5."""
        return self._least(lambda at: at.cost(missed, alarm))

    def _least(self, of: Callable[[AtThreshold], float]) -> float:
        return min(
            self.thresholds, key=lambda each: (round(of(self.at(each)), 12), abs(each - 0.5), each)
        )
