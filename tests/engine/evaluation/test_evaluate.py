"""Evaluations agree with the run itself and with scikit-learn."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.metrics import confusion_matrix, f1_score, roc_auc_score

from engine.data.columns.infer import infer_schema
from engine.errors import RunUntrained
from engine.evaluation.result import Evaluation
from engine.metrics import metrics_for
from engine.pipeline.results import evaluate_run
from engine.pipeline.tables import table_of
from engine.predictor.part import part_rows
from engine.predictor.predictor import Predictor
from engine.store.run_folder import RunFolder
from tests.engine.trained import flowers, new_run, prices, trained_run


def agrees_with_its_end(found: Evaluation, run: RunFolder) -> None:
    ended = list(run.events())[-1].test
    for metric, value in zip(metrics_for(found.task), ended, strict=True):
        own = found.metric(metric.name)
        assert own is not None
        assert own.value == value


def actual_and_outputs(run: RunFolder) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    predictor = Predictor.load(run.path)
    table = table_of(run)
    found = part_rows(predictor, table, infer_schema(table), "test")
    assert found.arrays.values is not None
    return found.arrays.values, predictor.preparation.predictions(predictor.outputs(found.arrays))


@pytest.mark.parametrize("weights", ["none", "balanced"])
@pytest.mark.parametrize("classes", [2, 3])
def test_classes(tmp_path: Path, classes: int, weights: str) -> None:
    path = flowers(tmp_path / "flowers.csv", classes=classes)
    run = trained_run(tmp_path / "w", path, "kind", {"training": {"class_weights": weights}})
    seen: list[tuple[int, int]] = []
    found = evaluate_run(run, progress=lambda done, total: seen.append((done, total)))
    agrees_with_its_end(found, run)
    assert found.rows == 36
    assert seen[-1][0] == seen[-1][1]

    actual, predictions = actual_and_outputs(run)
    chosen = (predictions > 0.5).astype(int) if classes == 2 else predictions.argmax(axis=1)
    assert np.array_equal(found.confusion, confusion_matrix(actual, chosen))
    f1, auc = found.metric("macro_f1"), found.metric("roc_auc")
    assert f1 is not None
    assert auc is not None
    assert f1.value == pytest.approx(f1_score(actual, chosen, average="macro"))
    expected = roc_auc_score(actual, predictions, multi_class="ovr")
    assert auc.value == pytest.approx(expected)
    for metric in found.metrics:
        assert metric.value is not None
        assert metric.low is not None
        assert metric.high is not None
        assert metric.low <= metric.value <= metric.high
    accuracy = found.metric("accuracy")
    assert accuracy is not None
    assert accuracy.baseline is not None
    assert 0.2 < accuracy.baseline < 0.7
    assert auc.baseline == 0.5

    losses = [error.loss for error in found.largest_errors]
    assert losses == sorted(losses, reverse=True)
    table = table_of(run)
    for error in found.largest_errors:
        assert table.cells("kind", error.row, error.row + 1) == [error.actual]
        assert error.predicted in found.classes
    if classes == 2:
        area = np.trapezoid(
            [point.true_positive_rate for point in found.roc],
            [point.false_positive_rate for point in found.roc],
        )
        assert area == pytest.approx(auc.value)
        assert (found.roc[-1].false_positive_rate, found.roc[-1].true_positive_rate) == (1, 1)
    else:
        assert found.roc == ()
    assert Evaluation.model_validate_json(run.evaluation.read_bytes()) == found


def test_numbers(tmp_path: Path) -> None:
    run = trained_run(tmp_path / "w", prices(tmp_path / "prices.csv"), "price")
    found = evaluate_run(run)
    agrees_with_its_end(found, run)
    actual, predictions = actual_and_outputs(run)
    assert found.predicted_vs_actual == tuple(
        zip(predictions.tolist(), actual.tolist(), strict=True)
    )
    assert found.confusion == ()
    assert found.roc == ()
    r2 = found.metric("r2")
    assert r2 is not None
    assert r2.baseline == pytest.approx(0, abs=0.2)


def test_each_part_has_its_own_rows(tmp_path: Path) -> None:
    run = trained_run(tmp_path / "w", flowers(tmp_path / "flowers.csv"), "kind")
    rows = [evaluate_run(run, part).rows for part in ("train", "validation", "test")]
    assert rows == [168, 36, 36]


def test_a_part_without_rows_has_no_values(tmp_path: Path) -> None:
    changes = {"split": {"validation": 0.0}, "training": {"early_stopping": {"enabled": False}}}
    run = trained_run(tmp_path / "w", flowers(tmp_path / "flowers.csv"), "kind", changes)
    found = evaluate_run(run, "validation")
    assert found.rows == 0
    assert all(metric.value is None and metric.low is None for metric in found.metrics)
    assert found.largest_errors == ()


def test_a_run_without_weights_is_told(tmp_path: Path) -> None:
    with pytest.raises(RunUntrained):
        evaluate_run(new_run(tmp_path / "w", flowers(tmp_path / "flowers.csv"), "kind"))
