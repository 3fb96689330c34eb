"""How far two models are apart on the same rows, and how sure that is: the paired bootstrap.

Both models are scored on the same resamples of the rows, so that what makes a resample easy or hard for
both cancels out of their difference (Efron & Tibshirani, “An Introduction to the Bootstrap”, 1993,
chapter 16; the percentile interval of chapter 13).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Places: TypeAlias = NDArray[np.int64]
Score: TypeAlias = Callable[[Places | None], float]
"""The score on these rows, counted from 0, some of them several times; None: on all rows once."""

RESAMPLES = 1_000
RESAMPLED_ROWS = 2_000_000
"""Rows drawn for intervals in all: with many rows fewer resamples give the interval as well."""
FEWEST = 50
_ENDS = (0.025, 0.975)


@dataclass(frozen=True, slots=True)
class Difference:
    """One score minus another on the same rows, with its 95% interval; NaN where it is not defined."""

    value: float
    low: float
    high: float

    @property
    def is_clear(self) -> bool:
        """Whether the interval leaves out 0."""
        return self.low > 0 or self.high < 0


def resamples(rows: int, *, most: int = RESAMPLES, seed: int = 0) -> Iterator[Places]:
    """Rows drawn with replacement, `rows` at a time; the same ones for the same numbers."""
    generator = np.random.default_rng(seed)
    for _ in range(resample_count(rows, most)):
        yield generator.integers(0, rows, rows)


def resample_count(rows: int, most: int = RESAMPLES) -> int:
    """How many resamples are drawn of so many rows; none of none."""
    return max(FEWEST, min(most, RESAMPLED_ROWS // rows)) if rows else 0


def interval(samples: NDArray[np.float64]) -> tuple[float, float]:
    """The middle 95% of what is finite; NaN where nothing is."""
    known = samples[np.isfinite(samples)]
    if not len(known):
        return math.nan, math.nan
    low, high = np.quantile(known, _ENDS)
    return float(low), float(high)


def paired_differences(
    first: Sequence[Score], second: Sequence[Score], rows: int, *, most: int = RESAMPLES
) -> tuple[Difference, ...]:
    """Each score of `first` minus the one of `second` in the same place.

    Args:
        first: Scores of one model.
        second: The same scores of another.
        rows: How many rows there are.
        most: Resamples at most.
    """
    drawn = np.array(
        [
            [one(places) - other(places) for one, other in zip(first, second, strict=True)]
            for places in resamples(rows, most=most)
        ],
        np.float64,
    ).reshape(-1, len(first))
    return tuple(
        Difference(one(None) - other(None) if rows else math.nan, *interval(drawn[:, place]))
        for place, (one, other) in enumerate(zip(first, second, strict=True))
    )
