"""Correcting probabilities, and finding sets and intervals of a chosen coverage, on rows held out.

Both are fitted on validation rows, which no weight was learned from; the test part then tells the truth.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.data.preparing.fitted_target import FittedClasses, FittedTarget
from engine.errors import (
    NotProbabilities,
    OnlyForTwoClasses,
    RowsOfOneKind,
    TooFewForCoverage,
)
from engine.predictor.decision import (
    Calibration,
    Conformal,
    Decision,
    Floats,
    Isotonic,
    Platt,
    Temperature,
)
from engine.tasks import CalibrationKind

_LOG_REACH = 4.0
"""Temperatures are looked for from e⁻⁴ to e⁴."""
_MOST_STEPS = 1_000


def log_loss(
    target: FittedClasses,
    outputs: NDArray[Any],
    actual: NDArray[np.int64],
    weights: Floats | None = None,
) -> float:
    """The mean of −log of the probability of each row's class."""
    chances = target.probabilities(outputs)[np.arange(len(actual)), actual]
    losses = -np.log(np.clip(chances, np.finfo(np.float64).tiny, 1.0))
    return float(np.average(losses, weights=weights))


def fit_calibration(
    kind: CalibrationKind,
    target: FittedTarget,
    outputs: NDArray[np.float32],
    actual: NDArray[Any],
    weights: Floats | None = None,
) -> Calibration:
    """What brings probabilities nearest to how often classes come.

    A temperature never raises the log loss of these rows: 1 is taken where nothing is better.

    Args:
        kind: Which way.
        target: What is predicted.
        outputs: Of the network, (rows, outputs).
        actual: Class codes, (rows,).
        weights: How much each row counts.

    Raises:
        NotProbabilities: The target is a number.
        OnlyForTwoClasses: Platt's and the isotonic curve are.
        RowsOfOneKind: There are no rows, or of one class only.
    """
    if not isinstance(target, FittedClasses):
        raise NotProbabilities(target.name)
    if len(actual) == 0:
        raise RowsOfOneKind("validation", 0)
    if kind == "temperature":
        return _temperature(target, outputs, actual, weights)
    if len(target.classes) != 2:
        raise OnlyForTwoClasses(kind, len(target.classes))
    if len(np.unique(actual)) < 2:
        raise RowsOfOneKind("validation", len(actual))
    if kind == "platt":
        from sklearn.linear_model import LogisticRegression

        model = LogisticRegression(C=np.inf, max_iter=1_000)
        model.fit(outputs[:, :1].astype(np.float64), actual, sample_weight=weights)
        return Platt(slope=float(model.coef_[0, 0]), offset=float(model.intercept_[0]))
    from sklearn.isotonic import IsotonicRegression

    curve = IsotonicRegression(y_min=0, y_max=1, out_of_bounds="clip")
    curve.fit(target.predictions(outputs), actual, sample_weight=weights)
    places = np.unique(
        np.linspace(
            0, len(curve.X_thresholds_) - 1, min(_MOST_STEPS, len(curve.X_thresholds_))
        ).round()
    ).astype(np.int64)
    return Isotonic(
        chances=tuple(curve.X_thresholds_[places].tolist()),
        corrected_chances=tuple(curve.y_thresholds_[places].tolist()),
    )


def _temperature(
    target: FittedClasses,
    outputs: NDArray[np.float32],
    actual: NDArray[np.int64],
    weights: Floats | None,
) -> Temperature:
    from scipy.optimize import minimize_scalar

    def loss(log_temperature: float) -> float:
        found = Temperature(temperature=math.exp(log_temperature))
        return log_loss(target, found.corrected(outputs), actual, weights)

    best = minimize_scalar(loss, bounds=(-_LOG_REACH, _LOG_REACH), method="bounded").x
    if loss(float(best)) >= log_loss(target, outputs, actual, weights):
        return Temperature(temperature=1.0)
    return Temperature(temperature=math.exp(float(best)))


def fit_conformal(
    coverage: float,
    decision: Decision,
    target: FittedTarget,
    outputs: NDArray[np.float32],
    actual: NDArray[Any],
) -> Conformal:
    """The reach at which sets or intervals hold the truth in that share of rows like these.

    Outputs are corrected by `decision` already. Raises `TooFewForCoverage`.
    """
    rows = len(actual)
    place = math.ceil((rows + 1) * coverage)
    if place > rows:
        needed = math.ceil(coverage / (1 - coverage))
        raise TooFewForCoverage(coverage, needed, rows)
    scores = np.sort(_scores(decision, target, outputs, actual))
    return Conformal(coverage=coverage, reach=float(scores[place - 1]), rows=rows)


def _scores(
    decision: Decision, target: FittedTarget, outputs: NDArray[np.float32], actual: NDArray[Any]
) -> Floats:
    """How far each row's truth is from what is predicted."""
    if isinstance(target, FittedClasses):
        found: Floats = 1 - target.probabilities(outputs)[np.arange(len(actual)), actual]
        return found
    bare = decision.model_copy(update={"conformal": Conformal(coverage=0.5, reach=0.0, rows=0)})
    low, high = bare.interval(target, outputs)
    outside: Floats = np.maximum(low - actual, actual - high)
    return outside


def covered(
    decision: Decision, target: FittedTarget, outputs: NDArray[Any], actual: NDArray[Any]
) -> tuple[NDArray[np.bool_], Floats]:
    """Whether each row's truth is inside its set or interval, and how large that is."""
    if isinstance(target, FittedClasses):
        inside = decision.members(target, outputs)
        return inside[np.arange(len(actual)), actual], inside.sum(axis=1).astype(np.float64)
    low, high = decision.interval(target, outputs)
    return (low <= actual) & (actual <= high), high - low
