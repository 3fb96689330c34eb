"""Curves over the rows of a part: counts at thresholds, calibration, histograms, residuals."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv, ndtri

from engine.evaluation.measures.chances import BINS, bins_of, confidence
from engine.evaluation.measures.scored import Floats, ScoredRows
from engine.evaluation.result import CalibrationBin, ErrorBin, Histogram
from engine.evaluation.thresholds import Sweep

_BARS, _FEWEST_BARS = 40, 8
_STEPS = 800
_QUANTILES = 10
_POINTS = 200


def sweep(positive: NDArray[np.bool_], chances: Floats, weights: Floats | None) -> Sweep | None:
    """Rows above each threshold; None where all rows are of one kind.

    Args:
        positive: Whether each row is of the class.
        chances: Its predicted probability.
        weights: How much each row counts.
    """
    if positive.all() or not positive.any() or not np.isfinite(chances).all():
        return None
    hits, alarms = np.sort(chances[positive]), np.sort(chances[~positive])
    thresholds = _thresholds(chances)
    row_hits = len(hits) - np.searchsorted(hits, thresholds, "right")
    row_alarms = len(alarms) - np.searchsorted(alarms, thresholds, "right")
    if weights is None:
        return Sweep(
            thresholds=tuple(thresholds.tolist()),
            hits=tuple(row_hits.tolist()),
            alarms=tuple(row_alarms.tolist()),
            positives=len(hits),
            negatives=len(alarms),
        )
    weighed = [_above(chances[of], weights[of], thresholds) for of in (positive, ~positive)]
    return Sweep(
        thresholds=tuple(thresholds.tolist()),
        hits=tuple(weighed[0].tolist()),
        alarms=tuple(weighed[1].tolist()),
        positives=float(weights[positive].sum()),
        negatives=float(weights[~positive].sum()),
        row_hits=tuple(row_hits.tolist()),
        row_alarms=tuple(row_alarms.tolist()),
        row_positives=len(hits),
        row_negatives=len(alarms),
    )


def _thresholds(chances: Floats) -> Floats:
    """Hundredths, and middles between neighbouring probabilities, evenly over the rows."""
    ordered = np.sort(chances)
    if len(ordered) > _STEPS:
        ordered = ordered[np.linspace(0, len(ordered) - 1, _STEPS).round().astype(np.int64)]
    distinct = np.unique(ordered)
    low, high = distinct[:-1], distinct[1:]
    middles = (low + high) / 2
    short = middles.round(4)  # easier to read and to type, where it parts the same rows
    middles = np.where((low <= short) & (short < high), short, middles)
    return np.unique(np.concatenate([np.arange(101) / 100, middles]))


def _above(chances: Floats, weights: Floats, thresholds: Floats) -> Floats:
    order = np.argsort(chances)
    so_far = np.append(0.0, np.cumsum(weights[order]))
    found: Floats = so_far[-1] - so_far[np.searchsorted(chances[order], thresholds, "right")]
    return found


def calibration(rows: ScoredRows) -> tuple[CalibrationBin, ...]:
    """How often what was predicted with a probability came, in ten bins; empty bins are left out.

    The 95% interval is the exact one of Clopper & Pearson (Biometrika 26, 1934).
    """
    chances, came = confidence(rows)
    if not np.isfinite(chances).all():
        return ()
    places = bins_of(chances)
    counts = np.bincount(places, minlength=BINS)
    sums = np.bincount(places, chances, BINS)
    hits = np.bincount(places, came, BINS)
    return tuple(
        CalibrationBin(
            low=place / BINS,
            high=(place + 1) / BINS,
            rows=int(counts[place]),
            predicted=float(sums[place] / counts[place]),
            came=float(hits[place] / counts[place]),
            came_low=share_interval(hits[place], counts[place])[0],
            came_high=share_interval(hits[place], counts[place])[1],
        )
        for place in np.flatnonzero(counts)
    )


def share_interval(hits: float, rows: float) -> tuple[float, float]:
    """The exact 95% interval of a share (Clopper & Pearson, Biometrika 26, 1934)."""
    low = float(betaincinv(hits, rows - hits + 1, 0.025)) if hits else 0.0
    high = float(betaincinv(hits + 1, rows - hits, 0.975)) if hits < rows else 1.0
    return low, high


def chance_histogram(positive: NDArray[np.bool_], chances: Floats) -> Histogram:
    """Rows by the probability of a class: of that class, and of the others."""
    edges = np.linspace(0, 1, _BARS + 1)
    return Histogram(
        edges=tuple(edges.tolist()),
        counts=tuple(np.histogram(chances[positive], edges)[0].tolist()),
        others=tuple(np.histogram(chances[~positive], edges)[0].tolist()),
    )


def residual_histogram(rows: ScoredRows) -> Histogram:
    """Rows by predicted − actual; the outermost half per cent at each side shares the end bars."""
    errors = rows.errors[np.isfinite(rows.errors)]
    if not len(errors):
        return Histogram(edges=(), counts=())
    reach = float(np.quantile(np.abs(errors), 0.995)) or 1.0
    bars = int(np.clip(1.2 * np.sqrt(len(errors)), _FEWEST_BARS, _BARS))
    edges = np.linspace(-reach, reach, bars + 1)
    counts = np.histogram(np.clip(errors, -reach, reach), edges)[0]
    return Histogram(edges=tuple(edges.tolist()), counts=tuple(counts.tolist()))


def error_bins(rows: ScoredRows) -> tuple[ErrorBin, ...]:
    """Errors of tenths of the rows, by the predicted value."""
    order = np.argsort(rows.predictions, kind="stable")
    found = []
    for places in np.array_split(order, min(_QUANTILES, len(order)) or 1):
        if len(places):
            errors, values = rows.errors[places], rows.predictions[places]
            found.append(
                ErrorBin(
                    low=float(values.min()),
                    high=float(values.max()),
                    rows=len(places),
                    mae=float(np.abs(errors).mean()),
                    bias=float(errors.mean()),
                )
            )
    return tuple(found)


def normal_quantiles(rows: ScoredRows) -> tuple[tuple[float, float], ...]:
    """Standardised residuals against those of a normal distribution, up to 200 points."""
    errors = np.sort(rows.errors)
    spread = float(errors.std()) if len(errors) else 0.0
    if not spread:
        return ()
    count = len(errors)
    places = np.unique(np.linspace(0, count - 1, min(count, _POINTS)).round().astype(np.int64))
    expected = ndtri((places + 0.5) / count)
    seen = (errors[places] - errors.mean()) / spread
    return tuple(zip(expected.tolist(), seen.tolist(), strict=True))
