"""Opening files: dialects, encodings, bad input, the cache."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.data.columns.infer import infer_schema
from engine.data.open import open_table, open_text
from engine.data.table import Table
from engine.data.text.encoding import Decoder
from engine.errors import (
    Cancelled,
    DiskFull,
    FileChanged,
    FileEmpty,
    FileIsFolder,
    FileMissing,
    HeaderOnly,
    NoPermission,
    NotATable,
    ReadingUnfit,
    Undecodable,
)
from engine.paths import default_workspace, table_cache
from engine.recipe.reading import Reading


def write(folder: Path, data: str | bytes, name: str = "data.csv") -> Path:
    path = folder / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def opened(folder: Path, data: str | bytes, reading: Reading | None = None) -> Table:
    return open_table(write(folder, data), reading)


def columns(table: Table) -> dict[str, list[object]]:
    return {name: table.column(name).to_pylist() for name in table.names}


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_finds_the_delimiter(tmp_path: Path, delimiter: str) -> None:
    rows = [("name", "age", "city"), ("Ann", "31", "Oslo"), ("Bo", "42", "Rome")]
    table = opened(tmp_path, "\n".join(delimiter.join(row) for row in rows) + "\n")
    assert table.reading.delimiter == delimiter
    assert columns(table) == {"name": ["Ann", "Bo"], "age": [31, 42], "city": ["Oslo", "Rome"]}


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_reads_every_kind_of_line_end(tmp_path: Path, end: str) -> None:
    table = opened(tmp_path, end.join(["a,b", "1,x", "2,y", '"3","z"', ""]))
    assert columns(table) == {"a": [1, 2, 3], "b": ["x", "y", "z"]}


@pytest.mark.parametrize(
    ("codec", "text", "named"),
    [
        ("utf-8", "Müller", "utf-8"),
        ("utf-8-sig", "Müller", "utf-8-sig"),
        ("utf-16", "Müller", "utf-16"),
        ("utf-16-le", "Müller", "utf-16-le"),
        ("utf-16-be", "Müller", "utf-16-be"),
        ("gbk", "张三在北京工作", "gb18030"),
        ("big5", "張三在臺北工作", "big5"),
        ("shift_jis", "田中さんは東京です", "cp932"),
        ("cp1252", "Müller, Café Straße", "cp1252"),
        ("cp1251", "Пётр живёт в Казани", "cp1251"),
    ],
)
def test_finds_the_encoding(tmp_path: Path, codec: str, text: str, named: str) -> None:
    lines = "".join(f'"{text} {i}",{i}\r\n' for i in range(30))
    table = opened(tmp_path, f"name,value\r\n{lines}".encode(codec))
    assert table.reading.encoding == named
    assert table.names == ("name", "value")
    assert table.column("name").to_pylist() == [f"{text} {i}" for i in range(30)]
    assert table.column("value").to_pylist() == list(range(30))


def test_a_few_bytes_that_are_not_utf8_do_not_stop_the_reading(tmp_path: Path) -> None:
    lines = [f"Zoë {i},{i}".encode() for i in range(200)]
    lines[150] = b"Zo\xeb 150,150"
    table = opened(tmp_path, b"name,value\n" + b"\n".join(lines))
    assert table.reading.encoding == "utf-8"
    assert table.column("name").to_pylist() == [f"Zoë {i}" for i in range(200)]
    assert any("1 place" in str(reason) for reason in table.detection)


def test_a_chosen_encoding_that_does_not_fit_is_refused_with_the_line(tmp_path: Path) -> None:
    with pytest.raises(Undecodable) as caught:
        opened(tmp_path, b"a,b\n1,2\n\xff\xe9,3\n", Reading(encoding="utf-8"))
    assert (caught.value.line, caught.value.encoding) == (3, "utf-8")


@pytest.mark.parametrize("written", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("chosen", ["utf-8", "utf-8-sig", "UTF8"])
def test_a_byte_order_mark_is_no_part_of_the_table(
    tmp_path: Path, written: str, chosen: str
) -> None:
    table = opened(tmp_path, "é,b\n1,2\n".encode(written), Reading(encoding=chosen))
    assert columns(table) == {"é": [1], "b": [2]}


def test_a_chosen_encoding_without_a_codec_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReadingUnfit, match="klingon"):
        opened(tmp_path, "a,b\n1,2\n", Reading(encoding="klingon"))


def test_a_header_is_told_from_values(tmp_path: Path) -> None:
    assert opened(tmp_path, "1.5,2,a\n2.5,3,b\n").names == ("column 1", "column 2", "column 3")
    assert opened(tmp_path, "x,y,z\n2.5,3,b\n").names == ("x", "y", "z")
    assert opened(tmp_path, "red,big\nblue,big\nred,small\nred,big\n").reading.header is False
    assert opened(tmp_path, ",0,1,2\n7,1.5,2.5,3.5\n").names == ("column 1", "0", "1", "2")
    assert opened(tmp_path, "country,1990,2000\nFiji,1.5,2\n").names[1] == "1990"


def test_a_given_reading_is_obeyed(tmp_path: Path) -> None:
    text = "1;2,5\n3;4,5\n"
    table = opened(tmp_path, text, Reading(header=True, decimal="."))
    assert table.names == ("1", "2,5")
    table = opened(tmp_path, text, Reading(delimiter=",", header=False))
    assert columns(table) == {"column 1": ["1;2", "3;4"], "column 2": [5, 5]}
    text = "'a;b';2\n'c';3\n"
    table = opened(tmp_path, text, Reading(delimiter=";", quote="'", header=False))
    assert table.column("column 1").to_pylist() == ["a;b", "c"]
    table = opened(tmp_path, 'x"y,2\n"z,3\n', Reading(quote="", header=False))
    assert table.column("column 1").to_pylist() == ['x"y', '"z']


def test_single_quotes_are_found(tmp_path: Path) -> None:
    table = opened(tmp_path, "a,b\n'x, y',1\n'z',2\n'w, v',3\n")
    assert columns(table) == {"a": ["x, y", "z", "w, v"], "b": [1, 2, 3]}


def test_decimal_commas_and_grouped_thousands_are_numbers(tmp_path: Path) -> None:
    table = opened(tmp_path, "a;b;c\n1,5;-0,25;1.234,5\n2;1,5e3;12.345.678\n")
    assert columns(table) == {"a": [1.5, 2.0], "b": [-0.25, 1500.0], "c": [1234.5, 12345678.0]}
    table = opened(tmp_path, 'a,b\n"1,234.5",1\n"12,345",2\n7,3\n')
    assert table.column("a").to_pylist() == [1234.5, 12345.0, 7.0]


def test_blank_and_repeated_names_are_replaced_and_told(tmp_path: Path) -> None:
    table = opened(tmp_path, "a,,a,b,a (2)\n1,2,3,4,5\n")
    assert table.names == ("a", "column 2", "a (3)", "b", "a (2)")
    assert table.renamed == (("", "column 2"), ("a", "a (3)"))


def test_delimiters_at_line_ends_make_no_column(tmp_path: Path) -> None:
    for text in (
        "a,b,\n1,2,\n3,4,\n",
        "a,b\n1,2,\n3,4,\n",
        "a,b\n1,2,\n3,4\n",
        "a,b\n1,2\n3,4,,\n",
    ):
        table = opened(tmp_path, text)
        assert columns(table) == {"a": [1, 3], "b": [2, 4]}, text
        assert not table.rejects


def test_row_names_without_a_heading_get_a_column(tmp_path: Path) -> None:
    table = opened(tmp_path, "a,b\nr1,1,2\nr2,3,4\n")
    assert columns(table) == {"column 1": ["r1", "r2"], "a": [1, 3], "b": [2, 4]}


def test_ragged_rows_are_kept_apart_with_their_lines(tmp_path: Path) -> None:
    text = 'a,b,c\n1,2,3\n4,5\n\n"x\ny",6,7\n8,9,10,11\n12,13,14\n'
    table = opened(tmp_path, text)
    assert columns(table) == {"a": ["1", "x\ny", "12"], "b": [2, 6, 13], "c": [3, 7, 14]}
    assert [(r.line, r.text, str(r.reason)) for r in table.rejects] == [
        (3, "4,5", "2 fields, 3 expected"),
        (7, "8,9,10,11", "4 fields, 3 expected"),
    ]
    assert table.rows_in == 5


def test_an_open_quote_is_read_as_it_stands_where_its_row_fits(tmp_path: Path) -> None:
    rows = [f"{i},name {i},{i * 2}" for i in range(100)]
    rows[40] = '40,"name 40,80'
    table = opened(tmp_path, "\n".join(["id,name,value", *rows]))
    assert (table.rows, table.rejects) == (100, ())
    assert table.column("name")[40].as_py() == '"name 40'
    assert any("1 damaged row" in str(reason) for reason in table.detection)


def test_an_open_quote_costs_one_line_where_its_row_does_not_fit(tmp_path: Path) -> None:
    rows = [f"{i},name {i},{i * 2}" for i in range(100)]
    rows[40] = '40,"name 40,eighty'
    table = opened(tmp_path, "\n".join(["id,name,value", *rows]))
    assert table.rows == 99
    assert [(r.line, r.text) for r in table.rejects] == [(42, '40,"name 40,eighty')]
    assert table.column("id").to_pylist() == [i for i in range(100) if i != 40]


def test_an_open_quote_before_quoted_cells_costs_one_line_at_most(tmp_path: Path) -> None:
    rows = [f'{i},"name ""{i}""",{i * 2}' for i in range(50)]
    rows[10] = '10,"name 10,20'
    rows[12] = '12,"name 12'
    table = opened(tmp_path, "\n".join(["id,name,value", *rows]))
    assert table.rows == 49
    assert table.column("name")[10].as_py() == '"name 10'
    assert [r.line for r in table.rejects] == [14]


