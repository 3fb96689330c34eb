"""Splits by group: whole groups, shares of rows, balanced classes, and the same on tables of any size."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.model_selection import StratifiedGroupKFold

from engine.data.preparing.splits import facts as facts_module
from engine.data.preparing.splits import group_table, stratified_groups
from engine.data.preparing.splits.copies import one_of_each, tied
from engine.data.preparing.splits.facts import TEST, TRAIN, VALIDATION
from engine.errors import TooFewGroups
from tests.engine.data.preparing.splits.facts_made import dealt, facts_of, places

METHODS = st.sampled_from(["group", "stratified_group", "random", "stratified"])


def hashes(codes: np.ndarray) -> np.ndarray:
    """Groups as hashes, spread over all 64 bits."""
    table = np.random.default_rng(0).integers(0, 2**63, int(codes.max()) + 1).astype(np.uint64) * 2
    return table[codes]


@given(
    st.lists(st.integers(0, 12), min_size=6, max_size=120),
    METHODS,
    st.sampled_from([0.0, 0.1, 0.3]),
    st.sampled_from([0.0, 0.2, 0.4]),
    st.sampled_from([None, 2, 3]),
    st.integers(0, 50),
)
def test_no_group_is_on_two_sides_and_no_row_is_lost(
    codes: list[int], method: str, validation: float, test: float, folds: int | None, seed: int
) -> None:
    groups = hashes(np.array(codes))
    classes = (np.array(codes) * 7 + np.arange(len(codes))) % 3
    facts = facts_of(len(codes), groups=groups, classes=classes)
    split = {"method": method, "validation": validation, "test": test, "seed": seed}
    if folds is not None:
        split |= {"folds": folds, "fold": 1}
    needed = (folds or 1 + (validation > 0)) + (test > 0)
    if len(set(codes)) < needed:
        with pytest.raises(TooFewGroups):
            dealt(facts, **split)
        return
    found = dealt(facts, **split)
    rows = places(found)
    assert not rows["out"]
    assert sorted(rows["train"] + rows["validation"] + rows["test"]) == list(range(len(codes)))
    held = [set(groups[rows[name]].tolist()) for name in ("train", "validation", "test")]
    assert sum(map(len, held)) == len(set(codes))
    assert rows["train"]
    assert bool(rows["test"]) == (test > 0)
    assert bool(rows["validation"]) == (folds is not None or validation > 0)
    assert np.array_equal(found.codes, dealt(facts, **split).codes)


@pytest.mark.parametrize("method", ["group", "stratified_group"])
def test_shares_are_of_rows_even_where_groups_differ_in_size(method: str) -> None:
    draw = np.random.default_rng(1)
    codes = np.repeat(np.arange(400), draw.geometric(0.1, 400))
    classes = draw.integers(0, 2, len(codes))
    found = dealt(
        facts_of(len(codes), groups=hashes(codes), classes=classes),
        method=method,
        validation=0.15,
        test=0.2,
    )
    shares = np.bincount(found.codes, minlength=3) / len(codes)
    assert shares == pytest.approx([0.65, 0.15, 0.2], abs=0.01)


@pytest.mark.parametrize("method", ["group", "stratified_group"])
def test_a_group_larger_than_a_part_trains(method: str) -> None:
    codes = np.array([0] * 50 + list(range(1, 51)))
    found = dealt(facts_of(100, groups=hashes(codes), classes=np.arange(100) % 2), method=method)
    assert set(found.codes[:50].tolist()) == {TRAIN}
    assert np.count_nonzero(found.codes == TEST) == pytest.approx(15, abs=1)


@pytest.mark.parametrize("method", ["group", "stratified_group"])
def test_every_group_validates_in_exactly_one_fold(method: str) -> None:
    draw = np.random.default_rng(2)
    codes = draw.integers(0, 60, 500)
    facts = facts_of(500, groups=hashes(codes), classes=draw.integers(0, 3, 500))
    turns = np.zeros(500, np.int64)
    tests = []
    for fold in range(1, 6):
        found = dealt(facts, method=method, test=0.2, folds=5, fold=fold)
        turns += found.codes == VALIDATION
        tests.append(found.codes == TEST)
    assert all(np.array_equal(tests[0], other) for other in tests)
    assert np.array_equal(turns, (~tests[0]).astype(np.int64))


def test_balanced_groups_keep_class_shares_about_as_well_as_scikit_learn() -> None:
    draw = np.random.default_rng(4)
    codes = draw.integers(0, 120, 2_000)
    leaning = draw.random(120) ** 2  # each group has shares of its own
    classes = (draw.random(2_000) < leaning[codes]).astype(np.int64)
    facts = facts_of(2_000, groups=hashes(codes), classes=classes)
    overall = classes.mean()
    ours = []
    for fold in range(1, 6):
        found = dealt(facts, method="stratified_group", test=0.0, folds=5, fold=fold)
        ours.append(abs(classes[found.codes == VALIDATION].mean() - overall))
    theirs = [
        abs(classes[held].mean() - overall)
        for _, held in StratifiedGroupKFold(5, shuffle=True, random_state=0).split(
            codes, classes, codes
        )
    ]
    assert max(ours) < max(theirs) + 0.02
    assert max(ours) < 0.03


def test_many_small_groups_are_dealt_by_their_class(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stratified_groups, "ONE_BY_ONE", 20)
    draw = np.random.default_rng(5)
    codes = np.repeat(np.arange(3_000), 2)
    classes = np.repeat((draw.random(3_000) < 0.05).astype(np.int64), 2)
    facts = facts_of(6_000, groups=hashes(codes), classes=classes)
    found = dealt(facts, method="stratified_group", validation=0.1, test=0.2)
    for part, share in ((TRAIN, 0.7), (VALIDATION, 0.1), (TEST, 0.2)):
        mine = found.codes == part
        assert mine.mean() == pytest.approx(share, abs=0.005)
        assert classes[mine].mean() == pytest.approx(classes.mean(), abs=0.005)


@pytest.mark.parametrize("method", ["group", "stratified_group"])
def test_more_groups_than_fit_are_dealt_in_parts(
    method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(group_table, "MOST_GROUPS", 100)
    monkeypatch.setattr(facts_module, "SPAN", 256)
    draw = np.random.default_rng(6)
    codes = draw.integers(0, 1_000, 4_000)
    groups = hashes(codes)
    facts = facts_of(4_000, groups=groups, classes=draw.integers(0, 2, 4_000))
    tables = list(group_table.group_tables(facts, groups))
    assert len(tables) >= 8
    assert sum(int(table.rows.sum()) for table in tables) == 4_000
    found = dealt(facts, method=method, validation=0.2, test=0.2)
    sides = {(int(g), int(c)) for g, c in zip(groups, found.codes, strict=True)}
    assert len(sides) == len(set(codes.tolist()))
    assert np.bincount(found.codes) / 4_000 == pytest.approx([0.6, 0.2, 0.2], abs=0.03)


@given(st.lists(st.integers(0, 9), min_size=1, max_size=60), st.booleans())
def test_of_rows_that_are_alike_the_first_or_last_is_kept(codes: list[int], last: bool) -> None:
    values = hashes(np.array(codes))
    keep = one_of_each(facts_of(len(codes)), values, last=last)
    kept = np.array(codes)[keep].tolist()
    assert sorted(kept) == sorted(set(codes))
    for code in set(codes):
        places_of = [i for i, each in enumerate(codes) if each == code]
        assert keep[places_of[-1 if last else 0]]


@given(st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8)), min_size=1, max_size=40))
def test_groups_that_share_a_copy_become_one(rows: list[tuple[int, int]]) -> None:
    groups = hashes(np.array([group for group, _ in rows] + [8]))[:-1]
    copies = hashes(np.array([copy for _, copy in rows] + [8]))[:-1]
    joined = tied(facts_of(len(rows)), groups, copies)
    for one in range(len(rows)):
        for other in range(len(rows)):
            if groups[one] == groups[other] or copies[one] == copies[other]:
                assert joined[one] == joined[other]
    assert len(set(joined.tolist())) == _components(rows)


def _components(rows: list[tuple[int, int]]) -> int:
    """Components of the graph of groups and copies, counted naively."""
    parents: dict[object, object] = {}

    def root(node: object) -> object:
        while parents.setdefault(node, node) != node:
            node = parents[node]
        return node

    for group, copy in rows:
        parents[root(("g", group))] = root(("c", copy))
    return len({root(("g", group)) for group, _ in rows})
