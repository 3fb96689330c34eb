"""Properties of reading: what a correct writer wrote comes back, and no row is lost."""

from __future__ import annotations

import math
import tempfile
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.data.columns.infer import infer_schema
from engine.data.open import open_table
from engine.data.text.text_stream import stream_text
from engine.errors import ReadError
from engine.recipe.reading import Reading

DIALECTS = [
    (delimiter, quote_all, end)
    for delimiter in ",;\t|"
    for quote_all in (False, True)
    for end in ("\n", "\r\n", "\r")
]
quick = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
texts = st.text(
    st.one_of(
        st.sampled_from(" ,;\t|\"'\n\r.-0123456789abé漢"),
        st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufeff"),
    ),
    max_size=12,
)


@st.composite
def tables(draw: st.DrawFn) -> list[list[str]]:
    width = draw(st.integers(2, 5))
    row = st.lists(texts, min_size=width, max_size=width)
    return draw(st.lists(row, min_size=1, max_size=12))


def written(rows: list[list[str]], delimiter: str, quote_all: bool, end: str) -> str:
    """What a correct writer writes; Python's own leaves some line ends without quotes."""

    def cell(text: str) -> str:
        if quote_all or any(mark in text for mark in (delimiter, '"', "\r", "\n")):
            return '"' + text.replace('"', '""') + '"'
        return text

    header = [f"c{i}" for i in range(len(rows[0]))]
    return "".join(delimiter.join(map(cell, row)) + end for row in (header, *rows))


def file_of(text: str | bytes) -> Path:
    with tempfile.NamedTemporaryFile(suffix=".csv", delete=False) as file:
        file.write(text if isinstance(text, bytes) else text.encode())
    return Path(file.name)


def cells(path: Path, reading: Reading) -> list[list[str | None]]:
    stream = stream_text(path, reading)
    return [list(row.values()) for batch in stream for row in batch.to_pylist()]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
@quick
@given(rows=tables(), dialect=st.sampled_from(DIALECTS))
def test_every_cell_comes_back(
    rows: list[list[str]], dialect: tuple[str, bool, str], encoding: str
) -> None:
    delimiter = dialect[0]
    path = file_of(written(rows, *dialect).encode(encoding))
    try:
        reading = Reading(
            encoding=encoding, delimiter=delimiter, quote='"', header=True,
            escape="", comment="", skip_lines=0, header_rows=1, footer_lines=0,
        )  # fmt: skip
        assert cells(path, reading) == [[cell or None for cell in row] for row in rows]
    finally:
        path.unlink()


@quick
@given(
    rows=st.lists(
        st.tuples(
            st.integers(-(2**63), 2**63 - 1),
            st.floats(allow_nan=False, allow_infinity=False),
            st.datetimes(datetime(1700, 1, 1), datetime(2200, 1, 1)),  # noqa: DTZ001
            st.text("abc xyz,\"'\n", min_size=1, max_size=8).map(str.strip).filter(bool),
        ),
        min_size=2,
        max_size=30,
    ),
    dialect=st.sampled_from(DIALECTS),
)
def test_values_come_back_with_their_types_without_any_hint(
    rows: list[tuple[int, float, datetime, str]], dialect: tuple[str, bool, str]
) -> None:
    lines = [[str(a), repr(b), str(c), d] for a, b, c, d in rows]
    path = file_of(written(lines, *dialect))
    try:
        table = open_table(path)
        assert table.names == ("c0", "c1", "c2", "c3")
        assert table.column("c0").to_pylist() == [row[0] for row in rows]
        found = table.column("c1").to_pylist()
        assert all(math.isclose(x, row[1]) for x, row in zip(found, rows, strict=True))
        assert table.column("c2").to_pylist() == [row[2] for row in rows]
        assert table.column("c3").to_pylist() == [row[3] for row in rows]
        assert (table.rejects, table.misfits) == ((), ())
    finally:
        path.unlink()


@quick
@given(lines=st.lists(st.text("ab1.,; ", max_size=9), min_size=2, max_size=40))
def test_every_line_without_quotes_is_a_row_or_a_reject(lines: list[str]) -> None:
    path = file_of("\n".join(["x,y,z", *lines]))
    try:
        stream = stream_text(
            path, Reading(delimiter=",", header=True, skip_lines=0, footer_lines=0)
        )
        kept = sum(batch.num_rows for batch in stream)
        numbers = [i + 2 for i, line in enumerate(lines) if line]
        rejected = [reject.line for reject in stream.rejects]
        assert kept == stream.rows
        rows = range(stream.rows)
        import numpy as np

        read = stream.line_map.lines(np.array(rows, dtype=np.int64)).tolist()
        assert sorted([*read, *rejected]) == numbers
        assert all(lines[r.line - 2] == r.text for r in stream.rejects)
    except ReadError:
        assert not any(lines)
    finally:
        path.unlink()


@quick
@given(data=st.binary(max_size=300) | st.text("ab1,;\t\"'\n\r é", max_size=300).map(str.encode))
def test_any_bytes_give_a_table_or_one_of_our_errors(data: bytes) -> None:
    path = file_of(data)
    try:
        table = open_table(path)
    except ReadError:
        pass
    else:
        assert table.rows_in == table.rows + len(table.rejects)
        assert all(table.column(name).length() == table.rows for name in table.names)
        assert infer_schema(table).names == table.names
        assert len(set(table.names)) == len(table.names)
    finally:
        path.unlink()


@pytest.mark.long
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("part", range(10))
@settings(max_examples=2000, derandomize=False)
@given(data=st.binary(max_size=2000) | st.text("ab1,;\t\"'\n\r é.-", max_size=3000).map(str.encode))
def test_a_great_many_bytes_give_a_table_or_one_of_our_errors(part: int, data: bytes) -> None:
    path = file_of(data)
    try:
        table = open_table(path)
        assert table.rows_in == table.rows + len(table.rejects)
    except ReadError:
        pass
    finally:
        path.unlink()
