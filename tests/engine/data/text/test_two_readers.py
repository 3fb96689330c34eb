"""The fast reader and the slow one make the same of a file, wherever the fast one has no doubt."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.data.text.dialect import detect_layout
from engine.data.text.fast_rows import DoubtError
from engine.data.text.header_copies import HeaderCopies
from engine.data.text.records import Dialect
from engine.data.text.sample import take_sample
from engine.data.text.stray_quotes import StrayQuotes
from engine.data.text.text_stream import TextStream, stream_text
from engine.errors import ReadError
from engine.recipe.reading import Reading

quiet = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
some = settings(max_examples=200, deadline=None, suppress_health_check=quiet)


class SlowStream(TextStream):
    """Reads without the fast reader."""

    def _fast(self) -> Iterator[pa.RecordBatch]:
        raise DoubtError


def all_of(stream: TextStream) -> dict[str, Any]:
    """Everything that the stream tells of the file."""
    rows = [row for batch in stream for row in batch.to_pylist()]
    return {
        "rows": rows,
        "lines": stream.line_map.lines(np.arange(len(rows))).tolist(),
        "rejects": stream.rejects,
        "repairs": stream.repairs,
        "left out": stream.left_out,
    }


def check_readers_agree(path: Path, data: bytes, reading: Reading) -> None:
    path.write_bytes(data)
    try:
        layout = detect_layout(take_sample(path), reading)
    except ReadError:
        return
    assert all_of(TextStream(path, layout)) == all_of(SlowStream(path, layout))


FOUND = [
    b',-,"\r"\x01\r,,\x1a\r$',
    b',\r"\r"\x01\r,',
    b'9,"',
    b'\\\n"',
    b'.\r"',
    b'1;"\ra',
    b' \n"\n1',
    b'a,b\n1,2\n3,"x\ny',
    b'a,b\n1,2\n3,4"\n5,"x\ny"',
    b':\n""1\r',
    b'a,b\n1,""2\n',
    b'a,b\n1,"2"""3\n',
    b'""\r"",",",""\r,\r,',
    b";\n;",
    b",\n\n, ",
    b",,a\n,, a",
    b";a;\n;a;",
    b"Visits of the season,,\nVisits of the season,,",
    b'\t""""\t,\t\r\t"""\r"\t,\t',
    b"a,b,c,\n1,2,3,\na,b,c, \n4,5,6,\n",
    b'a,b,"c\nd"\n1,2,3\na,b,"c\nd"\n4,5,6\n',
    b',,,,,,,,\n,,,,,,i,,\n,,,,,,,,","P',
    b'a,b\n5" x,"y\nz"\n1,2\n',
    b"a,,\na,\n,\na,,\n,\n;\n,a",
    b"a,b\\\n1,2\n3,4\\\n",
    b'"\\",\n\\"a,b\\\n1,2',
]
"""Files of which two readings differed once."""


@pytest.mark.parametrize("data", FOUND, ids=repr)
@pytest.mark.parametrize("repair", [None, False])
def test_both_readers_make_the_same_of_files_that_were_read_in_two_ways_once(
    tmp_path: Path, data: bytes, repair: bool | None
) -> None:
    check_readers_agree(tmp_path / "table.csv", data, Reading(repair=repair))


@pytest.mark.parametrize("odd", ["9999,xxxxxxxxxxxxxxxx,lost", '9999,"xx",lost', "9999,, "])
def test_nothing_is_lost_behind_the_fields_that_are_left_out(tmp_path: Path, odd: str) -> None:
    lines = ["n,word,", *(f"{i},xxxxxxxxxxxxxxxxxxxx," for i in range(12_000))]
    lines[11_000] = odd
    path = tmp_path / "table.csv"
    check_readers_agree(path, "\n".join(lines).encode(), Reading())
    stream = stream_text(path)
    rows = sum(batch.num_rows for batch in stream)
    assert stream.names == ("n", "word")
    if "lost" in odd:
        assert [(reject.line, reject.text) for reject in stream.rejects] == [(11_001, odd)]
        assert str(stream.rejects[0].reason) == "3 fields, 2 expected"
    else:
        assert (rows, stream.rejects) == (12_000, ())


cells = st.one_of(
    st.sampled_from(["", "", "a", "1", "2.5", '"a"', '"a,b"', '"a\nb"', '"say ""a"""', '5"', " "]),
    st.text('ab1,;"\n\r\\ \x01', max_size=5),
)


@st.composite
def files(draw: st.DrawFn) -> bytes:
    """Rows of mostly one width, a few of them damaged, some of them twice."""
    width = draw(st.integers(1, 4))
    rows = draw(st.lists(st.lists(cells, min_size=width, max_size=width), min_size=1, max_size=8))
    for _ in range(draw(st.integers(0, 2))):
        rows.insert(draw(st.integers(0, len(rows))), draw(st.sampled_from(rows)))
    if draw(st.booleans()):
        rows.insert(draw(st.integers(0, len(rows))), draw(st.lists(cells, max_size=5)))
    end = draw(st.sampled_from(["\n", "\r\n", "\r"]))
    last = draw(st.sampled_from(["", end]))
    return (end.join(draw(st.sampled_from(",;")).join(row) for row in rows) + last).encode()


@some
@given(data=files(), escape=st.sampled_from([None, None, "\\"]))
def test_both_readers_make_the_same_of_any_file(
    tmp_path: Path, data: bytes, escape: str | None
) -> None:
    check_readers_agree(tmp_path / "table.csv", data, Reading(escape=escape))


def seen(data: bytes, sizes: list[int], dialect: Dialect) -> bool:
    strays = StrayQuotes(dialect)
    start = 0
    for size in [*sizes, len(data)]:
        if start < len(data):
            strays.see(data[start : start + size])
        start += size
    strays.see(b"")
    return strays.found


@some
@given(
    data=files(),
    sizes=st.lists(st.integers(1, 9), max_size=12),
    escape=st.sampled_from(["", "\\"]),
)
def test_stray_quotes_are_seen_wherever_blocks_end(
    data: bytes, sizes: list[int], escape: str
) -> None:
    dialect = Dialect(",", '"', escape)
    assert seen(data, sizes, dialect) is seen(data, [], dialect)


@pytest.mark.parametrize(
    ("line", "is_stray"),
    [
        ('"a","b"', False),
        ('"a\n""b"" c","d\r\ne"', False),
        ('"{""a"": 1}",2', False),
        ('5" nail,2', False),
        ('"a" ,"b"', False),
        ('""1,2', True),
        ('""""1,2', True),
        ('"a"b,2', True),
        ('5" nail,"x\ny"', True),
        ('1,"', True),
        ('1,"x\ny', True),
    ],
)
def test_quotes_are_stray_where_two_readers_may_differ(line: str, is_stray: bool) -> None:
    data = f'1,"a ""b"" c"\n{line}\n'.encode()
    assert seen(data, [], Dialect(",", '"')) is is_stray
    assert seen(data[:-1], [], Dialect(",", '"')) is is_stray


@given(
    lines=st.lists(st.sampled_from(["a,b", "a,bc", "xa,b", "", "1,2", "a,b,"]), max_size=12),
    size=st.integers(1, 9),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
)
def test_lines_of_the_header_are_counted_wherever_blocks_end(
    lines: list[str], size: int, end: str
) -> None:
    copies = HeaderCopies("a,b")
    data = end.join(["0,0", *lines]).encode()
    for start in range(0, len(data), size):
        copies.see(data[start : start + size])
    copies.see(b"")
    assert copies.count == lines.count("a,b")
