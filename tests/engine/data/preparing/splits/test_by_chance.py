"""Random and stratified splits and folds, for classes and for numbers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.data.preparing.plan import part_sizes
from engine.data.preparing.split import split_rows
from engine.data.preparing.splits import by_chance
from engine.data.preparing.splits.facts import TEST, TRAIN, VALIDATION
from engine.errors import TooFewRows
from engine.recipe.split import Split
from tests.engine.data.preparing.splits.facts_made import dealt, facts_of


@given(
    st.sampled_from(["random", "stratified"]),
    st.integers(20, 90),
    st.integers(2, 6),
    st.sampled_from([0.0, 0.2]),
    st.integers(0, 30),
    st.booleans(),
)
def test_every_row_validates_in_exactly_one_fold(
    method: str, rows: int, folds: int, test: float, seed: int, classified: bool
) -> None:
    draw = np.random.default_rng(seed)
    classes = draw.integers(0, 3, rows) if classified else draw.normal(size=rows)
    facts = facts_of(rows, classes=classes, classified=classified)
    turns, tests, sizes = np.zeros(rows, np.int64), [], []
    for fold in range(1, folds + 1):
        found = dealt(facts, method=method, test=test, folds=folds, fold=fold, seed=seed)
        turns += found.codes == VALIDATION
        tests.append(found.codes == TEST)
        sizes.append(int(np.count_nonzero(found.codes == VALIDATION)))
    assert all(np.array_equal(tests[0], other) for other in tests)
    assert np.array_equal(turns, (~tests[0]).astype(np.int64))
    assert max(sizes) - min(sizes) <= 1


@given(st.integers(8, 60), st.integers(2, 7), st.sampled_from([0.0, 0.2, 0.5]), st.data())
def test_sizes_are_known_before(rows: int, folds: int, test: float, data: st.DataObject) -> None:
    split = Split(test=test, folds=folds, fold=data.draw(st.integers(1, folds)))
    parts = split_rows(split, np.arange(rows), None)
    sizes = (len(parts.train), len(parts.validation), len(parts.test))
    assert sizes == part_sizes(split, rows)


def test_folds_of_classes_hold_equal_shares() -> None:
    classes = np.array([0] * 83 + [1] * 17)
    for fold in range(1, 6):
        found = dealt(
            facts_of(100, classes=classes), method="stratified", test=0, folds=5, fold=fold
        )
        held = classes[found.codes == VALIDATION]
        assert len(held) == 20
        assert 3 <= held.sum() <= 4


def test_more_folds_than_rows_are_refused() -> None:
    with pytest.raises(TooFewRows):
        dealt(facts_of(5), method="random", test=0, folds=6, fold=1)


def test_ranges_of_a_number_have_equal_shares_in_every_part() -> None:
    values = np.random.default_rng(0).lognormal(0, 2, 400)
    found = dealt(
        facts_of(400, classes=values, classified=False),
        method="stratified",
        validation=0.2,
        test=0.2,
    )
    for part, size in ((TRAIN, 240), (VALIDATION, 80), (TEST, 80)):
        mine = values[found.codes == part]
        assert len(mine) == size
        for edge in np.quantile(values, [0.1, 0.5, 0.9]):
            assert (mine <= edge).mean() == pytest.approx((values <= edge).mean(), abs=0.02)


def test_few_rows_have_fewer_ranges() -> None:
    values = np.arange(12.0)
    found = dealt(facts_of(12, classes=values, classified=False), method="stratified")
    assert np.bincount(found.codes, minlength=3).tolist() == [8, 2, 2]
    assert not found.notes


def test_blocks_have_seeds_of_their_own_and_ranges_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(by_chance, "BLOCK_ROWS", 100)
    values = np.random.default_rng(0).normal(size=350)
    facts = facts_of(350, classes=values, classified=False)
    found = dealt(facts, method="stratified", validation=0.1, test=0.2)
    counts = [np.bincount(found.codes[s : s + 100], minlength=3).tolist() for s in (0, 100, 200)]
    assert counts == [[70, 10, 20]] * 3
    assert not np.array_equal(found.codes[:100], found.codes[100:200])
    assert np.array_equal(
        found.codes, dealt(facts, method="stratified", validation=0.1, test=0.2).codes
    )


def test_the_last_few_rows_of_many_train_where_there_are_more_folds(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(by_chance, "BLOCK_ROWS", 100)
    found = dealt(facts_of(203), method="random", test=0.0, folds=5, fold=1)
    assert np.bincount(found.codes).tolist() == [163, 40]
    assert set(found.codes[200:].tolist()) == {TRAIN}


def test_validation_is_drawn_from_training_rows_wherever_they_stand(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(by_chance, "BLOCK_ROWS", 100)
    marks = [1] * 150 + [0] * 230
    facts = facts_of(380, marks=marks, names=("train", "test"), classes=np.arange(380) % 2)
    found = dealt(facts, method="column", validation=0.2)
    assert np.bincount(found.codes).tolist() == [184, 46, 150]
    assert set(found.codes[:150].tolist()) == {TEST}
