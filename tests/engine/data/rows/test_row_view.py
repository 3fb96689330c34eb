"""Filters and sorts: which rows are left, in which order, and how they are found again."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from engine.data.open import open_table
from engine.data.pick import RowPicker
from engine.data.rows import row_order
from engine.data.rows.filters import (
    ExpressionFilter,
    Filter,
    LevelsFilter,
    MissingFilter,
    RangeFilter,
    Sort,
    TextFilter,
)
from engine.data.rows.row_view import passing_rows, visible_rows
from engine.data.rows.shown_rows import ShownRows
from engine.data.table import Table
from engine.errors import Cancelled, ExpressionInvalid, UnknownColumn
from engine.schema import Kind

ROWS = """id,age,city,fare,day,code
1,22,Bonn,7.25,2026-03-01,007
2,,Köln,71.3,2026-03-02,010
3,35,bonn,,2026-03-03,
4,4,,0,,n/a
5,22,Köln,7.25,2026-03-01,x1
6,60,Aachen,-3.5,2026-03-05,12
"""


@pytest.fixture
def table(tmp_path: Path) -> Table:
    path = tmp_path / "rows.csv"
    path.write_text(ROWS, encoding="utf-8")
    return open_table(path)


def ids(table: Table, *filters: Filter) -> list[int]:
    rows = visible_rows(table, filters)
    assert rows is not None
    return [int(row) + 1 for row in rows]


def seconds(year: int, month: int, day: int) -> float:
    return datetime(year, month, day, tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    ("filter_", "expected"),
    [
        (RangeFilter(column="age", low=22, high=35), [1, 3, 5]),
        (RangeFilter(column="age", low=22, high=35, holds_high=False), [1, 5]),
        (RangeFilter(column="fare", high=0), [4, 6]),
        (RangeFilter(column="age"), [1, 3, 4, 5, 6]),
        (RangeFilter(column="day", low=seconds(2026, 3, 2), high=seconds(2026, 3, 3)), [2, 3]),
        (LevelsFilter(column="city", values=("Köln", "Aachen")), [2, 5, 6]),
        (LevelsFilter(column="city", values=("Köln",), exclude=True), [1, 3, 4, 6]),
        (LevelsFilter(column="age", values=("22",)), [1, 5]),
        (LevelsFilter(column="fare", values=("7.25", "0")), [1, 4, 5]),
        (LevelsFilter(column="day", values=("2026-03-05",)), [6]),
        (LevelsFilter(column="age", values=("22.0", "no number")), []),
        (MissingFilter(column="age"), [2]),
        (MissingFilter(column="city", missing=False), [1, 2, 3, 5, 6]),
        (TextFilter(column="city", text="bONN"), [1, 3]),
        (TextFilter(text="71"), [2]),
        (ExpressionFilter(expression="age > 20 and city = 'Köln'"), [5]),
        (ExpressionFilter(expression="1 = 1"), [1, 2, 3, 4, 5, 6]),
    ],
)
def test_a_filter_leaves_its_rows(table: Table, filter_: Filter, expected: list[int]) -> None:
    assert ids(table, filter_) == expected


def test_rows_have_to_pass_all_filters(table: Table) -> None:
    assert ids(
        table, LevelsFilter(column="city", values=("Köln",)), MissingFilter(column="age")
    ) == [2]


def test_no_filter_and_no_sort_mean_all_rows(table: Table) -> None:
    assert visible_rows(table) is None


def test_a_text_column_taken_for_numbers_is_filtered_and_sorted_as_numbers(table: Table) -> None:
    kinds = {"code": Kind.NUMBER}
    rows = visible_rows(table, [RangeFilter(column="code", low=8)], kinds=kinds)
    assert rows is not None
    assert (rows + 1).tolist() == [2, 6]
    order = visible_rows(table, (), [Sort(column="code", descending=True)], kinds=kinds)
    assert order is not None
    assert (order + 1).tolist() == [6, 2, 1, 3, 4, 5]
    missing = visible_rows(table, [MissingFilter(column="code")], kinds=kinds)
    assert missing is not None
    assert (missing + 1).tolist() == [3, 4, 5]


@pytest.mark.parametrize(
    ("filter_", "error"),
    [
        (MissingFilter(column="aeg"), UnknownColumn),
        (ExpressionFilter(expression="agee > 3"), ExpressionInvalid),
        (ExpressionFilter(expression="age + 3"), ExpressionInvalid),
    ],
)
def test_a_filter_that_does_not_fit_is_refused(
    table: Table, filter_: Filter, error: type[Exception]
) -> None:
    with pytest.raises(error):
        visible_rows(table, [filter_])


def test_a_sort_by_an_unknown_column_is_refused(table: Table) -> None:
    with pytest.raises(UnknownColumn):
        visible_rows(table, (), [Sort(column="nowhere")])


@pytest.mark.parametrize(
    ("sorts", "expected"),
    [
        ([Sort(column="age")], [4, 1, 5, 3, 6, 2]),
        ([Sort(column="age", descending=True)], [6, 3, 1, 5, 4, 2]),
        ([Sort(column="fare")], [6, 4, 1, 5, 2, 3]),
        ([Sort(column="day", descending=True)], [6, 3, 2, 1, 5, 4]),
        ([Sort(column="city")], [6, 1, 3, 2, 5, 4]),  # capitals do not count
        ([Sort(column="city"), Sort(column="fare", descending=True)], [6, 1, 3, 2, 5, 4]),
        ([Sort(column="fare"), Sort(column="id", descending=True)], [6, 4, 5, 1, 2, 3]),
    ],
)
def test_rows_are_ordered_with_missing_ones_last(
    table: Table, sorts: list[Sort], expected: list[int]
) -> None:
    rows = visible_rows(table, (), sorts)
    assert rows is not None
    assert [int(row) + 1 for row in rows] == expected


@pytest.fixture
def many(tmp_path: Path) -> Table:
    """4,000 rows with ties, missing cells, negative numbers and texts."""
    random = np.random.default_rng(3)
    frame = pd.DataFrame(
        {
            "x": random.normal(size=4000).round(2),
            "i": random.integers(-50, 50, 4000),
            "word": [f"w{k}" for k in random.integers(0, 300, 4000)],
            "text": [f"{k:x}" for k in random.integers(0, 2**40, 4000)],
        }
    )
    frame.loc[random.random(4000) < 0.1, "x"] = np.nan
    frame.loc[random.random(4000) < 0.1, "word"] = None
    path = tmp_path / "many.csv"
    frame.to_csv(path, index=False)
    return open_table(path)


@pytest.mark.parametrize("small", [False, True], ids=["in memory", "in runs on disk"])
@pytest.mark.parametrize(
    "sorts",
    [
        (Sort(column="x"),),
        (Sort(column="x", descending=True),),
        (Sort(column="text", descending=True),),
        (Sort(column="word"), Sort(column="x", descending=True), Sort(column="i")),
        (Sort(column="i", descending=True), Sort(column="text")),
    ],
    ids=lambda sorts: ", ".join(f"{'-' if s.descending else ''}{s.column}" for s in sorts),
)
def test_orders_are_those_of_pandas_however_the_rows_are_sorted(
    many: Table, sorts: tuple[Sort, ...], small: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if small:
        monkeypatch.setattr(row_order, "RUN", 512)
        monkeypatch.setattr(row_order, "IN_MEMORY", 100)
        monkeypatch.setattr(row_order, "MOST_LEVELS", 100)
    frame = many.frame()
    expected = frame.sort_values(
        [s.column for s in reversed(sorts)][:1], kind="stable", ascending=not sorts[-1].descending
    )
    for sort in reversed(sorts[:-1]):
        expected = expected.sort_values(
            sort.column, kind="stable", ascending=not sort.descending, na_position="last"
        )
    rows = visible_rows(many, (), sorts)
    assert rows is not None
    assert rows.tolist() == expected.index.tolist()


def test_sorting_on_disk_leaves_nothing_behind(
    many: Table, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(row_order, "IN_MEMORY", 100)
    before = sorted(many.folder.parent.iterdir())
    visible_rows(many, (), [Sort(column="text")])
    assert sorted(many.folder.parent.iterdir()) == before


def test_only_rows_that_pass_are_sorted(many: Table) -> None:
    keep = RangeFilter(column="i", low=0, high=5)
    passing = passing_rows(many, [keep])
    rows = visible_rows(many, [keep], [Sort(column="x")])
    assert rows is not None
    assert passing is not None
    assert sorted(rows.tolist()) == passing.tolist()


def after(asked: int) -> Callable[[], bool]:
    count = 0

    def cancelled() -> bool:
        nonlocal count
        count += 1
        return count > asked

    return cancelled


@pytest.mark.parametrize("asked", range(4))
def test_filtering_and_sorting_can_be_cancelled(
    many: Table, asked: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(row_order, "RUN", 512)
    with pytest.raises(Cancelled):
        visible_rows(many, [RangeFilter(column="i")], [Sort(column="text")], cancelled=after(asked))


# The rows that are shown ---------------------------------------------------------------------------


@pytest.mark.parametrize("rows", [None, [5, 0, 3], [1, 2, 4]])
def test_cells_come_from_the_rows_shown(table: Table, rows: list[int] | None) -> None:
    shown = ShownRows(table, None if rows is None else np.array(rows))
    wanted = list(range(6)) if rows is None else rows
    assert shown.cells("id", 0, shown.rows) == [str(row + 1) for row in wanted]
    assert [shown.row(place) for place in range(shown.rows)] == wanted
    assert [shown.place(row) for row in wanted] == list(range(len(wanted)))
    assert shown.place(6) is None


def test_a_row_that_is_not_shown_has_no_place(table: Table) -> None:
    assert ShownRows(table, np.array([1, 2, 4])).place(3) is None
    assert ShownRows(table, np.array([4, 1, 2])).place(3) is None


def test_find_looks_through_the_rows_shown_both_ways(table: Table) -> None:
    shown = ShownRows(table, np.array([4, 2, 0, 1]))
    assert shown.find("BONN") == 1
    assert shown.find("BONN", 2) == 2
    assert shown.find("BONN", 3) is None
    assert shown.find("Köln", backwards=True) == 3
    assert shown.find("Köln", 0, 3, backwards=True) == 0
    assert shown.find("Aachen") is None


def test_cells_of_many_rows_in_any_order_are_the_right_ones(many: Table) -> None:
    rows = np.random.default_rng(1).permutation(many.rows)
    shown = ShownRows(many, rows)
    whole = many.cells("word", 0, many.rows)
    assert shown.cells("word", 0, many.rows) == [whole[row] for row in rows.tolist()]
    assert shown.cells("word", 100, 130) == [whole[row] for row in rows[100:130].tolist()]


def test_columns_asked_for_together_come_from_the_rows_shown_too(many: Table) -> None:
    rows = np.random.default_rng(2).permutation(many.rows)
    shown = ShownRows(many, rows)
    for start in (0, 64, 128, 32, many.rows - 5):
        stop = min(start + 64, many.rows)
        for name in many.names if start != 128 else many.names[1:]:
            whole = many.cells(name, 0, many.rows)
            expected = [whole[row] for row in rows[start:stop].tolist()]
            assert shown.cells(name, start, stop) == expected


def test_two_threads_may_ask_for_cells_of_different_rows(many: Table) -> None:
    rows = np.random.default_rng(3).permutation(many.rows)
    shown = ShownRows(many, rows)
    whole = {name: many.cells(name, 0, many.rows) for name in many.names}

    def right(first: int) -> bool:
        return all(
            shown.cells(name, start, start + 32)
            == [whole[name][row] for row in rows[start : start + 32].tolist()]
            for start in range(first, many.rows - 32, 64)
            for name in many.names
        )

    with ThreadPoolExecutor(2) as pool:
        assert all(pool.map(right, (0, 32)))


def test_rows_are_picked_from_columns_in_the_same_chunks_only() -> None:
    alike = {
        "a": pa.chunked_array([[1, 2], [], [3]]),
        "b": pa.chunked_array([["x", None], [], ["z"]]),
    }
    picked = RowPicker(alike).rows(np.array([2, 0, 1, 2]))
    assert {name: values.to_pylist() for name, values in picked.items()} == {
        "a": [3, 1, 2, 3],
        "b": ["z", "x", None, "z"],
    }
    with pytest.raises(ValueError, match="not alike"):
        RowPicker({"a": pa.chunked_array([[1, 2], [3]]), "b": pa.chunked_array([[1], [2, 3]])})
