"""Scalings: as scikit-learn's where it has them, with a way back, and never out of order."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from sklearn import preprocessing

from engine.data.preparing.numbers.moments import mean, median
from engine.data.preparing.numbers.scaling import FittedScaling
from engine.recipe.column_families import Scaling

NUMBERS = [member.kind_name() for member in Scaling.members() if not member.makes_codes]
VALUES = st.lists(st.floats(-1e6, 1e6, allow_subnormal=False), min_size=2, max_size=40)
SKEWED = np.exp(np.random.default_rng(0).normal(size=500)) - 0.5
NEW = np.linspace(-3, 20, 50)


def fit(kind: str, values: NDArray[np.float64], **fields: object) -> FittedScaling:
    step = Scaling.member(kind).model_validate(fields)
    fitted: FittedScaling = step.fit(values, values)
    return fitted


def scaled(fitted: FittedScaling, values: NDArray[np.float64]) -> NDArray[np.float64]:
    return fitted.apply(values.copy())


@pytest.mark.parametrize("kind", NUMBERS)
@settings(max_examples=10)
@given(values=VALUES)
def test_the_inverse_leads_back(kind: str, values: list[float]) -> None:
    known = np.array(values)
    fitted = fit(kind, known)
    made = scaled(fitted, known)
    # What a smooth clip has drawn close to its limit has few digits left.
    clear = np.abs(made) < 2.9 if kind == "smooth_clip" else np.isfinite(made)
    back = fitted.inverse(made)[clear]
    reach = max(float(np.ptp(known)), float(np.abs(known).max()), 1e-300)
    assert back == pytest.approx(known[clear], rel=1e-5, abs=1e-5 * reach)


@pytest.mark.parametrize("kind", NUMBERS)
@settings(max_examples=10)
@given(values=VALUES, new=VALUES)
def test_a_larger_value_never_becomes_a_smaller_one(
    kind: str, values: list[float], new: list[float]
) -> None:
    made = scaled(fit(kind, np.array(values)), np.sort(np.array(new)))
    rise = np.diff(made)
    assert (rise >= -1e-9 * np.maximum(1, np.abs(made[1:]))).all()


@pytest.mark.parametrize(
    ("kind", "fields", "theirs"),
    [
        ("standard", {}, preprocessing.StandardScaler()),
        ("robust", {}, preprocessing.RobustScaler()),
        ("minmax", {}, preprocessing.MinMaxScaler()),
        ("power", {}, preprocessing.PowerTransformer()),
        (
            "quantile",
            {"output": "uniform", "quantiles": 100},
            preprocessing.QuantileTransformer(n_quantiles=100),
        ),
        (
            "quantile",
            {"quantiles": 100},
            preprocessing.QuantileTransformer(n_quantiles=100, output_distribution="normal"),
        ),
    ],
)
def test_it_is_scikit_learns(kind: str, fields: dict[str, object], theirs: object) -> None:
    found = scaled(fit(kind, SKEWED, **fields), NEW)
    expected = theirs.fit(SKEWED[:, None]).transform(NEW[:, None])[:, 0]  # type: ignore[attr-defined]
    assert found == pytest.approx(expected, abs=1e-3)


def test_a_logarithm_keeps_the_sign_and_is_standardised() -> None:
    fitted = fit("log", SKEWED)
    made = scaled(fitted, SKEWED)
    assert (made.mean(), made.std()) == pytest.approx((0, 1), abs=1e-9)
    logs = np.sign(NEW) * np.log1p(np.abs(NEW))
    inner = np.sign(SKEWED) * np.log1p(np.abs(SKEWED))
    assert scaled(fitted, NEW) == pytest.approx((logs - inner.mean()) / inner.std())


def test_a_smooth_clip_is_that_of_realmlp() -> None:
    found = scaled(fit("smooth_clip", SKEWED), NEW)
    low, middle, high = np.quantile(SKEWED, (0.25, 0.5, 0.75))
    z = (NEW - middle) / (high - low)
    assert found == pytest.approx(z / np.sqrt(1 + (z / 3) ** 2))
    narrow = np.array([5.0] * 9 + [7.0])  # equal quartiles: half the range instead
    assert scaled(fit("smooth_clip", narrow), np.array([6.0]))[0] == pytest.approx(
        1 / np.sqrt(1 + 1 / 9)
    )
    assert not scaled(fit("smooth_clip", np.full(4, 2.0)), np.full(3, 2.0)).any()


@pytest.mark.parametrize(("by", "strategy"), [("quantile", "quantile"), ("width", "uniform")])
def test_bins_are_scikit_learns(by: str, strategy: str) -> None:
    theirs = preprocessing.KBinsDiscretizer(
        8, encode="ordinal", strategy=strategy, quantile_method="linear"
    )
    expected = theirs.fit(SKEWED[:, None]).transform(NEW[:, None])[:, 0]
    fitted = fit("bins", SKEWED, count=8, by=by)
    assert fitted.bins == 8
    assert fitted.places(NEW).tolist() == expected.tolist()


@pytest.mark.parametrize("many", [0.0, 2.0, 3.0])
def test_bins_that_would_be_empty_are_none_and_a_value_of_very_many_rows_has_its_own(
    many: float,
) -> None:
    fitted = fit("bins", np.array([0.0, 1.0, 2.0, 3.0] + [many] * 90), count=8)
    places = fitted.places(np.array([0.0, 1.0, 2.0, 3.0]))
    assert 1 < fitted.bins == places.max() + 1
    assert (np.diff(places) >= 0).all()
    beside = [place for value, place in enumerate(places) if value != many]
    assert places[int(many)] not in beside or many == 2.0
    assert fit("bins", np.full(5, 3.0)).bins == 1


@pytest.mark.parametrize("kind", NUMBERS)
def test_a_constant_column_becomes_a_constant_and_nothing_overflows(kind: str) -> None:
    made = np.empty(3, np.float32)
    fit(kind, np.full(5, 1e300)).write(np.full(3, 1e300), made)
    assert np.isfinite(made).all()
    assert np.ptp(made) == 0
    huge = np.array([1.7e308, -1.7e308, 0.0])
    fit(kind, huge).write(huge.copy(), made)
    assert np.isfinite(made).all()


def test_means_and_medians_of_huge_values_stay_finite() -> None:
    huge = np.array([1.2e308, 1.6e308])
    assert median(huge) == pytest.approx(1.4e308)
    assert mean(huge) == pytest.approx(1.4e308)
    assert median(np.array([3.0, 1.0, 2.0, 9.0])) == 2.5
