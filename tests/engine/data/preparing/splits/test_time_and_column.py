"""Splits by time keep the order and the gap; splits by column do what the column says."""

from __future__ import annotations

from itertools import chain, pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.data.preparing.splits import facts as facts_module
from engine.data.preparing.splits.by_column import part_of
from engine.data.preparing.splits.facts import OUT, TEST, TRAIN, VALIDATION
from engine.data.preparing.splits.ranks import value_at
from engine.errors import SplitColumnUnclear, TooFewTimes, WrongFolds
from tests.engine.data.preparing.splits.facts_made import dealt, facts_of, places

TIMES = st.lists(
    st.one_of(
        st.floats(-1e6, 1e6, width=32), st.integers(-20, 20).map(float), st.just(float("nan"))
    ),
    min_size=4,
    max_size=80,
)


@given(
    TIMES,
    st.sampled_from([0.0, 0.2]),
    st.sampled_from([0.0, 0.3]),
    st.sampled_from([0.0, 0.5, 5.0]),
    st.sampled_from([None, 1, 3]),
)
def test_the_order_of_time_and_the_gap_are_kept(
    times: list[float], validation: float, test: float, gap: float, fold: int | None
) -> None:
    split = {"method": "time", "validation": validation, "test": test, "gap": gap}
    if fold is not None:
        split |= {"folds": 3, "fold": fold}
    values = np.array(times)
    try:
        found = dealt(facts_of(len(times), times=values), **split)
    except TooFewTimes:
        return
    rows = places(found)
    assert sorted(chain.from_iterable(rows.values())) == list(range(len(times)))
    assert sum(each.count for each in found.left_out) == len(rows["out"])
    parts = [values[rows[name]] for name in ("train", "validation", "test") if rows[name]]
    for earlier, later in pairwise(parts):
        assert earlier.max() < later.min()
        assert later.min() - earlier.max() >= gap
    assert not np.isnan(np.concatenate(parts)).any()


def test_rows_of_one_moment_are_not_divided() -> None:
    times = np.repeat(np.arange(10.0), 10)
    found = dealt(facts_of(100, times=times), method="time", validation=0.15, test=0.15)
    parts = [set(times[found.codes == code].tolist()) for code in (TRAIN, VALIDATION, TEST)]
    assert [len(part) for part in parts] == [7, 1, 2]
    assert max(parts[0]) < min(parts[1]) < min(parts[2])


def test_folds_by_time_train_on_the_past_only() -> None:
    draw = np.random.default_rng(0)
    times = draw.permutation(120).astype(float)
    validated = []
    for fold in range(1, 5):
        found = dealt(facts_of(120, times=times), method="time", test=0.0, folds=4, fold=fold)
        train, held = times[found.codes == TRAIN], times[found.codes == VALIDATION]
        assert train.max() < held.min()
        assert len(train) == 24 * fold
        later = 120 - 24 * (fold + 1)
        assert [each.count for each in found.left_out] == ([later] if later else [])
        validated += held.tolist()
    assert sorted(validated) == list(range(24, 120))


def test_one_moment_cannot_be_split_by_time() -> None:
    with pytest.raises(TooFewTimes):
        dealt(facts_of(10, times=np.ones(10)), method="time")


@given(
    st.lists(st.floats(allow_nan=True, allow_infinity=False), min_size=1, max_size=50), st.data()
)
def test_a_value_is_found_at_its_rank(values: list[float], data: st.DataObject) -> None:
    known = sorted(value for value in values if value == value)
    if not known:
        return
    rank = data.draw(st.integers(0, len(known) - 1))
    assert value_at(facts_of(len(values)), np.array(values), rank) == known[rank]


def test_ranks_are_found_in_spans(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(facts_module, "SPAN", 7)
    values = np.random.default_rng(0).normal(size=100)
    facts = facts_of(100)
    assert [value_at(facts, values, rank) for rank in (0, 42, 99)] == np.sort(values)[
        [0, 42, 99]
    ].tolist()


@pytest.mark.parametrize(
    ("text", "part"),
    [("train", TRAIN), (" TRAINING ", TRAIN), ("Valid", VALIDATION), ("dev", VALIDATION),
     ("Test", TEST), ("hold-out", TEST), ("other", None)],
)  # fmt: skip
def test_usual_words_name_the_parts(text: str, part: int | None) -> None:
    assert part_of(text) == part


def test_the_column_says_the_part_and_other_words_are_left_out() -> None:
    facts = facts_of(
        7, marks=[0, 0, 0, 1, 2, 3, -1], names=("Train", "dev", "TEST", "extra"), column="part"
    )
    found = dealt(facts, method="column")
    assert found.codes.tolist() == [TRAIN, TRAIN, TRAIN, VALIDATION, TEST, OUT, OUT]
    assert [each.count for each in found.left_out] == [1, 1]
    assert "extra" in str(found.left_out[0].reason)


def test_without_marked_rows_validation_is_drawn_from_training() -> None:
    classes = np.array([0, 1] * 50)
    facts = facts_of(
        100, marks=[0] * 80 + [1] * 20, names=("train", "test"), classes=classes, column="part"
    )
    found = dealt(facts, method="column", validation=0.25)
    assert np.bincount(found.codes).tolist() == [60, 20, 20]
    assert (found.codes[80:] == TEST).all()
    assert "drawn" in str(found.notes[0])


def test_a_column_that_names_no_training_rows_is_refused() -> None:
    with pytest.raises(SplitColumnUnclear, match="a, b"):
        dealt(facts_of(4, marks=[0, 1, 0, 1], names=("a", "b"), column="part"), method="column")


def test_values_of_a_column_are_folds() -> None:
    facts = facts_of(
        6, marks=[0, 1, 2, 0, 1, 3], names=("fold 10", "fold 9", "fold 1", "test"), column="fold"
    )
    found = dealt(facts, method="column", folds=3, fold=2)
    assert found.codes.tolist() == [TRAIN, VALIDATION, TRAIN, TRAIN, VALIDATION, TEST]
    with pytest.raises(WrongFolds, match="3 folds"):
        dealt(facts, method="column", folds=5, fold=2)
