"""Every format: what was written comes back, whatever the file is called."""

from __future__ import annotations

import datetime as dt
import gzip
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.data.columns.infer import infer_schema
from engine.data.formats.kinds import may_be_table
from engine.data.open import joined_path, open_files, open_table
from engine.data.table import Table
from engine.errors import ColumnsDiffer, FileIsFolder, HeaderOnly, PartMissing, PartNotChosen
from engine.recipe.reading import Reading
from engine.schema import Role
from tests.engine.data.formats_made import database, workbook, zipped

CSV = b"a,b,c\n1,x,2020-01-31\n2,y,2020-02-01\n,z,\n"
CELLS = {"a": [1, 2, None], "b": ["x", "y", "z"]}


def columns(table: Table) -> dict[str, list[Any]]:
    return {name: table.column(name).to_pylist() for name in table.names}


def saved(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def zstd(data: bytes) -> bytes:
    return bytes(pa.Codec("zstd").compress(data, asbytes=True))


def parquet(folder: Path, table: pa.Table, name: str = "t.parquet") -> Path:
    pq.write_table(table, folder / name, row_group_size=2)
    return folder / name


# Packed text ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["t.csv.gz", "t.csv", "t.xlsx"])
@pytest.mark.parametrize("pack", [gzip.compress, zstd, lambda data: zipped({"in/t.csv": data})])
def test_a_packed_text_table_opens_whatever_its_name(tmp_path: Path, name: str, pack: Any) -> None:
    table = open_table(saved(tmp_path, name, pack(CSV)))
    assert {key: columns(table)[key] for key in CELLS} == CELLS
    assert table.column("c").type == "timestamp[us]"
    assert table.format == "CSV"
    assert table.path == tmp_path / name
    assert table.parts == ()
    assert any("Unpacked" in str(line) for line in table.detection)
    assert not table.is_stale()


def test_gzip_members_follow_each_other(tmp_path: Path) -> None:
    data = gzip.compress(CSV) + gzip.compress(b"9,w,\n")
    assert open_table(saved(tmp_path, "t.csv.gz", data)).rows == 4


def test_rejects_of_a_packed_table_tell_their_line(tmp_path: Path) -> None:
    table = open_table(saved(tmp_path, "t.csv.gz", gzip.compress(CSV + b"1,2\n")))
    assert [reject.line for reject in table.rejects] == [5]


# Typed formats -------------------------------------------------------------------------------------

TYPED = pa.table(
    {
        "whole": pa.array([1, 2, None], pa.int16()),
        "half": pa.array([1.5, float("nan"), None], pa.float32()),
        "truth": [True, None, False],
        "money": pa.array([Decimal("1.25"), None, Decimal("-3.00")], pa.decimal128(9, 2)),
        "zoned": pa.array([0, 3_600_000_000_001, None], pa.timestamp("ns", "Asia/Tokyo")),
        "day": pa.array([dt.date(2020, 1, 31), None, dt.date(1066, 10, 14)], pa.date32()),
        "level": pa.array(["u", "v", None]).dictionary_encode(),
        "list": [[1, 2], None, []],
        "record": [{"k": "ä"}, None, {"k": None}],
        "bytes": pa.array([b"text", b"\xff\x00", None], pa.binary()),
        "code": pa.array(["007", "", "NA"], pa.large_string()),
        "void": pa.nulls(3),
        "span": pa.array([1500, None, 0], pa.duration("ms")),
    }
)
STORED = {
    "whole": [1, 2, None],
    "half": [1.5, None, None],
    "truth": ["True", None, "False"],
    "money": [1.25, None, -3.0],
    "zoned": [dt.datetime(1970, 1, 1), dt.datetime(1970, 1, 1, 1), None],  # noqa: DTZ001
    "day": [dt.datetime(2020, 1, 31), None, dt.datetime(1066, 10, 14)],  # noqa: DTZ001
    "level": ["u", "v", None],
    "list": ["[1, 2]", None, "[]"],
    "record": ['{"k": "ä"}', None, '{"k": null}'],
    "bytes": ["text", "ff00", None],
    "code": ["007", None, "NA"],
    "void": [None, None, None],
    "span": [1.5, None, 0.0],
}


def arrow_file(folder: Path, table: pa.Table) -> Path:
    with pa.ipc.new_file(folder / "t.feather", table.schema) as writer:
        writer.write_table(table, max_chunksize=2)
    return folder / "t.feather"


def arrow_stream(folder: Path, table: pa.Table) -> Path:
    with pa.ipc.new_stream(folder / "t.bin", table.schema) as writer:
        writer.write_table(table, max_chunksize=2)
    return folder / "t.bin"


@pytest.mark.parametrize("write", [parquet, arrow_file, arrow_stream])
def test_typed_columns_keep_their_types(tmp_path: Path, write: Any) -> None:
    table = open_table(write(tmp_path, TYPED))
    assert columns(table) == STORED
    told = " ".join(str(line) for line in table.detection)
    for word in ("in UTC: zoned", "JSON text: list, record", "True and False: truth", "money"):
        assert word in told
    assert not table.rejects
    assert not table.misfits


def test_what_a_table_cannot_hold_is_listed(tmp_path: Path) -> None:
    huge = pa.table(
        {"u": pa.array([1, 2**64 - 1], pa.uint64()), "f": [float("inf"), 1.0], "n": [1, 2]}
    )
    table = open_table(parquet(tmp_path, huge))
    assert columns(table) == {"u": [1, None], "f": [None, 1.0], "n": [1, 2]}
    assert [(m.row, m.line, m.column, m.text) for m in table.misfits] == [
        (0, 1, "f", "inf"),
        (1, 2, "u", "18446744073709551615"),
    ]


def test_columns_of_one_name_are_told_apart(tmp_path: Path) -> None:
    twice = pa.Table.from_arrays([pa.array([1]), pa.array([2])], names=["a", "a"])
    table = open_table(arrow_file(tmp_path, twice))
    assert columns(table) == {"a": [1], "a (2)": [2]}


cell = st.one_of(st.none(), st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1))
frames = st.lists(
    st.tuples(
        st.one_of(st.none(), st.integers(-(2**63), 2**63 - 1)),
        st.one_of(st.none(), st.floats(allow_nan=False, allow_infinity=False)),
        cell,
    ),
    min_size=1,
    max_size=12,
)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rows=frames, write=st.sampled_from([parquet, arrow_file, arrow_stream]))
def test_any_frame_comes_back_from_a_typed_format(
    tmp_path: Path, rows: list[tuple[Any, ...]], write: Any
) -> None:
    types = (pa.int64(), pa.float64(), pa.string())
    made = {
        name: pa.array(cells, kind)
        for name, cells, kind in zip("ifs", zip(*rows, strict=True), types, strict=True)
    }
    table = open_table(write(tmp_path, pa.table(made)))
    assert columns(table) == {name: values.to_pylist() for name, values in made.items()}


