"""Measures of the order in which rows are put by a probability."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.evaluation.measures.counts import share
from engine.evaluation.measures.scored import Floats, ScoredRows, Weights

TOP = 0.1
"""The share of rows that lift looks at."""


class Ranked:
    """One class against the others, rows by falling probability, ties together."""

    def __init__(self, positive: NDArray[np.bool_], chances: Floats) -> None:
        order = np.argsort(-chances)  # ties are counted together, in whatever order
        ordered = chances[order]
        self._positive, self._order = positive[order], order
        self._starts = np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1]))
        self._has_ties = len(self._starts) < len(order)
        self._is_finite = bool(np.isfinite(chances).all())

    def counted(self, weights: Weights) -> RankCounts:
        """Weighted rows down to each distinct probability."""
        ordered = weights[self._order]
        hits = ordered * self._positive[:, None]
        alarms = ordered - hits
        if self._has_ties:
            hits = np.add.reduceat(hits, self._starts, axis=0)
            alarms = np.add.reduceat(alarms, self._starts, axis=0)
        if not self._is_finite:
            hits[:] = np.nan
        return RankCounts(hits, alarms)


class RankCounts:
    """Weighted rows of the class and of others at each distinct probability, (steps, weightings)."""

    def __init__(self, hits: Floats, alarms: Floats) -> None:
        self._hits = hits
        self._hits_so_far = np.cumsum(hits, axis=0)
        self._alarms_so_far = np.cumsum(alarms, axis=0)
        self._alarms = alarms
        self._all_hits, self._all_alarms = self._hits_so_far[-1], self._alarms_so_far[-1]

    def roc_auc(self) -> Floats:
        """Area under the ROC curve; ties count half (Mann and Whitney's U)."""
        below = self._all_alarms - self._alarms_so_far + self._alarms / 2
        pairs = np.einsum("ij,ij->j", self._hits, below)
        return share(pairs, self._all_hits * self._all_alarms)

    def average_precision(self) -> Floats:
        """Precision at each step, weighted by the recall gained there; nothing is interpolated."""
        precision = share(self._hits_so_far, self._hits_so_far + self._alarms_so_far, 0.0)
        return share(np.einsum("ij,ij->j", precision, self._hits), self._all_hits)

    def lift(self, top: float = TOP) -> Floats:
        """How much more frequent the class is in the top share of rows than in all of them.

        Where rows with one probability are cut apart, hits are spread evenly over them.
        """
        flagged = self._hits_so_far + self._alarms_so_far
        whole = flagged[-1]
        reached = np.array(
            [
                np.interp(top * whole[one], np.append(0.0, flagged[:, one]), np.append(0.0, so_far))
                for one, so_far in enumerate(self._hits_so_far.T)
            ]
        )
        return share(share(reached, top * whole), share(self._all_hits, whole))


def areas_of(positive: NDArray[np.bool_], chances: Floats) -> tuple[float, float]:
    """ROC AUC and average precision where each row counts once: the same numbers, in less time.

    The rows of the class and the others are sorted by themselves, and no order of rows is needed.
    """
    own, others = np.sort(chances[positive]), np.sort(chances[~positive])
    if not len(own) or not np.isfinite(own[-1]) or (len(others) and not np.isfinite(others[-1])):
        return np.nan, np.nan
    below = np.searchsorted(others, own, "left")
    pairs = float((below + np.searchsorted(others, own, "right")).sum()) / 2
    area = pairs / (len(own) * len(others)) if len(others) else np.nan
    hits = len(own) - np.searchsorted(own, own, "left")
    return area, float((hits / (hits + len(others) - below)).mean())


def linear_parts_of_auc(rows: ScoredRows, weights: Floats) -> Floats:
    """What each row adds to the mean one-against-rest ROC AUC of several classes, less the mean itself.

    The weighted mean of these parts under a resample is, to first order, how far its AUC lies from the
    AUC of all rows: the structural components of DeLong, DeLong & Clarke-Pearson (Biometrics 44, 1988)
    as the influence function of Efron's infinitesimal jackknife. Rows (rows,), weights (rows,).
    """
    parts = np.zeros(len(rows))
    whole = weights.sum()
    known = 0
    for code in range(rows.classes):
        positive = rows.actual == code
        hits, others = weights[positive].sum(), weights[~positive].sum()
        if not hits or not others:
            continue
        known += 1
        chances = rows.predictions[:, code]
        above = _share_below(chances[~positive], weights[~positive], chances[positive])
        below = 1 - _share_below(chances[positive], weights[positive], chances[~positive])
        area = float(above @ weights[positive] / hits)
        parts[positive] += (above - area) * whole / hits
        parts[~positive] += (below - area) * whole / others
    return parts / max(known, 1)


def _share_below(of: Floats, weights: Floats, values: Floats) -> Floats:
    """The weighted share of `of` below each value; equal ones count half."""
    order = np.argsort(of)
    ordered = of[order]
    so_far = np.append(0.0, np.cumsum(weights[order]))
    left, right = (
        np.searchsorted(ordered, values, "left"),
        np.searchsorted(ordered, values, "right"),
    )
    found: Floats = (so_far[left] + so_far[right]) / 2 / so_far[-1]
    return found
