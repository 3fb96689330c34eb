"""Figures of columns."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from engine.data.columns.infer import infer_schema
from engine.data.open import open_table
from engine.data.profiling import profile as profile_module
from engine.data.profiling.profile import Profile, profile
from engine.data.table import Table
from engine.errors import Cancelled
from engine.schema import Kind


def opened(folder: Path, frame: pd.DataFrame, extra: str = "") -> Table:
    path = folder / "data.csv"
    path.write_text(frame.to_csv(index=False) + extra)
    return open_table(path)


def numbers(rows: int = 500) -> pd.DataFrame:
    random = np.random.default_rng(3)
    frame = pd.DataFrame({"value": random.normal(10, 4, rows).round(4)})
    frame["whole"] = random.integers(0, 9, rows)
    frame["word"] = random.choice(["a", "b", "c"], rows, p=[0.6, 0.3, 0.1])
    frame["day"] = pd.date_range("2020-01-01", periods=rows).strftime("%Y-%m-%d")
    frame["target"] = (frame["value"] + random.normal(0, 3, rows) > 10).astype(int)
    frame.loc[:19, "value"] = np.nan
    return frame


def figures(table: Table, target: str | None = "target") -> Profile:
    return profile(table, infer_schema(table), target=target)


def test_figures_agree_with_pandas(tmp_path: Path) -> None:
    frame = numbers()
    found = figures(opened(tmp_path, frame)).columns["value"]
    described = frame["value"].describe()
    assert (found.rows, found.missing) == (500, 20)
    assert found.distinct == frame["value"].nunique()
    assert found.mean == pytest.approx(described["mean"])
    assert found.deviation == pytest.approx(described["std"])
    assert (found.minimum, found.maximum) == (described["min"], described["max"])
    assert found.quartiles == pytest.approx(tuple(described[["25%", "50%", "75%"]]))
    known = frame["value"].notna()
    assert found.correlation == pytest.approx(
        np.corrcoef(frame["value"][known], frame["target"][known])[0, 1]
    )


def test_histograms_hold_every_value_once_and_split_by_class(tmp_path: Path) -> None:
    frame = numbers()
    for name, found in figures(opened(tmp_path, frame)).columns.items():
        if found.kind in (Kind.NUMBER, Kind.DATE):
            assert sum(found.histogram) == frame[name].notna().sum()
            assert len(found.edges) == len(found.histogram) + 1
            split = np.array(found.by_class)
            assert split.sum(axis=0).tolist() == list(found.histogram)
            assert found.classes == ("0", "1")
            again, _ = np.histogram(
                frame[name].dropna() if name != "day" else _seconds(frame[name]), found.edges
            )
            assert again.tolist() == list(found.histogram)


def _seconds(days: pd.Series[str]) -> pd.Series[float]:
    return (pd.to_datetime(days) - pd.Timestamp(0)).dt.total_seconds()


def test_levels_are_counted_and_split_by_class(tmp_path: Path) -> None:
    frame = numbers()
    found = figures(opened(tmp_path, frame)).columns["word"]
    assert dict(found.top) == frame["word"].value_counts().to_dict()
    expected = pd.crosstab(frame["target"], frame["word"])
    for row, counts in zip(found.by_class, expected.to_numpy(), strict=True):
        assert dict(zip([v for v, _ in found.top], row, strict=True)) == dict(
            zip(expected.columns, counts, strict=True)
        )


def test_rates_of_the_last_class_come_with_an_interval(tmp_path: Path) -> None:
    found = figures(opened(tmp_path, numbers())).columns["value"]
    assert len(found.target_rate) > 3
    for _, rate, low, high in found.target_rate:
        assert 0 <= low <= rate <= high <= 1
    rates = [rate for _, rate, _, _ in found.target_rate]
    assert rates[-1] > rates[0]


def test_a_number_as_target_gives_correlations_and_no_classes(tmp_path: Path) -> None:
    found = figures(opened(tmp_path, numbers()), target="value").columns["whole"]
    assert found.classes == ()
    assert found.by_class == ()
    assert found.correlation is not None


def test_a_long_table_is_sampled_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(profile_module, "SAMPLE", 100)
    monkeypatch.setattr(profile_module, "AT_ONCE", 100)
    frame = numbers()
    found = figures(opened(tmp_path, frame))
    assert found.sampled
    assert sum(found.columns["whole"].histogram) == 100
    assert found.columns["value"].minimum == frame["value"].min()
    assert not figures(opened(tmp_path, frame.head(80))).sampled


def test_text_as_a_number_is_profiled_as_a_number(tmp_path: Path) -> None:
    frame = pd.DataFrame({"a": [f"x{i}" if i % 2 else str(i) for i in range(60)], "b": range(60)})
    table = opened(tmp_path, frame)
    schema = infer_schema(table)
    as_number = schema["a"].model_copy(update={"kind": Kind.NUMBER})
    found = profile(table, schema.with_column(as_number)).columns["a"]
    assert (found.missing, found.maximum) == (30, 58.0)


def test_columns_without_values_have_no_figures(tmp_path: Path) -> None:
    frame = pd.DataFrame({"a": [None] * 5, "b": [1, 2, 3, 4, 5]})
    table = opened(tmp_path, frame)
    for kind in (Kind.NUMBER, Kind.CATEGORY, Kind.DATE, Kind.TEXT):
        schema = infer_schema(table)
        column = schema["a"].model_copy(update={"kind": kind})
        found = profile(table, schema.with_column(column), target="b").columns["a"]
        assert (found.missing, found.minimum, found.top) == (5, None, ())


def test_profiling_can_be_cancelled(tmp_path: Path) -> None:
    table = opened(tmp_path, numbers(50))
    with pytest.raises(Cancelled):
        profile(table, infer_schema(table), cancelled=lambda: True)
