"""Tables of very many rows are dealt and fitted in bounded memory, always in the same way."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from engine.data.preparing import columnar, fitting
from engine.data.preparing.dataset import Dataset, prepare
from engine.data.preparing.fitting import sample_of
from engine.data.preparing.splits import by_chance
from engine.errors import TargetOneClass
from engine.recipe.split import Split
from engine.schema import Kind
from tests.engine.training.tables import mixed_frame, recipe_for, schema_of


@pytest.fixture
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks of 100 rows, read 64 at a time."""
    monkeypatch.setattr(by_chance, "BLOCK_ROWS", 100)
    monkeypatch.setattr(columnar, "SPAN_ROWS", 64)


def prepared(frame: pd.DataFrame, target: str, split: Split | None = None) -> Dataset:
    """From Arrow columns, which come in spans."""
    schema = schema_of(frame, colour=Kind.CATEGORY, kind=Kind.CATEGORY)
    return prepare(pa.Table.from_pandas(frame), recipe_for(schema, target, split), schema)


def test_spans_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    frame = mixed_frame(300).drop(columns="amount")
    whole = prepared(frame, "kind")
    monkeypatch.setattr(columnar, "SPAN_ROWS", 7)
    in_spans = prepared(frame, "kind")
    assert whole.preparation == in_spans.preparation
    for part in ("train", "validation", "test"):
        ours, theirs = getattr(whole, part), getattr(in_spans, part)
        assert np.array_equal(ours.numbers, theirs.numbers)
        assert np.array_equal(ours.codes, theirs.codes)
        assert np.array_equal(ours.target, theirs.target)


@pytest.mark.usefixtures("small_blocks")
@pytest.mark.parametrize("target", ["kind", "amount"])
def test_blocks_deal_every_row_once_by_shares(target: str) -> None:
    frame = mixed_frame(1037).drop(columns="amount" if target == "kind" else "kind")
    parts = prepared(frame, target, Split(validation=0.2, test=0.1)).parts
    rows = np.concatenate([parts.train, parts.validation, parts.test])
    assert sorted(rows.tolist()) == list(range(1037))
    assert len(parts.validation) == pytest.approx(0.2 * 1037, abs=12)
    assert len(parts.test) == pytest.approx(0.1 * 1037, abs=12)
    assert all((np.diff(part) > 0).all() for part in (parts.train, parts.validation, parts.test))
    again = prepared(frame, target, Split(validation=0.2, test=0.1)).parts
    assert np.array_equal(parts.train, again.train)
    other = prepared(frame, target, Split(validation=0.2, test=0.1, seed=7)).parts
    assert not np.array_equal(parts.train, other.train)
    first, second = (set((parts.test[parts.test // 100 == b] % 100).tolist()) for b in (1, 2))
    assert first != second  # each block has a seed of its own


@pytest.mark.usefixtures("small_blocks")
def test_blocks_are_stratified_and_rare_classes_do_no_harm() -> None:
    frame = mixed_frame(1000).drop(columns="amount")
    frame.loc[::250, "kind"] = "rare"
    dataset = prepared(frame, "kind", Split(validation=0.2, test=0.0))
    shares = [
        frame["kind"].iloc[part].value_counts(normalize=True)["low"]
        for part in (dataset.parts.train, dataset.parts.validation)
    ]
    assert shares[0] == pytest.approx(shares[1], abs=0.03)
    assert not [note for note in dataset.notes if "too few rows" in str(note)]


@pytest.mark.usefixtures("small_blocks")
def test_rows_without_a_target_leave_no_gap_in_the_blocks() -> None:
    frame = mixed_frame(900).drop(columns="amount")
    frame.loc[:649, "kind"] = None
    parts = prepared(frame, "kind").parts
    rows = np.concatenate([parts.train, parts.validation, parts.test])
    assert sorted(rows.tolist()) == list(range(650, 900))


@pytest.mark.usefixtures("small_blocks")
def test_one_class_in_all_blocks_is_told() -> None:
    frame = mixed_frame(500).drop(columns="amount").assign(kind="same")
    with pytest.raises(TargetOneClass):
        prepared(frame, "kind")


def test_figures_come_from_a_sample_and_levels_from_all(monkeypatch: pytest.MonkeyPatch) -> None:
    frame = mixed_frame(2000).drop(columns="kind")
    frame.loc[1234, "colour"] = "violet"
    split = Split(validation=0.0, test=0.0)
    whole = prepared(frame, "amount", split)
    monkeypatch.setattr(fitting, "FIT_ROWS", 500)
    monkeypatch.setattr("engine.data.preparing.dataset.FIT_ROWS", 500)
    sampled = prepared(frame, "amount", split)
    assert sampled.preparation.inputs == whole.preparation.inputs
    assert "violet" in sampled.preparation.fitted[1].levels
    ours, theirs = sampled.preparation.fitted[0], whole.preparation.fitted[0]
    assert ours != theirs
    assert ours.scaling.center == pytest.approx(theirs.scaling.center, abs=0.2)
    assert "500 of the training rows" in str(sampled.notes[-1])


def test_the_sample_is_spread_over_all_rows_and_always_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(fitting, "FIT_ROWS", 100)
    rows = np.arange(0, 3000, 3)
    found = sample_of(rows)
    assert 90 <= len(found) <= 100
    assert set(found.tolist()) <= set(rows.tolist())
    assert np.diff(found).max() < 100
    assert np.array_equal(found, sample_of(rows))
    assert sample_of(rows[:100]) is not None
    assert np.array_equal(sample_of(rows[:100]), rows[:100])
