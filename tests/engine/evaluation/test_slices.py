"""Slices are counted as a table would be by hand, and only real ones are called worse."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from engine.evaluation.groups import ColumnGroups, groups_of
from engine.evaluation.measures import ScoredRows
from engine.evaluation.result import Slice
from engine.evaluation.slices import SliceSearch, least_rows

ROWS = 3000


def frame(seed: int = 0) -> pd.DataFrame:
    generator = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "sex": generator.choice(["Female", "Male"], ROWS),
            "age": generator.integers(17, 90, ROWS),
            "place": generator.choice(["hill", "coast", "town", None], ROWS),
            "rare": np.where(np.arange(ROWS) < 5, "few", "many"),
            "id": [f"row {i}" for i in range(ROWS)],
        }
    )


def grouped(table: pd.DataFrame) -> tuple[ColumnGroups, ...]:
    cells = pa.Table.from_pandas(table)
    return groups_of(
        cells.column_names, lambda name: cells[name].combine_chunks(), least_rows(len(table))
    )


def scored(wrong: np.ndarray, seed: int = 1) -> ScoredRows:  # type: ignore[type-arg]
    """Rows whose class is missed with these chances."""
    generator = np.random.default_rng(seed)
    actual = generator.integers(0, 2, len(wrong))
    chosen = np.where(generator.random(len(wrong)) < wrong, 1 - actual, actual)
    return ScoredRows(actual, np.where(chosen == 1, 0.8, 0.2), chosen, 2)


def losses_of(rows: ScoredRows) -> np.ndarray:  # type: ignore[type-arg]
    return -np.log(np.where(rows.actual == 1, rows.predictions, 1 - rows.predictions))


def found(table: pd.DataFrame, rows: ScoredRows) -> tuple[Slice, ...]:
    search = SliceSearch(rows, losses_of(rows), grouped(table), least_rows(len(table)))
    return search.slices()


def test_groups_are_values_and_fifths() -> None:
    groups = {group.column: group for group in grouped(frame())}
    assert set(groups) == {"sex", "age", "place"}
    assert groups["age"].is_range
    assert len(groups["age"].labels) == 5
    assert groups["age"].labels[0].startswith("17 – ")
    assert np.bincount(groups["age"].codes).min() > ROWS / 8
    assert (groups["place"].codes == -1).sum() == frame()["place"].isna().sum()


def test_slices_are_counted_as_pandas_counts_them() -> None:
    table = frame()
    rows = scored(np.full(ROWS, 0.2))
    table["right"], table["actual"], table["chosen"] = rows.right, rows.actual, rows.chosen
    singles = {s.values[0]: s for s in found(table[["sex", "place"]], rows) if len(s.columns) == 1}
    for name, own in table.groupby("sex"):
        slice_ = singles[str(name)]
        assert slice_.rows == len(own)
        assert slice_.score == pytest.approx(own["right"].mean())
        assert slice_.recall == pytest.approx(own["chosen"][own["actual"] == 1].mean())
        assert slice_.selected == pytest.approx(own["chosen"].mean())
        assert slice_.low < slice_.score < slice_.high


def test_a_slice_that_was_made_worse_is_found_and_marked() -> None:
    table = frame()
    bad = (table["sex"] == "Female") & (table["place"] == "coast")
    worst = found(table, scored(np.where(bad, 0.6, 0.1)))
    assert worst[0].is_worse
    assert dict(zip(worst[0].columns, worst[0].values, strict=True)) == {
        "sex": "Female",
        "place": "coast",
    }
    assert worst[0].rows == int(bad.sum())
    assert worst[0].score == pytest.approx(0.4, abs=0.1)


def test_chance_alone_marks_hardly_anything() -> None:
    marked = [
        any(s.is_worse for s in found(frame(seed), scored(np.full(ROWS, 0.2), seed + 100)))
        for seed in range(20)
    ]
    assert sum(marked) <= 4  # 5% each: five or more come once in 400


def test_slices_of_numbers_tell_the_mean_error() -> None:
    table = frame()
    generator = np.random.default_rng(3)
    actual = generator.normal(size=ROWS)
    rows = ScoredRows(actual, actual + generator.normal(size=ROWS))
    search = SliceSearch(rows, np.square(rows.errors), grouped(table[["sex"]]), 30)
    for each in search.slices():
        own = np.abs(rows.errors)[table["sex"] == each.values[0]]
        assert each.score == pytest.approx(own.mean())
        assert each.recall is None
