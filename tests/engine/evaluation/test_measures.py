"""Measures are scikit-learn's, weighted and not, on ordinary and on degenerate rows."""

from __future__ import annotations

import math
import warnings
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics as sk

from engine.evaluation.intervals import difference_intervals, intervals_of, values_of
from engine.evaluation.measures import ScoredRows, measures_of
from engine.evaluation.measures.ranks import linear_parts_of_auc

Array = np.ndarray[Any, Any]
THEIRS = {
    "accuracy": sk.accuracy_score,
    "balanced_accuracy": sk.balanced_accuracy_score,
    "macro_f1": lambda y, c, **k: sk.f1_score(y, c, average="macro", zero_division=0, **k),
    "micro_f1": lambda y, c, **k: sk.f1_score(y, c, average="micro", zero_division=0, **k),
    "weighted_f1": lambda y, c, **k: sk.f1_score(y, c, average="weighted", zero_division=0, **k),
    "macro_precision": lambda y, c, **k: sk.precision_score(
        y, c, average="macro", zero_division=0, **k
    ),
    "weighted_precision": lambda y, c, **k: sk.precision_score(
        y, c, average="weighted", zero_division=0, **k
    ),
    "macro_recall": lambda y, c, **k: sk.recall_score(y, c, average="macro", zero_division=0, **k),
    "mcc": sk.matthews_corrcoef,
    "kappa": sk.cohen_kappa_score,
}
OF_TWO = {
    "precision": lambda y, c, **k: sk.precision_score(y, c, zero_division=0, **k),
    "f1": lambda y, c, **k: sk.f1_score(y, c, zero_division=0, **k),
}


def binary(generator: np.random.Generator, rows: int, digits: int, share: float) -> ScoredRows:
    actual = (generator.random(rows) < share).astype(np.int64)
    chances = np.clip(np.round(generator.random(rows) * 0.7 + actual * 0.3, digits), 0, 1)
    return ScoredRows(actual, chances, (chances > 0.5).astype(np.int64), 2)


def several(generator: np.random.Generator, rows: int, classes: int, digits: int) -> ScoredRows:
    actual = generator.integers(0, classes, rows)
    raw = generator.random((rows, classes)).round(digits) + 1e-3
    raw[np.arange(rows), actual] += 0.5
    shares = raw / raw.sum(axis=1, keepdims=True)
    return ScoredRows(actual, shares, shares.argmax(axis=1), classes, ordered=True)


def weights_of(generator: np.random.Generator, rows: int, kind: str) -> Array | None:
    if kind == "none":
        return None
    found = generator.integers(0 if kind == "some zero" else 1, 4, rows).astype(float)
    found[0] = 1.0
    return found


def agree(found: float, theirs: float, name: str) -> None:
    if math.isnan(found):
        assert math.isnan(theirs), name
    else:
        assert found == pytest.approx(theirs, abs=1e-9, rel=1e-9), name


