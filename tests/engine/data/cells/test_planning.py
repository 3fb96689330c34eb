"""Ordinary numbers are known at once, and come to what a closer look at every cell comes to."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from engine.data.cells import planning
from engine.data.cells.cell_types import CellKind
from engine.data.cells.convert import Converter
from engine.data.cells.planning import plan_columns
from engine.data.cells.sampled_types import sampled_types
from engine.data.open import open_table

CELLS = st.one_of(
    st.integers(-(10**20), 10**20).map(str),
    st.floats(-1e6, 1e6).map(lambda value: f"{value:.3f}"),
    st.sampled_from(
        ["", " 1", "0", "1", "007", "+5", "-0", ".5", "5.", "1.234", "1.234.567", "1,5"]
    ),
    st.sampled_from(
        ["NA", "-", "word", "yes", "no", "2021-03-05", "20210305", "1600000000", "1e5"]
    ),
)


@given(
    columns=st.integers(1, 6).flatmap(
        lambda rows: st.lists(st.lists(CELLS, min_size=rows, max_size=rows), min_size=1, max_size=4)
    ),
    decimal=st.sampled_from(".,"),
)
@example(columns=[["1.234", "2.345"], ["1.234", "2"], ["0", "1"]], decimal=".")
@example(columns=[["9" * 18, "-5"], ["9" * 19, "5"], ["01", "5"]], decimal=".")
def test_types_are_the_same_at_once_and_on_a_closer_look(
    columns: list[list[str]], decimal: str
) -> None:
    rows = list(zip(*columns, strict=True))
    names = ("date", "b", "c", "d")[: len(columns)]
    found = plan_columns(rows, len(columns), decimal, names)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(planning, "_plain_numbers", lambda columns: [None] * len(columns))
        assert found == plan_columns(rows, len(columns), decimal, names)


def test_types_hold_for_the_whole_sample_and_the_beginning() -> None:
    rows = [(str(i), str(i), "") for i in range(2000)]
    rows[777] = ("word", "7.5", "x")
    rows[778] = ("NA", "7.25", "")
    beginning = pa.record_batch(
        [pa.array(["1", "2"]), pa.array(["1", "2"]), pa.array(["NA", None], pa.string())],
        names=["a", "b", "c"],
    )
    types = sampled_types(rows, beginning, ("a", "b", "c"), ".")
    assert [each.kind for each in types] == [CellKind.INTEGER, CellKind.NUMBER, CellKind.TEXT]
    assert "NA" in types[2].missing  # it is none among the numbers of this file


def test_rows_too_long_for_the_sample_are_typed_by_the_beginning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "wide.csv"
    width = 3_000
    rows = [",".join("" if (i + j) % 7 else f"{i}.5" for j in range(width)) for i in range(300)]
    path.write_text(",".join(f"c{j}" for j in range(width)) + "\n" + "\n".join(rows))
    passes: list[Converter] = []

    def noted(*given: Any, **options: Any) -> Converter:
        passes.append(Converter(*given, **options))
        return passes[-1]

    monkeypatch.setattr("engine.data.open.Converter", noted)
    table = open_table(path)
    assert len(passes) == 1
    assert {each.kind for each in table.info.types} == {CellKind.NUMBER}
    assert table.rows == 300