def test_line_ends_inside_quotes_belong_to_the_cell(tmp_path: Path) -> None:
    table = opened(tmp_path, 'a,b\r\n1,"x\r\ny, z"\r\n2,"p\n\nq"\r\n,\r\n\r\n3,w\r\n')
    assert columns(table) == {"a": [1, 2, None, 3], "b": ["x\r\ny, z", "p\n\nq", None, "w"]}
    assert not table.rejects


def test_blank_lines_are_no_rows_but_lines_of_delimiters_are(tmp_path: Path) -> None:
    assert opened(tmp_path, "a,b\n\n1,x\n\n2,y\n\n\n").rows == 2
    assert opened(tmp_path, "a,b\n,\n1,x\n,\n2,y\n,").rows == 5
    table = opened(tmp_path, "a,b\n,\n\n1,x\noops\n\n,\n2,y\n")
    assert (table.rows, [r.line for r in table.rejects]) == (4, [5])


def test_cells_that_do_not_fit_are_listed_and_read_as_missing(tmp_path: Path) -> None:
    rows = [f"{i},{i}.5,2020-01-{i % 28 + 1:02}" for i in range(60)]
    rows[7] = "7,abt 16,2020-01-08"
    rows[9] = "9,9.5,yesterday"
    rows[11] = "eleven,11.5,2020-01-12"
    table = opened(tmp_path, "\n".join(["a,b,c", *rows]))
    assert [(m.row, m.line, m.column, m.text) for m in table.misfits] == [
        (7, 9, "b", "abt 16"),
        (9, 11, "c", "yesterday"),
        (11, 13, "a", "eleven"),
    ]
    assert table.column("b")[7].as_py() is None
    assert table.column("a").type == "int64"
    assert table.column("c").type == "timestamp[us]"


