from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from gui.pages.train.series import (
    clipped,
    extent,
    logarithm,
    logarithmic_ticks,
    nearest,
    settled,
)
from gui.pages.train.smoothing import smoothed

values = arrays(np.float64, st.integers(0, 400), elements=st.floats(-1e6, 1e6))


def test_smoothing_is_the_exponential_mean_corrected_for_its_start() -> None:
    raw = np.array([1.0, 3.0, 2.0, *[5.0] * 17])

    expected = [1.0, (3 + 0.5) / 1.5, (2 + 1.5 + 0.25) / 1.75]
    assert smoothed(raw, 0.5)[:3] == pytest.approx(expected)


def test_a_short_curve_is_smoothed_less() -> None:
    short, longer = np.arange(10.0), np.arange(100.0)

    assert smoothed(short, 0.6) is short
    assert smoothed(longer, 0.99) == pytest.approx(smoothed(longer, 0.9))


def test_without_weight_nothing_is_smoothed() -> None:
    raw = np.array([1.0, 3.0])

    assert smoothed(raw, 0.0) is raw


def test_a_value_that_is_not_finite_stays_a_gap_and_does_not_spread() -> None:
    raw = np.ones(60)
    raw[1], raw[3] = np.nan, np.inf

    result = smoothed(raw, 0.9)

    assert np.flatnonzero(np.isnan(result)).tolist() == [1, 3]
    assert result[[0, 2, 4]] == pytest.approx(1.0)


@given(values, st.floats(0.01, 0.99))
def test_a_smoothed_curve_stays_within_the_values(raw: np.ndarray, weight: float) -> None:
    result = smoothed(raw, weight)

    if len(raw):
        assert result.min() >= raw.min() - 1e-6
        assert result.max() <= raw.max() + 1e-6


def test_clipping_keeps_one_point_beyond_each_edge() -> None:
    x = np.arange(10.0)

    kept, _ = clipped(x, x, 3.5, 6.5)

    assert list(kept) == [3, 4, 5, 6, 7]


def test_the_first_points_of_a_long_curve_may_leave_the_view() -> None:
    x = np.arange(100.0)
    y = np.where(x < 3, 1000.0, 1.0)

    assert extent(x, y, 0.0, 100.0) == (1.0, 1.0)
    assert extent(x, y, 1.0, 100.0) == (1.0, 1000.0)


def test_a_range_that_still_fits_is_kept() -> None:
    assert settled([(1.0, 2.0)], (0.95, 2.1)) == (0.95, 2.1)
    assert settled([(1.0, 2.2)], (0.95, 2.1)) == pytest.approx((0.928, 2.272))
    assert settled([(1.9, 2.0)], (0.95, 2.1)) == pytest.approx((1.894, 2.006))
    assert settled([], (0.0, 1.0)) is None
    assert settled([(0.99999, 1.0)], (0.0, 0.0)) == pytest.approx((0.995, 1.005), abs=1e-5)


def test_what_has_no_logarithm_is_a_gap() -> None:
    assert np.isnan(logarithm(np.array([0.0, -1.0]))).all()
    assert logarithm(np.array([100.0])) == pytest.approx([2.0])


@given(st.floats(-12, 3), st.floats(0.4, 12))
def test_a_logarithmic_axis_has_a_few_ticks(low: float, span: float) -> None:
    ((_, ticks),) = logarithmic_ticks(low, low + span, 200.0)

    assert 1 <= len(ticks) <= 14
    assert all(low <= tick <= low + span for tick in ticks)


def test_the_nearest_point_is_found_from_outside_too() -> None:
    x = np.array([1.0, 2.0, 4.0])

    assert [nearest(x, at) for at in (-5, 1.4, 1.6, 3.1, 99)] == [0, 0, 1, 2, 2]
    assert nearest(np.empty(0), 1.0) is None
