"""Datasets: rows left out are counted, parts come out prepared."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from engine.data.preparing.dataset import prepare
from engine.errors import TargetMissing, TargetOneClass, TooFewRows
from engine.recipe.column_families import Fill
from engine.recipe.split import Split
from engine.schema import Kind
from tests.engine.training.tables import (
    binary_dataset,
    binary_frame,
    mixed_dataset,
    recipe_for,
    schema_of,
)


def test_the_parts_hold_all_rows_prepared() -> None:
    dataset = binary_dataset(rows=200)
    assert [len(p) for p in (dataset.train, dataset.validation, dataset.test)] == [140, 30, 30]
    assert not dataset.notes
    assert dataset.train.target.dtype == np.int64
    numbers = dataset.train.numbers
    assert numbers.mean(axis=0) == pytest.approx(0, abs=1e-6)
    assert numbers.std(axis=0) == pytest.approx(1, abs=1e-6)


def test_regression_keeps_the_values_beside_the_standardised_target() -> None:
    dataset = mixed_dataset("amount")
    train = dataset.train
    assert train.target.mean() == pytest.approx(0, abs=1e-6)
    assert train.values.mean() == pytest.approx(100, abs=10)
    assert dataset.preparation.scale == pytest.approx(train.values.std())


def test_rows_without_a_target_are_left_out_and_counted() -> None:
    frame = binary_frame(100, 2)
    frame.loc[:9, "label"] = None
    schema = schema_of(frame, label=Kind.CATEGORY)
    dataset = prepare(frame, recipe_for(schema, "label"), schema)
    parts = dataset.parts
    assert min(part.min() for part in (parts.train, parts.validation, parts.test)) >= 10
    assert [str(note) for note in dataset.notes] == ["10 rows have no target and are left out."]
    assert len(dataset.train) + len(dataset.validation) + len(dataset.test) == 90


def test_rows_dropped_for_a_missing_value_are_counted() -> None:
    frame = binary_frame(100, 2)
    frame.loc[::10, "x0"] = np.nan
    schema = schema_of(frame, label=Kind.CATEGORY)
    recipe = recipe_for(schema, "label")
    spec = recipe.column("x0").model_copy(update={"missing": Fill.default("drop_row")})
    dataset = prepare(frame, recipe.with_column(spec), schema)
    assert len(dataset.train) + len(dataset.validation) + len(dataset.test) == 90
    assert "10 rows are left out" in str(dataset.notes[0])


@pytest.mark.parametrize(
    ("labels", "error"),
    [(["a"] * 9, TargetOneClass), ([None] * 9, TargetMissing), (["a", "b", "a"], TooFewRows)],
)
def test_what_cannot_be_split_is_refused(labels: list[str], error: type[Exception]) -> None:
    frame = pd.DataFrame({"x": range(len(labels)), "label": labels})
    schema = schema_of(frame, label=Kind.CATEGORY)
    with pytest.raises(error):
        prepare(frame, recipe_for(schema, "label"), schema)


def test_a_regression_target_without_values_is_refused() -> None:
    frame = pd.DataFrame({"x": range(4), "amount": [None] * 4})
    schema = schema_of(frame)
    with pytest.raises(TargetMissing):
        prepare(frame, recipe_for(schema, "amount"), schema)


def test_without_validation_and_test_shares_those_parts_are_empty() -> None:
    dataset = binary_dataset(rows=50, split=Split(validation=0, test=0))
    assert [len(p) for p in (dataset.train, dataset.validation, dataset.test)] == [50, 0, 0]