def test_types_are_decided_by_the_whole_file(tmp_path: Path) -> None:
    count = 120_000
    lines = [f"{i},{i % 7},2020-01-01,x{i % 5}" for i in range(count)]
    for i in range(count - 20_000, count):
        lines[i] = f"{i}.5,w{i % 3},word,7"
    table = opened(tmp_path, "\n".join(["a,b,c,d", *lines]))
    assert [str(table.column(name).type) for name in table.names] == [
        "double", "string", "string", "string",
    ]  # fmt: skip
    assert table.column("b")[0].as_py() == "0"
    assert table.column("a")[count - 1].as_py() == count - 0.5
    assert not table.misfits


def test_a_late_change_that_the_samples_miss_is_found(tmp_path: Path) -> None:
    lines = [f"{i % 1000},{i}" for i in range(200_000)]
    position = 150_000
    for i in range(position, position + 1200):  # about 13 kB, between two samples
        lines[i] = f"0{i % 1000},{i}.25"
    table = opened(tmp_path, "\n".join(["code,value", *lines]))
    assert table.column("code").type == "string"
    assert table.column("value")[position].as_py() == position + 0.25
    assert not table.misfits


def test_missing_tokens_are_found_per_column(tmp_path: Path) -> None:
    rows = ["31,?,NA,a", "NA,tech,1.5,b", "-,?,2.5,-", "40,sales,n/a,NA", "41,tech,3,c"]
    table = opened(tmp_path, "\n".join(["age,work,pay,note", *rows]))
    assert columns(table) == {
        "age": [31, None, None, 40, 41],
        "work": [None, "tech", None, "sales", "tech"],
        "pay": [None, 1.5, 2.5, None, 3.0],
        "note": ["a", "b", None, None, "c"],
    }
    assert table.tokens("age") == {"NA": 1, "-": 1}
    assert table.tokens("work") == {"?": 2}
    assert not table.misfits


