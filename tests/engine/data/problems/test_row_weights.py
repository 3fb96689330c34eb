"""Columns that are called like weights of rows."""

import pytest

from engine.schema import Role
from tests.engine.data.problems.conftest import Opened, frame_of, problems_of, recipe_for


@pytest.mark.parametrize("name", ["fnlwgt", "sample_weight", "Survey weight", "person_wgt", "权重"])
def test_a_column_called_like_a_weight_is_proposed_as_one(opened: Opened, name: str) -> None:
    table = opened(frame_of(200).rename(columns={"whole": name}))
    found = problems_of(table)["row_weight", name]
    assert found.fix is not None
    fixed = found.fix.edit(recipe_for(table))
    assert fixed.column(name).role is Role.WEIGHT
    assert ("row_weight", name) not in problems_of(table, **{name: Role.WEIGHT})


def test_what_somebody_weighs_is_left_alone(opened: Opened) -> None:
    table = opened(frame_of(200).rename(columns={"whole": "weight"}))
    assert not [key for key in problems_of(table) if key[0] == "row_weight"]


def test_a_column_with_negative_numbers_is_no_weight(opened: Opened) -> None:
    frame = frame_of(200).rename(columns={"whole": "fnlwgt"})
    frame["fnlwgt"] -= 5
    assert ("row_weight", "fnlwgt") not in problems_of(opened(frame))
