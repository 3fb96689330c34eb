"""Columns that are cast together come to the same as columns that are cast one by one."""

from __future__ import annotations

from dataclasses import fields

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.data.cells.alike import add_alike
from engine.data.cells.cell_types import INTEGER, NUMBER, TEXT, CellKind, CellType
from engine.data.cells.convert import Converter
from engine.data.cells.shapes import MISSING
from engine.data.cells.tally import Tally

TYPES = [
    INTEGER,
    NUMBER,
    TEXT,
    NUMBER.model_copy(update={"decimal": ",", "thousands": "."}),
    CellType(kind=CellKind.DATE, missing=MISSING),
    CellType(kind=CellKind.DATE, missing=MISSING, date_format="%d/%m/%Y"),
    CellType(kind=CellKind.BOOLEAN, missing=MISSING, yes="yes", no="no"),
    CellType(kind=CellKind.EMPTY, missing=MISSING),
    INTEGER.model_copy(update={"fixes": (("word", "7"),)}),
    TEXT.model_copy(update={"missing": (*TEXT.missing, "NA")}),
]
CELLS = st.one_of(
    st.none(),
    st.sampled_from(
        ["1", "-20", "007", " 08", "1.5", "1,5", "NA", "?", "-", "None", "word", " x "]
    ),
    st.sampled_from(["yes", "No", "2021-03-05", "2021-02-30", "03/04/2021", "25/12/2020", "1e400"]),
    st.sampled_from(["9223372036854775807", "-9223372036854775808", "99999999999999999999", "é"]),
)


@pytest.mark.parametrize("cell_type", TYPES, ids=lambda each: f"{each.kind}")
@given(
    columns=st.integers(0, 6).flatmap(
        lambda rows: st.lists(st.lists(CELLS, min_size=rows, max_size=rows), min_size=1, max_size=5)
    ),
    before=st.integers(0, 1000),
)
def test_columns_come_to_the_same_together_and_alone(
    cell_type: CellType, columns: list[list[str | None]], before: int
) -> None:
    arrays = [pa.array(cells, pa.string()) for cells in columns]
    together = [Tally(cell_type) for _ in arrays]
    alone = [Tally(cell_type) for _ in arrays]
    for _ in range(2):
        found = add_alike(together, arrays, before)
        wanted = [tally.add(cells, before) for tally, cells in zip(alone, arrays, strict=True)]
        assert [each.to_pylist() for each in found] == [each.to_pylist() for each in wanted]
        assert all(each.type == cell_type.arrow_type for each in found)
    for one, other in zip(together, alone, strict=True):
        assert _noted(one) == _noted(other)
        assert one.verdict(".") == other.verdict(".")


def _noted(tally: Tally) -> dict[str, object]:
    noted = {field.name: getattr(tally, field.name) for field in fields(tally)}
    noted["rows"] = [row for rows in tally.rows for row in rows.tolist()]
    noted["cells"] = [cell for cells in tally.cells for cell in cells.to_pylist()]
    return noted


def test_the_columns_of_a_wide_table_keep_their_places() -> None:
    names = tuple(f"c{i}" for i in range(900))
    kinds = [(INTEGER, NUMBER, TEXT)[i % 3] for i in range(len(names))]
    columns = [pa.array([str(i), None, str(i + 1)]) for i in range(len(names))]
    converter = Converter(names, kinds)
    made = converter.convert(pa.record_batch(columns, names=list(names)))
    for i, (kind, column) in enumerate(zip(kinds, made.columns, strict=True)):
        read = str if kind is TEXT else int
        assert column.to_pylist() == [read(i), None, read(i + 1)]
