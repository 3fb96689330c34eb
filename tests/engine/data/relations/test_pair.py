"""Two columns against each other: the picture that suits their kinds."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from engine.data.relations.pair import Boxes, Mosaic, Pair, Scatter, pair
from engine.schema import Kind
from tests.engine.data.relations.test_relations import CITIES, homes, opened


def drawn(folder: Path, made: pd.DataFrame, x: str, y: str) -> Pair:
    table, schema = opened(folder, made)
    return pair(table, schema, x, y)


def test_numbers_are_points_and_many_are_a_density(tmp_path: Path) -> None:
    few = drawn(tmp_path, homes(), "size", "price").picture
    assert isinstance(few, Scatter)
    assert few.density.size == 0
    assert len(few.x) == 900
    made = homes()
    slope, start = few.line or (0.0, 0.0)
    fitted = stats.linregress(made["size"], made["price"])
    assert (slope, start) == (pytest.approx(fitted.slope), pytest.approx(fitted.intercept))
    many = drawn(tmp_path, homes(6000), "size", "price").picture
    assert isinstance(many, Scatter)
    assert many.density.sum() == 6000
    assert many.density.shape == (len(many.x_edges) - 1, len(many.y_edges) - 1)


@pytest.mark.parametrize(("x", "y"), [("city", "price"), ("price", "city")])
def test_numbers_by_category_are_boxes(tmp_path: Path, x: str, y: str) -> None:
    made = homes()
    result = drawn(tmp_path, made, x, y)
    boxes = result.picture
    assert isinstance(boxes, Boxes)
    assert {box.level for box in boxes.boxes} == set(CITIES)
    medians = [box.median for box in boxes.boxes]
    assert medians == sorted(medians)
    for box in boxes.boxes:
        prices = made.loc[made["city"] == box.level, "price"]
        assert (box.first, box.median, box.third) == pytest.approx(
            tuple(prices.quantile([0.25, 0.5, 0.75]))
        )
        assert box.rows == len(prices)
        assert box.low <= box.first <= box.third <= box.high


def test_categories_are_a_mosaic(tmp_path: Path) -> None:
    made = homes()
    made["kind"] = np.where(made["size"] > 70, "house", "flat")
    mosaic = drawn(tmp_path, made, "city", "kind").picture
    assert isinstance(mosaic, Mosaic)
    expected = pd.crosstab(made["city"], made["kind"])
    assert mosaic.x_levels == tuple(expected.index)
    assert mosaic.counts.tolist() == expected.to_numpy().tolist()


def test_a_pair_without_common_rows_is_empty(tmp_path: Path) -> None:
    made = homes(100)
    made["size"] = made["size"].where(made.index < 50)
    made["price"] = made["price"].where(made.index >= 50)
    result = drawn(tmp_path, made, "size", "price")
    assert result.known == 0
    assert isinstance(result.picture, Scatter)
    assert math.isnan(result.relation.value)


def test_kinds_chosen_by_hand_decide_the_picture(tmp_path: Path) -> None:
    table, schema = opened(tmp_path, homes())
    as_category = schema["rooms"].model_copy(update={"kind": Kind.CATEGORY})
    result = pair(table, schema.with_column(as_category), "rooms", "price")
    assert isinstance(result.picture, Boxes)
