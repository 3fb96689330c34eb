"""Whole runs with row rules, derived columns, folds and a test file: trained, evaluated, predicted with."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from engine.data.open import open_table
from engine.errors import FileChanged
from engine.events import RunFailed, RunFinished, RunStarted
from engine.export.bundle import export_run
from engine.metrics import metrics_for
from engine.pipeline.resolving import resolve
from engine.pipeline.results import evaluate_run, explain_run
from engine.pipeline.training import train_run
from engine.predictor.predict_file import predict_file
from engine.predictor.predictor import Predictor
from engine.recipe.split import SplitMethod
from engine.store.run_folder import RunFolder
from tests.engine.trained import read_csv, trained_run, write_csv

HEADER = ["seen", "width", "height", "note", "y"]
RULES = {
    "derived": [
        {"name": "area", "expression": "width * height"},
        {"name": "flat", "expression": "width > 2 * height"},
    ],
    "rows": {"where": "height > 0.2", "duplicates": "drop"},
    "columns": [
        {"name": "width", "role": "ignore"},
        {"name": "height", "role": "ignore"},
        {"name": "seen", "role": "time"},
    ],
}


def sheets(path: Path, rows: int = 200, seed: int = 0) -> Path:
    draw = np.random.default_rng(seed)
    lines = []
    for row in range(rows):
        width, height = (round(float(v), 3) for v in draw.uniform(0, 4, 2))
        day = pd.Timestamp("2026-01-01") + pd.Timedelta(hours=6 * row)
        label = "large" if width * height > 3 else "small"
        lines.append([day.date(), width, height, f"sheet {row}", label])
    return write_csv(path, HEADER, [*lines, *lines[:5]])


def finished(run: RunFolder) -> RunFinished:
    return next(event for event in run.events() if isinstance(event, RunFinished))


def test_a_run_by_time_with_derived_columns_is_trained_evaluated_and_used(tmp_path: Path) -> None:
    path = sheets(tmp_path / "sheets.csv")
    run = trained_run(tmp_path / "home", path, "y", RULES)
    resolved = run.resolved()
    assert (resolved.split.method, resolved.split.column) == (SplitMethod.TIME, "seen")
    started = next(event for event in run.events() if isinstance(event, RunStarted))
    told = " ".join(str(event.message) for event in run.events() if hasattr(event, "message"))
    assert "do not meet the condition" in told
    assert "copies of others" in told
    assert started.train_rows + started.validation_rows + started.test_rows < 200
    found = evaluate_run(run)
    assert found.rows == started.test_rows
    shown = {metric.name: metric.value for metric in found.metrics}
    names = [metric.name for metric in metrics_for(found.task)]
    assert [shown[name] for name in names] == pytest.approx(list(finished(run).test))
    names = {column.name for column in explain_run(run, repeats=1).columns}
    assert names == {"area", "flat"}
    # New rows need what the formulas need, in any order and notation; nothing else.
    other = tmp_path / "new.csv"
    other.write_text("height;width\n1,5;3,0\n0,5;0,5\n", encoding="utf-8")
    model = Path(export_run(run, tmp_path / "m.trainyard").path)
    report = predict_file(Predictor.load(model), other, tmp_path / "out.csv")
    assert report.rows == 2
    header, rows = read_csv(tmp_path / "out.csv", ";")
    assert rows[0][header.index("y (predicted)")] == "large"
    assert rows[1][header.index("y (predicted)")] == "small"


def test_a_run_with_a_test_file_notes_it_and_refuses_another(tmp_path: Path) -> None:
    path = sheets(tmp_path / "sheets.csv")
    other = sheets(tmp_path / "later.csv", 60, 1)
    split = {"split": {"method": "file", "file": "later.csv"}}
    run = trained_run(tmp_path / "home", path, "y", {**RULES, **split})
    assert run.resolved().split.file == str(other)
    found = evaluate_run(run)
    tall = pd.read_csv(other)["height"] > 0.2
    assert found.rows == int(tall.sum())
    assert found.rows_from == str(other)
    shown = {metric.name: metric.value for metric in found.metrics}
    names = [metric.name for metric in metrics_for(found.task)]
    assert [shown[name] for name in names] == pytest.approx(list(finished(run).test))
    assert evaluate_run(run, "validation").rows_from == ""
    sheets(other, 61, 2)
    with pytest.raises(FileChanged):
        evaluate_run(run)
    started = next(event for event in run.events() if isinstance(event, RunStarted))
    assert evaluate_run(run, "train").rows == started.train_rows
    # Nor is the run trained on to be scored on other rows than it was begun with.
    ending = train_run(run)
    assert isinstance(ending, RunFailed)
    assert ending.error == "FileChanged"
    other.unlink()
    assert evaluate_run(run, "validation").rows > 0


def test_folds_take_turns_and_the_recipe_says_which(tmp_path: Path) -> None:
    path = sheets(tmp_path / "sheets.csv")
    split = {"split": {"method": "random", "test": 0.2, "folds": 4, "fold": 3}}
    run = trained_run(tmp_path / "home", path, "y", split)
    started = next(event for event in run.events() if isinstance(event, RunStarted))
    assert (started.validation_rows, started.test_rows) == (41, 41)
    assert started.train_rows == 205 - 82
    assert evaluate_run(run, "validation").rows == 41


def test_a_resolved_recipe_resolves_to_itself(tmp_path: Path) -> None:
    table = open_table(sheets(tmp_path / "sheets.csv"))
    sheets(tmp_path / "later.csv", 60, 1)
    from engine.recipe.recipe import Recipe

    for split in (
        {},
        {"method": "file", "file": "later.csv"},
        {"method": "group", "column": "note"},
    ):
        asked = Recipe.model_validate({**RULES, "split": split}).with_target("y")
        once = resolve(asked, table).recipe
        assert resolve(once, table).recipe == once
