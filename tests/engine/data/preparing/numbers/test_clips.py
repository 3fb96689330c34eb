"""Limits of numbers, and what is filled in beside them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError

from engine.data.preparing.preparation import Preparation
from engine.recipe.column_families import Clip
from tests.engine.data.preparing.steps import schema_and_recipe

VALUES = np.array([*range(1, 20), 1000.0])


def prepared(fields: dict[str, Any], values: list[float | None]) -> list[float]:
    """What becomes of values after fitting on `VALUES`."""
    train = pd.DataFrame({"amount": VALUES, "label": ["no", "yes"] * 10})
    schema, recipe = schema_and_recipe(train, amount={"scale": "none"} | fields)
    preparation = Preparation.fit(train, recipe, schema, np.arange(len(train)))
    rows = pd.DataFrame({"amount": values})
    found: list[float] = preparation.transform(rows, with_target=False).numbers[:, 0].tolist()
    return found


def test_quantiles_limit_both_ends() -> None:
    low, high = np.quantile(VALUES, (0.1, 0.9))
    fields = {"clip": {"kind": "quantiles", "low": 0.1, "high": 0.9}}
    assert prepared(fields, [-5, 10, 5000]) == pytest.approx([low, 10, high])


def test_fences_keep_what_is_within_a_few_quartile_distances() -> None:
    low, high = np.quantile(VALUES, (0.25, 0.75))
    reach = 1.5 * (high - low)
    fields = {"clip": {"kind": "fences", "width": 1.5}}
    assert prepared(fields, [-99, 20, 1000]) == pytest.approx([low - reach, 20, high + reach])


def test_bounds_are_taken_as_given_and_may_be_open() -> None:
    assert prepared({"clip": {"kind": "bounds", "low": 3}}, [1, 4, 1e6]) == [3, 4, 1e6]
    assert prepared({"clip": {"kind": "bounds", "high": 3}}, [-9, 4]) == [-9, 3]


def test_what_is_filled_in_is_not_clipped_and_means_are_of_clipped_values() -> None:
    bounds = {"kind": "bounds", "high": 10}
    marked = {"clip": bounds, "missing": {"kind": "constant", "value": -1}}
    assert prepared(marked | {"clip": {"kind": "bounds", "low": 0}}, [None, -7]) == [-1, 0]
    mean = float(np.minimum(VALUES, 10).mean())
    assert prepared({"clip": bounds, "missing": "mean"}, [None]) == pytest.approx([mean])


def test_scaling_is_learned_after_clipping() -> None:
    fields = {"clip": {"kind": "bounds", "high": 19}, "scale": "minmax"}
    assert prepared(fields, [1, 19, 1000]) == pytest.approx([0, 1, 1])


def test_limits_in_the_wrong_order_are_refused() -> None:
    for fields in ({"kind": "bounds", "low": 2, "high": 1}, {"kind": "quantiles", "low": 0.995}):
        with pytest.raises(ValidationError, match="smaller than the highest"):
            Clip.member(fields["kind"]).model_validate(fields)
