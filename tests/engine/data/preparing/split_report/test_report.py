"""The report on a split: figures of the parts, and warnings whose fix ends them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from engine.data.open import open_table
from engine.data.preparing.split_report import look
from engine.data.preparing.split_report.finding import SplitReport, SplitWarning
from engine.data.preparing.split_report.report import split_report
from engine.errors import Cancelled
from engine.pipeline.resolving import matched
from engine.recipe.checks import findings
from engine.recipe.recipe import Recipe
from engine.recipe.rows import DuplicatePolicy, RowRules
from engine.recipe.split import Split, SplitMethod
from engine.schema import Role


def made(path: Path, frame: pd.DataFrame) -> Path:
    frame.to_csv(path, index=False)
    return path


def reported(path: Path, target: str, recipe: Recipe | None = None, **split: Any) -> SplitReport:
    asked = recipe or Recipe(split=Split.model_validate(split)).with_target(target)
    table = open_table(path, asked.reading)
    found = matched(asked, table)
    return split_report(table, found.recipe, found.schema)


def named(report: SplitReport, code: str) -> SplitWarning:
    return next(warning for warning in report.warnings if warning.code == code)


def codes(report: SplitReport, severity: str = "warning") -> set[str]:
    return {warning.code for warning in report.warnings if warning.severity == severity}


def mended(path: Path, target: str, warning: SplitWarning) -> SplitReport:
    """The report on the recipe that the warning's fix gives."""
    assert warning.fixed is not None
    assert warning.fix_label is not None
    assert not findings(warning.fixed)
    return reported(path, target, warning.fixed)


def plain(rows: int = 400, seed: int = 0) -> pd.DataFrame:
    draw = np.random.default_rng(seed)
    frame = pd.DataFrame({"x": draw.normal(size=rows), "z": draw.normal(size=rows)})
    return frame.assign(y=np.where(draw.random(rows) < 0.3, "yes", "no"))


def test_figures_of_classes_are_those_of_the_rows(tmp_path: Path) -> None:
    frame = plain()
    report = reported(made(tmp_path / "t.csv", frame), "y")
    assert report.method is SplitMethod.STRATIFIED
    assert report.classes == ("no", "yes")
    assert [part.rows for _, part in report.parts] == [280, 60, 60]
    totals = np.sum([part.classes for _, part in report.parts], axis=0).tolist()
    assert totals == frame["y"].value_counts().sort_index().tolist()
    assert report.train.class_share(1) == pytest.approx((frame["y"] == "yes").mean(), abs=0.01)
    assert not report.warnings


def test_figures_of_a_number_are_its_mean_and_deviation(tmp_path: Path) -> None:
    frame = plain().assign(y=np.random.default_rng(1).normal(1e6, 3.0, 400))
    report = reported(made(tmp_path / "t.csv", frame), "y", validation=0.1, test=0.25)
    every = sum(part.rows * (part.mean or 0.0) for _, part in report.parts)
    assert every / 400 == pytest.approx(frame["y"].mean())
    assert report.train.deviation == pytest.approx(frame["y"].std(), rel=0.1)


def test_copies_on_both_sides_are_told_and_kept_together(tmp_path: Path) -> None:
    frame = plain(300)
    copied = pd.concat([frame, frame.iloc[:100]], ignore_index=True)
    path = made(tmp_path / "t.csv", copied)
    warning = named(reported(path, "y"), "copies")
    assert warning.severity == "warning"
    assert warning.count > 10
    assert warning.fixed is not None
    assert warning.fixed.rows.duplicates.policy is DuplicatePolicy.TOGETHER
    report = mended(path, "y", warning)
    assert "copies" not in codes(report) | codes(report, "info")
    assert report.rows_in == sum(part.rows for _, part in report.parts)


def test_where_rows_have_their_place_copies_are_dropped(tmp_path: Path) -> None:
    frame = pd.concat([plain(200)] * 2, ignore_index=True)
    frame["part"] = np.where(np.arange(400) < 300, "train", "test")
    path = made(tmp_path / "t.csv", frame)
    warning = named(reported(path, "y", method="column", column="part", validation=0), "copies")
    assert warning.fixed is not None
    assert warning.fixed.rows.duplicates.policy is DuplicatePolicy.DROP
    report = mended(path, "y", warning)
    assert "copies" not in codes(report) | codes(report, "info")


@pytest.mark.parametrize("name", ["patient_id", "batch"])
def test_keys_of_groups_are_suggested_and_split_by(tmp_path: Path, name: str) -> None:
    draw = np.random.default_rng(2)
    group = draw.integers(0, 80, 500)
    leaning = draw.random(80)
    frame = pd.DataFrame({"x": draw.normal(size=500), name: [f"k{code}" for code in group]})
    frame["y"] = np.where(draw.random(500) < leaning[group], "yes", "no")
    path = made(tmp_path / "t.csv", frame)
    warning = named(reported(path, "y"), "groups")
    assert (warning.column, warning.severity) == (name, "warning")
    report = mended(path, "y", warning)
    assert report.method is SplitMethod.STRATIFIED_GROUP
    assert report.column == name
    assert report.groups is not None
    assert sum(report.groups) == 80
    assert "groups" not in codes(report) | codes(report, "info")


