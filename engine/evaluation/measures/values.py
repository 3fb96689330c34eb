"""Measures of predicted numbers, in the target's own unit where they have one."""

from __future__ import annotations

import numpy as np

from engine.evaluation.measures.counts import share
from engine.evaluation.measures.scored import Floats, ScoredRows, Weights


def mean(values: Floats, weights: Weights) -> Floats:
    """The weighted mean of one number per row."""
    return share(values @ weights, weights.sum(axis=0))


def sizes(rows: ScoredRows) -> Floats:
    """The absolute error of each row."""
    return np.abs(rows.errors)


def rmse(rows: ScoredRows, weights: Weights) -> Floats:
    """Root of the mean squared error."""
    return np.sqrt(mean(np.square(rows.errors), weights))


def r2(rows: ScoredRows, weights: Weights) -> Floats:
    """Share of the variance that is explained; not defined without any."""
    middle = rows.actual - float(np.mean(rows.actual))  # so that squares keep their digits
    spread = mean(np.square(middle), weights) - np.square(mean(middle, weights))
    scale = float(np.square(middle).max(initial=0.0))
    spread = np.where(spread <= 1e-14 * scale, 0.0, spread)
    return 1 - share(mean(np.square(rows.errors), weights), spread)


def median_error(rows: ScoredRows, weights: Weights) -> Floats:
    """The median of the absolute errors; not defined where one of them is not."""
    sizes = np.abs(rows.errors)
    if np.isnan(sizes).any():  # they would be sorted to the end, and not be seen
        return np.full(weights.shape[1], np.nan)
    order = np.argsort(sizes, kind="stable")
    ordered, so_far = sizes[order], np.cumsum(weights[order], axis=0)
    found = np.full(weights.shape[1], np.nan)
    for one in range(weights.shape[1]):
        half = so_far[-1, one] / 2
        if half > 0:
            ends = [np.searchsorted(so_far[:, one], half, side) for side in ("left", "right")]
            found[one] = ordered[np.minimum(ends, len(ordered) - 1)].mean()
    return found


def relative_errors(rows: ScoredRows) -> Floats:
    """|error| / |actual|."""
    found: Floats = np.abs(rows.errors) / np.abs(rows.actual)
    return found


def symmetric_errors(rows: ScoredRows) -> Floats:
    """2·|error| / (|actual| + |predicted|), 0 where both are 0; from 0 to 2."""
    sizes = np.abs(rows.actual) + np.abs(rows.predictions)
    return 2 * share(np.abs(rows.errors), sizes, 0.0)


def pinball_losses(rows: ScoredRows) -> Floats:
    """The mean pinball loss over the predicted quantiles, per row."""
    found = np.zeros(len(rows))
    for level, values in rows.quantiles.items():
        off = rows.actual - values
        found += np.maximum(level * off, (level - 1) * off)
    return found / max(1, len(rows.quantiles))


def outer_interval(rows: ScoredRows) -> tuple[Floats, Floats]:
    """The lowest and the highest quantile predicted."""
    return rows.quantiles[min(rows.quantiles)], rows.quantiles[max(rows.quantiles)]


def is_covered(rows: ScoredRows) -> Floats:
    """Whether the value lies in that interval."""
    low, high = outer_interval(rows)
    return ((low <= rows.actual) & (rows.actual <= high)).astype(np.float64)


def widths(rows: ScoredRows) -> Floats:
    """How wide that interval is."""
    low, high = outer_interval(rows)
    found: Floats = high - low
    return found
