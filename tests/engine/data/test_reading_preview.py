"""Trying a reading out on the beginning of a file: the same result as opening, at the price of a sample."""

from __future__ import annotations

import gzip
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from engine.data.open import open_table
from engine.data.reading_preview import ROWS, LineRole, preview_reading
from engine.errors import (
    Cancelled,
    FileEmpty,
    FileIsFolder,
    FileMissing,
    NotATable,
    PartMissing,
    ReadingUnfit,
    Undecodable,
)
from engine.recipe.reading import Reading
from tests.engine.data.formats_made import workbook, zipped

TEXT = "id;size;note\n" + "".join(f"{n};{n},5;n{n}\n" for n in range(40))


def written(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


@pytest.mark.parametrize(
    ("content", "reading"),
    [
        (TEXT, Reading()),
        (TEXT.encode("utf-16"), Reading()),
        (TEXT.replace("\n", "\r"), Reading()),
        (TEXT, Reading(header=False)),
        (TEXT, Reading(delimiter=",")),
        (TEXT, Reading(skip_lines=3, header=False)),
        ("# made by hand\nReport\n\n" + TEXT, Reading()),
        (TEXT.replace("n7\n", 'n"7\n').replace("n9\n", "n9;x;y\n"), Reading()),
        ('a,b\n1,"two\nlines"\n2,x\n3,"y"\n' * 1, Reading()),
        ("a  b   c\n1  2   3\n4   5 6\n7  8  9\n", Reading()),
    ],
)
def test_rows_and_reading_are_those_of_the_opened_table(
    tmp_path: Path, content: str | bytes, reading: Reading
) -> None:
    path = written(tmp_path / "a.csv", content)
    preview, table = preview_reading(path, reading), open_table(path, reading)
    assert preview.error is None
    assert preview.names == table.names
    assert preview.reading == table.reading
    assert len(preview.rows) == table.rows
    assert list(preview.row_lines) == table.lines(_all(table.rows)).tolist()
    assert [r.line for r in preview.rejects] == [r.line for r in table.rejects]
    assert [r.line for r in preview.repairs] == [r.line for r in table.repairs]
    assert preview.detected == table.detected
    assert preview.whole


def _all(rows: int):  # type: ignore[no-untyped-def]
    import numpy as np

    return np.arange(rows)


def test_every_line_says_what_it_is(tmp_path: Path) -> None:
    content = "Report\n\nid;size\n# a remark\n1;2\n3\n4;5\n6;7\n8;9\n"
    path = written(tmp_path / "a.csv", content)
    preview = preview_reading(path, Reading(comment="#", skip_lines=2, delimiter=";"))
    assert [line.role for line in preview.lines] == [
        LineRole.ABOVE, LineRole.BLANK, LineRole.HEADER, LineRole.COMMENT, LineRole.ROW,
        LineRole.KEPT_OUT, LineRole.ROW, LineRole.ROW, LineRole.ROW,
    ]  # fmt: skip
    assert preview.lines[2].text == "id;size"


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="counts what the system read")
@pytest.mark.parametrize("packed", [False, True])
def test_a_large_text_is_not_read_to_its_end(tmp_path: Path, packed: bool) -> None:
    def bytes_read() -> int:
        words = Path("/proc/self/io").read_text().split()
        return int(words[words.index("rchar:") + 1])

    preview_reading(written(tmp_path / "small.csv", TEXT), Reading())
    row = b"12345,some words that go on,0.25,2024-01-01\n"
    path = tmp_path / ("large.csv.gz" if packed else "large.csv")
    size = 40 << 20
    data = b"number,text,share,day\n" + row * (size // len(row))
    path.write_bytes(gzip.compress(data, 1, mtime=0) if packed else data)
    before = bytes_read()
    preview = preview_reading(path, Reading())
    assert bytes_read() - before < 16 << 20
    assert len(preview.rows) == ROWS
    assert not preview.whole


def test_other_formats_show_rows_and_parts(tmp_path: Path) -> None:
    book = written(
        tmp_path / "book.xlsx",
        workbook({"One": [["a", "b"], [1, 2], [3, 4]], "Two": [["c"], [5], [6], [7]]}),
    )
    preview = preview_reading(book, Reading(part="Two"))
    assert (preview.format, preview.parts, preview.names) == ("Excel", ("One", "Two"), ("c",))
    assert preview.rows == (("5",), ("6",), ("7",))
    assert preview.lines == ()
    parquet = tmp_path / "t.parquet"
    pq.write_table(pa.table({"x": range(500), "y": [None] * 500}), parquet)
    preview = preview_reading(parquet, Reading())
    assert (preview.names, len(preview.rows)) == (("x", "y"), ROWS)
    assert preview.rows[1] == ("1", None)
    lines = written(tmp_path / "t.jsonl", '{"x": 1}\n{"x": 2, "y": "z"}\n')
    preview = preview_reading(lines, Reading())
    assert preview.rows == (("1", None), ("2", "z"))
    assert preview.lines[0].text == '{"x": 1}'


def test_members_of_an_archive_are_parts(tmp_path: Path) -> None:
    content = {"a.csv": b"a,b\n1,2\n3,4\n", "b.csv": TEXT.encode()}
    path = written(tmp_path / "two.zip", zipped(content))
    preview = preview_reading(path, Reading(part="b.csv"))
    assert preview.parts == ("a.csv", "b.csv")
    assert preview.names == ("id", "size", "note")
    assert preview.reading is not None
    assert preview.reading.part == "b.csv"
    assert preview.lines[0].text == "id;size;note"
    first = preview_reading(path, Reading())
    assert first.names == ("a", "b")


def test_a_workbook_in_an_archive_is_unpacked_whole(tmp_path: Path) -> None:
    book = workbook({"One": [["a", "b"], *[[n, n] for n in range(50)]], "Two": [["c"], [5], [6]]})
    path = written(tmp_path / "all.zip", zipped({"book.xlsx": book, "a.csv": b"x,y\n1,2\n3,4\n"}))
    preview = preview_reading(path, Reading(part="book.xlsx/Two"))
    assert preview.error is None
    assert preview.names == ("c",)
    assert preview.parts == ("book.xlsx/One", "book.xlsx/Two", "a.csv")


def test_of_a_folder_the_first_file_is_shown(tmp_path: Path) -> None:
    for name in ("b.csv", "a.csv"):
        written(tmp_path / name, TEXT.replace("note", name))
    assert preview_reading(tmp_path, Reading()).names == ("id", "size", "a.csv")


@pytest.mark.parametrize(
    ("content", "reading", "error", "has_lines"),
    [
        (TEXT.replace("n3", "ñ3").encode("cp1252"), Reading(encoding="utf-8"), Undecodable, True),
        (TEXT, Reading(encoding="klingon"), ReadingUnfit, True),
        (TEXT, Reading(delimiter=";", quote=";"), ReadingUnfit, True),
        (TEXT, Reading(skip_lines=1000), ReadingUnfit, True),
        (b"", Reading(), FileEmpty, False),
        (b"\x89PNG\r\n\x1a\n" + bytes(500), Reading(), NotATable, False),
        (
            zipped({"a.csv": b"a,b\n1,2\n", "b.csv": b"a,b\n1,2\n"}),
            Reading(part="c.csv"),
            PartMissing,
            False,
        ),
    ],
)
def test_what_is_wrong_is_told_beside_the_lines(
    tmp_path: Path, content: str | bytes, reading: Reading, error: type[Exception], has_lines: bool
) -> None:
    path = written(tmp_path / "a.csv", content)
    preview = preview_reading(path, reading)
    assert isinstance(preview.error, error)
    assert str(path) in str(preview.error)
    assert bool(preview.lines) == has_lines
    assert preview.rows == ()


def test_what_is_not_there_is_told(tmp_path: Path) -> None:
    assert isinstance(preview_reading(tmp_path / "no.csv", Reading()).error, FileMissing)
    assert isinstance(preview_reading(tmp_path, Reading()).error, FileIsFolder)


def test_a_preview_can_be_cancelled(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", TEXT)
    with pytest.raises(Cancelled):
        preview_reading(path, Reading(), cancelled=lambda: True)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "utf-16-be", "gb18030", "big5", "cp932"])
def test_any_encoding_can_be_tried_on_any_file(tmp_path: Path, encoding: str) -> None:
    path = written(tmp_path / "a.csv", TEXT)
    preview = preview_reading(path, Reading(encoding=encoding))
    assert preview.error is None or preview.lines
