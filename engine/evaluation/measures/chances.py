"""Measures of predicted probabilities, a mean over rows or over bins of them."""

from __future__ import annotations

import numpy as np

from engine.evaluation.measures.counts import share
from engine.evaluation.measures.scored import Codes, Floats, Grouped, ScoredRows, Weights

BINS = 10
_LEAST = float(np.finfo(np.float64).eps)
"""Probabilities are kept this far from 0 and 1, as scikit-learn does."""


def log_losses(rows: ScoredRows) -> Floats:
    """−log of the probability of each row's own class."""
    found: Floats = -np.log(np.clip(of_actual(rows), _LEAST, 1 - _LEAST))
    return found


def of_actual(rows: ScoredRows) -> Floats:
    """The probability of each row's own class."""
    if rows.is_binary:
        return np.asarray(np.where(rows.actual == 1, rows.predictions, 1 - rows.predictions))
    return np.asarray(rows.predictions[np.arange(len(rows)), rows.actual])


def brier_scores(rows: ScoredRows) -> Floats:
    """Squared distance of probabilities from what came: of the second of two classes, else of all."""
    if rows.is_binary:
        return np.asarray(np.square(rows.predictions - rows.actual))
    # Σ(p − y)² = Σp² − 2·p(own) + 1
    whole: Floats = np.einsum("ij,ij->i", rows.predictions, rows.predictions)
    return np.asarray(whole - 2 * of_actual(rows) + 1)


def is_among(rows: ScoredRows, most: int) -> Floats:
    """Whether each row's class is among the `most` likeliest; of ties the later class comes first."""
    own = of_actual(rows)[:, None]
    later = np.arange(rows.classes)[None, :] > rows.actual[:, None]
    before = (rows.predictions > own) | ((rows.predictions == own) & later)
    return np.asarray(before.sum(axis=1) < most, np.float64)


def confidence(rows: ScoredRows) -> tuple[Floats, Floats]:
    """What is predicted with which probability, and whether it came.

    Of two classes the second; of more the one that is predicted.
    """
    if rows.is_binary:
        return rows.predictions, (rows.actual == 1).astype(np.float64)
    assert rows.chosen is not None
    chances = rows.predictions[np.arange(len(rows)), rows.chosen]
    return chances, rows.right.astype(np.float64)


def bins_of(chances: Floats, count: int = BINS) -> Codes:
    """Which of `count` bins of the same width each probability is in; upper edges belong to the bin."""
    places = np.ceil(np.nan_to_num(chances, nan=0.0) * count).astype(np.int64) - 1
    found: Codes = np.clip(places, 0, count - 1)
    return found


def calibration_error(rows: ScoredRows, weights: Weights) -> Floats:
    """Expected calibration error over ten bins (Guo et al., ICML 2017, section 2)."""
    chances, came = confidence(rows)
    gaps = Grouped(bins_of(chances), BINS).sums(weights, came - chances)
    return share(np.abs(gaps).sum(axis=0), weights.sum(axis=0))
