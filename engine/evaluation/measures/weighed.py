"""Scored rows under weightings, and what a measure of them is."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import numpy as np

from engine.evaluation.measures import counts
from engine.evaluation.measures.counts import Margins
from engine.evaluation.measures.ranks import RankCounts, Ranked, areas_of
from engine.evaluation.measures.scored import Floats, ScoredRows, Weights

_CELLS_KEPT = 4_000_000
"""Sorted rows × classes that are kept for the next weightings."""
_ROWS_FOR_THREADS = 100_000


class Weighed:
    """Scored rows under weightings, with what several measures need counted once."""

    def __init__(self, rows: ScoredRows, weights: Weights, ranked: Ranks | None = None) -> None:
        self.rows, self.weights = rows, weights
        self._ranked = ranked or Ranks(rows)
        self._margins: Margins | None = None
        self._ranks: RankCounts | None = None
        self._by_class: tuple[Floats, Floats] | None = None

    @cached_property
    def whole(self) -> Floats:
        """The sum of each weighting, (weightings,)."""
        found: Floats = self.weights.sum(axis=0)
        return found

    @cached_property
    def _is_plain(self) -> bool:
        """Whether each row counts once, in a single weighting."""
        return self.weights.shape[1] == 1 and bool((self.weights == 1).all())

    @property
    def margins(self) -> Margins:
        """Of the confusion matrix."""
        if self._margins is None:
            self._margins = Margins(self.rows, self.weights)
        return self._margins

    @property
    def ranks(self) -> RankCounts:
        """Rows by the probability of the second of two classes."""
        if self._ranks is None:
            self._ranks = self._ranked.of(1).counted(self.weights)
        return self._ranks

    def ranks_of(self, code: int) -> RankCounts:
        """Rows by the probability of one class."""
        return self.ranks if code == 1 else self._ranked.of(code).counted(self.weights)

    @property
    def by_class(self) -> tuple[Floats, Floats]:
        """ROC AUC and average precision of each of more classes against the rest, (classes, weightings)."""
        if self._by_class is None:
            # Sorting and summing leave the interpreter lock: of many rows two classes go at once.
            at_once = 2 if len(self.rows) >= _ROWS_FOR_THREADS else 1
            with ThreadPoolExecutor(at_once) as pool:
                each = list(pool.map(self._areas_of, range(self.rows.classes)))
            areas, precisions = zip(*each, strict=True)
            self._by_class = np.array(areas), np.array(precisions)
        return self._by_class

    def _areas_of(self, code: int) -> tuple[Floats, Floats]:
        if self._is_plain:
            own = self.rows.predictions[:, code]
            areas = areas_of(self.rows.actual == code, own)
            return np.array(areas[:1]), np.array(areas[1:])
        found = self._ranked.of(code).counted(self.weights)
        return found.roc_auc(), found.average_precision()

    def mean(self, of_rows: Floats) -> Floats:
        """The weighted mean of one number per row."""
        return counts.share(of_rows @ self.weights, self.whole)


class Ranks:
    """Rows sorted by the probability of each class, once for all weightings."""

    def __init__(self, rows: ScoredRows) -> None:
        self._rows = rows
        self._known: dict[int, Ranked] = {}

    def of(self, code: int) -> Ranked:
        """One class against the others."""
        if code in self._known:
            return self._known[code]
        chances_ = self._rows.predictions
        if self._rows.is_binary:
            own = chances_ if code == 1 else 1 - chances_
        else:
            own = chances_[:, code]
        found = Ranked(self._rows.actual == code, own)
        if len(self._rows) * len(self._known) < _CELLS_KEPT:
            self._known[code] = found
        return found


Compute: TypeAlias = Callable[[Weighed], Floats]
Applies: TypeAlias = Callable[[ScoredRows], bool]


@dataclass(frozen=True, slots=True)
class Measure:
    """One way to score predictions."""

    name: str
    title: str
    """Marked for translation."""
    compute: Compute
    """(weightings,)."""
    applies: Applies
    higher_is_better: bool = True
    at_threshold: bool = False
    """Whether it follows from the predicted class, and so from the threshold."""
    least: float = -np.inf
    most: float = np.inf
    resampled: Applies = lambda rows: True
    """Whether an interval is looked for by resampling `compute`."""
    is_slow: Applies = lambda rows: False
    """Whether it looks at each class by itself, so that fewer resamples have to do."""
    linear: Callable[[ScoredRows, Floats], Floats] | None = None
    """Where `compute` takes too long for each resample: what each row adds to it, to first order."""
