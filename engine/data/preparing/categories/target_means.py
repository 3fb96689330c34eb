"""Target encoding: the mean target of each level, for training rows out of fold."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.data.cells.typed import Floats
from engine.data.preparing.categories.tables import FittedTable, folds_of

Piece: TypeAlias = tuple[NDArray[np.int32], Floats, NDArray[np.int64]]
"""Codes (rows,), what is averaged (rows, outputs), NaN where it is not known, and places among the
training rows (rows,)."""


def fit_target_means(
    pieces: Iterable[Piece],
    codes: int,
    outputs: tuple[str, ...],
    *,
    folds: int,
    smoothing: float | None,
    seed: int,
) -> FittedTable:
    """Means of every code in units of the target's deviation, 0 for the mean of all.

    As scikit-learn's `TargetEncoder`, up to that scale: (sum + smoothing · mean) / (count + smoothing),
    or without a fixed smoothing an empirical Bayes weight from the variance within and between levels
    (Micci-Barreca, SIGKDD Explorations 3, 2001, section 3.2).

    Args:
        pieces: The training rows, in order, in any number of pieces.
        codes: How many codes there are.
        outputs: Names of what is averaged.
        folds: Into how many parts the training rows are dealt.
        smoothing: Rows of the overall mean that are added; None: empirical Bayes.
        seed: Of the dealing.
    """
    width = len(outputs)
    counts = np.zeros((folds, codes, width))
    sums = np.zeros((folds, codes, width))
    squares = np.zeros((folds, codes, width))
    for levels, aims, places in pieces:
        every = folds_of(places, folds, seed) * codes + levels
        for output in range(width):
            known = ~np.isnan(aims[:, output])
            cells, aim = every[known], aims[known, output]
            counts[:, :, output] += _summed(cells, None, (folds, codes))
            sums[:, :, output] += _summed(cells, aim, (folds, codes))
            squares[:, :, output] += _summed(cells, aim * aim, (folds, codes))
    totals = counts.sum(axis=0), sums.sum(axis=0), squares.sum(axis=0)
    mean, deviation = _overall(*totals)
    spread = np.where(deviation > 1e-12 * np.maximum(np.abs(mean), 1), deviation, 1.0)

    def scaled(means: Floats) -> tuple[float, ...]:
        return tuple(((means - mean) / spread).astype(np.float32).ravel().tolist())

    folded: list[float] = []
    for fold in range(folds):
        rest = totals[0] - counts[fold], totals[1] - sums[fold], totals[2] - squares[fold]
        folded += scaled(_means(*rest, smoothing))
    return FittedTable(
        outputs=outputs,
        values=scaled(_means(*totals, smoothing)),
        folds=folds,
        seed=seed,
        folded=tuple(folded),
    )


def _summed(
    cells: NDArray[np.int64], weights: Floats | None, shape: tuple[int, ...]
) -> NDArray[Any]:
    found: NDArray[Any] = np.bincount(cells, weights, minlength=shape[0] * shape[1])
    return found.reshape(shape)


def _overall(counts: Floats, sums: Floats, squares: Floats) -> tuple[Floats, Floats]:
    """Mean and deviation of all rows, (outputs,)."""
    rows = np.maximum(1.0, counts.sum(axis=0))
    mean = sums.sum(axis=0) / rows
    return mean, np.sqrt(np.maximum(squares.sum(axis=0) / rows - mean * mean, 0))


def _means(counts: Floats, sums: Floats, squares: Floats, smoothing: float | None) -> Floats:
    """(codes, outputs) means, drawn towards that of all rows; that mean for a code without rows."""
    mean, deviation = _overall(counts, sums, squares)
    rows = counts
    if smoothing is not None:
        weight = rows + smoothing
        drawn = np.divide(
            sums + smoothing * mean, weight, out=np.zeros_like(sums), where=weight > 0
        )
        return np.where(weight > 0, drawn, mean)
    own = np.divide(sums, rows, out=np.zeros_like(sums), where=rows > 0)
    variance = deviation * deviation
    within = np.maximum(squares - rows * own * own, 0)
    between = variance * rows
    noise = np.divide(within, rows, out=np.zeros_like(sums), where=rows > 0)
    total = between + noise
    trust = np.divide(between, total, out=np.zeros_like(sums), where=total > 0)
    found: Floats = np.where(rows > 0, trust * own + (1 - trust) * mean, mean)
    return found
