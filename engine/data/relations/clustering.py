"""An order of columns in which those that go together stand side by side."""

from __future__ import annotations

import numpy as np

from engine.data.profiling.histogram import Floats


def clustered_order(strength: Floats) -> tuple[int, ...]:
    """The leaves of an average-linkage tree, from a symmetric matrix of strengths from 0 to 1.

    Clusters are joined end to end so that the two most alike ends meet. NaN counts as 0.
    """
    size = len(strength)
    if size < 3:
        return tuple(range(size))
    between = np.nan_to_num(np.asarray(strength, dtype=np.float64), nan=0.0)
    alike = between.copy()
    np.fill_diagonal(alike, -1.0)
    members: list[list[int]] = [[at] for at in range(size)]
    active = np.ones(size, dtype=bool)
    for _ in range(size - 1):
        first, second = divmod(int(np.argmax(alike)), size)
        first, second = min(first, second), max(first, second)
        one, other = members[first], members[second]
        members[first] = _joined(one, other, between)
        weights = np.array((len(one), len(other)), dtype=np.float64)
        alike[first] = weights @ alike[[first, second]] / weights.sum()
        active[second] = False
        alike[first, ~active] = -1.0
        alike[first, first] = -1.0
        alike[:, first] = alike[first]
        alike[second] = alike[:, second] = -1.0
        members[second] = []
    return tuple(members[int(np.flatnonzero(active)[0])])


def _joined(one: list[int], other: list[int], between: Floats) -> list[int]:
    """Both, turned so that the two ends that meet are as alike as can be."""
    choices = [
        (between[left[-1], right[0]], -turn, left, right)
        for turn, (left, right) in enumerate(
            (
                (one, other),
                (one, other[::-1]),
                (one[::-1], other),
                (other, one),
            )
        )
    ]
    best = max(choices, key=lambda choice: choice[:2])
    return [*best[2], *best[3]]