def lift_of(y: Array, p: Array, weights: Array | None) -> float:
    """By whole numbers of copies of each row, hits spread evenly over equal probabilities."""
    times = np.ones(len(y), int) if weights is None else weights.astype(int)
    y, p = np.repeat(y, times) * 1.0, np.repeat(p, times)
    for value in np.unique(p):
        y[p == value] = y[p == value].mean()
    ordered = y[np.argsort(-p, kind="stable")]
    top = 0.1 * len(y)
    whole = int(top)
    hits = ordered[:whole].sum() + (top - whole) * ordered[min(whole, len(y) - 1)]
    return float(hits / top / y.mean())


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    rows=st.integers(1, 80),
    digits=st.sampled_from([1, 6]),
    share=st.sampled_from([0.0, 0.3, 1.0]),
    kind=st.sampled_from(["none", "whole", "some zero"]),
)
def test_two_classes(seed: int, rows: int, digits: int, share: float, kind: str) -> None:
    generator = np.random.default_rng(seed)
    scored = binary(generator, rows, digits, share)
    weights = weights_of(generator, rows, kind)
    found = values_of(measures_of(scored), scored, weights)
    counts = np.ones(rows, bool) if weights is None else weights > 0
    y, p, c = scored.actual[counts], scored.predictions[counts], scored.chosen[counts]  # type: ignore[index]
    extra = {} if weights is None else {"sample_weight": weights[counts]}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name, theirs in (THEIRS | OF_TWO).items():
            if name in found:
                agree(found[name], theirs(y, c, **extra), name)
        if 0 < y.sum() < len(y):
            agree(found["roc_auc"], sk.roc_auc_score(y, p, **extra), "roc_auc")
            agree(found["pr_auc"], sk.average_precision_score(y, p, **extra), "pr_auc")
            agree(found["recall"], sk.recall_score(y, c, **extra), "recall")
        else:
            assert math.isnan(found["roc_auc"])
        agree(found["log_loss"], sk.log_loss(y, p, labels=[0, 1], **extra), "log_loss")
        agree(found["brier"], sk.brier_score_loss(y, p, pos_label=1, **extra), "brier")
    if y.sum() > 0:
        agree(found["lift"], lift_of(y, p, extra.get("sample_weight")), "lift")
    bins = np.clip(np.ceil(p * 10) - 1, 0, 9)
    w = extra.get("sample_weight", np.ones(len(y)))
    gaps = [abs(((y - p) * w)[bins == b].sum()) for b in range(10)]
    agree(found["calibration_error"], sum(gaps) / w.sum(), "calibration_error")


@settings(max_examples=20, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    rows=st.integers(1, 60),
    classes=st.integers(3, 7),
    digits=st.sampled_from([1, 6]),
    kind=st.sampled_from(["none", "whole", "some zero"]),
)
def test_several_classes(seed: int, rows: int, classes: int, digits: int, kind: str) -> None:
    generator = np.random.default_rng(seed)
    scored = several(generator, rows, classes, digits)
    weights = weights_of(generator, rows, kind)
    found = values_of(measures_of(scored), scored, weights)
    counts = np.ones(rows, bool) if weights is None else weights > 0
    y, p, c = scored.actual[counts], scored.predictions[counts], scored.chosen[counts]  # type: ignore[index]
    weights = None if weights is None else weights[counts]
    extra = {} if weights is None else {"sample_weight": weights}
    labels = list(range(classes))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name, theirs in THEIRS.items():
            agree(found[name], theirs(y, c, **extra), name)
        agree(found["log_loss"], sk.log_loss(y, p, labels=labels, **extra), "log_loss")
        for most in (2, 3, 5):
            if most < classes:
                theirs = sk.top_k_accuracy_score(y, p, k=most, labels=labels, **extra)
                agree(found[f"top_{most}"], theirs, f"top_{most}")
        areas = [
            sk.roc_auc_score(y == k, p[:, k], **extra)
            for k in labels
            if 0 < (y == k).sum() < len(y)
        ]
        agree(found["roc_auc"], float(np.mean(areas)) if areas else math.nan, "roc_auc")
        areas = [sk.average_precision_score(y == k, p[:, k], **extra) for k in labels if k in y]
        agree(found["pr_auc"], float(np.mean(areas)), "pr_auc")
        kappa = sk.cohen_kappa_score(y, c, weights="quadratic", labels=labels, **extra)
        agree(found["quadratic_kappa"], kappa, "quadratic_kappa")
    brier = np.square(p - np.eye(classes)[y]).sum(axis=1)
    agree(found["brier"], np.average(brier, weights=weights), "brier")


