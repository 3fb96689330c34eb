"""Before and after of a number column."""

import numpy as np
import pyarrow as pa
import pytest

from engine.data.cells.cell_types import NUMBER
from engine.data.preparing.preview import NumberPreview, preview_number, sample_rows
from engine.recipe.columns import ColumnSpec


def preview(
    values: list[float | None], missing: str = "median", scale: str = "standard"
) -> NumberPreview:
    spec = ColumnSpec.model_validate({"missing": missing, "scale": scale})
    return preview_number(pa.array(values, pa.float64()), spec, NUMBER)


def test_standard_scaling_is_shown_with_mean_0_and_deviation_1() -> None:
    shown = preview([1.0, 2.0, 3.0, 4.0, 10.0])
    assert shown.before is not None
    assert shown.after is not None
    assert shown.before.mean == pytest.approx(4.0)
    assert shown.after.mean == pytest.approx(0.0, abs=1e-6)
    assert shown.after.deviation == pytest.approx(1.0, abs=1e-6)
    assert shown.after.skew == pytest.approx(shown.before.skew, abs=1e-4)
    assert sum(shown.after.counts) == 5


def test_quantiles_take_the_skew_away() -> None:
    values = np.exp(np.random.default_rng(0).normal(size=2000)).tolist()
    shown = preview(values, scale="quantile")
    assert shown.before is not None
    assert shown.after is not None
    assert shown.before.skew > 2
    assert abs(shown.after.skew) < 0.5


def test_filled_values_count_only_after_and_dropped_rows_do_not() -> None:
    values = [1.0, None, 3.0, None, 8.0]
    filled = preview(values)
    assert filled.before is not None
    assert filled.after is not None
    assert (sum(filled.before.counts), sum(filled.after.counts)) == (3, 5)
    assert filled.fill == 3.0
    dropped = preview(values, "drop_row")
    assert dropped.after is not None
    assert sum(dropped.after.counts) == 3


def test_examples_are_the_first_different_values_with_what_becomes_of_them() -> None:
    shown = preview([5.0, 5.0, None, 1.0, 9.0], scale="minmax")
    assert [raw for raw, _ in shown.examples] == [5.0, 1.0, 9.0]
    assert [made for _, made in shown.examples] == pytest.approx([0.5, 0.0, 1.0])


def test_a_constant_and_an_empty_column_have_a_preview_too() -> None:
    constant = preview([2.0, 2.0])
    assert constant.after is not None
    assert constant.after.skew == 0.0
    assert preview([None, None]).before is None


def test_a_sample_is_drawn_by_its_seed_and_never_larger_than_the_table() -> None:
    assert sample_rows(5, 10, 0).tolist() == [0, 1, 2, 3, 4]
    drawn = sample_rows(1000, 50, 7)
    assert len(set(drawn.tolist())) == 50
    assert (np.diff(drawn) > 0).all()
    assert (drawn == sample_rows(1000, 50, 7)).all()
    assert (drawn != sample_rows(1000, 50, 8)).any()
