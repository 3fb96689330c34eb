"""The paired bootstrap: differences on the same rows, and intervals that hold what they should."""

from __future__ import annotations

import math

import numpy as np
import pytest

from engine.evaluation.paired import Score, interval, paired_differences, resample_count, resamples


def mean_of(values: np.ndarray) -> Score:
    return lambda places: float((values if places is None else values[places]).mean())


def test_what_both_have_in_common_cancels_out() -> None:
    generator = np.random.default_rng(1)
    shared = generator.normal(0, 100, 400)
    (found,) = paired_differences([mean_of(shared + 1)], [mean_of(shared)], 400)
    assert found.value == pytest.approx(1)
    assert (found.low, found.high) == pytest.approx((1, 1))
    assert found.is_clear


def test_the_interval_is_that_of_the_mean_difference() -> None:
    generator = np.random.default_rng(2)
    first, second = generator.normal(0.3, 1, 900), generator.normal(0, 1, 900)
    (found,) = paired_differences([mean_of(first)], [mean_of(second)], 900)
    spread = 1.96 * (first - second).std() / math.sqrt(900)
    assert found.low == pytest.approx(found.value - spread, rel=0.1)
    assert found.high == pytest.approx(found.value + spread, rel=0.1)


def test_equal_models_are_never_clearly_apart() -> None:
    generator = np.random.default_rng(3)
    clear = 0
    for _ in range(60):
        first, second = generator.normal(size=(2, 80))
        (found,) = paired_differences([mean_of(first)], [mean_of(second)], 80, most=300)
        clear += found.is_clear
    assert clear <= 8  # 3 are expected


def test_without_rows_there_is_no_difference() -> None:
    (found,) = paired_differences([lambda _: 1.0], [lambda _: 0.0], 0)
    assert math.isnan(found.value)
    assert not found.is_clear


def test_resamples_are_the_same_every_time_and_fewer_for_many_rows() -> None:
    assert [p.tolist() for p in resamples(5, most=60)] == [
        p.tolist() for p in resamples(5, most=60)
    ]
    assert resample_count(1_000) == 1_000
    assert resample_count(20_000) == 100
    assert resample_count(10_000_000) == 50
    assert resample_count(0) == 0


def test_samples_that_are_not_defined_are_left_out() -> None:
    assert interval(np.array([1.0, np.nan, 1.0])) == (1.0, 1.0)
    assert all(map(math.isnan, interval(np.array([np.nan]))))
