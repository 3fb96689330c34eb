"""What is learned of the target comes from the training rows and from no other."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from engine.data.preparing.preparation import Preparation
from engine.errors import WeightsUnusable
from engine.recipe.recipe import Recipe
from engine.schema import Kind, Role
from tests.engine.training.tables import recipe_for, schema_of

ROWS = 120
TRAINING = np.arange(0, ROWS, 2)
CASES: list[tuple[str, dict[str, Any], Any]] = [
    ("label", {}, "auto"),
    ("label", {"merge": {"x": ["a", "b"]}, "positive": "x", "order": ["d"]}, "auto"),
    ("label", {"rare": 9}, "auto"),
    ("price", {}, "auto"),
    ("price", {"transform": "log"}, "huber"),
    ("price", {"transform": {"kind": "log", "shift": 1}}, "auto"),
    ("price", {"transform": "quantile"}, "auto"),
    ("price", {}, "poisson"),
]


def made(target: str) -> pd.DataFrame:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"size": rng.normal(size=ROWS), "weight": rng.uniform(size=ROWS)})
    if target == "label":
        return frame.assign(label=rng.choice(list("abcd"), ROWS, p=[0.5, 0.3, 0.15, 0.05]))
    return frame.assign(price=rng.lognormal(size=ROWS))


def fitted(frame: pd.DataFrame, target: str, outcome: dict[str, Any], loss: Any) -> Preparation:
    schema = schema_of(frame, label=Kind.CATEGORY)
    recipe = recipe_for(schema, target)
    recipe = recipe.with_column(recipe.column("weight").model_copy(update={"role": Role.WEIGHT}))
    said = Recipe.model_validate({"outcome": outcome, "training": {"loss": loss}})
    recipe = recipe.model_copy(update={"outcome": said.outcome, "training": said.training})
    return Preparation.fit(frame, recipe, schema, TRAINING)


@pytest.mark.parametrize(("target", "outcome", "loss"), CASES)
def test_other_rows_leave_no_trace(target: str, outcome: dict[str, Any], loss: Any) -> None:
    frame = made(target)
    before = fitted(frame, target, outcome, loss)
    spoilt = frame.copy()
    others = np.setdiff1d(np.arange(ROWS), TRAINING)
    wild = ["never met"] * len(others) if target == "label" else np.full(len(others), -1e9)
    spoilt.loc[others, target] = wild
    spoilt.loc[others, "size"] = 1e12
    spoilt.loc[others, "weight"] = -5.0
    after = fitted(spoilt, target, outcome, loss)
    assert after == before
    one, other = (
        p.transform(f, with_target=True, rows=TRAINING)
        for p, f in ((before, frame), (after, spoilt))
    )
    for field in ("numbers", "target", "values", "weights"):
        assert np.array_equal(getattr(one, field), getattr(other, field))
    after.require_weights(spoilt, TRAINING)
    with pytest.raises(WeightsUnusable):
        after.require_weights(spoilt, TRAINING, others)


@pytest.mark.parametrize(("target", "outcome", "loss"), CASES)
def test_the_state_comes_back_from_its_files(
    target: str, outcome: dict[str, Any], loss: Any, tmp_path: Any
) -> None:
    before = fitted(made(target), target, outcome, loss)
    before.save(tmp_path)
    assert Preparation.load(tmp_path) == before
