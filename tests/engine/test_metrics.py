"""Metrics agree with scikit-learn."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from sklearn import metrics as sk

from engine.errors import RecipeInvalid
from engine.metrics import (
    METRICS,
    binary_auc,
    evaluated_metrics_for,
    metrics_for,
    monitor_for,
)
from engine.recipe.training import EarlyStopping
from engine.schema import Task

SCORES = st.sampled_from([0.0, 0.1, 0.25, 0.25001, 0.5, 0.7, 1.0])


@given(st.lists(st.tuples(st.integers(0, 1), SCORES), min_size=2, max_size=40))
def test_binary_metrics_agree_with_scikit_learn(rows: list[tuple[int, float]]) -> None:
    targets = np.array([target for target, _ in rows])
    scores = np.array([score for _, score in rows])
    chosen = scores > 0.5
    assert METRICS["accuracy"].compute(targets, scores) == sk.accuracy_score(targets, chosen)
    f1 = sk.f1_score(targets, chosen, average="macro")
    assert METRICS["macro_f1"].compute(targets, scores) == pytest.approx(f1)
    area = METRICS["roc_auc"].compute(targets, scores)
    if len(set(targets)) == 2:
        assert area == pytest.approx(sk.roc_auc_score(targets, scores))
    else:
        assert math.isnan(area)


def test_log_loss_agrees_with_scikit_learn() -> None:
    rng = np.random.default_rng(0)
    shares = rng.dirichlet([1, 1, 1], 50)
    targets = rng.integers(0, 3, 50)
    assert METRICS["loss"].compute(targets, shares) == pytest.approx(sk.log_loss(targets, shares))
    binary = targets % 2
    expected = sk.log_loss(binary, shares[:, 0])
    assert METRICS["loss"].compute(binary, shares[:, 0]) == pytest.approx(expected)


def test_multiclass_metrics_agree_with_scikit_learn() -> None:
    rng = np.random.default_rng(1)
    shares = rng.dirichlet([1, 1, 1, 1], 200)
    targets = rng.integers(0, 4, 200)
    chosen = shares.argmax(axis=1)
    assert METRICS["accuracy"].compute(targets, shares) == sk.accuracy_score(targets, chosen)
    f1 = sk.f1_score(targets, chosen, average="macro")
    assert METRICS["macro_f1"].compute(targets, shares) == pytest.approx(f1)
    area = sk.roc_auc_score(targets, shares, multi_class="ovr")
    assert METRICS["roc_auc"].compute(targets, shares) == pytest.approx(area)


def test_a_class_without_rows_is_left_out_of_the_multiclass_auc() -> None:
    targets = np.array([0, 0, 1, 1])
    shares = np.array([[0.9, 0.1, 0], [0.8, 0.2, 0], [0.1, 0.9, 0], [0.3, 0.7, 0]])
    assert METRICS["roc_auc"].compute(targets, shares) == 1.0


VALUES = hnp.arrays(np.float64, 12, elements=st.floats(-1e6, 1e6))


@given(VALUES, VALUES)
def test_regression_metrics_agree_with_scikit_learn(
    targets: np.ndarray, predictions: np.ndarray
) -> None:
    mae = sk.mean_absolute_error(targets, predictions)
    assert METRICS["mae"].compute(targets, predictions) == pytest.approx(mae)
    rmse = sk.root_mean_squared_error(targets, predictions)
    assert METRICS["rmse"].compute(targets, predictions) == pytest.approx(rmse)
    r2 = METRICS["r2"].compute(targets, predictions)
    if not math.isnan(r2):
        assert r2 == pytest.approx(sk.r2_score(targets, predictions))


def test_the_regression_loss_is_measured_in_deviations() -> None:
    targets, predictions = np.array([10.0, 30.0]), np.array([20.0, 30.0])
    assert METRICS["loss"].compute(targets, predictions, scale=10) == 0.5


def test_no_rows_give_nan() -> None:
    for task in Task:
        for metric in metrics_for(task):
            assert math.isnan(metric.compute(np.empty(0), np.empty(0)))


def test_a_constant_target_has_no_r2() -> None:
    assert math.isnan(METRICS["r2"].compute(np.ones(3), np.zeros(3)))


def test_the_first_metric_of_every_task_is_the_loss() -> None:
    assert {metrics_for(task)[0].name for task in Task} == {"loss"}


def test_a_metric_of_another_task_cannot_be_watched() -> None:
    with pytest.raises(RecipeInvalid, match="r2 is not defined for binary targets"):
        monitor_for(Task.BINARY, EarlyStopping(metric="r2"))
    assert monitor_for(Task.BINARY, EarlyStopping()).name == "loss"


def test_better_depends_on_the_metric_and_never_is_nan() -> None:
    assert METRICS["accuracy"].is_better(0.9, 0.8)
    assert METRICS["loss"].is_better(0.8, 0.9)
    assert METRICS["loss"].is_better(1.0, math.nan)
    assert not METRICS["loss"].is_better(math.nan, 1.0)
    assert not METRICS["loss"].is_better(1.0, 1.0)


def test_an_area_is_not_defined_where_the_rows_of_a_class_weigh_nothing() -> None:
    positive, scores = np.array([True, False, True]), np.array([0.9, 0.2, 0.4])
    assert math.isnan(binary_auc(positive, scores, np.array([0.0, 1.0, 0.0])))
    assert math.isnan(binary_auc(positive, scores, np.array([1.0, 0.0, 1.0])))
    assert binary_auc(positive, scores, np.array([1.0, 2.0, 0.0])) == 1.0


LABELS = np.array([[1, 0, 1], [0, 1, 1], [1, 1, 0], [0, 0, 0], [1, 0, 1]])
CHANCES = np.array(
    [[0.9, 0.2, 0.4], [0.6, 0.7, 0.8], [0.8, 0.3, 0.1], [0.2, 0.1, 0.6], [0.7, 0.6, 0.9]]
)


def test_metrics_of_labels_agree_with_scikit_learn() -> None:
    chosen = (CHANCES > 0.5).astype(int)
    weights = np.array([1.0, 2.0, 0.5, 3.0, 1.0])
    expected = {
        "macro_f1": sk.f1_score(LABELS, chosen, average="macro", sample_weight=weights),
        "micro_f1": sk.f1_score(LABELS, chosen, average="micro", sample_weight=weights),
        "subset_accuracy": sk.accuracy_score(LABELS, chosen, sample_weight=weights),
        "hamming": sk.hamming_loss(LABELS, chosen, sample_weight=weights),
        "roc_auc": sk.roc_auc_score(LABELS, CHANCES, average="macro", sample_weight=weights),
    }
    for name, value in expected.items():
        assert METRICS[name].compute(LABELS, CHANCES, weights=weights) == pytest.approx(value)
    found = {
        metric.name: metric.compute(LABELS, CHANCES, weights=weights)
        for metric in evaluated_metrics_for(Task.MULTI_LABEL)
        if metric not in metrics_for(Task.MULTI_LABEL)
    }
    assert found == {
        "row_f1": pytest.approx(
            sk.f1_score(LABELS, chosen, average="samples", sample_weight=weights, zero_division=0)
        ),
        "pr_auc": pytest.approx(
            sk.average_precision_score(LABELS, CHANCES, average="macro", sample_weight=weights)
        ),
    }


def test_a_missing_label_counts_nowhere() -> None:
    gaps = LABELS.copy()
    gaps[1, 0] = -1  # the only wrong one of the first label
    assert METRICS["hamming"].compute(gaps, CHANCES) == pytest.approx(4 / 14)
    assert METRICS["subset_accuracy"].compute(gaps, CHANCES) == pytest.approx(1 / 5)
    rest = METRICS["roc_auc"].compute(LABELS[:, 1:], CHANCES[:, 1:])
    assert METRICS["roc_auc"].compute(gaps, CHANCES) == pytest.approx((1 + 2 * rest) / 3)


def test_metrics_of_several_numbers_are_means_in_deviations() -> None:
    values = np.array([[1.0, 100.0], [2.0, np.nan], [4.0, 300.0], [5.0, 500.0]])
    guesses = np.array([[1.5, 150.0], [2.0, 1e9], [3.0, 250.0], [5.0, 400.0]])
    scales = np.array([2.0, 100.0])
    known = ~np.isnan(values[:, 1])
    first = sk.root_mean_squared_error(values[:, 0], guesses[:, 0]) / 2
    second = sk.root_mean_squared_error(values[known, 1], guesses[known, 1]) / 100
    found = METRICS["scaled_rmse"].compute(values, guesses, scales)
    assert found == pytest.approx((first + second) / 2)
    both = [
        sk.r2_score(values[:, 0], guesses[:, 0]),
        sk.r2_score(values[known, 1], guesses[known, 1]),
    ]
    assert METRICS["r2"].compute(values, guesses, scales) == pytest.approx(sum(both) / 2)
