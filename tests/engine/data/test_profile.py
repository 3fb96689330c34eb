"""Figures of columns, and problems found in tables."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from engine.data import profile as profile_module
from engine.data.infer import complete, infer_schema
from engine.data.open import open_table
from engine.data.problems import Problem, export_rejects, find_problems
from engine.data.profile import Profile, profile
from engine.data.samples import sample
from engine.data.table import Table
from engine.errors import Cancelled
from engine.recipe.recipe import Recipe
from engine.schema import Kind, Role, Schema


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


# Problems ----------------------------------------------------------------------------------------


def problems(table: Table, target: str = "target") -> dict[tuple[str, str | None], Problem]:
    schema = infer_schema(table)
    recipe = complete(Recipe().with_target(target), schema)
    used = _as_used(schema, recipe)
    found = find_problems(table, used, profile(table, used, target=target), recipe)
    return {(problem.code, problem.column): problem for problem in found}


def _as_used(schema: Schema, recipe: Recipe) -> Schema:
    columns: Iterable[object] = (
        c.model_copy(update={"kind": recipe.column(c.name).kind}) for c in schema.columns
    )
    return schema.model_copy(update={"columns": tuple(columns)})


def test_a_sound_table_has_no_problems() -> None:
    assert problems(open_table(sample("iris").path), "species").keys() <= {("duplicates", None)}


def test_rejected_rows_are_grouped_by_reason(tmp_path: Path) -> None:
    extra = '1,2\n1,2,a,2020-01-01,1,9\n1,"oops,a,2020-01-01,1\n'
    found = problems(opened(tmp_path, numbers(60), extra))
    lines = {code: p.rejects[0].line for (code, _), p in found.items() if p.rejects}
    assert lines == {"rejected_short": 62, "rejected_long": 63, "rejected_quote": 64}


def test_cells_that_do_not_fit_are_a_problem_of_their_column(tmp_path: Path) -> None:
    frame = numbers(60).astype({"whole": str})
    frame.loc[4, "whole"] = "many"
    problem = problems(opened(tmp_path, frame))["misfits", "whole"]
    assert (problem.severity, problem.count, problem.rows) == ("warning", 1, (4,))
    assert problem.misfits[0].text == "many"


def test_missing_values_are_told_with_their_rows(tmp_path: Path) -> None:
    frame = numbers(60)
    frame["whole"] = frame["whole"].where(frame.index < 10)
    found = problems(opened(tmp_path, frame))
    assert found["missing", "value"].count == 20
    assert found["missing", "value"].rows[:3] == (0, 1, 2)
    mostly = found["missing", "whole"]
    assert mostly.severity == "warning"
    assert mostly.fix is not None
    assert mostly.fix.column("whole").role is Role.IGNORE


def test_keys_and_constants_in_use_are_told(tmp_path: Path) -> None:
    frame = numbers(60).assign(id=range(60), same="x")
    table = opened(tmp_path, frame)
    schema = infer_schema(table)
    recipe = complete(Recipe().with_target("target"), schema)
    for name in ("id", "same"):
        spec = recipe.column(name).model_copy(update={"role": Role.FEATURE})
        recipe = recipe.with_column(spec)
    found = find_problems(table, schema, profile(table, schema, target="target"), recipe)
    assert {"identifier", "constant"} <= {problem.code for problem in found}


def test_a_column_that_gives_the_target_away_is_told(tmp_path: Path) -> None:
    frame = numbers(200)
    frame["copy"] = frame["target"] * 2.5 + 1
    frame["said"] = frame["target"].map({0: "no", 1: "yes"})
    found = problems(opened(tmp_path, frame))
    assert {("giveaway", "copy"), ("giveaway", "said")} <= found.keys()
    assert ("giveaway", "value") not in found


def test_target_problems_are_told(tmp_path: Path) -> None:
    frame = numbers(100)
    frame["target"] = [1] * 100
    assert problems(opened(tmp_path, frame))["target_one_class", "target"].severity == "error"
    frame["target"] = [None] * 100
    assert problems(opened(tmp_path, frame))["target_missing", "target"].severity == "error"
    frame["target"] = [0] * 90 + [1] * 7 + [2] * 3
    found = problems(opened(tmp_path, frame))
    assert found["rare_classes", "target"].count == 3
    fix = found["imbalance", "target"].fix
    assert fix is not None
    assert fix.training.class_weights == "balanced"


def test_repeated_rows_and_few_rows_are_told(tmp_path: Path) -> None:
    frame = numbers(20)
    found = problems(opened(tmp_path, pd.concat([frame, frame.tail(3)])))
    assert found["duplicates", None].rows == (20, 21, 22)
    assert found["few_rows", None].count == 23


def test_new_names_are_told(tmp_path: Path) -> None:
    path = tmp_path / "data.csv"
    path.write_text(
        "a,a,,target\n" + "".join(f"{i % 7},{i % 5},{i % 3},{i % 2}\n" for i in range(60))
    )
    assert {("renamed", "a (2)"), ("renamed", "column 3")} <= problems(open_table(path)).keys()


def test_the_worst_come_first(tmp_path: Path) -> None:
    frame = numbers(40)
    frame["target"] = [None] * 40
    order = [p.severity for p in problems(opened(tmp_path, frame, "1,2\n")).values()]
    assert order == sorted(order, key=["error", "warning", "info"].index)


def test_rejected_rows_can_be_exported(tmp_path: Path) -> None:
    table = opened(tmp_path, numbers(60), '1,2\n3,"x, y"\n')
    destination = tmp_path / "rejects.csv"
    assert export_rejects(table, destination) == 2
    again = pd.read_csv(destination, dtype=str)
    assert again.to_numpy().tolist() == [
        ["62", "2 fields, 5 expected", "1,2"],
        ["63", "2 fields, 5 expected", '3,"x, y"'],
    ]