# Formats of single cells ---------------------------------------------------------------------------


def test_a_sheet_keeps_numbers_dates_and_gaps(tmp_path: Path) -> None:
    day, moment = dt.date(2020, 1, 31), dt.datetime(2020, 1, 31, 12, 30)  # noqa: DTZ001
    rows = [["n", "d", "s", "t"], [1, day, "x", True], [2.5, moment, None, False], [None] * 4]
    table = open_table(
        saved(tmp_path, "b.xlsx", workbook({"Data": [*rows, [3, day, "007", None]]}))
    )
    assert columns(table) == {
        "n": [1.0, 2.5, 3.0],
        "d": [dt.datetime(2020, 1, 31), moment, dt.datetime(2020, 1, 31)],  # noqa: DTZ001
        "s": ["x", None, "007"],
        "t": ["True", "False", None],
    }
    assert (table.format, table.parts, table.reading.part) == ("Excel", (), None)


def test_titles_above_a_sheets_table_are_left_out_and_rows_keep_their_numbers(
    tmp_path: Path,
) -> None:
    head = [["Sales 2020", None, None], [None] * 3, ["n", "who", "city"]]
    body = [[i, f"p{i}", "Oslo"] for i in range(30)]
    body[20] = ["many", "p", "Rome"]
    table = open_table(saved(tmp_path, "b.xlsx", workbook({"S": [*head, *body]})))
    assert table.names == ("n", "who", "city")
    assert [(m.row, m.line, m.text) for m in table.misfits] == [(20, 24, "many")]


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    numbers=st.lists(
        st.one_of(st.none(), st.floats(allow_nan=False, allow_infinity=False, width=32)),
        min_size=2,
        max_size=8,
    )
)
def test_numbers_of_a_sheet_come_back_exactly(tmp_path: Path, numbers: list[Any]) -> None:
    rows = [["key", "n"], *([f"k{i}", number] for i, number in enumerate(numbers))]
    table = open_table(saved(tmp_path, "b.xlsx", workbook({"S": rows})))
    assert [None if v is None else float(v) for v in columns(table)["n"]] == numbers


