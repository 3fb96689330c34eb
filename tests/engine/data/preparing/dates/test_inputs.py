"""What dates become."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest

from engine.data.preparing.preparation import Preparation
from tests.engine.data.preparing.steps import frame_of, schema_and_recipe

FRAME = frame_of(200).assign(amount=1.0, city="x")
DAYS = pd.Series(pd.to_datetime(["2020-02-29 06:30", "1969-12-31 23:59", "2031-01-01 00:00", None]))


def made(*, train: pd.DataFrame = FRAME, **when: Any) -> pd.DataFrame:
    """What becomes of `DAYS`, by name of the input."""
    schema, recipe = schema_and_recipe(
        train, when=when, amount={"role": "ignore"}, city={"role": "ignore"}
    )
    preparation = Preparation.fit(train, recipe, schema, np.arange(len(train)))
    arrays = preparation.transform(pd.DataFrame({"when": DAYS}), with_target=False)
    names = [name.removeprefix("when (").removesuffix(")") for name in preparation.inputs.numbers]
    return pd.DataFrame(arrays.numbers, columns=names)


@pytest.mark.parametrize(
    ("part", "of", "turn"),
    [
        ("quarter", DAYS.dt.quarter - 1, 4),
        ("month", DAYS.dt.month - 1, 12),
        ("day", DAYS.dt.day - 1, 31),
        ("day_of_year", DAYS.dt.day_of_year - 1, 366),
        ("week", (DAYS.dt.day_of_year - 1) // 7, 53),
        ("weekday", DAYS.dt.day_of_week, 7),
        ("hour", DAYS.dt.hour + DAYS.dt.minute / 60, 24),
        ("minute", DAYS.dt.minute, 60),
    ],
)
def test_parts_that_repeat_become_circles(part: str, of: pd.Series, turn: int) -> None:
    found = made(dates={"kind": "calendar", "parts": [part], "elapsed": False})
    name = part.replace("_", " ")
    assert list(found) == [f"{name} sin", f"{name} cos", "missing"]
    angle = 2 * math.pi * of[:3] / turn
    assert found[f"{name} sin"][:3].to_numpy() == pytest.approx(np.sin(angle), abs=1e-5)
    assert found[f"{name} cos"][:3].to_numpy() == pytest.approx(np.cos(angle), abs=1e-5)
    assert found.loc[3].tolist() == [0, 0, 1]


def test_parts_may_be_numbers_with_mean_0_and_deviation_1() -> None:
    found = made(dates={"kind": "calendar", "parts": ["month", "year"], "cyclic": False})
    assert list(found) == ["elapsed", "year", "month", "missing"]
    months = FRAME["when"].dropna().dt.month
    expected = (DAYS.dt.month[:3] - months.mean()) / months.std(ddof=0)
    assert found["month"][:3].to_numpy() == pytest.approx(expected.to_numpy(), abs=1e-5)


def test_a_weekend_is_saturday_and_sunday() -> None:
    found = made(dates={"kind": "calendar", "parts": [], "elapsed": False, "weekend": True})
    assert found["weekend"].tolist() == [1, 0, 0, 0]


def test_elapsed_time_counts_from_the_first_training_date() -> None:
    known = FRAME["when"].dropna()
    days = (known - known.min()) / pd.Timedelta(days=1)
    found = made(dates="elapsed")
    assert list(found) == ["elapsed", "missing"]
    expected = ((DAYS[:3] - known.min()) / pd.Timedelta(days=1) - days.mean()) / days.std(ddof=0)
    assert found["elapsed"][:3].to_numpy() == pytest.approx(expected.to_numpy(), abs=1e-4)


def test_parts_of_the_day_are_left_out_where_training_dates_have_none() -> None:
    whole = FRAME.assign(when=FRAME["when"].dt.normalize())
    hours = {"kind": "calendar", "parts": ["hour"], "elapsed": False}
    assert list(made(train=whole, dates=hours)) == ["elapsed", "missing"]


@pytest.mark.parametrize("missing", ["median", {"kind": "constant", "value": "2031-01-01"}])
def test_a_date_stands_in_for_missing_ones(missing: object) -> None:
    found = made(missing=missing, flag=False)
    if missing == "median":
        assert found["elapsed"][3] == pytest.approx(0, abs=0.3)
        assert np.hypot(found["month sin"][3], found["month cos"][3]) == pytest.approx(1, abs=1e-5)
    else:
        assert found.loc[3].tolist() == found.loc[2].tolist()
