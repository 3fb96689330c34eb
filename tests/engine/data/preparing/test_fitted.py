"""What is told of rows that are not as the training rows were, and of how far the work is."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from engine.data.preparing.dataset import prepare
from engine.data.preparing.preparation import Preparation
from engine.errors import Cancelled, ColumnMissing
from tests.engine.data.preparing.steps import frame_of, schema_and_recipe

FRAME = frame_of(300)
ROWS = np.arange(200)


def fitted() -> Preparation:
    frame = FRAME.assign(amount=np.linspace(0, 120, len(FRAME)))
    schema, recipe = schema_and_recipe(frame)
    return Preparation.fit(frame, recipe, schema, np.arange(len(frame)))


def told(frame: pd.DataFrame | pa.Table) -> list[str]:
    return [str(warning) for warning in fitted().transform(frame, with_target=False).warnings]


def test_values_of_another_unit_are_told_with_their_number_and_the_range_of_training() -> None:
    rows = FRAME.assign(amount=np.where(np.arange(300) < 250, 12_000.0, 50.0))
    assert told(rows) == [
        "“amount”: 250 of 300 values lie far outside what training rows had (0 to 120); another unit?"
    ]


def test_a_few_outliers_are_told_as_such() -> None:
    rows = FRAME.assign(amount=np.where(np.arange(300) < 2, -500.0, 50.0))
    assert told(rows) == [
        "“amount”: 2 of 300 values lie far outside what training rows had (0 to 120)."
    ]


def test_values_a_little_outside_are_nothing_to_tell() -> None:
    assert told(FRAME.assign(amount=200.0)) == []


def test_every_deviation_has_one_sentence_with_its_count_in_any_order_of_columns() -> None:
    rows = FRAME.assign(
        amount=["x" if i < 3 else "50" for i in range(300)],
        city=["Atlantis" if i < 5 else "Rome" for i in range(300)],
        when=["soon" if i < 7 else "2020-01-01" for i in range(300)],
    )
    expected = [
        "“amount”: 3 cells are not numbers and count as missing.",
        "“city”: 5 cells have values that training rows did not have; they count as unknown.",
        "“when”: 7 cells are not dates and count as missing.",
    ]
    assert told(rows) == expected
    assert told(rows[rows.columns[::-1]]) == expected
    with pytest.raises(ColumnMissing) as missing:
        told(rows.drop(columns="city"))
    assert missing.value.columns == "city"


def test_a_step_that_is_not_for_the_column_s_kind_is_told() -> None:
    schema, recipe = schema_and_recipe(
        FRAME, amount={"encode": "ordinal"}, city={"scale": "log", "missing": "mean"}
    )
    notes = [str(note) for note in prepare(FRAME, recipe, schema).notes]
    for said in (
        "“amount” is a number: “encode: ordinal” is not for it and has no effect.",
        "“city” is a category: “missing: mean” is not for it and has no effect.",
        "“city” is a category: “scale: log” is not for it and has no effect.",
    ):
        assert said in notes


def test_progress_only_rises_and_ends_at_the_end() -> None:
    schema, recipe = schema_and_recipe(FRAME)
    seen: list[tuple[int, int]] = []
    prepare(FRAME, recipe, schema, progress=lambda done, total: seen.append((done, total)))
    shares = [done / total for done, total in seen]
    assert shares == sorted(shares)
    assert shares[-1] == 1
    assert len(set(shares)) > 8


@pytest.mark.parametrize("after", [0, 3, 7, 9])
def test_it_can_be_cancelled_at_any_time(after: int) -> None:
    schema, recipe = schema_and_recipe(FRAME)
    asked = 0

    def cancelled() -> bool:
        nonlocal asked
        asked += 1
        return asked > after

    with pytest.raises(Cancelled):
        prepare(FRAME, recipe, schema, cancelled=cancelled)
