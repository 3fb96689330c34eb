"""Groups over chosen columns, against a count in plain Python."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.data.preparing import anonymity as module
from engine.data.preparing.anonymity import Groups, anonymity
from engine.errors import Cancelled, UnknownColumn
from engine.recipe.columns import ColumnSpec
from engine.recipe.recipe import Recipe

ROW = st.tuples(
    st.sampled_from(["Ann", "Anna", "Bo", "", None]),
    st.one_of(st.none(), st.integers(0, 30).map(float)),
)


def counted(rows: list[tuple[Any, ...]], k: int) -> Groups:
    sizes = Counter(rows).values()
    return Groups(
        groups=len(sizes),
        smallest=min(sizes, default=0),
        below=sum(size for size in sizes if size < k),
        alone=sum(size == 1 for size in sizes),
    )


def hidden(row: tuple[Any, ...]) -> tuple[Any, ...]:
    name, age = row
    return (f"{name[:1] if len(name) > 1 else ''}***" if name else None, age and age // 10 * 10)


def source(rows: list[tuple[Any, ...]]) -> pa.Table:
    return pa.table(
        {
            "name": pa.array([row[0] for row in rows], pa.string()),
            "age": pa.array([row[1] for row in rows], pa.float64()),
        }
    )


RECIPE = Recipe(
    columns=(
        ColumnSpec.model_validate({"name": "name", "hide": {"kind": "mask", "keep": 1}}),
        ColumnSpec.model_validate({"name": "age", "hide": {"kind": "coarsen_number", "step": 10}}),
    )
)


@given(rows=st.lists(ROW, max_size=60), k=st.integers(1, 6), files=st.booleans())
def test_groups_are_those_of_a_count_by_hand(
    rows: list[tuple[Any, ...]], k: int, files: bool
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "SPAN_ROWS", 7)
        if files:
            patch.setattr(module, "_IN_MEMORY", 0)
        # An empty text and none are two different values of a typed table.
        found = anonymity(source(rows), RECIPE, ["name", "age"], k)
    assert found.before == counted(rows, k)
    assert found.after == counted([hidden(row) for row in rows], k)
    assert found.rows == len(rows)


def test_hiding_makes_groups_larger_and_says_so() -> None:
    rows = [(name, float(age)) for name in ("Ann", "Abe", "Bea", "Bob") for age in range(20, 30)]
    found = anonymity(source(rows), RECIPE, ["name", "age"], 5)
    assert (found.before.smallest, found.before.alone, found.before.below) == (1, 40, 40)
    assert (found.after.smallest, found.after.groups, found.after.below) == (20, 2, 0)
    assert found.holds
    before, after = found.words()
    assert "40 rows are in groups of fewer than 5" in str(before)
    assert "every group has at least 5" in str(after)


def test_columns_that_stay_as_they_are_are_counted_once() -> None:
    frame = pd.DataFrame({"a": [1, 1, 2], "b": ["x", "x", "x"]})
    told: list[tuple[int, int]] = []
    found = anonymity(frame, Recipe(), ["a"], 2, progress=lambda done, of: told.append((done, of)))
    assert found.before == found.after == Groups(groups=2, smallest=1, below=1, alone=1)
    assert told[-1] == (3, 3)


def test_the_count_can_be_cancelled_and_names_an_unknown_column() -> None:
    table = source([("Ann", 1.0)])
    with pytest.raises(Cancelled):
        anonymity(table, RECIPE, ["age"], cancelled=lambda: True)
    with pytest.raises(UnknownColumn, match="age"):
        anonymity(table, RECIPE, ["agee"])