def test_na_among_words_is_a_word_unless_the_file_uses_it_among_numbers(tmp_path: Path) -> None:
    table = opened(tmp_path, "code,n\nDE,1\nNA,2\nFR,3\n")
    assert table.column("code").to_pylist() == ["DE", "NA", "FR"]


def test_one_word_among_many_numbers_is_the_columns_own_token(tmp_path: Path) -> None:
    rows = [f"{i * 3}" if i % 4 else "refused" for i in range(60)]
    table = opened(tmp_path, "\n".join(["income,b", *(f"{r},1" for r in rows)]))
    assert table.column("income").type == "int64"
    assert table.tokens("income") == {"refused": 15}


def test_names_made_of_digits_stay_text(tmp_path: Path) -> None:
    table = opened(tmp_path, "zip,big,n\n01234,12345678901234567890,1\n98765,2,9007199254740993\n")
    assert columns(table) == {
        "zip": ["01234", "98765"],
        "big": ["12345678901234567890", "2"],
        "n": [1, 9007199254740993],
    }


def test_infinite_and_overflowing_numbers_do_not_fit(tmp_path: Path) -> None:
    rows = [f"{i}.5" for i in range(90)] + ["4e492493924924", "inf", "1e999", "nan"]
    table = opened(tmp_path, "\n".join(["v,w", *(f"{r},1" for r in rows)]))
    assert [m.text for m in table.misfits] == ["4e492493924924", "inf", "1e999"]
    assert table.column("v").null_count == 4


@pytest.mark.parametrize(
    ("cells", "first"),
    [
        (["2020-03-01", "2021-12-31"], "2020-03-01"),
        (["2020-03-01 10:20:30", "2021-12-31 00:00:00"], "2020-03-01 10:20:30"),
        (["2020-03-01T10:20:30Z", "2021-12-31T00:00:00+01:00"], "2020-03-01 10:20:30"),
        (["25/03/2020", "01/02/2021"], "2020-03-25"),
        (["03/25/2020", "01/02/2021"], "2020-03-25"),
        (["25.03.2020", "01.02.2021"], "2020-03-25"),
        (["2020/03/25", "2021/01/02"], "2020-03-25"),
        (["25 Mar 2020", "02 Jan 2021"], "2020-03-25"),
        (["2020年03月25日", "2021年01月02日"], "2020-03-25"),
        (["25/03/2020 14:30", "01/02/2021 00:00"], "2020-03-25 14:30:00"),
    ],
)
def test_dates_in_common_orders(tmp_path: Path, cells: list[str], first: str) -> None:
    table = opened(tmp_path, "\n".join(["when,n", *(f"{cell},1" for cell in cells)]))
    assert table.column("when").type == "timestamp[us]"
    assert table.cells("when", 0, 1) == [first]
    assert not table.misfits


