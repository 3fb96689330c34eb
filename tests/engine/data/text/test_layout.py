"""What is found out about the layout of a file, how it is told, and what can be chosen instead."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.data.open import open_table
from engine.data.table import Table
from engine.data.text.text_stream import stream_text
from engine.errors import FileEmpty, HeaderOnly, ReadingUnfit, TrainyardError, Undecodable
from engine.recipe.reading import Reading, RowFix
from tests.engine.data.pollutions import all_pollutions

ROWS = [("Ann", "31", "1.5"), ("Bo", "42", "2.5"), ("Cy", "7", "3.25"), ("Di", "9", "4")]
TABLE = "name,age,size\n" + "".join(",".join(row) + "\n" for row in ROWS)


def saved(folder: Path, data: str | bytes) -> Path:
    path = folder / "data.csv"
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def opened(folder: Path, data: str | bytes, reading: Reading | None = None) -> Table:
    return open_table(saved(folder, data), reading)


def told(table: Table) -> str:
    return " ".join(map(str, table.detection))


# Names ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("above", "delimiter"),
    [
        ("# name,age,size\n", ","),
        ("# made in May\n#name,age,size\n", ","),
        ("##format=2\n##by=hand\n#name\tage\tsize\n", "\t"),
        ("# name age size\n", " "),
        ("% by hand\n% name;age;size\n\n", ";"),
    ],
)
def test_a_comment_may_name_the_columns(tmp_path: Path, above: str, delimiter: str) -> None:
    text = above + "".join(delimiter.join(row) + "\n" for row in ROWS)
    table = opened(tmp_path, text)
    assert table.names == ("name", "age", "size")
    assert table.column("age").to_pylist() == [31, 42, 7, 9]
    assert "the comment above the first row names the columns" in told(table)
    without = opened(tmp_path, text, Reading(header=False))
    assert (without.rows, without.names[0]) == (4, "column 1")


@pytest.mark.parametrize(
    "above", ["# made in May\n", "# by Ann, Bo, Cy\n", "# one,2,three\n", "# a,b\n", "# ,,\n"]
)
def test_other_comments_name_nothing(tmp_path: Path, above: str) -> None:
    assert opened(tmp_path, above + TABLE).names == ("name", "age", "size")
    assert opened(tmp_path, above + TABLE).rows == 4


def test_a_header_without_rows_has_names(tmp_path: Path) -> None:
    stream = stream_text(saved(tmp_path, "name,age,size\r\n"))
    assert (list(stream), stream.names) == ([], ("name", "age", "size"))
    with pytest.raises(HeaderOnly, match="Its columns: name, age, size") as caught:
        open_table(stream.path)
    assert caught.value.columns == 3


@pytest.mark.parametrize(
    ("text", "names", "rows"),
    [
        ("5\n", 1, [[5]]),
        ("1,2,x\n", 3, [[1, 2, "x"]]),
        ("a\n1\n2\n", 1, [[1], [2]]),
        ("a,b\n1,2", 2, [[1, 2]]),
        ("word\nother\nthird\n", 1, [["other"], ["third"]]),
        ("a b\n1 2\n", 2, [[1, 2]]),
    ],
)
def test_the_smallest_tables_are_read(
    tmp_path: Path, text: str, names: int, rows: list[list[object]]
) -> None:
    table = opened(tmp_path, text)
    assert len(table.names) == names
    columns = [table.column(name).to_pylist() for name in table.names]
    assert [list(row) for row in zip(*columns, strict=True)] == rows


@pytest.mark.parametrize("data", [b"", b"\n\n", b" \r\n\t\r\n", b"\xef\xbb\xbf\n", b"\0\0"])
def test_a_file_without_payload_is_said_to_be_empty(tmp_path: Path, data: bytes) -> None:
    with pytest.raises((FileEmpty, HeaderOnly)):
        opened(tmp_path, data)


def test_a_header_of_several_lines_is_joined_line_by_line(tmp_path: Path) -> None:
    text = "name,age,size\n" + TABLE
    assert opened(tmp_path, text).names == ("name name", "age age", "size size")
    table = opened(tmp_path, text, Reading(header_rows=1))
    assert table.names == ("name", "age", "size")
    assert [str(reject.reason) for reject in table.rejects] == ["The header stands here once more"]


# Below the table -----------------------------------------------------------------------------------


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be"])
def test_lines_below_the_table_can_be_left_out(tmp_path: Path, end: str, encoding: str) -> None:
    text = TABLE + "Sum,89,11.25\nby hand,0,0\n"
    table = opened(tmp_path, text.replace("\n", end).encode(encoding), Reading(footer_lines=2))
    assert table.column("name").to_pylist() == ["Ann", "Bo", "Cy", "Di"]
    assert table.reading.footer_lines == 2
    assert [(r.line, r.text, str(r.reason)) for r in table.rejects] == [
        (6, "Sum,89,11.25", "Below the table"),
        (7, "by hand,0,0", "Below the table"),
    ]


def test_lines_below_a_long_table_can_be_left_out(tmp_path: Path) -> None:
    text = "n,word\n" + "".join(f"{i},{'x' * 30}\n" for i in range(20_000))
    foot = "".join(f"{i},foot {'y' * 300}\n" for i in range(400))
    table = opened(tmp_path, text + foot.rstrip("\n"), Reading(footer_lines=400))
    assert table.rows == 20_000
    assert table.column("n")[-1].as_py() == 19_999


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_notes_below_lines_of_delimiters_are_found(tmp_path: Path, end: str) -> None:
    text = TABLE + ",,\n,,\nAll sizes by hand,,\n,,\nSource: the office\n,,\n\n"
    table = opened(tmp_path, text.replace("\n", end))
    assert table.column("name").to_pylist() == ["Ann", "Bo", "Cy", "Di"]
    assert [(reject.line, reject.text) for reject in table.rejects] == [
        (8, "All sizes by hand,,"),
        (10, "Source: the office"),
    ]
    assert table.reading.footer_lines == 7
    assert "7 lines below the table" in told(table)
    kept = opened(tmp_path, text.replace("\n", end), Reading(footer_lines=0))
    assert kept.rows > 4


def test_many_lines_of_delimiters_at_the_end_are_no_rows(tmp_path: Path) -> None:
    table = opened(tmp_path, TABLE + ",,\n" * 50_000)
    assert (table.rows, table.rejects, table.reading.footer_lines) == (4, (), 50_000)
    assert table.column("age").to_pylist() == [31, 42, 7, 9]


@pytest.mark.parametrize("row", [",,", "x,,", "only,one,", ",5,"])
def test_a_sparse_last_row_is_no_footer(tmp_path: Path, row: str) -> None:
    assert opened(tmp_path, TABLE + row + "\n").rows == 5


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(
    "total", ["Total,,", "Total:,,\nall sizes by hand,,", ",合计,", "SUM,,\n,,"]
)
def test_a_total_without_a_number_ends_the_table(tmp_path: Path, total: str, end: str) -> None:
    table = opened(tmp_path, (TABLE + total + "\n").replace("\n", end))
    assert table.column("name").to_pylist() == ["Ann", "Bo", "Cy", "Di"]
    assert table.rejects[0].text == total.splitlines()[0]
    assert str(table.rejects[0].reason) == "Below the table"


@pytest.mark.parametrize(
    "row", ["Total,9,", '"Ed\nTotal\n",9,1.5', '1,2,"Ed\nTotal\nFay"', "Totals of,,"]
)
def test_what_is_only_like_a_total_is_a_row(tmp_path: Path, row: str) -> None:
    table = opened(tmp_path, TABLE + row + "\n")
    assert (table.rows, table.rejects) == (5, ())


def test_a_line_below_the_table_can_be_taken_back(tmp_path: Path) -> None:
    text = TABLE + ",,\n,,\nEd;5;6,,\n,,\nnote,,\n"
    fixes = (
        RowFix(line=8, found="Ed;5;6,,", text="Ed,5,6"),
        RowFix(line=10, found="note,,", text=""),
    )
    table = opened(tmp_path, text, Reading(fixes=fixes))
    assert table.column("name").to_pylist() == ["Ann", "Bo", "Cy", "Di", "Ed"]
    assert (table.rejects, table.left_out, table.rows_in) == ((), 1, 6)
    assert [(repair.line, repair.row) for repair in table.repairs] == [(8, 4)]


@pytest.mark.parametrize("reading", [Reading(footer_lines=5), Reading(skip_lines=5)])
def test_no_more_lines_can_be_left_out_than_there_are(tmp_path: Path, reading: Reading) -> None:
    with pytest.raises(ReadingUnfit, match="5 lines"):
        opened(tmp_path, TABLE, reading)
    with pytest.raises(TrainyardError):
        opened(tmp_path, TABLE, Reading(footer_lines=40, skip_lines=3))


@pytest.mark.parametrize("width", [3, 4, 6])
def test_another_table_with_some_of_the_columns_is_below_the_table(
    tmp_path: Path, width: int
) -> None:
    header = ["day", "count", "word", "price", "note"]
    rows = [[f"2021-01-{i:02}", str(i), f"word {i}", f"{i}.5", ""] for i in range(1, 21)]
    other = [[*row, "more"] for row in (header, *rows)]
    lines = [*(header, *rows), *(row[:width] for row in other)]
    table = opened(tmp_path, "\n".join(map(",".join, lines)) + "\n")
    assert table.rows == 20
    assert len(table.rejects) == 21
    assert str(table.rejects[1].reason) == f"Below the table: {width} fields, 5 expected"


# Bytes ---------------------------------------------------------------------------------------------


def test_lines_in_another_encoding_are_told_with_their_numbers(tmp_path: Path) -> None:
    rows = [f"{i},Zoë Bräu".encode() for i in range(400)]
    for place in (17, 200, 201):
        rows[place] = f"{place},Zoë Bräu".encode("cp1252")
    table = opened(tmp_path, b"n,name\r\n" + b"\r\n".join(rows) + b"\r\n")
    assert set(table.column("name").to_pylist()) == {"Zoë Bräu"}
    assert "In 6 places" in told(table)
    assert "(lines 19, 202, 203)" in told(table)


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_lines_may_end_in_returns_alone(tmp_path: Path, mark: bytes) -> None:
    table = opened(tmp_path, mark + TABLE.replace("\n", "\r").encode())
    assert table.names == ("name", "age", "size")
    assert table.column("age").to_pylist() == [31, 42, 7, 9]


# Telling -------------------------------------------------------------------------------------------


def test_every_property_is_told_with_a_reason_and_a_confidence(tmp_path: Path) -> None:
    text = "Visits\nin May\n\nn;word;price\n;text;euro\n" + "".join(
        f"{i};'it''s; {i}';{i},5\n" for i in range(9)
    )
    table = opened(tmp_path, "# by hand\n" + text)
    found = {each.field: each for each in table.detected}
    told_of = {"encoding", "delimiter", "quote", "comment", "skip_lines", "header", "decimal"}
    assert told_of <= set(found)
    assert all(0 < each.confidence < 1 and str(each.reason) for each in found.values())
    assert {str(each.reason) for each in found.values()} <= set(map(str, table.detection))
    assert Table.load(table.folder).detected == table.detected


def test_confidence_falls_with_the_evidence(tmp_path: Path) -> None:
    def confidence(text: str, field: str) -> float:
        table = opened(tmp_path, text)
        return next(each.confidence for each in table.detected if each.field == field)

    ragged = TABLE + "".join(f"x{i},1\n" for i in range(3))
    assert confidence(ragged, "delimiter") < confidence(TABLE, "delimiter")
    words = "red,green\nblue,white\nblack,grey\n"
    assert confidence(words, "header") < confidence(TABLE, "header")
    whole = "n,m\n1,2\n3,4\n"
    assert confidence(whole, "decimal") < confidence(TABLE, "decimal")


CHOSEN = Reading(
    encoding="cp1252", delimiter=";", quote="'", escape="\\", comment="#", skip_lines=1,
    header=True, header_rows=2, decimal=",", thousands=".", footer_lines=1, repair=False,
)  # fmt: skip


def test_everything_can_be_chosen(tmp_path: Path) -> None:
    text = "above\nn;m\na;b\n# no row\n1.234,5;'x\\'y;z'\n2,5;'w\ntotal;3\n"
    table = opened(tmp_path, text, CHOSEN)
    assert table.names == ("n a", "m b")
    assert table.column("n a").to_pylist() == [1234.5]
    assert table.column("m b").to_pylist() == ["x'y;z"]
    assert [reject.line for reject in table.rejects] == [6, 7]
    chosen = {each.field: each.confidence for each in table.detected}
    assert set(chosen) == set(CHOSEN.model_fields_set) - {"repair"}
    assert set(chosen.values()) == {1.0}
    assert table.reading == CHOSEN


@pytest.mark.parametrize(
    ("reading", "told"),
    [
        (Reading(delimiter=",", quote=","), "Delimiter and quote are both “,”"),
        (Reading(delimiter=";", comment=";"), "Delimiter and mark of comments are both"),
        (Reading(delimiter="|", escape="|"), "Delimiter and escape are both"),
        (Reading(quote="#", comment="#"), "Quote and mark of comments are both"),
        (Reading(decimal=",", thousands=","), "Decimal mark and mark between thousands are both"),
        (Reading(delimiter="\n"), "A line end can only end lines"),
        (Reading(quote="\r"), "A line end can only end lines"),
        (Reading(delimiter="\0"), "NUL characters are left out"),
        (Reading(delimiter="::"), "“::” is more than one character"),
        (Reading(encoding="klingon"), "“klingon” is the name of no encoding"),
        (Reading(header=True, header_rows=5, skip_lines=3), "A header of 5 lines"),
    ],
)
def test_choices_that_cannot_be_followed_are_refused_with_the_reason(
    tmp_path: Path, reading: Reading, told: str
) -> None:
    with pytest.raises(ReadingUnfit, match=told) as caught:
        opened(tmp_path, TABLE, reading)
    assert "data.csv" in str(caught.value)


@pytest.mark.parametrize(
    ("delimiter", "quote", "escape"),
    [("¦", '"', ""), (",", "“", ""), (";", '"', "§"), ("x", '"', ""), (".", "", "")],
)
def test_any_character_can_be_chosen(
    tmp_path: Path, delimiter: str, quote: str, escape: str
) -> None:
    text = TABLE.replace("1.5", "1").replace("2.5", "2").replace("3.25", "3")
    reading = Reading(delimiter=delimiter, quote=quote, escape=escape)
    table = opened(tmp_path, text.replace(",", delimiter), reading)
    assert table.names == ("name", "age", "size")
    assert table.column("age").to_pylist() == [31, 42, 7, 9]


def test_a_chosen_encoding_must_suit_all_bytes(tmp_path: Path) -> None:
    with pytest.raises(Undecodable):
        opened(tmp_path, TABLE.encode() + b"\xff\xfe,1,2\n", Reading(encoding="utf-8"))


@pytest.mark.parametrize(
    ("thousands", "found"),
    [(None, 2100.0), ("", "2 100"), (" ", 2100.0), (",", "2 100"), ("'", "2 100")],
)
def test_the_mark_between_thousands_can_be_chosen(
    tmp_path: Path, thousands: str | None, found: object
) -> None:
    text = "word;n\n" + "".join(f"x{i};2 {i}\n" for i in range(100, 140))
    reading = Reading.model_validate({"thousands": thousands})
    assert opened(tmp_path, text, reading).column("n")[0].as_py() == found


def test_a_comma_between_thousands_leaves_the_point_for_decimals(tmp_path: Path) -> None:
    text = "word;n\n" + "".join(f"x{i};1,{i}\n" for i in range(100, 140))
    table = opened(tmp_path, text, Reading(thousands=","))
    assert (table.column("n")[0].as_py(), table.reading.decimal) == (1100, ".")


def test_what_was_found_can_be_given_back(tmp_path: Path) -> None:
    """Reading a file as it was found to be written gives the same table."""
    for polluted in all_pollutions(60):
        path = saved(tmp_path, polluted.data)
        try:
            first = open_table(path)
        except TrainyardError:
            continue
        again = open_table(path, first.reading)
        assert again.reading == first.reading, polluted.name
        assert (again.names, again.rows) == (first.names, first.rows), polluted.name
        assert again.rejects == first.rejects, polluted.name


def test_the_decimal_mark_is_seen_in_numbers_with_signs_and_units_too(tmp_path: Path) -> None:
    path = tmp_path / "prices.csv"
    path.write_text("price;weight\n" + "".join(f"{i},50 €;{i},25 kg\n" for i in range(1, 40)))
    table = open_table(path)
    assert table.reading.decimal == ","
    assert table.column("price")[0].as_py() == 1.5


def test_blank_rows_below_a_header_alone_are_rows(tmp_path: Path) -> None:
    path = tmp_path / "blank.csv"
    path.write_text("a,b,c\n,,\n,,\n")
    assert open_table(path).rows == 2
