"""Encodings of categories: codes, hashes, places, target means, rare levels."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.preprocessing import TargetEncoder

from engine.data.preparing.arrays import Arrays
from engine.data.preparing.categories.tables import folds_of
from engine.data.preparing.preparation import Preparation
from tests.engine.data.preparing.steps import frame_of, schema_and_recipe

FRAME = frame_of(400).assign(amount=1.0)
ROWS = np.arange(len(FRAME))


def fitted(target: str = "label", frame: pd.DataFrame = FRAME, **city: Any) -> Preparation:
    schema, recipe = schema_and_recipe(
        frame, target, city=city, amount={"role": "ignore"}, when={"role": "ignore"}
    )
    return Preparation.fit(frame, recipe, schema, np.arange(len(frame)))


def of_cities(preparation: Preparation, *cities: str | None) -> Arrays:
    rows = pd.DataFrame({"city": pd.Series(cities, dtype=object)})
    return preparation.transform(rows, with_target=False)


@pytest.mark.parametrize("smoothing", [None, 0.0, 25.0])
@pytest.mark.parametrize("target", ["label", "grade", "price"])
def test_target_means_of_new_rows_are_scikit_learns(target: str, smoothing: float | None) -> None:
    frame = FRAME.assign(city=FRAME["city"].fillna("(none)"))
    preparation = fitted(target, frame, encode={"kind": "target", "smoothing": smoothing})
    found = preparation.transform(frame, with_target=False).numbers
    kinds = {"label": "binary", "grade": "multiclass", "price": "continuous"}
    smooth = "auto" if smoothing is None else smoothing
    theirs = TargetEncoder(target_type=kinds[target], smooth=smooth, random_state=0)
    expected = theirs.fit(frame[["city"]], frame[target]).transform(frame[["city"]])
    # Ours are in units of the target's deviation around its mean.
    if target == "price":
        mean, deviation = frame["price"].mean(), frame["price"].std(ddof=0)
    else:
        mean = np.array([(frame[target] == c).mean() for c in sorted(set(frame[target]))])
        mean = mean[1:] if target == "label" else mean
        deviation = np.sqrt(mean * (1 - mean))
    assert found == pytest.approx((expected - mean) / deviation, abs=1e-5)


def test_training_rows_are_encoded_by_the_rows_of_other_folds() -> None:
    preparation = fitted("price", encode={"kind": "target", "folds": 4, "smoothing": 0})
    found = preparation.transform(FRAME, with_target=False, fitted_on=True).numbers[:, 0]
    folds = folds_of(ROWS, 4, 0)
    price = (FRAME["price"] - FRAME["price"].mean()) / FRAME["price"].std(ddof=0)
    for row in (0, 7, 33, 150):
        others = (folds != folds[row]) & (FRAME["city"] == FRAME["city"][row]).to_numpy()
        assert found[row] == pytest.approx(price[others].mean(), abs=1e-5)


def test_a_row_s_own_target_is_not_among_its_inputs() -> None:
    preparation = fitted("price", encode="target")
    before = preparation.transform(FRAME, with_target=False, fitted_on=True).numbers
    for row in (3, 50):
        other = FRAME.copy()
        other.loc[row, "price"] = FRAME["price"].mean() + 1e-3
        after = fitted("price", other, encode="target")
        here = after.transform(other, with_target=False, fitted_on=True).numbers
        # Mean and deviation of all targets move by very little: those are the unit of all encodings.
        assert here[row] == pytest.approx(before[row], abs=0.02)


def test_noise_of_many_levels_does_not_tell_the_target_of_training_rows() -> None:
    rng = np.random.default_rng(1)
    noise = pd.DataFrame(
        {
            "city": rng.integers(0, 300, 1200).astype(str),
            "amount": 1.0,
            "label": rng.choice(["no", "yes"], 1200),
        }
    )
    preparation = fitted("label", noise, encode={"kind": "target", "smoothing": 0})
    target = (noise["label"] == "yes").to_numpy(float)
    plain = preparation.transform(noise, with_target=False).numbers[:, 0]
    honest = preparation.transform(noise, with_target=False, fitted_on=True).numbers[:, 0]
    assert np.corrcoef(plain, target)[0, 1] > 0.35
    assert abs(np.corrcoef(honest, target)[0, 1]) < 0.1


def test_an_unknown_level_has_the_mean_of_all_as_target_mean_and_as_place() -> None:
    for encode in ("target", "ordinal"):
        assert of_cities(fitted("price", encode=encode), "Atlantis").numbers[0, 0] == 0


def test_places_follow_the_order_given_and_have_mean_0_and_deviation_1() -> None:
    frame = FRAME.assign(city=np.tile(["low", "mid", "high", "top"], 100))
    order = ["low", "mid", "high"]
    preparation = fitted("label", frame, encode={"kind": "ordinal", "levels": order})
    found = of_cities(preparation, "low", "mid", "high", "top").numbers[:, 0]
    assert found == pytest.approx((np.arange(4) - 1.5) / np.arange(4).std())
    numbers = fitted(
        "label", frame.assign(city=np.tile(["10", "9", "100", "8"], 100)), encode="ordinal"
    )
    assert (np.diff(of_cities(numbers, "8", "9", "10", "100").numbers[:, 0]) > 0).all()


def test_a_missing_place_is_the_mean_and_a_flag_tells() -> None:
    preparation = fitted(encode="ordinal")
    assert preparation.inputs.numbers == ("city", "city (missing)")
    assert of_cities(preparation, None).numbers.tolist() == [[0, 1]]


def test_hashes_are_stable_and_spread_over_the_buckets() -> None:
    preparation = fitted(encode={"kind": "hashed", "count": 50})
    assert preparation.inputs.categories == (("city", 52),)  # unknown, which none is, and missing
    arrays = of_cities(preparation, "Rome", "never seen", None, *map(str, range(1000)))
    digest = hashlib.blake2b(b"Rome", digest_size=8).digest()
    assert arrays.codes[0, 0] == 1 + int.from_bytes(digest, "little") % 50
    assert arrays.codes[2, 0] == 51
    assert len(np.unique(arrays.codes[3:])) == 50
    assert not arrays.warnings


def test_rare_levels_share_a_code_and_unknown_ones_count_as_rare() -> None:
    counts = FRAME["city"].value_counts()
    rare = counts.index[counts < 40]
    assert len(rare) > 1
    preparation = fitted(rare={"kind": "count", "below": 40})
    arrays = of_cities(preparation, *rare, "Atlantis", counts.index[0])
    assert len(set(arrays.codes[:-1, 0].tolist())) == 1
    assert arrays.codes[0, 0] not in (0, arrays.codes[-1, 0])
    assert [str(w) for w in arrays.warnings] == [
        "“city”: 1 cell has a value that training rows did not have; it counts as rare."
    ]
    apart = fitted(rare={"kind": "count", "below": 40, "unknown": False})
    assert of_cities(apart, "Atlantis").codes[0, 0] == 0


def test_a_share_is_of_the_rows_that_have_a_value() -> None:
    known = FRAME["city"].value_counts(normalize=True)
    preparation = fitted(rare={"kind": "share", "below": 0.1})
    kept = int((known >= 0.1).sum())
    assert preparation.inputs.categories == (("city", 1 + kept + 1 + 1),)


def test_without_any_rare_level_there_is_no_code_for_them() -> None:
    plain, merged = fitted(), fitted(rare={"kind": "count", "below": 2})
    assert merged.inputs.categories == plain.inputs.categories
    assert of_cities(merged, "Atlantis").codes[0, 0] == 0


def test_a_constant_stands_in_for_missing_levels() -> None:
    known = fitted(missing={"kind": "constant", "value": "Rome"})
    assert of_cities(known, None).codes[0, 0] == of_cities(known, "Rome").codes[0, 0]
    new = fitted(missing={"kind": "constant", "value": "elsewhere"})
    assert of_cities(new, None).codes[0, 0] == new.inputs.levels[0] - 1


def test_a_preparation_that_was_used_is_still_equal_to_one_that_was_not() -> None:
    used, fresh = (fitted("price", encode="target") for _ in range(2))
    used.transform(FRAME, with_target=False)
    assert used == fresh
    fresh.transform(FRAME, with_target=False)
    assert used == fresh
    assert used != fitted("price", encode="ordinal")