def test_day_and_month_are_told_apart_over_the_whole_column(tmp_path: Path) -> None:
    early = [f"{i % 12 + 1:02}/{i % 12 + 1:02}/2020,{i}" for i in range(60_000)]
    late = [f"01/{i % 28 + 1:02}/2021,{i}" for i in range(60_000, 61_000)]
    table = opened(tmp_path, "\n".join(["when,n", *early, *late, *early]))
    assert not table.misfits
    assert table.cells("when", 60_000, 60_001) == ["2021-01-25"]


# Bad input ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("data", [b"", b"\n\n", b"  \r\n \t\n"])
def test_an_empty_file_is_refused(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(FileEmpty):
        opened(tmp_path, data)


def test_a_header_without_rows_is_refused(tmp_path: Path) -> None:
    with pytest.raises(HeaderOnly) as caught:
        opened(tmp_path, "a,b,c\n")
    assert caught.value.columns == 3


def test_one_row_is_a_table(tmp_path: Path) -> None:
    assert columns(opened(tmp_path, "a,b\n1,x")) == {"a": [1], "b": ["x"]}


def test_one_column_is_a_table(tmp_path: Path) -> None:
    assert columns(opened(tmp_path, "a\n1\n2\n\n3\n")) == {"a": [1, 2, 3]}
    assert columns(opened(tmp_path, 'a\n"x"\n""\n"y"\n')) == {"a": ["x", None, "y"]}


@pytest.mark.parametrize(
    ("data", "position", "words"),
    [
        (b"7z\xbc\xaf\x27\x1c", 0, "7z"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", 0, "PNG"),
        (b"\x89HDF\r\n\x1a\n", 0, "HDF5"),
        (b"text,then\n" + bytes(range(32)) * 20, 10, ""),
    ],
)
def test_a_binary_file_is_refused(tmp_path: Path, data: bytes, position: int, words: str) -> None:
    with pytest.raises(NotATable) as caught:
        opened(tmp_path, data)
    assert caught.value.position == position
    assert words in str(caught.value)


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileIsFolder):
        open_table(tmp_path)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileMissing):
        open_table(tmp_path / "none.csv")


def test_a_file_that_may_not_be_read_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path, "a,b\n1,2\n")
    real = Path.open

    def refuse(self: Path, *arguments: object, **named: object) -> object:
        if self == path:
            raise PermissionError(13, "Permission denied", str(path))
        return real(self, *arguments, **named)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(NoPermission):
        open_table(path)


def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, "a,b\n" + "1,2\n" * 10)

    def change(done: int, total: int) -> None:
        path.write_text("a,b\n" + "1,2\n" * 20)

    with pytest.raises(FileChanged):
        open_table(path, progress=change)
    assert not list(table_cache().iterdir())


def test_a_table_knows_when_its_file_changed_or_went(tmp_path: Path) -> None:
    path = write(tmp_path, "a,b\n1,2\n")
    table = open_table(path)
    assert not table.is_stale()
    path.write_text("a,b\n1,2\n3,4\n")
    assert table.is_stale()
    assert open_table(path).rows == 2
    path.unlink()
    assert table.is_stale()
    assert columns(table) == {"a": [1], "b": [2]}


def test_a_full_disk_is_reported_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("engine.data.open._write_report", full)
    with pytest.raises(DiskFull):
        opened(tmp_path, "a,b\n1,2\n")
    assert not list(table_cache().iterdir())


# Cache -------------------------------------------------------------------------------------------


def test_the_second_opening_reads_nothing_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path, "a,b\n1,2\n3,oops\n")
    first = open_table(path)
    monkeypatch.setattr("engine.data.open._convert", None)
    second = open_table(path)
    assert second.folder == first.folder
    assert columns(second) == columns(first)
    assert second.reading == first.reading
    assert second.detection == first.detection


def test_another_reading_is_another_table(tmp_path: Path) -> None:
    path = write(tmp_path, "1,2\n3,4\n")
    assert open_table(path).fingerprint != open_table(path, Reading(header=True)).fingerprint


