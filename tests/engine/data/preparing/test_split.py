"""Splitting: every row in exactly one part, by seed, with the shares asked for."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.model_selection import train_test_split

from engine.data.preparing.split import Parts, split_rows
from engine.errors import TooFewRows
from engine.recipe.split import Split, SplitMethod

SHARES = st.sampled_from([0.0, 0.05, 0.15, 0.2, 0.45])


@settings(deadline=None)
@given(
    st.lists(st.integers(0, 10_000), min_size=4, max_size=80, unique=True),
    SHARES,
    SHARES,
    st.integers(0, 100),
    st.sampled_from([0, 1, 2, 5]),
)
def test_each_row_is_in_exactly_one_part(
    rows: list[int], validation: float, test: float, seed: int, classes: int
) -> None:
    given_rows = np.array(sorted(rows))
    labels = np.arange(len(rows)) % classes if classes else None
    split = Split(validation=validation, test=test, seed=seed)
    parts = split_rows(split, given_rows, labels)
    together = np.concatenate([parts.train, parts.validation, parts.test])
    assert sorted(together) == sorted(rows)
    assert all((np.diff(part) > 0).all() for part in (parts.train, parts.validation, parts.test))
    assert len(parts.train) >= 2
    assert (len(parts.validation) > 0) == (validation > 0)
    assert (len(parts.test) > 0) == (test > 0)


def test_the_same_seed_gives_the_same_parts_and_another_seed_others() -> None:
    rows = np.arange(200)
    first, again, other = (split_rows(Split(seed=s), rows, None) for s in (1, 1, 2))
    assert _same(first, again)
    assert not _same(first, other)


def test_a_stratified_split_keeps_the_shares_of_the_classes() -> None:
    labels = np.array([0] * 90 + [1] * 10)
    parts = split_rows(Split(validation=0.2, test=0.2), np.arange(100), labels)
    for part in (parts.train, parts.validation, parts.test):
        assert labels[part].mean() == pytest.approx(0.1, abs=0.02)


def test_a_random_split_of_classes_is_scikit_learns() -> None:
    split = Split(method=SplitMethod.RANDOM, validation=0, test=0.2, seed=42)
    parts = split_rows(split, np.arange(101), np.arange(101) % 2)
    train, test = train_test_split(np.arange(101), test_size=0.2, random_state=42)
    assert parts.train.tolist() == sorted(train)
    assert parts.test.tolist() == sorted(test)


def test_a_class_of_one_row_makes_the_split_random_and_says_so() -> None:
    labels = np.array(["a"] * 50 + ["b"])
    parts = split_rows(Split(), np.arange(51), labels)
    assert "random" in str(parts.notes[0])
    assert not split_rows(Split(), np.arange(50), np.array(["a", "b"] * 25)).notes


@pytest.mark.parametrize(
    ("validation", "test", "needed"), [(0.15, 0.15, 4), (0, 0.5, 3), (0, 0, 2)]
)
def test_too_few_rows_are_refused(validation: float, test: float, needed: int) -> None:
    split = Split(validation=validation, test=test)
    with pytest.raises(TooFewRows) as caught:
        split_rows(split, np.arange(needed - 1), None)
    assert (caught.value.rows, caught.value.needed) == (needed - 1, needed)
    assert len(split_rows(split, np.arange(needed), None).train) == 2


def _same(one: Parts, other: Parts) -> bool:
    return all(
        np.array_equal(getattr(one, name), getattr(other, name))
        for name in ("train", "validation", "test")
    )