@settings(max_examples=20, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    rows=st.integers(2, 60),
    digits=st.sampled_from([0, 6]),
    kind=st.sampled_from(["none", "whole", "some zero"]),
)
def test_values(seed: int, rows: int, digits: int, kind: str) -> None:
    generator = np.random.default_rng(seed)
    y = (generator.normal(size=rows) * 3).round(digits)
    p = y + generator.normal(size=rows).round(digits)
    quantiles = {0.1: p - 1, 0.9: p + 1}
    scored = ScoredRows(y, p, quantiles=quantiles)
    weights = weights_of(generator, rows, kind)
    found = values_of(measures_of(scored), scored, weights)
    has_zero = bool((y == 0).any())
    if weights is not None:
        counts = weights > 0
        y, p, weights = y[counts], p[counts], weights[counts]
        quantiles = {level: values[counts] for level, values in quantiles.items()}
    extra = {} if weights is None else {"sample_weight": weights}
    agree(found["mae"], sk.mean_absolute_error(y, p, **extra), "mae")
    agree(found["rmse"], sk.root_mean_squared_error(y, p, **extra), "rmse")
    sizes = abs(y) + abs(p)
    share = 2 * np.divide(abs(y - p), sizes, out=np.zeros(len(y)), where=sizes > 0)
    agree(found["smape"], np.average(share, weights=weights), "smape")
    if len(set(y)) > 1:
        agree(found["r2"], sk.r2_score(y, p, **extra), "r2")
    else:
        assert math.isnan(found["r2"])
    times = np.ones(rows, int) if weights is None else weights.astype(int)
    agree(found["median_error"], float(np.median(np.repeat(abs(y - p), times))), "median_error")
    if not has_zero:
        agree(found["mape"], sk.mean_absolute_percentage_error(y, p, **extra), "mape")
    else:
        assert "mape" not in found
    losses = [sk.mean_pinball_loss(y, q, alpha=a, **extra) for a, q in quantiles.items()]
    agree(found["pinball"], float(np.mean(losses)), "pinball")
    covered = np.average((p - 1 <= y) & (y <= p + 1), weights=weights)
    agree(found["coverage"], covered, "coverage")


def test_a_thousand_classes() -> None:
    scored = several(np.random.default_rng(3), 3000, 1000, 6)
    found = values_of(measures_of(scored), scored)
    y, c = scored.actual, scored.chosen
    assert found["macro_f1"] == pytest.approx(sk.f1_score(y, c, average="macro", zero_division=0))
    assert found["mcc"] == pytest.approx(sk.matthews_corrcoef(y, c))
    assert found["kappa"] == pytest.approx(sk.cohen_kappa_score(y, c))
    labels = list(range(1000))
    p = scored.predictions
    assert found["log_loss"] == pytest.approx(sk.log_loss(y, p, labels=labels))
    assert found["top_5"] == pytest.approx(sk.top_k_accuracy_score(y, p, k=5, labels=labels))


def test_one_class_alone_leaves_ranks_and_nothing_else_undefined() -> None:
    generator = np.random.default_rng(4)
    scored = several(generator, 50, 4, 6)
    alone = ScoredRows(np.full(50, 2), scored.predictions, scored.chosen, 4)
    measures = measures_of(alone)
    values = values_of(measures, alone)
    assert {name for name, value in values.items() if math.isnan(value)} == {"roc_auc"}
    found = intervals_of(measures, alone, values)
    assert math.isnan(found["roc_auc"].low)
    for name, each in found.items():
        if name != "roc_auc":
            assert each.low <= values[name] <= each.high, name


def test_values_that_are_no_numbers_have_no_error() -> None:
    scored = ScoredRows(np.array([1.0, 2.0, 3.0]), np.array([1.0, math.nan, 2.0]))
    found = values_of(measures_of(scored), scored)
    assert all(math.isnan(found[name]) for name in ("mae", "rmse", "r2", "median_error", "smape"))