def test_json_lines_have_the_names_of_all_lines_as_columns(tmp_path: Path) -> None:
    lines = ['{"a": 1, "b": {"x": [1]}}', "nope", "", '{"c": "é", "a": null}', "[1]"]
    table = open_table(saved(tmp_path, "t.log", "\r\n".join(lines).encode()))
    assert columns(table) == {"a": [1, None], "b": ['{"x": [1]}', None], "c": [None, "é"]}
    assert [(reject.line, reject.text) for reject in table.rejects] == [(2, "nope"), (5, "[1]")]
    assert table.rows_in == 4


def test_a_name_that_comes_late_in_json_lines_is_a_column(tmp_path: Path) -> None:
    lines = [json.dumps({"a": i}) for i in range(30_000)] + [json.dumps({"z": "last"})]
    table = open_table(saved(tmp_path, "t.jsonl", "\n".join(lines).encode()))
    assert table.names == ("a", "z")
    assert table.cells("z", 30_000, 30_001) == ["last"]


SCRIPT = """
create table "pe""ople" (n integer, name text, size real, photo blob);
insert into "pe""ople" values (1, 'Ann', 1.5, x'00ff'), (2, null, null, null);
create table empty (n);
create view names as select name, n from "pe""ople";
"""


def test_a_database_gives_its_tables_and_views(tmp_path: Path) -> None:
    path = database(tmp_path / "x.db", SCRIPT)
    before = path.read_bytes()
    table = open_table(path)
    assert columns(table) == {
        "n": [1, 2],
        "name": ["Ann", None],
        "size": [1.5, None],
        "photo": ["<2 bytes>", None],
    }
    assert table.parts == ('pe"ople', "empty", "names")
    assert any("first of 3" in str(line) for line in table.detection)
    view = open_table(path, Reading(part="names"))
    assert columns(view) == {"name": ["Ann", None], "n": [1, 2]}
    assert path.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir() if "x.db" in each.name] == ["x.db"]


# Parts ---------------------------------------------------------------------------------------------


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    book = workbook({"One": [["p", "q"], [1, 2]], "Two": [["r", "s"], [3, 4]], "Blank": []})
    return saved(
        tmp_path, "all.zip", zipped({"d/t.csv": CSV, "book.xlsx": book, "readme.md": b"# words"})
    )


def test_a_part_is_named_by_its_way_through_the_file(archive: Path) -> None:
    table = open_table(archive, Reading(part="book.xlsx/Two"))
    assert columns(table) == {"r": [3], "s": [4]}
    assert table.parts == ("d/t.csv", "book.xlsx/One", "book.xlsx/Two")
    assert table.reading.part == "book.xlsx/Two"


def test_without_a_choice_the_first_part_is_taken_and_that_is_said(archive: Path) -> None:
    table = open_table(archive)
    assert table.reading.part == "d/t.csv"
    assert any("the others are: book.xlsx" in str(line) for line in table.detection)
    again = open_table(archive, Reading(part="d/t.csv"))
    assert again.fingerprint != table.fingerprint


@pytest.mark.parametrize("opened_before", [False, True])
def test_a_choice_can_be_asked_for(archive: Path, opened_before: bool) -> None:
    if opened_before:
        open_table(archive)
    with pytest.raises(PartNotChosen) as caught:
        open_table(archive, must_choose=True)
    assert caught.value.choices == ("d/t.csv", "book.xlsx")
    with pytest.raises(PartNotChosen) as caught:
        open_table(archive, Reading(part="book.xlsx"), must_choose=True)
    assert caught.value.choices == ("book.xlsx/One", "book.xlsx/Two")
    assert caught.value.path == str(archive)


@pytest.mark.parametrize("part", ["other.csv", "book.xlsx/Three"])
def test_a_missing_part_is_told_with_those_there_are(archive: Path, part: str) -> None:
    with pytest.raises(PartMissing) as caught:
        open_table(archive, Reading(part=part))
    assert caught.value.part == part
    assert caught.value.path == str(archive)
    assert "Two" in caught.value.known or "book.xlsx" in caught.value.known


# Several files -------------------------------------------------------------------------------------


@pytest.fixture
def files(tmp_path: Path) -> Path:
    folder = tmp_path / "months"
    saved(folder, "1.csv", CSV + b"short\n")
    more = b"c;b;a\r\n" + b"2021-01-01;w;7\r\n" * 30 + b"short\r\n2021-01-01;w;oops\r\n"
    saved(folder, "2.csv.gz", gzip.compress(more))
    saved(folder, ".hidden.csv", b"x\n1\n")
    saved(folder, "notes.md", b"words")
    return folder