@pytest.mark.parametrize("moment", [0, 2])
def test_cancelling_leaves_nothing_behind(tmp_path: Path, moment: int) -> None:
    path = write(tmp_path, "a,b\n" + "1,some more words\n" * 600_000)
    calls = iter(range(1000))
    with pytest.raises(Cancelled):
        open_table(path, cancelled=lambda: next(calls) >= moment)
    assert not list(table_cache().iterdir())


def test_progress_is_told_in_bytes(tmp_path: Path) -> None:
    path = write(tmp_path, "a,b\n" + "1,some more words\n" * 600_000)
    seen: list[tuple[int, int]] = []
    open_table(path, progress=lambda done, total: seen.append((done, total)))
    size = path.stat().st_size
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    assert len(seen) > 3
    assert seen[-1] == (size, size)


# Text and views ----------------------------------------------------------------------------------


def test_a_pasted_text_is_a_table_kept_in_the_workspace() -> None:
    table = open_text("a\tb\n1\tx\n2\ty\n", "Clipboard: today")
    assert columns(table) == {"a": [1, 2], "b": ["x", "y"]}
    assert table.path.is_relative_to(default_workspace())
    assert open_text("a\tb\n1\tx\n2\ty\n", "Clipboard: today").path == table.path


def test_frames_have_the_chosen_columns_and_rows(tmp_path: Path) -> None:
    table = opened(tmp_path, "a,b,c\n" + "".join(f"{i},{i}.5,x{i % 2}\n" for i in range(10)))
    frame = table.frame(["c", "a"], slice(2, 4))
    assert frame.to_dict("list") == {"c": ["x0", "x1"], "a": [2, 3]}
    import numpy as np

    assert table.frame(["b"], np.array([9, 0]))["b"].tolist() == [9.5, 0.5]
    assert table.frame().shape == (10, 3)
    assert table.frame(rows=slice(0, 10, 5))["a"].tolist() == [0, 5]


def test_cells_are_text_to_show(tmp_path: Path) -> None:
    table = opened(tmp_path, "a,b,c,d\n22.0,1,2020-01-01,x\n7.25,2,2020-01-02,\n,3,,y\n")
    assert table.cells("a", 0, 3) == ["22", "7.25", None]
    assert table.cells("b", 1, 9) == ["2", "3"]
    assert table.cells("c", 0, 3) == ["2020-01-01", "2020-01-02", None]
    assert table.cells("d", 0, 3) == ["x", None, "y"]


def test_every_detection_has_a_reason(tmp_path: Path) -> None:
    table = opened(tmp_path, "a;b\n1,5;x\n2,5;y\n")
    words = " ".join(str(reason) for reason in table.detection)
    for part in ("Encoding UTF-8", "semicolon", "Header", "Decimal mark “,”"):
        assert part in words
    assert None not in table.reading.model_dump(exclude={"part"}).values()
    assert infer_schema(table).rows == 2


@pytest.mark.parametrize(
    ("encoding", "pieces", "text", "misfits"),
    [
        ("utf-8", (b"a\xc3", b"\xffb"), "aÃÿb", 2),
        ("utf-8", (b"a\xc3", b"\xa9b"), "aéb", 0),
        ("utf-8-sig", (b"\xef\xbb", b"\xbfa\xffb"), "aÿb", 1),
        ("utf-16", (b"\xff\xfea\0\0", b"\xd8b\0"), "a\0Øb", 1),
        ("gb18030", (b"a\xd5", b"\xc5b\xff"), "a张bÿ", 1),
    ],
)
def test_pieces_of_a_character_are_put_together_and_bad_bytes_counted(
    encoding: str, pieces: tuple[bytes, ...], text: str, misfits: int
) -> None:
    decoder = Decoder(encoding, lenient=True)
    found = [decoder.decode(p, final=p is pieces[-1]) for p in pieces]
    assert ("".join(found), decoder.misfits) == (text, misfits)


def test_bad_bytes_in_the_header_do_not_shift_the_rows(tmp_path: Path) -> None:
    table = opened(tmp_path, b"\x01\x8d,b\n\x8d,2\n", Reading(header=True))
    assert table.column("b").to_pylist() == [2]
