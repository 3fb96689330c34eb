"""Rows with the same inputs and other labels are found, and nothing else is."""

from __future__ import annotations

from itertools import groupby

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.data.preparing.arrays import Arrays
from engine.evaluation.conflicts import LabelledRows, conflicts

CLASSES = ("a", "b", "c")


def labelled(numbers: np.ndarray, codes: np.ndarray, first: int = 0) -> LabelledRows:  # type: ignore[type-arg]
    generator = np.random.default_rng(first)
    arrays = Arrays(
        numbers.astype(np.float32),
        (numbers[:, :1] > 1).astype(np.int32),
        None,
        None,
        np.ones(0, np.bool_),
    )
    rows = np.sort(generator.choice(10**6, len(codes), replace=False))
    return LabelledRows(arrays, codes, rows)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6), rows=st.integers(0, 60), others=st.integers(0, 60))
def test_they_are_what_comparing_all_rows_finds(seed: int, rows: int, others: int) -> None:
    generator = np.random.default_rng(seed)
    numbers = generator.integers(-1, 3, (rows + others, 2)) * 1.0
    numbers[generator.random(numbers.shape) < 0.2] = -0.0
    codes = generator.integers(0, 3, rows + others)
    part = labelled(numbers[:rows], codes[:rows])
    more = labelled(numbers[rows:], codes[rows:], 1) if others else None
    found, count = conflicts(part, CLASSES, more)

    keys = [tuple(float(value) + 0.0 for value in row) for row in numbers]
    order = sorted(range(rows + others), key=lambda place: keys[place])
    expected, contradicted = [], 0
    for _, group in groupby(order, key=lambda place: keys[place]):
        members = list(group)
        own = sum(place < rows for place in members)
        if len({codes[place] for place in members}) > 1 and own:
            expected.append(len(members))
            contradicted += own
    assert count == contradicted
    assert sorted(each.count for each in found) == sorted(expected)[-50:]
    for each in found:
        assert len(set(each.labels)) > 1


def test_a_contradiction_shows_among_many_equal_rows() -> None:
    numbers = np.zeros((5000, 2))
    codes = np.zeros(5000, np.int64)
    codes[4321] = 2
    (found,), count = conflicts(labelled(numbers, codes), CLASSES)
    assert (found.count, count) == (5000, 5000)
    assert len(found.rows) == 20
    assert "c" in found.labels
