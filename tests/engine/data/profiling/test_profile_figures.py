"""The figures of columns against pandas, of all rows, of some rows, and of samples."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.data.columns.infer import infer_schema
from engine.data.open import open_table
from engine.data.profiling import profile as profile_module
from engine.data.profiling.calendar_edges import calendar_edges
from engine.data.profiling.column_profile import ColumnProfile
from engine.data.profiling.distinct import DistinctCounter, hashes_of
from engine.data.profiling.histogram import places
from engine.data.profiling.profile import Profile, profile
from engine.data.profiling.running_moments import RunningMoments
from engine.data.profiling.spacing import MomentsSeen, spacing_of
from engine.data.rows import row_selection
from engine.data.table import Table
from engine.schema import Kind

ROWS = 700
SHOPS = ("north", "south", "east")


def frame(rows: int = ROWS) -> pd.DataFrame:
    random = np.random.default_rng(5)
    made = pd.DataFrame(
        {"amount": np.where(random.random(rows) < 0.1, 0, random.gamma(2, 9, rows))}
    )
    made["amount"] = (made["amount"] - 4).round(3)
    made["pieces"] = random.integers(0, 12, rows)
    made["shop"] = random.choice(SHOPS, rows, p=[0.6, 0.3, 0.1])
    made["remark"] = [f"remark {i}" + "!" * int(random.integers(0, 9)) for i in range(rows)]
    made["day"] = pd.date_range("2022-01-01", periods=rows).strftime("%Y-%m-%d")
    made["price"] = (made["amount"] * 2 + random.normal(0, 3, rows)).round(2)
    made.loc[5:24, "amount"] = np.nan
    return made


def opened(folder: Path, made: pd.DataFrame) -> Table:
    path = folder / "sales.csv"
    made.to_csv(path, index=False)
    return open_table(path)


def figures(table: Table, rows: np.ndarray | None = None, target: str | None = None) -> Profile:
    return profile(table, infer_schema(table), rows=rows, target=target)


def assert_like_pandas(found: ColumnProfile, values: pd.Series[float]) -> None:
    known = values.dropna()
    assert (found.rows, found.missing) == (len(values), int(values.isna().sum()))
    assert found.distinct == known.nunique()
    assert (found.minimum, found.maximum) == (known.min(), known.max())
    assert found.mean == pytest.approx(known.mean())
    assert found.deviation == pytest.approx(known.std())
    assert found.skew == pytest.approx(known.skew())
    assert found.quartiles == pytest.approx(tuple(known.quantile([0.25, 0.5, 0.75])))
    assert found.zeros == int((known == 0).sum())
    assert found.negatives == int((known < 0).sum())
    first, _, third = found.quartiles or (0.0, 0.0, 0.0)
    reach = 1.5 * (third - first)
    assert found.outliers == int(((known < first - reach) | (known > third + reach)).sum())
    assert sum(found.histogram) == len(known) == found.counted


def test_figures_of_all_rows_and_of_some_agree_with_pandas(tmp_path: Path) -> None:
    made = frame()
    table = opened(tmp_path, made)
    for name in ("amount", "pieces", "price"):
        assert_like_pandas(figures(table).columns[name], made[name].astype(float))
    chosen = np.flatnonzero(made["shop"].to_numpy() == "south")
    for rows in (chosen, chosen[::-1].copy()):  # a view may be sorted
        found = figures(table, rows)
        assert found.rows == len(chosen)
        assert_like_pandas(found.columns["amount"], made["amount"].iloc[chosen])
        assert found.columns["shop"].top == (("south", len(chosen)),)


def test_no_rows_have_no_figures(tmp_path: Path) -> None:
    found = figures(opened(tmp_path, frame(40)), np.empty(0, dtype=np.int64), "price")
    assert found.rows == 0
    for column in found.columns.values():
        assert (column.missing, column.distinct, column.top) == (0, 0, ())


def test_a_table_in_many_batches_has_the_figures_of_one_batch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = opened(tmp_path, frame())
    whole = figures(table, target="shop")
    monkeypatch.setattr(row_selection, "BATCH", 64)
    assert figures(table, target="shop") == whole


def test_a_streamed_table_says_which_figures_come_from_a_sample(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = frame()
    table = opened(tmp_path, made)
    exact = figures(table, target="price").columns
    monkeypatch.setattr(profile_module, "AT_ONCE", 300)
    monkeypatch.setattr(profile_module, "SAMPLE", 300)
    monkeypatch.setattr(row_selection, "BATCH", 64)
    found = figures(table, target="price")
    assert found.sampled
    for name, column in found.columns.items():
        assert column.sample == 300
        for figure in ("missing", "minimum", "maximum", "zeros", "distinct", "shortest", "longest"):
            assert column.is_exact(figure)
            assert getattr(column, figure) == getattr(exact[name], figure)
        for figure in ("mean", "deviation", "skew", "mean_length"):
            assert column.is_exact(figure)
            expected = getattr(exact[name], figure)
            assert getattr(column, figure) == (
                None if expected is None else pytest.approx(expected, rel=1e-9)
            )
        for figure in ("quartiles", "histogram", "top", "correlation", "outliers"):
            assert not column.is_exact(figure)
        assert column.counted <= 300
    assert sum(found.columns["pieces"].histogram) == 300
    assert found.columns["day"].spacing == exact["day"].spacing
    assert not exact["amount"].sample
    assert exact["amount"].is_exact("quartiles")


def test_a_number_as_target_gives_means_with_a_band(tmp_path: Path) -> None:
    made = frame()
    found = figures(opened(tmp_path, made), target="price").columns
    means = found["amount"].target_mean
    assert len(means) > 3
    assert all(low <= mean <= high for _, mean, low, high in means)
    assert means[-1][1] > means[0][1]
    for (level, _), estimate in zip(found["shop"].top, found["shop"].level_target, strict=True):
        prices = made.loc[made["shop"] == level, "price"]
        assert estimate is not None
        assert estimate[0] == pytest.approx(prices.mean())
        half = 1.959964 * prices.std() / np.sqrt(len(prices))
        assert estimate[2] - estimate[0] == pytest.approx(half)
    assert found["price"].target_mean == ()


def test_lengths_of_texts_are_counted(tmp_path: Path) -> None:
    made = frame()
    found = figures(opened(tmp_path, made)).columns["remark"]
    lengths = made["remark"].str.len()
    assert found.kind is Kind.TEXT
    assert (found.shortest, found.longest) == (lengths.min(), lengths.max())
    assert found.mean_length == pytest.approx(lengths.mean())
    again, _ = np.histogram(lengths, found.length_edges)
    assert list(found.length_histogram) == again.tolist()


def test_numbers_say_which_value_is_commonest(tmp_path: Path) -> None:
    made = frame()
    found = figures(opened(tmp_path, made)).columns
    counts = made["pieces"].value_counts()
    assert dict(found["pieces"].top) == {str(k): v for k, v in counts.items()}
    assert found["day"].top == ()  # all differ


def test_whole_numbers_beyond_floats_are_told_apart(tmp_path: Path) -> None:
    made = pd.DataFrame({"key": [2**60 + i for i in range(50)], "b": [i % 7 for i in range(50)]})
    table = opened(tmp_path, made)
    schema = infer_schema(table)
    as_number = schema["key"].model_copy(update={"kind": Kind.NUMBER})
    assert profile(table, schema.with_column(as_number)).columns["key"].distinct == 50


# Dates -------------------------------------------------------------------------------------------


def seconds(days: pd.DatetimeIndex) -> np.ndarray:
    return (days - pd.Timestamp(0)).total_seconds().to_numpy()


@pytest.mark.parametrize(
    ("frequency", "unit"),
    [("s", "second"), ("min", "minute"), ("h", "hour"), ("D", "day"), ("W", "week"),
     ("MS", "month"), ("QS", "quarter"), ("YS", "year")],
)  # fmt: skip
def test_regular_dates_are_recognised(frequency: str, unit: str) -> None:
    found = spacing_of(seconds(pd.date_range("2001-01-01", periods=120, freq=frequency)))
    assert found is not None
    assert (found.unit, found.is_regular) == (unit, True)


def test_the_largest_gap_of_dates_is_found(tmp_path: Path) -> None:
    days = pd.date_range("2022-01-01", periods=300).delete(range(100, 140))
    made = pd.DataFrame({"day": days.strftime("%Y-%m-%d"), "n": np.arange(len(days)) % 5})
    spacing = figures(opened(tmp_path, made)).columns["day"].spacing
    assert spacing is not None
    start, end = (pd.Timestamp(moment, unit="s") for moment in spacing.largest_gap)
    assert (start, end) == (days[99], days[100])
    assert (spacing.unit, spacing.is_regular) == ("day", True)


def test_too_many_moments_are_rounded_and_that_is_told() -> None:
    seen = MomentsSeen(most=100)
    for start in range(0, 86_400 * 3, 3_600):
        seen.add(np.arange(start, start + 3_600, 7.0))
    spacing = seen.spacing()
    assert spacing is not None
    assert spacing.resolution == 3_600
    assert spacing.unit == "hour"


@settings(max_examples=60, deadline=None)
@given(st.floats(-5e9, 5e9), st.floats(0, 1e10), st.integers(3, 30))
def test_edges_of_dates_hold_all_moments(low: float, span: float, bins: int) -> None:
    edges = calendar_edges(low, low + span, bins)
    assert edges[0] <= low
    assert edges[-1] >= low + span
    assert np.all(np.diff(edges) > 0)
    assert len(edges) <= 4 * bins + 2


def test_bars_of_months_hold_what_numpy_counts() -> None:
    random = np.random.default_rng(0)
    moments = np.sort(random.uniform(1.0e9, 1.7e9, 20_000))
    edges = calendar_edges(float(moments[0]), float(moments[-1]))
    expected = np.searchsorted(edges, moments, side="right") - 1
    assert places(moments, edges).tolist() == expected.tolist()


# Streams -----------------------------------------------------------------------------------------

finite = st.floats(-1e6, 1e6, width=32)


@settings(max_examples=80, deadline=None)
@given(st.lists(st.lists(finite, max_size=20), min_size=1, max_size=8))
def test_moments_of_batches_are_those_of_all_numbers(parts: list[list[float]]) -> None:
    moments = RunningMoments()
    for part in parts:
        moments.add(np.array(part, dtype=np.float64))
    values = pd.Series([number for part in parts for number in part], dtype=float)
    assert moments.count == len(values)
    if len(values):
        size = float(values.abs().max()) + 1e-9
        assert moments.mean == pytest.approx(values.mean(), abs=1e-9 * size)
        assert moments.zeros == int((values == 0).sum())
    if len(values) > 1:
        assert moments.deviation == pytest.approx(values.std(), rel=1e-6, abs=1e-9 * size)
    if len(values) > 2 and values.std() > 1e-4 * size:
        assert moments.skew == pytest.approx(values.skew(), rel=1e-5, abs=1e-5)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.one_of(st.integers(-9, 9), st.none()), max_size=200))
def test_few_different_values_are_counted_exactly(values: list[int | None]) -> None:
    for array in (pa.array(values, pa.int64()), pa.array(values, pa.float64())):
        counter = DistinctCounter()
        for start in range(0, len(array), 7):
            counter.add(hashes_of(array.slice(start, 7)))
        assert counter.is_exact
        assert counter.count == len({value for value in values if value is not None})


@pytest.mark.parametrize("different", [20_000, 300_000])
def test_many_different_values_are_estimated_closely(different: int) -> None:
    random = np.random.default_rng(2)
    counter = DistinctCounter()
    pool = random.normal(size=different)
    for part in np.array_split(np.concatenate((pool, random.choice(pool, 100_000))), 9):
        counter.add(hashes_of(pa.array(part)))
    assert not counter.is_exact
    assert counter.count == pytest.approx(different, rel=0.06)