def test_a_difference_is_that_of_the_same_resamples() -> None:
    generator = np.random.default_rng(8)
    first = binary(generator, 300, 6, 0.4)
    chances = np.clip(first.predictions + generator.normal(0, 0.15, 300), 0, 1)
    second = ScoredRows(first.actual, chances, (chances > 0.3).astype(np.int64), 2)
    measures = [m for m in measures_of(first) if m.name in ("accuracy", "recall", "brier")]
    one, two = values_of(measures, first), values_of(measures, second)
    found = difference_intervals(measures, first, one, second, two)
    y = first.actual
    for name in ("accuracy", "brier"):
        own = first.right * 1.0 if name == "accuracy" else np.square(first.predictions - y)
        other = second.right * 1.0 if name == "accuracy" else np.square(chances - y)
        off = own - other
        reach = 1.96 * off.std() / math.sqrt(300)
        middle = one[name] - two[name]
        assert middle == pytest.approx(off.mean())
        assert found[name].low == pytest.approx(middle - reach, abs=0.25 * reach)
        assert found[name].high == pytest.approx(middle + reach, abs=0.25 * reach)
    assert found["recall"].high < 0  # a lower threshold finds more


def test_probabilities_that_are_no_numbers_rank_nothing() -> None:
    scored = ScoredRows(np.array([0, 1, 1]), np.array([0.1, math.nan, 0.3]), np.array([0, 0, 0]), 2)
    found = values_of(measures_of(scored), scored)
    assert math.isnan(found["roc_auc"])
    assert math.isnan(found["log_loss"])
    assert found["accuracy"] == pytest.approx(1 / 3)


def test_without_rows_nothing_is_defined() -> None:
    scored = ScoredRows(np.zeros(0, np.int64), np.zeros(0), np.zeros(0, np.int64), 2)
    found = values_of(measures_of(scored), scored)
    assert all(math.isnan(value) for value in found.values())
    assert all(
        math.isnan(each.low) for each in intervals_of(measures_of(scored), scored, found).values()
    )


def test_intervals_of_few_rows_are_those_of_plain_resampling() -> None:
    generator = np.random.default_rng(5)
    scored = binary(generator, 400, 6, 0.4)
    measures = measures_of(scored)
    values = values_of(measures, scored)
    found = intervals_of(measures, scored, values)
    theirs = {"accuracy": [], "roc_auc": [], "log_loss": []}  # type: ignore[var-annotated]
    for _ in range(400):
        places = generator.integers(0, 400, 400)
        y, p = scored.actual[places], scored.predictions[places]
        theirs["accuracy"].append(sk.accuracy_score(y, p > 0.5))
        theirs["roc_auc"].append(sk.roc_auc_score(y, p))
        theirs["log_loss"].append(sk.log_loss(y, p))
    for name, drawn in theirs.items():
        low, high = np.quantile(drawn, [0.025, 0.975])
        width = high - low
        assert found[name].low == pytest.approx(low, abs=0.15 * width)
        assert found[name].high == pytest.approx(high, abs=0.15 * width)


def test_intervals_of_many_rows_shrink_with_the_root_of_their_number() -> None:
    generator = np.random.default_rng(6)
    scored = binary(generator, 60_000, 6, 0.4)
    measures = [m for m in measures_of(scored) if m.name in ("accuracy", "brier")]
    values = values_of(measures, scored)
    found = intervals_of(measures, scored, values)
    expected = 2 * 1.96 * math.sqrt(values["accuracy"] * (1 - values["accuracy"]) / 60_000)
    assert found["accuracy"].high - found["accuracy"].low == pytest.approx(expected, rel=0.2)
    assert found["accuracy"].low < values["accuracy"] < found["accuracy"].high


def test_the_linear_auc_of_several_classes_varies_as_the_auc_itself() -> None:
    generator = np.random.default_rng(7)
    scored = several(generator, 500, 4, 6)
    parts = linear_parts_of_auc(scored, np.ones(500))
    assert parts.sum() == pytest.approx(0, abs=1e-9)
    areas, linear = [], []
    for _ in range(200):
        places = generator.integers(0, 500, 500)
        y, p = scored.actual[places], scored.predictions[places]
        areas.append(sk.roc_auc_score(y, p, multi_class="ovr"))
        linear.append(parts[places].mean())
    assert np.std(linear) == pytest.approx(np.std(areas), rel=0.1)
    assert np.corrcoef(areas, linear)[0, 1] > 0.98
