"""What baselines predict, as a network of the run would give it: then all that scores a run scores them."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.data.preparing.fitted_target import FittedClasses, FittedValue
from engine.data.preparing.target.gaussian import raw_deviation

Outputs: TypeAlias = NDArray[np.float32]

_CERTAIN = 1e-7
"""Probabilities are kept this far from 0 and 1, so that their logits stay finite."""
_LEAST_RATE = 1e-3
"""A rate of counts is at least this share of the mean."""


def outputs_of(target: FittedClasses | FittedValue, predicted: NDArray[np.float64]) -> Outputs:
    """(rows, outputs of the target), from probabilities (rows, classes) or standardised values (rows,)."""
    if isinstance(target, FittedValue):
        found = _of_values(target, predicted)
    elif target.ordered:
        found = _logits(1 - np.cumsum(predicted, axis=1)[:, :-1])
    elif target.outputs == 1:
        found = _logits(predicted[:, 1:])
    else:
        found = np.log(np.maximum(predicted, _CERTAIN))
    return np.ascontiguousarray(found, np.float32)


def _of_values(target: FittedValue, predicted: NDArray[np.float64]) -> NDArray[np.float64]:
    if target.link == "log":
        predicted = np.log(np.maximum(predicted, _LEAST_RATE))
    found = np.tile(predicted.reshape(-1, 1), (1, target.outputs))
    if target.covered is not None:  # a baseline does not tell how sure it is
        found[:, 1] = raw_deviation(1.0)
    return found


def _logits(chances: NDArray[np.float64]) -> NDArray[np.float64]:
    chances = np.clip(chances, _CERTAIN, 1 - _CERTAIN)
    found: NDArray[np.float64] = np.log(chances) - np.log1p(-chances)
    return found
