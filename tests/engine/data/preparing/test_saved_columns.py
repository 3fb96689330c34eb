"""Preparations and recipes that were written before columns had steps of their own."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from engine.data.preparing.preparation import Preparation
from engine.recipe.files import load_recipe
from engine.schema import Column, Schema

OLD = Path(__file__).parent / "version_1"
FRAME = pd.DataFrame(
    {
        "age": [20.0, 30, None, 50, 61, 75],
        "pay": [1.0, 1, 2, 8, 64, 512],
        "size": [1.0, 2, 3, 4, 5, None],
        "colour": ["red", "blue", None, "red", "red", "green"],
        "shape": ["o", "x", "o", None, "o", "o"],
        "when": pd.to_datetime(
            ["2020-01-01 06:00", "2020-03-05", "2021-07-09", None, "2022-02-02", "2022-12-31"],
            format="mixed",
        ),
        "label": list("ababab"),
    }
)
NAMES = (
    "age", "age (missing)", "pay", "size", "when (elapsed)", "when (year)", "when (month sin)",
    "when (month cos)", "when (weekday sin)", "when (weekday cos)", "when (hour sin)",
    "when (hour cos)", "when (missing)",
)  # fmt: skip
NUMBERS = [  # what version 1 made of the frame
    [-1.5103, 0, -1.2816, 1, -1.1899, -1.118, 0, 1, 0.9749, -0.2225, 1, 0, 0],
    [-0.9644, 0, -1.2816, 2, -1.0367, -1.118, 0.866, 0.5, 0.4339, -0.901, 0, 1, 0],
    [0.1274, 1, -0.2533, 3, 0.1431, 0, 0, -1, -0.4339, -0.901, 0, 1, 0],
    [0.1274, 0, 0.2533, 4, 0, 0, 0, 0, 0, 0, 0, 0, 1],
    [0.7279, 0, 0.8416, 5, 0.6429, 1.118, 0.5, 0.866, 0.9749, -0.2225, 0, 1, 0],
    [1.4921, 0, 5.1993, 3, 1.4407, 1.118, -0.5, 0.866, -0.9749, -0.2225, 0, 1, 0],
]
CODES = [[3, 1], [1, 2], [4, 1], [3, 1], [3, 1], [2, 1]]


def expect_as_before(preparation: Preparation) -> None:
    assert preparation.inputs.numbers == NAMES
    assert preparation.inputs.categories == (("colour", 5), ("shape", 3))
    arrays = preparation.transform(FRAME, with_target=False)
    assert arrays.numbers == pytest.approx(np.array(NUMBERS), abs=1e-4)
    assert arrays.codes.tolist() == CODES
    with_target = preparation.transform(FRAME, with_target=True)
    assert with_target.kept.tolist() == [True] * 5 + [False]


def test_a_preparation_of_version_1_does_what_it_did() -> None:
    expect_as_before(Preparation.load(OLD))


def test_it_is_saved_in_the_present_version(tmp_path: Path) -> None:
    old = Preparation.load(OLD)
    old.save(tmp_path)
    assert Preparation.load(tmp_path) == old
    assert '"preparation": 3' in (tmp_path / "preparation.json").read_text()


def test_a_recipe_of_then_is_fitted_as_it_was() -> None:
    recipe = load_recipe(OLD / "recipe.json")
    columns = tuple(Column(name=c.name or "", kind=c.kind or "number") for c in recipe.columns)
    schema = Schema(columns=columns, rows=len(FRAME))
    expect_as_before(Preparation.fit(FRAME, recipe, schema, np.arange(len(FRAME))))
