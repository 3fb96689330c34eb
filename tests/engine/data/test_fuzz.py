"""Generated and mutated files: nothing crashes or hangs, no row goes missing, correct files come back."""

from __future__ import annotations

import codecs
import re
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeAlias

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.data.cache import clear_cache
from engine.data.columns.infer import infer_schema
from engine.data.corrections.proposals import proposals
from engine.data.open import open_table
from engine.data.table import Table
from engine.data.text.quoting import FEW_QUOTED
from engine.data.text.text_stream import TextStream, stream_text
from engine.errors import TrainyardError
from engine.recipe.reading import Reading, RowFix
from tests.engine.data.pollutions import Polluted, Writer, all_pollutions

Cells: TypeAlias = tuple[str | None, ...]
BOUND = 60.0
"""Seconds that no small file may take, however slow the machine; a hang takes for ever."""
MANY = 20_000
PARTS = 20
"""Tests that share the many examples, so that they can run side by side (`-n`)."""
quiet = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large]
few = settings(max_examples=100, deadline=None, suppress_health_check=quiet)
many = settings(max_examples=MANY // PARTS, derandomize=False, suppress_health_check=quiet)

SEEDS: tuple[Polluted, ...] = tuple(all_pollutions(30))
MARKS = [b'"', b"'", b",", b";", b"\t", b"|", b" ", b":", b"\\", b"#", b"\n", b"\r", b"\r\n",
         b"\0", b"\xff", b"\xef\xbb\xbf", b"\xe6\xbc\xa2", b"-", b"1", b'""', b"\\\"", b",,,,"]  # fmt: skip


@contextmanager
def file_of(data: bytes) -> Iterator[Path]:
    with tempfile.NamedTemporaryFile(suffix=".csv", delete=False) as file:
        file.write(data)
    path = Path(file.name)
    try:
        yield path
    finally:
        path.unlink()


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """A clean or broken file with some bytes put in, taken out, copied or cut off."""
    data = bytearray(draw(st.sampled_from(SEEDS)).data[: draw(st.integers(50, 6000))])
    for _ in range(draw(st.integers(1, 6))):
        place = draw(st.integers(0, len(data)))
        length = draw(st.integers(0, 40))
        match draw(st.integers(0, 4)):
            case 0:
                data[place:place] = draw(st.sampled_from(MARKS)) * draw(st.integers(1, 3))
            case 1:
                del data[place : place + length]
            case 2:
                data[place:place] = data[place : place + length]
            case 3:
                data[place : place + 1] = draw(st.binary(min_size=1, max_size=3))
            case _:
                del data[place:]
    return bytes(data)


words = st.text("ab1,;\t|:\"'\\#%\n\r é漢.-0", max_size=12)
lines = st.lists(st.lists(words, max_size=6), max_size=25)
loose = st.builds(
    lambda rows, delimiter, end: end.join(delimiter.join(row) for row in rows).encode(),
    lines,
    st.sampled_from([",", ";", "\t", "|", " ", ":", "  ", ", "]),
    st.sampled_from(["\n", "\r\n", "\r"]),
)
files = st.one_of(mutated(), loose, st.binary(max_size=1500))


readings = st.sampled_from(
    [
        Reading(),
        Reading(),
        Reading(),
        Reading(repair=False),
        Reading(header=False, skip_lines=1),
        Reading(header=True, header_rows=2, footer_lines=1),
        Reading(delimiter=";", quote="'", escape="", comment="#"),
        Reading(delimiter="  ", quote="", comment=""),
        Reading(delimiter="¦", quote="“", escape="§", footer_lines=0),
        Reading(encoding="cp1252", decimal=",", thousands="."),
    ]
)


def check_is_accounted_for(data: bytes, reading: Reading) -> None:
    """Open the file: a table in which every row has its place, or one of our errors."""
    start = time.monotonic()
    with file_of(data) as path:
        try:
            table = open_table(path, reading)
        except TrainyardError as error:
            told = str(error)
        else:
            told = "a table"
            assert table.rows_in == table.rows + len(table.rejects)
            assert all(table.column(name).length() == table.rows for name in table.names)
            assert len(set(table.names)) == len(table.names)
            assert None not in table.reading.model_dump(exclude={"part"}).values()
            assert infer_schema(table).names == table.names
            rows = check_lines(path, reading)
            assert len(rows) == table.rows
            check_repairs(table)
            check_rejects(table, reading, rows)
    assert told
    assert time.monotonic() - start < BOUND


def check_lines(path: Path, reading: Reading) -> list[Cells]:
    """Rows, rejected rows and lines that are none stand in different lines of the file.

    Returns the cells of all rows.
    """
    rows, stream = read_again(path, reading)
    starts = [reject.line for reject in stream.rejects]
    found = stream.line_map.lines(np.arange(len(rows))).tolist()
    assert len(set(starts + found)) == len(starts) + len(found)
    assert sorted(found) == found
    return rows


def check_repairs(table: Table) -> None:
    """Rows that were set right are rows of the table, and stand where they are said to stand."""
    rows = [repair.row for repair in table.repairs]
    assert rows == sorted(set(rows))
    assert table.lines(np.array(rows, dtype=np.int64)).tolist() == [r.line for r in table.repairs]
    assert all(len(repair.became) == len(table.names) for repair in table.repairs)
    if table.reading.repair is False:
        assert table.repairs == ()


def check_rejects(table: Table, reading: Reading, rows: list[Cells]) -> None:
    """A rejected row can be left out or mended by hand, and all others stay what they are."""
    for reject in table.rejects[-1:]:
        fix = RowFix(line=reject.line, found=reject.text, text="")
        without, stream = read_again(table.path, reading, fix)
        assert (stream.left_out, without) == (1, rows)
        assert stream.rejects == table.rejects[:-1]
        for proposal in proposals(table, reject)[:1]:
            fix = fix.model_copy(update={"text": proposal.text})
            mended, stream = read_again(table.path, reading, fix)
            added = [repair.row for repair in stream.repairs if repair.by_hand]
            assert len(added) == 1
            assert [*mended[: added[0]], *mended[added[0] + 1 :]] == rows
            # Below the last row other words may stand for the same; the mended one may be the last.
            assert [(r.line, r.text) for r in stream.rejects] == [
                (r.line, r.text) for r in table.rejects[:-1]
            ]


def read_again(path: Path, reading: Reading, *fixes: RowFix) -> tuple[list[Cells], TextStream]:
    """The cells of all rows as text, and the stream that they came from."""
    stream = stream_text(path, reading.model_copy(update={"fixes": fixes}))
    columns = (map(pa.Array.to_pylist, batch.columns) for batch in stream)
    rows = [row for cells in columns for row in zip(*cells, strict=True)]
    assert len(rows) == stream.rows
    return rows, stream


@few
@given(data=files, reading=readings)
def test_any_file_is_accounted_for_or_refused(data: bytes, reading: Reading) -> None:
    check_is_accounted_for(data, reading)


@pytest.mark.long
@pytest.mark.timeout(36_000)
@pytest.mark.parametrize("part", range(PARTS))
@many
@given(data=files, reading=readings)
def test_a_great_many_files_are_accounted_for_or_refused(
    part: int, data: bytes, reading: Reading
) -> None:
    check_is_accounted_for(data, reading)
    tidy()


@st.composite
def correct_files(draw: st.DrawFn) -> tuple[list[list[str]], bytes]:
    """A table of at least a number and a word column, and what a correct writer makes of it."""
    delimiter = draw(st.sampled_from([",", ";", "\t", "|"]))
    writer = Writer(
        delimiter=delimiter,
        end=draw(st.sampled_from(["\n", "\r\n", "\r"])),
        quoted=draw(st.sampled_from([None, lambda cell: True])),
    )
    text = st.text(st.sampled_from("abcxyz ABC,;|'.:/()-é漢字\"\n"), min_size=1, max_size=14)
    inner = text.map(str.strip).filter(lambda cell: bool(cell) and any(c.isalpha() for c in cell))
    row = st.tuples(
        st.integers(0, 10**6).map(str),
        inner,
        st.floats(-1e6, 1e6).map(lambda number: f"{number:.3f}"),
        st.dates().map(str),
    )
    rows = [list(cells) for cells in draw(st.lists(row, min_size=4, max_size=30))]
    table = [["id", "words", "number", "day"], *rows]
    encoding = draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
    return rows, writer.text(table).encode(encoding)


def may_be_single_quoted(made: tuple[list[list[str]], bytes]) -> bool:
    """Whether a correct writer with single quotes makes the same bytes of other cells.

    Such a writer quotes all words, or those that hold a mark that no other word holds.
    """
    rows, data = made
    text = data.decode("utf-16" if data.startswith(codecs.BOM_UTF16) else "utf-8")
    words = [row[1] for row in rows]
    quoted = [word for word in words if word.startswith("'")]
    cells = [word[1:-1] for word in quoted if re.fullmatch("'([^']|'')*'", word)]
    if len(cells) < FEW_QUOTED or len(cells) < len(quoted) or '"' in text:
        return False
    bare = set().union(*(word for word in words if word not in quoted))
    return len(cells) == len(words) or all(
        any(not letter.isalnum() and letter not in bare for letter in cell) for cell in cells
    )


decidable_files = correct_files().filter(lambda made: not may_be_single_quoted(made))


def check_comes_back(made: tuple[list[list[str]], bytes]) -> None:
    """Every cell of a correct file is read as it was written, without any hint."""
    rows, data = made
    with file_of(data) as path:
        stream = stream_text(path)
        found = [
            [cell or "" for cell in cells]
            for batch in stream
            for cells in zip(*(column.to_pylist() for column in batch.columns), strict=True)
        ]
        assert stream.names == ("id", "words", "number", "day")
        assert found == rows
        assert (stream.rejects, stream.repairs) == ((), ())


@few
@given(made=decidable_files)
def test_a_correct_file_comes_back(made: tuple[list[list[str]], bytes]) -> None:
    check_comes_back(made)


@pytest.mark.long
@pytest.mark.timeout(36_000)
@pytest.mark.parametrize("part", range(PARTS))
@many
@given(made=decidable_files)
def test_a_great_many_correct_files_come_back(
    part: int, made: tuple[list[list[str]], bytes]
) -> None:
    check_comes_back(made)


def counter() -> Callable[[], int]:
    """Counts its calls."""
    count = 0

    def next_number() -> int:
        nonlocal count
        count += 1
        return count

    return next_number


_examples = counter()


def tidy() -> None:
    """Empty the cache now and then, so that thousands of tables do not fill the disk."""
    if _examples() % 5 == 0:
        clear_cache()
