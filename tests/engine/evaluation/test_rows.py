"""What is known of rows: out of fold, near training rows, errors against columns, contradictions, doubt."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
import torch

from engine.data.preparing.dataset import Dataset, prepare
from engine.errors import NoFolds, NotEvaluated, RowMissing, UnknownColumn
from engine.evaluation.row_table import BySuspicion, RowTable
from engine.export.out_of_fold import FILE
from engine.pipeline.deciding import decide_run
from engine.pipeline.results import evaluate_run, predictor_and_table
from engine.pipeline.row_questions import nearest_to_row, residuals_of_run
from engine.predictor import part
from engine.predictor.part import part_rows
from engine.store.run_folder import RunFolder
from engine.tasks import DecideTask, NearestRowsTask, ResidualsTask
from tests.engine.trained import flowers, prices, read_csv, trained_run, write_csv

FOLDS = {"split": {"folds": 3, "test": 0.0}, "training": {"epochs": 3}}


@pytest.fixture(scope="module")
def folds(tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    folder = tmp_path_factory.mktemp("folds")
    header, rows = read_csv(flowers(folder / "plain.csv", rows=180))
    rows += [[*row[:-1], "kind 0" if row[-1] != "kind 0" else "kind 1"] for row in rows[:4]]
    return trained_run(folder / "w", write_csv(folder / "flowers.csv", header, rows), "kind", FOLDS)


@pytest.fixture(scope="module")
def numbers(tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    folder = tmp_path_factory.mktemp("numbers")
    return trained_run(folder / "w", prices(folder / "prices.csv", rows=160), "price")


def test_out_of_fold_scores_are_those_of_what_each_fold_kept(folds: RunFolder) -> None:
    found = evaluate_run(folds, "out_of_fold")
    kept = pq.read_table(folds.path / FILE).to_pandas()
    right = (kept["kind"] == kept["kind (predicted)"]).mean()
    accuracy = found.metric("accuracy")
    assert accuracy is not None
    assert accuracy.value == pytest.approx(right)
    assert accuracy.low is not None
    assert found.rows == len(kept) == 184
    table = RowTable.load(Path(found.rows_file))
    assert sorted(table.rows.tolist()) == sorted((kept["row"] - 1).tolist())
    own = kept.set_index("row")
    for error in found.largest_errors[:20]:
        row = own.loc[error.row + 1]
        assert (error.actual, error.predicted) == (row["kind"], row["kind (predicted)"])
        assert error.chance == pytest.approx(row[f"P({error.predicted})"], abs=1e-5)
        shares = [row[f"P(kind {code})"] for code in range(3)]
        mine = shares.pop(int(error.actual[-1]))
        assert error.margin == pytest.approx(mine - max(shares), abs=1e-5)
    assert [each.name for each in found.by_class] == ["kind 0", "kind 1", "kind 2"]


def test_rows_that_contradict_each_other_are_told(folds: RunFolder) -> None:
    found = evaluate_run(folds, "out_of_fold")
    assert found.conflict_count == 8
    assert {frozenset(each.rows) for each in found.conflicts} == {
        frozenset((row, 180 + row)) for row in range(4)
    }
    table = RowTable.load(Path(found.rows_file))
    assert int(table.mask(BySuspicion()).sum()) == found.suspect_count
    known = table.worst(table.mask(BySuspicion()), 200)
    assert {each.row for each in found.suspects} <= {each.row for each in known}
    assert all(each.margin < 0 for each in known)


def test_a_run_without_folds_has_nothing_out_of_fold(numbers: RunFolder) -> None:
    with pytest.raises(NoFolds):
        evaluate_run(numbers, "out_of_fold")


def test_rows_that_are_not_answered_are_told(folds: RunFolder) -> None:
    decide_run(folds, DecideTask(run=str(folds.path), least_confidence=0.45))
    try:
        found = evaluate_run(folds, "validation").doubt
        assert found is not None
        assert found.asked == 0.45
        assert 0 < found.share < 1
        assert found.sure is not None
        assert found.unsure is not None
        assert found.sure > found.unsure
    finally:
        (folds.path / "decision.json").unlink()
    assert evaluate_run(folds, "validation").doubt is None


def test_nearest_rows_are_those_of_the_last_hidden_layer(numbers: RunFolder) -> None:
    predictor, table, schema = predictor_and_table(numbers)
    training = part_rows(predictor, table, schema, "train")
    caught = []
    hook = predictor.network.head.register_forward_pre_hook(
        lambda _, given: caught.append(given[0])
    )
    predictor.outputs(training.arrays)
    hook.remove()
    hidden = torch.cat(caught).double().numpy()
    for place in (0, 7):
        row = int(training.rows[place])
        found = nearest_to_row(numbers, NearestRowsTask(run="", row=row, count=5))
        assert found.is_training
        assert found.rows == len(training.rows)
        distances = np.linalg.norm(hidden - hidden[place], axis=1)
        distances[place] = np.inf
        order = np.argsort(distances, kind="stable")[:5]
        assert [each.row for each in found.neighbours] == training.rows[order].tolist()
        told = [each.distance for each in found.neighbours]
        assert told == pytest.approx(distances[order], rel=1e-4, abs=1e-5)
        assert found.usual > 0


def test_a_row_of_another_file_has_neighbours_too(numbers: RunFolder, tmp_path: Path) -> None:
    frame = pd.read_csv(numbers.info().table_path)
    predictor, table, schema = predictor_and_table(numbers)
    row = int(part_rows(predictor, table, schema, "train").rows[3])
    frame.iloc[[row]].drop(columns="price").to_csv(tmp_path / "one.csv", index=False)
    asked = NearestRowsTask(run="", row=0, file=str(tmp_path / "one.csv"), count=2)
    found = nearest_to_row(numbers, asked)
    assert not found.is_training
    assert found.neighbours[0].row == row
    assert found.neighbours[0].distance == pytest.approx(0, abs=1e-6)
    assert float(found.neighbours[0].actual) == pytest.approx(frame["price"][row], rel=1e-5)
    with pytest.raises(RowMissing):
        nearest_to_row(numbers, asked.model_copy(update={"row": 1}))


def test_training_rows_are_prepared_once_for_several_questions_about_a_run(
    numbers: RunFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepared = []

    def counted(*arguments: Any, **named: Any) -> Dataset:
        prepared.append(1)
        return prepare(*arguments, **named)

    monkeypatch.setattr(part, "prepare", counted)
    asked = [NearestRowsTask(run="", row=row, count=3) for row in (0, 5)]
    alone = [nearest_to_row(numbers, each) for each in asked]
    assert len(prepared) == 2
    kept = part.KeptTrainingRows()
    assert [nearest_to_row(numbers, each, kept=kept) for each in asked] == alone
    assert len(prepared) == 3
    predictor, table, schema = predictor_and_table(numbers)
    split = predictor.recipe.split.model_copy(update={"test": 0.4})
    predictor.recipe = predictor.recipe.model_copy(update={"split": split})
    assert len(kept.of(predictor, table, schema).rows) < alone[0].rows
    assert nearest_to_row(numbers, asked[0], kept=kept) == alone[0]
    assert len(prepared) == 5, "those of one run are kept, of one recipe"
    monkeypatch.setattr(part, "KEPT_BYTES", 100)
    kept.forget()
    for each in asked:
        nearest_to_row(numbers, each, kept=kept)
    assert len(prepared) == 7, "what takes too much memory is not kept"


def test_errors_by_a_column_are_those_of_its_rows(numbers: RunFolder) -> None:
    task = ResidualsTask(run="", part="validation", column="age")
    with pytest.raises(NotEvaluated):
        residuals_of_run(numbers, task)
    evaluation = evaluate_run(numbers, "validation")
    table = RowTable.load(Path(evaluation.rows_file))
    ages = pd.read_csv(numbers.info().table_path)["age"].to_numpy()[table.rows]
    found = residuals_of_run(numbers, task)
    assert found.kind == "residual"
    assert found.is_number
    assert found.rows == len(found.points) == evaluation.rows
    assert sum(each.rows for each in found.groups) == evaluation.rows
    for each in found.groups:
        assert each.low is not None
        assert each.high is not None
        own = table.errors[(ages >= each.low) & (ages <= each.high)]
        assert each.mean == pytest.approx(own.mean())
        assert each.median == pytest.approx(np.median(own))
    with pytest.raises(UnknownColumn):
        residuals_of_run(numbers, task.model_copy(update={"column": "aeg"}))


def test_looks_at_the_test_part_are_counted(numbers: RunFolder) -> None:
    first, second = evaluate_run(numbers), evaluate_run(numbers)
    assert second.looks == first.looks + 1
    kept = json.loads((numbers.path / "test_looks.json").read_text())
    assert kept == {"looks": second.looks, "choices": 0}
    assert evaluate_run(numbers, "validation").looks == 0