def test_values_that_tell_nothing_are_no_groups(tmp_path: Path) -> None:
    draw = np.random.default_rng(3)
    frame = plain(500)
    frame["colour"] = draw.choice([f"c{code}" for code in range(80)], 500)
    frame["children"] = draw.integers(0, 30, 500)
    report = reported(made(tmp_path / "t.csv", frame), "y")
    assert "groups" not in codes(report) | codes(report, "info")


def test_a_role_of_group_that_is_not_used_is_told(tmp_path: Path) -> None:
    frame = plain(200).assign(house=[f"h{row // 4}" for row in range(200)])
    path = made(tmp_path / "t.csv", frame)
    asked = Recipe(split=Split(method=SplitMethod.RANDOM)).with_target("y")
    asked = asked.with_column(asked.column("house").model_copy(update={"role": Role.GROUP}))
    warning = named(reported(path, "y", asked), "groups")
    assert mended(path, "y", warning).method is SplitMethod.GROUP


def test_rows_in_the_order_of_time_are_told_and_split_by_it(tmp_path: Path) -> None:
    frame = plain(300)
    frame["seen"] = pd.date_range("2026-01-01", periods=300, freq="h").astype(str)
    path = made(tmp_path / "t.csv", frame)
    warning = named(reported(path, "y"), "time_order")
    assert warning.column == "seen"
    report = mended(path, "y", warning)
    assert report.method is SplitMethod.TIME
    assert "time_order" not in codes(report)
    shuffled = frame.sample(frac=1, random_state=0)
    assert "time_order" not in codes(reported(made(tmp_path / "s.csv", shuffled), "y"))


def test_a_class_without_a_training_row_is_told_and_mended(tmp_path: Path) -> None:
    frame = plain(200)
    frame["when"] = np.arange(200)
    frame.loc[170:, "y"] = "new"
    path = made(tmp_path / "t.csv", frame)
    warning = named(reported(path, "y", method="time", column="when"), "class_without_training")
    assert warning.count == 30
    report = mended(path, "y", warning)
    assert report.classes == ("no", "yes")
    assert [each.code for each in report.left_out] == ["where"]


def test_a_class_too_rare_for_every_part_is_told_and_left_out(tmp_path: Path) -> None:
    frame = plain(200)
    frame.loc[[3, 90], "y"] = "odd one"
    path = made(tmp_path / "t.csv", frame)
    report = reported(path, "y", method="random")
    warning = next(w for w in report.warnings if w.code in ("rare_class", "class_without_training"))
    after = reported(path, "y", warning.fixed)
    assert "odd one" not in after.classes or warning.code == "class_without_training"


def test_a_test_file_is_counted_and_its_spelling_mended(tmp_path: Path) -> None:
    made(tmp_path / "new.csv", plain(50, 1).assign(y=lambda f: f["y"] + "."))
    path = made(tmp_path / "t.csv", plain())
    report = reported(path, "y", method="file", file="new.csv")
    assert report.test.rows == 0
    warning = named(report, "class_without_training")
    assert warning.count == 50
    after = mended(path, "y", warning)
    assert after.test.rows == 50
    assert not codes(after)
    assert after.train.rows + after.validation.rows == 400


def test_rows_of_a_test_file_that_were_trained_on_are_told(tmp_path: Path) -> None:
    frame = plain().assign(z=lambda f: (10 * f["z"]).round())
    seen = frame.iloc[:40].assign(z=lambda f: f["z"].astype(int))  # whole numbers, read as such
    made(tmp_path / "new.csv", pd.concat([seen, plain(60, 5).round(3)]))
    report = reported(
        made(tmp_path / "t.csv", frame), "y", method="file", file="new.csv", validation=0.2
    )
    warning = named(report, "test_file_copies")
    assert warning.severity == "warning"
    assert 20 <= warning.count <= 40


def test_of_many_rows_a_part_is_looked_at_and_said_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    frame = pd.concat([plain(4_000)] * 2, ignore_index=True)
    path = made(tmp_path / "t.csv", frame)
    exact = named(reported(path, "y"), "copies")
    monkeypatch.setattr(look, "EXACT_ROWS", 2_000)
    report = reported(path, "y")
    estimate = named(report, "copies")
    assert (exact.sampled, estimate.sampled, report.sampled) == (False, True, True)
    assert estimate.count == pytest.approx(exact.count, rel=0.15)
    assert report.train.rows == 5_600


def test_a_report_can_be_cancelled(tmp_path: Path) -> None:
    path = made(tmp_path / "t.csv", plain())
    table = open_table(path)
    found = matched(Recipe().with_target("y"), table)
    with pytest.raises(Cancelled):
        split_report(table, found.recipe, found.schema, cancelled=lambda: True)


def test_a_report_needs_no_table_of_its_own_kind() -> None:
    from engine.schema import Kind
    from tests.engine.training.tables import recipe_for, schema_of

    frame = plain()
    schema = schema_of(frame, y=Kind.CATEGORY)
    recipe = recipe_for(schema, "y").model_copy(update={"rows": RowRules(where="x > 0")})
    report = split_report(pa.Table.from_pandas(frame), recipe, schema)
    assert report.left_out[0].count == int((frame["x"] <= 0).sum())