def test_files_of_one_shape_are_appended_by_column_name(files: Path) -> None:
    table = open_table(files)
    assert table.names == ("a", "b", "c", "file")
    assert table.rows == 34
    assert table.cells("a", 2, 5) == [None, "7", "7"]
    assert table.cells("file", 2, 4) == ["1.csv", "2.csv.gz"]
    assert [(r.file, r.line) for r in table.rejects] == [("1.csv", 5), ("2.csv.gz", 32)]
    assert [(m.row, m.line, m.text) for m in table.misfits] == [(33, 33, "oops")]
    assert infer_schema(table)["file"].role is Role.IGNORE


def test_files_that_are_chosen_one_by_one_open_again_as_a_list(files: Path) -> None:
    paths = [files / "2.csv.gz", files / "1.csv"]
    table = open_files(paths)
    assert table.cells("file", 0, 1) == ["2.csv.gz"]
    assert open_table(table.path).fingerprint == table.fingerprint
    assert joined_path(paths) == table.path
    assert joined_path(paths[:1]) == paths[0]


def test_a_table_of_several_files_is_stale_when_one_changes_or_joins(files: Path) -> None:
    table = open_table(files)
    assert not table.is_stale()
    saved(files, "3.csv", CSV)
    assert table.is_stale()
    (files / "3.csv").unlink()
    assert not table.is_stale()
    saved(files, "1.csv", CSV)
    assert table.is_stale()
    assert open_table(files).rows == 34


def test_typed_files_agree_on_types_and_others_become_text(tmp_path: Path) -> None:
    folder = tmp_path / "parts"
    folder.mkdir()
    parquet(folder, pa.table({"n": [1, 2], "m": [1, 2], "k": pa.nulls(2)}), "1.parquet")
    parquet(folder, pa.table({"k": ["x"], "m": ["w"], "n": [0.5]}), "2.parquet")
    table = open_table(folder)
    assert columns(table) == {
        "n": [1.0, 2.0, 0.5],
        "m": ["1", "2", "w"],
        "k": [None, None, "x"],
        "file": ["1.parquet", "1.parquet", "2.parquet"],
    }
    saved(folder, "3.csv", b"n,m,k\n4,v,y\n")
    assert columns(open_table(folder))["n"] == [1.0, 2.0, 0.5, 4.0]


def test_other_columns_are_refused_by_name(files: Path) -> None:
    saved(files, "3.csv", b"a,b,d\n1,2,3\n")
    with pytest.raises(ColumnsDiffer) as caught:
        open_table(files)
    assert Path(caught.value.path).name == "3.csv"
    assert (caught.value.missing, caught.value.added) == ("c", "d")


def test_a_folder_without_tables_is_refused(tmp_path: Path) -> None:
    saved(tmp_path, "empty/notes.md", b"words")
    with pytest.raises(FileIsFolder):
        open_table(tmp_path / "empty")


def test_names_tell_what_a_folder_is_searched_for() -> None:
    assert may_be_table("A.CSV.GZ")
    assert may_be_table("book.xlsx")
    assert not may_be_table("~$book.xlsx")
    assert not may_be_table(".t.csv")
    assert not may_be_table("notes.md")


def test_how_many_rows_stand_above_a_sheets_table_can_be_said(tmp_path: Path) -> None:
    book = tmp_path / "book.xlsx"
    rows = [["Report", "of", "May"], ["x", "y", "z"], *[[n, n, n] for n in range(20)]]
    book.write_bytes(workbook({"One": rows}))
    table = open_table(book, Reading(skip_lines=1))
    assert (table.names, table.rows, table.reading.skip_lines) == (("x", "y", "z"), 20, 1)
    assert open_table(book).names == ("Report", "of", "May")
    table = open_table(book, Reading(skip_lines=2, header=False))
    assert table.rows == 20
    with pytest.raises(HeaderOnly):
        open_table(book, Reading(skip_lines=900))


def test_places_are_lines_only_where_a_file_has_lines(tmp_path: Path) -> None:
    cells = [[n, "x"] for n in range(60)]
    cells[40] = ["forty", "x"]
    book = tmp_path / "book.xlsx"
    book.write_bytes(workbook({"One": [["n", "label"], *cells]}))
    text = tmp_path / "a.csv"
    text.write_text("\n".join(["n,label", *(f"{a},{b}" for a, b in cells)]) + "\n")
    (in_book,), (in_text,) = open_table(book).misfits, open_table(text).misfits
    assert (in_text.row, in_text.line, in_text.in_lines) == (40, 42, True)
    assert (in_book.row, in_book.line, in_book.in_lines) == (40, 42, False)
