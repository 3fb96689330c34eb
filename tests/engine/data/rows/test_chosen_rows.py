"""Rows that were chosen somewhere else narrow a table like any filter."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.data.open import open_table
from engine.data.rows.filters import RangeFilter, RowsFilter
from engine.data.rows.row_view import passing_rows
from engine.data.table import Table
from engine.errors import FileDamaged, FileMissing


@pytest.fixture
def table(tmp_path: Path) -> Table:
    path = tmp_path / "numbers.csv"
    path.write_text("a,b\n" + "\n".join(f"{i},x" for i in range(50)) + "\n")
    return open_table(path)


def chosen(folder: Path, rows: list[int]) -> RowsFilter:
    np.save(folder / "rows.npy", np.array(rows, np.int64))
    return RowsFilter(title="chosen", file=str(folder / "rows.npy"))


def test_chosen_rows_pass_alone_and_beside_others(table: Table, tmp_path: Path) -> None:
    filter_ = chosen(tmp_path, [3, 7, 30, 30, 99])
    found = passing_rows(table, (filter_,))
    assert found is not None
    assert found.tolist() == [3, 7, 30]  # the table has no row 99
    both = passing_rows(table, (RangeFilter(column="a", low=5), filter_))
    assert both is not None
    assert both.tolist() == [7, 30]


def test_rows_that_are_not_known_any_more_are_told(table: Table, tmp_path: Path) -> None:
    filter_ = chosen(tmp_path, [1])
    (tmp_path / "rows.npy").write_bytes(b"no array")
    with pytest.raises(FileDamaged):
        passing_rows(table, (filter_,))
    (tmp_path / "rows.npy").unlink()
    with pytest.raises(FileMissing):
        passing_rows(table, (filter_,))
