"""Numbers as they are fitted: what is transformed comes back exactly, predictions in their own unit."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.data.cells.cell_types import NUMBER
from engine.data.preparing.target.value import FittedValue
from engine.errors import TargetNegative, TargetNotTransformable
from engine.recipe.families import Loss
from engine.recipe.target import TargetSpec

NUMBERS = st.floats(-1e12, 1e12, allow_subnormal=False)
COLUMNS = st.lists(NUMBERS, min_size=1, max_size=60)


def fitted(values: Any, transform: Any = "none", link: Any = "identity") -> FittedValue:
    outcome = TargetSpec.model_validate({"transform": transform})
    loss = Loss.default("poisson" if link == "log" else "squared")
    return FittedValue.fit("price", pa.array(values, pa.float64()), NUMBER, outcome, loss)


def there_and_back(target: FittedValue, values: Any) -> np.ndarray[Any, Any]:
    learned = target.learned(np.asarray(values, np.float64))
    return target.predictions(learned[:, None])


@given(COLUMNS, COLUMNS)
def test_the_signed_logarithm_comes_back(training: list[float], values: list[float]) -> None:
    target = fitted(training, "log")
    size = 1 + max(map(abs, training))
    found = there_and_back(target, values)
    # Standardising costs a few units in the last place of the logarithm, which is at most 28.
    assert found == pytest.approx(values, rel=1e-10, abs=1e-10 * size)


@given(COLUMNS, st.floats(1e-3, 1e6))
def test_the_logarithm_with_a_shift_comes_back(training: list[float], room: float) -> None:
    shift = room - min(training)
    if min(training) + shift <= 0:  # rounded away
        return
    target = fitted(training, {"kind": "log", "shift": shift})
    size = max(map(abs, training)) + abs(shift)
    assert there_and_back(target, training) == pytest.approx(training, rel=1e-9, abs=1e-10 * size)


@given(COLUMNS, st.integers(2, 100))
def test_quantiles_come_back_at_and_between_their_corners(
    training: list[float], count: int
) -> None:
    target = fitted(training, {"kind": "quantile", "quantiles": count})
    corners = np.asarray(target.transform.values)  # type: ignore[union-attr]
    assert there_and_back(target, corners) == pytest.approx(
        corners, rel=1e-9, abs=1e-9 * max(1, np.ptp(corners))
    )
    between = (corners[1:] + corners[:-1]) / 2
    assert there_and_back(target, between) == pytest.approx(
        between, rel=1e-9, abs=1e-9 * max(1, np.ptp(corners))
    )
    assert np.all(np.diff(target.transform.forth(corners)) > 0)


def test_quantiles_make_a_bell_curve_of_any_shape() -> None:
    values = np.random.default_rng(0).lognormal(sigma=2, size=5000)
    learned = fitted(values, "quantile").learned(values)
    assert (learned.mean(), learned.std()) == pytest.approx((0, 1), abs=0.02)
    assert np.quantile(learned, (0.16, 0.84)) == pytest.approx((-1, 1), abs=0.05)


def test_quantiles_know_ties_and_constants() -> None:
    tied = fitted([0.0] * 90 + [1.0, 2.0, 3.0] * 3 + [9.0], "quantile")
    assert there_and_back(tied, [0.0, 9.0]) == pytest.approx([0.0, 9.0])
    constant = fitted([7.0] * 5, "quantile")
    assert there_and_back(constant, [7.0]).tolist() == [7.0]


def test_values_outside_the_quantiles_count_as_the_nearest() -> None:
    target = fitted([1.0, 2.0, 3.0], "quantile")
    assert there_and_back(target, [-5.0, 50.0]) == pytest.approx([1.0, 3.0])
    assert target.transform.outside(np.array([-5.0, 2.0, 50.0, math.nan])) == 2


def test_values_where_the_logarithm_ends_are_refused_in_training_and_counted_elsewhere() -> None:
    with pytest.raises(TargetNotTransformable) as caught:
        fitted([3.0, -2.0, -1.0], {"kind": "log", "shift": 1})
    assert (caught.value.count, caught.value.bound, caught.value.lowest) == (2, -1.0, -2.0)
    target = fitted([3.0, 0.5], {"kind": "log", "shift": 0})
    assert target.transform.outside(np.array([0.0, -1.0, 3.0])) == 2
    assert np.isfinite(target.learned(np.array([0.0, -1.0]))).all()


def test_no_output_overflows() -> None:
    wild = np.array([[1e30], [-1e30]])
    for transform in ("none", "log", {"kind": "log", "shift": 1}, "quantile"):
        assert np.isfinite(fitted([1.0, 2.0, 5.0], transform).predictions(wild)).all()
    assert np.isfinite(fitted([1.0, 2.0], link="log").predictions(wild)).all()


def test_a_missing_target_stays_missing() -> None:
    for transform in ("none", "log", "quantile"):
        assert math.isnan(fitted([1.0, 2.0], transform).learned(np.array([math.nan]))[0])


def test_counts_are_learned_in_multiples_of_their_mean() -> None:
    target = fitted([0.0, 2.0, 4.0], link="log")
    assert target.learned(np.array([4.0])).tolist() == [2.0]
    assert target.predictions(np.array([[0.0], [math.log(3)]])) == pytest.approx([2.0, 6.0])
    with pytest.raises(TargetNegative) as caught:
        fitted([1.0, -3.0], link="log")
    assert (caught.value.count, caught.value.lowest) == (1, -3.0)
    assert fitted([0.0, 0.0], link="log").predictions(np.zeros((1, 1))).tolist() == [1.0]


def test_the_plainest_outputs_predict_the_mean_in_the_target_s_own_unit() -> None:
    values = [1.0, 2.0, 30.0]
    for target in (
        fitted(values),
        fitted(values, "log"),
        fitted(values, "quantile"),
        fitted(values, link="log"),
    ):
        assert target.predictions(target.plainest_outputs()) == pytest.approx([11.0])


@pytest.mark.parametrize("transform", ["none", "log", "quantile"])
def test_an_interval_is_in_the_target_s_own_unit_and_never_crossed(transform: str) -> None:
    values = np.random.default_rng(0).lognormal(size=500)
    outcome = TargetSpec.model_validate({"transform": transform})
    loss = Loss.member("quantile").model_validate({"interval": 0.8})
    target = FittedValue.fit("price", pa.array(values), NUMBER, outcome, loss)
    assert (target.outputs, target.levels) == (3, (0.1, 0.5, 0.9))
    learned = target.learned(np.array([1.0, 2.0, 4.0]))
    for outputs in (learned[None, :], learned[None, ::-1]):
        assert target.predictions(outputs) == pytest.approx([2.0])
        ends = target.quantiles(outputs)
        assert [ends[0.1][0], ends[0.9][0]] == pytest.approx([1.0, 4.0])
    assert target.predictions(target.plainest_outputs()) == pytest.approx([values.mean()])


def test_without_a_transform_the_state_is_that_of_before() -> None:
    old = {
        "kind": "value",
        "name": "price",
        "cell_type": NUMBER.model_dump(),
        "center": 2.0,
        "spread": 0.5,
    }
    target = FittedValue.model_validate(old)
    assert target.predictions(np.array([[2.0]])).tolist() == [3.0]
    assert target.standardised(np.array([3.0])).tolist() == [2.0]
    assert target.plainest_outputs().tolist() == [[0.0]]
