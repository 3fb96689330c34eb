"""What holds for every step of a column: no leakage, no dependence on batches, order or the disk."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.data.preparing.preparation import Preparation
from tests.engine.data.preparing.steps import all_steps, frame_of, name_of, same, schema_and_recipe

STEPS = all_steps()
FRAME = frame_of()
every_step = pytest.mark.parametrize("fields", STEPS, ids=map(name_of, STEPS))


def fitted(
    frame: pd.DataFrame, rows: np.ndarray, fields: dict[str, Any], target: str = "label"
) -> Preparation:
    schema, recipe = schema_and_recipe(frame, target, **fields)
    return Preparation.fit(frame, recipe, schema, rows)


@every_step
@settings(max_examples=2)
@given(
    seed=st.integers(0, 2**32 - 1),
    target=st.sampled_from(["label", "grade", "price", "price+rent", "label+sold"]),
)
def test_other_rows_can_be_permuted_deleted_or_corrupted_without_effect(
    fields: dict[str, Any], seed: int, target: str
) -> None:
    rng = np.random.default_rng(seed)
    train = np.sort(rng.choice(len(FRAME), 45, replace=False))
    others = np.setdiff1d(np.arange(len(FRAME)), train)
    honest = fitted(FRAME, train, fields, target)
    expected = honest.transform(FRAME, with_target=True, rows=train, fitted_on=True)

    def unchanged(frame: pd.DataFrame, rows: np.ndarray) -> None:
        attacked = fitted(frame, rows, fields, target)
        assert attacked == honest
        found = attacked.transform(frame, with_target=True, rows=rows, fitted_on=True)
        assert same(found, expected)

    permuted = FRAME.copy()
    permuted.loc[others] = FRAME.loc[rng.permutation(others)].to_numpy()
    unchanged(permuted.astype(FRAME.dtypes), train)
    unchanged(FRAME.loc[train].reset_index(drop=True), np.arange(len(train)))
    corrupt = FRAME.copy()
    corrupt.loc[others, "amount"] = rng.normal(0, 1e9, len(others))
    corrupt.loc[others, "city"] = [f"new {place}" for place in others]
    corrupt.loc[others, "when"] = pd.Timestamp("1900-01-01 12:34")
    corrupt.loc[others, "price"] = -1e12
    corrupt.loc[others, "rent"] = 1e12
    corrupt.loc[others, ["label", "grade", "sold"]] = None
    unchanged(corrupt, train)


@every_step
@settings(max_examples=2)
@given(cuts=st.lists(st.integers(0, 80), max_size=5))
def test_batches_give_what_the_whole_gives(fields: dict[str, Any], cuts: list[int]) -> None:
    preparation = fitted(FRAME, np.arange(0, 80, 2), fields)
    whole = preparation.transform(FRAME, with_target=False)
    table = pa.Table.from_pandas(FRAME, preserve_index=False)
    edges = sorted({0, *cuts, 80})
    parts = [
        preparation.transform(table.slice(low, high - low), with_target=False)
        for low, high in pairwise(edges)
    ]
    assert np.concatenate([part.numbers for part in parts]).tobytes() == whole.numbers.tobytes()
    assert np.concatenate([part.codes for part in parts]).tobytes() == whole.codes.tobytes()


@every_step
def test_columns_may_come_in_any_order_and_with_others(fields: dict[str, Any]) -> None:
    preparation = fitted(FRAME, np.arange(60), fields)
    shuffled = FRAME[["grade", "when", "price", "city", "label", "amount"]].assign(more=1)
    assert same(
        preparation.transform(FRAME, with_target=True),
        preparation.transform(shuffled, with_target=True),
    )


@every_step
@pytest.mark.parametrize("target", ["grade", "price"])
def test_saved_and_loaded_it_is_the_same(
    fields: dict[str, Any], target: str, tmp_path: Path
) -> None:
    preparation = fitted(FRAME, np.arange(60), fields, target)
    preparation.save(tmp_path)
    loaded = Preparation.load(tmp_path)
    assert loaded == preparation
    for fitted_on in (False, True):
        rows = np.arange(60)
        assert same(
            preparation.transform(FRAME, with_target=True, rows=rows, fitted_on=fitted_on),
            loaded.transform(FRAME, with_target=True, rows=rows, fitted_on=fitted_on),
        )


@every_step
def test_the_inputs_named_are_those_made_and_all_are_finite(fields: dict[str, Any]) -> None:
    preparation = fitted(FRAME, np.arange(40), fields)
    strange = pd.DataFrame(
        {"amount": [1e308, -1e308, np.inf, None], "city": ["?!", "", None, "Rome"]}
    ).assign(when=[pd.Timestamp.max, pd.Timestamp.min, pd.NaT, pd.Timestamp("2020-02-29")])
    arrays = preparation.transform(strange, with_target=False)
    inputs = preparation.inputs
    assert arrays.numbers.shape == (4, len(inputs.numbers))
    assert len(set(inputs.numbers)) == len(inputs.numbers)
    assert np.isfinite(arrays.numbers).all()
    assert (arrays.codes >= 0).all()
    assert (arrays.codes < np.array(inputs.levels)).all()


def test_a_row_without_any_training_value_in_its_columns_is_prepared_too() -> None:
    empty = FRAME.assign(amount=np.nan, city=None, when=pd.NaT)
    for fields in STEPS:
        preparation = fitted(empty, np.arange(30), fields)
        arrays = preparation.transform(FRAME, with_target=False)
        assert np.isfinite(arrays.numbers).all(), name_of(fields)
        assert (arrays.codes < np.array(preparation.inputs.levels)).all(), name_of(fields)
