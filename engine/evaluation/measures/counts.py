"""Measures that follow from how many rows of each class were taken for which.

Definitions are scikit-learn's; what does not occur with any weight is not there. Those of several classes
need only the hits and the margins of the confusion matrix: accuracy, Matthews' correlation as generalised
by Gorodkin (Computational Biology and Chemistry 28, 2004) and Cohen's kappa too.
"""

from __future__ import annotations

import numpy as np

from engine.evaluation.measures.scored import Floats, ScoredRows, Weights


class Margins:
    """Weighted rows per class, each (classes, weightings)."""

    def __init__(self, rows: ScoredRows, weights: Weights) -> None:
        self.hits = rows.hits.sums(weights)
        self.actual = rows.by_actual.sums(weights)
        self.chosen = rows.by_chosen.sums(weights)
        self.all = weights.sum(axis=0)

    @property
    def occurs(self) -> Floats:
        """1 for classes that are actual or predicted."""
        return ((self.actual > 0) | (self.chosen > 0)).astype(np.float64)

    def precisions(self) -> Floats:
        """Per class, 0 where it is never predicted."""
        return share(self.hits, self.chosen, 0.0)

    def recalls(self) -> Floats:
        """Per class, 0 where it never occurs."""
        return share(self.hits, self.actual, 0.0)

    def f1s(self) -> Floats:
        """Per class, 0 where it neither occurs nor is predicted."""
        return share(2 * self.hits, self.actual + self.chosen, 0.0)


def share(part: Floats, whole: Floats, otherwise: float = np.nan) -> Floats:
    """`part / whole`, another number where the whole is 0."""
    found = np.full(np.broadcast_shapes(np.shape(part), np.shape(whole)), otherwise)
    np.divide(part, whole, out=found, where=np.asarray(whole) != 0)
    return found


def accuracy(margins: Margins) -> Floats:
    """Share of the rows whose class is right."""
    return share(margins.hits.sum(axis=0), margins.all)


def balanced_accuracy(margins: Margins) -> Floats:
    """Mean recall of the classes that occur."""
    there = margins.actual > 0
    return share((margins.recalls() * there).sum(axis=0), there.sum(axis=0).astype(np.float64))


def precision(margins: Margins) -> Floats:
    """Of the second class; 0 where it is never predicted."""
    return _where_rows(margins, margins.precisions()[1])


def recall(margins: Margins) -> Floats:
    """Of the second class; not defined without rows of it."""
    return share(margins.hits[1], margins.actual[1])


def specificity(margins: Margins) -> Floats:
    """Recall of the first class."""
    return share(margins.hits[0], margins.actual[0])


def f1(margins: Margins) -> Floats:
    """Of the second class."""
    return _where_rows(margins, margins.f1s()[1])


def macro_precision(margins: Margins) -> Floats:
    """Mean over the classes that are actual or predicted."""
    return _macro(margins, margins.precisions())


def macro_recall(margins: Margins) -> Floats:
    """Mean over the classes that are actual or predicted."""
    return _macro(margins, margins.recalls())


def macro_f1(margins: Margins) -> Floats:
    """Mean over the classes that are actual or predicted."""
    return _macro(margins, margins.f1s())


def micro_f1(margins: Margins) -> Floats:
    """Over all decisions; where each row has one class this is the accuracy."""
    hits = margins.hits.sum(axis=0)
    return share(2 * hits, margins.actual.sum(axis=0) + margins.chosen.sum(axis=0))


def weighted_f1(margins: Margins) -> Floats:
    """Mean over classes by their rows."""
    return share((margins.f1s() * margins.actual).sum(axis=0), margins.all)


def weighted_precision(margins: Margins) -> Floats:
    """Mean over classes by their rows."""
    return share((margins.precisions() * margins.actual).sum(axis=0), margins.all)


def matthews(margins: Margins) -> Floats:
    """Correlation of actual and predicted classes; 0 where one of them is always the same."""
    whole = margins.all
    both = (margins.actual * margins.chosen).sum(axis=0)
    covered = margins.hits.sum(axis=0) * whole - both
    spread = (whole**2 - (margins.chosen**2).sum(axis=0)) * (
        whole**2 - (margins.actual**2).sum(axis=0)
    )
    spread = np.where(spread < 1e-12 * whole**4, 0.0, spread)  # rounding of what is 0
    return _where_rows(margins, share(covered, np.sqrt(spread), 0.0))


def kappa(margins: Margins) -> Floats:
    """Cohen's: agreement beyond what the margins alone would give."""
    whole = margins.all
    agreed = share(margins.hits.sum(axis=0), whole)
    expected = share((margins.actual * margins.chosen).sum(axis=0), whole**2)
    left = np.where(1 - expected < 1e-12, 0.0, 1 - expected)
    return share(agreed - expected, left)


def _macro(margins: Margins, each: Floats) -> Floats:
    there = margins.occurs
    return share((each * there).sum(axis=0), there.sum(axis=0))


def _where_rows(margins: Margins, found: Floats) -> Floats:
    return np.where(margins.all > 0, found, np.nan)


def quadratic_kappa(rows: ScoredRows, weights: Weights) -> Floats:
    """Cohen's kappa with squared distances of classes in their order.

    Cohen, Psychological Bulletin 70 (1968).
    """
    assert rows.chosen is not None
    actual, chosen = rows.actual.astype(np.float64), rows.chosen.astype(np.float64)
    whole = weights.sum(axis=0)

    def mean(values: Floats) -> Floats:
        return share(values @ weights, whole)

    seen = mean((actual - chosen) ** 2)
    expected = mean(actual**2) + mean(chosen**2) - 2 * mean(actual) * mean(chosen)
    expected = np.where(np.abs(expected) < 1e-12, 0.0, expected)
    return 1 - share(seen, expected)


def class_distance(rows: ScoredRows, weights: Weights) -> Floats:
    """By how many classes predictions are off in the mean, in the order of the classes."""
    assert rows.chosen is not None
    off = np.abs(rows.actual - rows.chosen).astype(np.float64)
    return share(off @ weights, weights.sum(axis=0))
