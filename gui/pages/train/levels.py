"""The lowest and highest values of a long curve in blocks of growing length, made as the curve grows.

A view a thousand pixels wide needs some thousand numbers, however many a curve has: it takes them from the
level with about as many blocks. When points are added, only the blocks that they fill are made.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.training.columns import Column
from gui.pages.train.series import Numbers

FIRST_HALVINGS = 3
FIRST = 2**FIRST_HALVINGS
"""Points in a block of the first level; on each further level twice as many."""
FEWEST = 256
"""Blocks of the last level at least."""
BLOCKS = 4
"""For each column of pixels at least: a block stands in one column, so it must be narrow beside it."""


class Levels:
    """One curve's values; NaN and what is infinite are gaps."""

    def __init__(self, values: Numbers) -> None:
        self._given = values
        self._values = values[:0]
        self._has_gaps = False
        self._levels: list[tuple[Column, Column]] = []

    def follow(self, values: Numbers) -> None:
        """Take the curve as it is now: what was there before, and more."""
        self._given = values

    def grow(self) -> Numbers:
        """Make the blocks of what was added now, not when they are asked for; the values, gaps as NaN."""
        if self._given is self._values or len(self._given) == len(self._values):
            return self._values
        fresh = self._given[len(self._values) :]
        known = np.isfinite(fresh)
        if self._has_gaps or not known.all():
            self._has_gaps = True
            fresh = np.where(known, fresh, np.nan)
            self._values = np.concatenate([self._values, fresh])
        else:
            self._values = self._given
        self._extend_levels()
        return self._values

    def extent(self, start: int, stop: int) -> tuple[float, float] | None:
        """Lowest and highest value from point `start` up to `stop`; None where all are gaps."""
        values = self.grow()
        depth = self._depth((stop - start) / FEWEST)
        parts_low = parts_high = [values[start:stop]]
        if depth is not None:
            size = FIRST << depth
            first, last = -(-start // size), stop // size
            ends = [values[start : first * size], values[last * size : stop]]
            low, high = self._levels[depth]
            parts_low, parts_high = [*ends, low.array[first:last]], [*ends, high.array[first:last]]
        lows = [float(np.fmin.reduce(part)) for part in parts_low if len(part)]
        highs = [float(np.fmax.reduce(part)) for part in parts_high if len(part)]
        known = [value for value in lows if value == value]
        return (min(known), max(h for h in highs if h == h)) if known else None

    def spans(self, cuts: NDArray[np.int64]) -> tuple[NDArray[np.int64], Numbers, Numbers]:
        """Lowest and highest value between neighbours of the ascending point numbers `cuts`.

        Returns the places k of `cuts` with points from `cuts[k]` up to `cuts[k + 1]`, and both values
        there. Where there are many points the borders may be off by a quarter of a column.
        """
        values = self.grow()
        columns = max(1, int(np.count_nonzero(cuts[1:] > cuts[:-1])))
        depth = self._depth(int(cuts[-1] - cuts[0]) / (BLOCKS * columns))
        low = high = values
        if depth is not None:
            size = FIRST << depth
            first = int(cuts[0]) // size
            cuts = -(-cuts // size) - first
            cuts[0] = 0
            low, high = self._blocks(depth, first, first + int(cuts[-1]))
        places = np.flatnonzero(cuts[1:] > cuts[:-1])
        if not len(places):
            return places, np.empty(0), np.empty(0)
        starts, stop = cuts[places], cuts[-1]
        lowest, highest = (np.fmin, np.fmax) if self._has_gaps else (np.minimum, np.maximum)
        return (
            places,
            lowest.reduceat(low[:stop], starts),
            highest.reduceat(high[:stop], starts),
        )

    def _depth(self, points: float) -> int | None:
        """The level of the longest blocks of at most so many points; None: the points themselves."""
        if points < FIRST or not self._levels:
            return None
        return min(int(points).bit_length() - 1 - FIRST_HALVINGS, len(self._levels) - 1)

    def _blocks(self, depth: int, first: int, stop: int) -> tuple[Numbers, Numbers]:
        """The blocks of a level, with the one that is not full yet if it is asked for."""
        low, high = (level.array for level in self._levels[depth])
        if stop <= len(low):
            return low[first:stop], high[first:stop]
        rest = self._values[len(low) * (FIRST << depth) :]
        return (
            np.append(low[first:], np.fmin.reduce(rest)),
            np.append(high[first:], np.fmax.reduce(rest)),
        )

    def _extend_levels(self) -> None:
        if not self._levels:
            self._levels.append((Column(), Column()))
        values, (low, high) = self._values, self._levels[0]
        part = values[len(low) * FIRST : len(values) // FIRST * FIRST]
        lows = highs = part
        for _ in range(FIRST_HALVINGS):
            lows, highs = _halved(lows, highs, gaps=self._has_gaps)
        low.extend(lows)
        high.extend(highs)
        depth = 0
        while len(self._levels[depth][0]) >= 2 * FEWEST:
            depth += 1
            if depth == len(self._levels):
                self._levels.append((Column(), Column()))
            below, (low, high) = self._levels[depth - 1], self._levels[depth]
            new = slice(2 * len(low), len(below[0]) // 2 * 2)
            lows, highs = _halved(below[0].array[new], below[1].array[new], gaps=self._has_gaps)
            low.extend(lows)
            high.extend(highs)


def _halved(low: Numbers, high: Numbers, *, gaps: bool) -> tuple[Numbers, Numbers]:
    """Of each two neighbours the lower and the higher one."""
    if gaps:
        return np.fmin(low[0::2], low[1::2]), np.fmax(high[0::2], high[1::2])
    return np.minimum(low[0::2], low[1::2]), np.maximum(high[0::2], high[1::2])
