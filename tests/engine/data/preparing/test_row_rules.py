"""Row rules before the split, and what becomes of every row; training rows do not see the others."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.data.memory import Storage
from engine.data.preparing import columnar
from engine.data.preparing.dataset import Dataset, prepare
from engine.data.preparing.dealing import DealtRows, deal_rows
from engine.data.preparing.splits import facts
from engine.errors import Cancelled, ExpressionInvalid, NoRowsLeft, UnknownColumn
from engine.recipe.recipe import Recipe
from engine.recipe.rows import RowRules
from engine.recipe.split import Split, SplitMethod
from engine.schema import Kind, Role
from tests.engine.training.tables import recipe_for, schema_of

KINDS = {"house": Kind.CATEGORY, "part": Kind.CATEGORY, "y": Kind.CATEGORY, "day": Kind.DATE}
METHODS = ("random", "stratified", "group", "stratified_group", "time", "column")


def households(rows: int = 200, seed: int = 0) -> pd.DataFrame:
    """Numbers, households of several rows, days, parts, a target; some gaps and some copies."""
    draw = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "x": draw.normal(size=rows).round(2),
            "z": draw.integers(0, 5, rows).astype(float),
            "house": [f"h{code}" for code in draw.integers(0, rows // 4, rows)],
            "day": pd.Timestamp("2026-01-01") + pd.to_timedelta(draw.integers(0, 90, rows), "D"),
            "part": draw.choice(["train", "train", "train", "dev", "Test", "?"], rows),
            "y": draw.choice(["a", "b"], rows),
        }
    )
    frame.loc[::17, "y"] = None
    frame.loc[::19, "day"] = pd.NaT
    frame.loc[rows - 10 :] = frame.loc[:9].to_numpy()
    return frame


def recipe_of(frame: pd.DataFrame, rows: dict[str, Any] | None = None, **split: Any) -> Recipe:
    schema = schema_of(frame, **KINDS)
    recipe = recipe_for(schema, "y", Split.model_validate(split))
    for name, role in (("house", Role.GROUP), ("day", Role.TIME), ("part", Role.IGNORE)):
        recipe = recipe.with_column(recipe.column(name).model_copy(update={"role": role}))
    if split.get("method") == "column":
        recipe = recipe.with_split(column="part")
    return recipe.model_copy(update={"rows": RowRules.model_validate(rows or {})})


def dataset_of(frame: pd.DataFrame, rows: dict[str, Any] | None = None, **split: Any) -> Dataset:
    return prepare(frame, recipe_of(frame, rows, **split), schema_of(frame, **KINDS))


def dealt_of(frame: pd.DataFrame, rows: dict[str, Any] | None = None, **split: Any) -> DealtRows:
    table = pa.Table.from_pandas(frame)
    recipe, schema = recipe_of(frame, rows, **split), schema_of(frame, **KINDS)
    return deal_rows(table, recipe, schema, Storage(on_disk=False))


def all_rows(dealt: DealtRows) -> list[int]:
    parts = dealt.parts
    return sorted(np.concatenate([parts.train, parts.validation, parts.test]).tolist())


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("duplicates", ["keep", "drop"])
@pytest.mark.parametrize("fold", [None, 2])
def test_every_row_ends_in_a_part_or_is_left_out_with_a_reason(
    method: str, duplicates: str, fold: int | None
) -> None:
    frame = households()
    split = {"method": method, "test": 0.2, "gap": 2.0}
    if fold is not None and method != "column":
        split |= {"folds": 3, "fold": fold}
    rules = {"where": "x > -1", "duplicates": duplicates}
    dataset = dataset_of(frame, rules, **split)
    kept = len(dataset.train) + len(dataset.validation) + len(dataset.test)
    assert kept + sum(each.count for each in dataset.left_out) == dataset.rows_in == len(frame)
    codes = [each.code for each in dataset.left_out]
    assert codes[:2] == ["where", "no_target"]
    assert ("duplicate" in codes) == (duplicates == "drop")
    assert [str(each.reason) for each in dataset.left_out] == [str(n) for n in dataset.notes][
        -len(codes) :
    ]
    outside = int((~(frame["x"] > -1)).sum())
    assert dataset.left_out[0].count == outside


def test_copies_are_dropped_by_chosen_columns_and_the_last_may_be_kept() -> None:
    frame = households()
    rules = {"duplicates": {"policy": "drop", "columns": ["house"], "keep": "last"}}
    dealt = dealt_of(frame, rules, method="random")
    known = frame[frame["y"].notna()]
    assert all_rows(dealt) == sorted(known.drop_duplicates("house", keep="last").index.tolist())


def test_dropping_exact_copies_is_what_pandas_does() -> None:
    frame = households()
    dealt = dealt_of(frame, {"duplicates": "drop"}, method="stratified")
    assert all_rows(dealt) == frame[frame["y"].notna()].drop_duplicates().index.tolist()


@settings(max_examples=25)
@given(st.sampled_from(["random", "stratified", "group", "stratified_group"]), st.integers(0, 30))
def test_rows_that_are_alike_stay_together_and_groups_too(method: str, seed: int) -> None:
    frame = households(120, seed)
    rules = {"duplicates": {"policy": "together", "columns": ["x"]}}
    parts = dealt_of(frame, rules, method=method, validation=0.2, test=0.2, seed=seed).parts
    sides = [set(frame["x"].iloc[rows]) for rows in (parts.train, parts.validation, parts.test)]
    houses = [
        set(frame["house"].iloc[rows]) for rows in (parts.train, parts.validation, parts.test)
    ]
    for held in (sides, houses) if "group" in method else (sides,):
        assert not held[0] & held[1]
        assert not held[0] & held[2]
        assert not held[1] & held[2]


def test_spans_and_disk_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    frame = households(400)
    rules = {"where": "x > -1.5", "duplicates": "drop"}
    for method in METHODS:
        whole = dealt_of(frame, rules, method=method)
        with monkeypatch.context() as context:
            context.setattr(columnar, "SPAN_ROWS", 37)
            context.setattr(facts, "SPAN", 23)
            table = pa.Table.from_pandas(frame)
            recipe = recipe_of(frame, rules, method=method)
            again = deal_rows(table, recipe, schema_of(frame, **KINDS), Storage(on_disk=True))
        for part in ("train", "validation", "test"):
            assert np.array_equal(getattr(whole.parts, part), getattr(again.parts, part)), method
        assert whole.left_out == again.left_out


@pytest.mark.parametrize("method", METHODS)
def test_what_stands_in_other_rows_changes_nothing_in_training(method: str) -> None:
    """The other rows keep what the split goes by: target, group, time, part."""
    frame = households(300)
    before = dataset_of(frame, method=method)
    others = np.concatenate([before.parts.validation, before.parts.test])
    changed = frame.copy()
    draw = np.random.default_rng(1)
    changed.loc[others, "x"] = draw.permutation(changed.loc[others, "x"].to_numpy()) * 1e6
    changed.loc[others[::2], "z"] = np.nan
    after = dataset_of(changed, method=method)
    assert np.array_equal(before.parts.train, after.parts.train)
    assert before.preparation == after.preparation
    for name in ("numbers", "codes", "target"):
        ours, theirs = getattr(before.train, name), getattr(after.train, name)
        assert ours.tobytes() == theirs.tobytes()


def test_rows_that_go_away_elsewhere_change_nothing_in_training() -> None:
    """Where a column says the part, other rows can even be deleted, or their targets be gone."""
    frame = households(300)
    frame["part"] = frame["part"].replace("?", "train")
    before = dataset_of(frame, method="column")
    others = np.concatenate([before.parts.validation, before.parts.test])
    gone = frame.drop(index=others[1::2])
    gone.loc[others[4::6], "y"] = None
    after = dataset_of(gone.reset_index(drop=True), method="column")
    assert len(after.validation) + len(after.test) < len(others) / 2
    assert before.preparation == after.preparation
    for name in ("numbers", "codes", "target"):
        assert getattr(before.train, name).tobytes() == getattr(after.train, name).tobytes()


@pytest.mark.parametrize("method", METHODS)
def test_the_same_seed_gives_the_same_parts(method: str) -> None:
    frame = households()
    first, again, other = (dealt_of(frame, method=method, seed=seed).parts for seed in (1, 1, 2))
    assert np.array_equal(first.train, again.train)
    by_chance = method not in ("time", "column")
    assert np.array_equal(first.train, other.train) == (not by_chance)


def test_auto_goes_by_the_roles() -> None:
    frame = households()
    assert dealt_of(frame).method is SplitMethod.GROUP
    recipe = recipe_of(frame)
    spec = recipe.column("house").model_copy(update={"role": Role.FEATURE})
    table, schema = pa.Table.from_pandas(frame), schema_of(frame, **KINDS)
    dealt = deal_rows(table, recipe.with_column(spec), schema, Storage(on_disk=False))
    assert dealt.method is SplitMethod.TIME


@pytest.mark.parametrize("kind", [Kind.CATEGORY, Kind.TEXT, Kind.DATE])
@pytest.mark.parametrize("numbers", [False, True])
def test_times_are_read_whatever_the_kind_of_their_column(kind: Kind, numbers: bool) -> None:
    frame = households()
    days = (frame["day"] - pd.Timestamp("2026-01-01")).dt.days
    same = frame.assign(day=days if numbers else frame["day"].dt.strftime("%Y-%m-%d"))
    recipe, schema = recipe_of(frame, method="time"), schema_of(frame, **KINDS)
    kind = Kind.NUMBER if numbers and kind is Kind.DATE else kind
    recipe = recipe.with_column(recipe.column("day").model_copy(update={"kind": kind}))
    dealt = deal_rows(pa.Table.from_pandas(same), recipe, schema, Storage(on_disk=False))
    assert np.array_equal(dealt.parts.train, dealt_of(frame, method="time").parts.train)


def test_rows_without_a_group_are_groups_of_their_own() -> None:
    frame = households()
    frame.loc[::3, "house"] = None
    dealt = dealt_of(frame, method="group")
    assert len(all_rows(dealt)) == int(frame["y"].notna().sum())
    alone = frame["house"].isna().to_numpy()
    assert alone[dealt.parts.train].any()
    assert alone[dealt.parts.test].any()


@pytest.mark.parametrize(
    ("rules", "split", "error"),
    [
        ({"where": "q > 1"}, {}, ExpressionInvalid),
        ({"where": "x + 1"}, {}, ExpressionInvalid),
        ({"where": "x > 1000"}, {}, NoRowsLeft),
        ({"duplicates": {"policy": "drop", "columns": ["hous"]}}, {}, UnknownColumn),
        ({}, {"method": "group", "column": "haus"}, UnknownColumn),
    ],
)
def test_rules_that_do_not_fit_are_refused(
    rules: dict[str, Any], split: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        dealt_of(households(), rules, **split)


def test_dealing_can_be_cancelled() -> None:
    frame = households()
    table, recipe = pa.Table.from_pandas(frame), recipe_of(frame)
    with pytest.raises(Cancelled):
        deal_rows(
            table, recipe, schema_of(frame, **KINDS), Storage(on_disk=False), cancelled=lambda: True
        )
