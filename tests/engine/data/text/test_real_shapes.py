"""Shapes of tables that offices and instruments publish: titles, grouped names, notes, odd ends."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.data.open import open_table
from engine.data.table import Table
from engine.data.text.text_stream import stream_text
from engine.errors import TrainyardError
from engine.recipe.reading import Reading


def opened(folder: Path, text: str, reading: Reading | None = None) -> Table:
    path = folder / "data.csv"
    path.write_bytes(text.encode())
    return open_table(path, reading)


def names(folder: Path, text: str) -> tuple[str, ...]:
    return opened(folder, text).names


def told(table: Table) -> str:
    return " ".join(map(str, table.detection))


# Headers of several lines ---------------------------------------------------------------------------

TRIPS = """12.05.21,Oslo,,£40.50,£12.00,,52.5
13.05.21,Bergen,£99.00,,£7.10,£80.00,186.1
,with a guest,,,,,
15.05.21,Narvik,,£60.00,,,60
"""


def test_a_line_of_names_may_fill_the_gaps_of_groups(tmp_path: Path) -> None:
    text = "Day,Place,Travel,,,Hotel,Sum\n,,Air,Rail,Taxi,,\n" + TRIPS
    table = opened(tmp_path, text)
    assert table.names == (
        "Day",
        "Place",
        "Travel Air",
        "Travel Rail",
        "Travel Taxi",
        "Hotel",
        "Sum",
    )
    assert (table.rows, table.reading.header_rows) == (4, 2)
    assert opened(tmp_path, text, Reading(header_rows=1)).names[2:4] == ("Travel", "column 4")


def test_blank_lines_may_stand_in_a_header(tmp_path: Path) -> None:
    text = "Day,Place,Travel,,,Hotel,Sum\n,,,,,,\n,,Air,Rail,Taxi,,\n" + TRIPS
    assert names(tmp_path, text)[2:5] == ("Travel Air", "Travel Rail", "Travel Taxi")
    assert opened(tmp_path, text).rows == 4


def test_names_may_stand_on_three_levels(tmp_path: Path) -> None:
    text = (
        "Branch,Staff,,,,Others,,Pay,\n"
        ",Junior,,Senior,,Guests,,Wages,Extra\n"
        ",Heads,Hours,Heads,Hours,Heads,Hours,,\n"
        "North,12,400.5,3,90,0,0,£900,£20\n"
        "South,7,200,2,64.5,1,8,£700,\n"
        "East,9,320,,,2,11,£810,£15\n"
    )
    table = opened(tmp_path, text)
    assert table.names == (
        "Branch", "Staff Junior Heads", "Staff Junior Hours", "Staff Senior Heads",
        "Staff Senior Hours", "Others Guests Heads", "Others Guests Hours", "Pay Wages", "Pay Extra",
    )  # fmt: skip
    assert table.rows == 3


def test_a_title_above_names_in_steps_names_its_column_alone(tmp_path: Path) -> None:
    text = (
        "Persons employed,,,,\n,,,2013-14,2012-13\n,,,Total,Total\nUnit,Staff,Guests,,\n"
        "Harbour,60,-,60,58\nPark,11,3,14,12\nSchool,22,4,26,-\n"
    )
    table = opened(tmp_path, text)
    assert table.names == (
        "Persons employed Unit", "Staff", "Guests", "2013-14 Total", "2012-13 Total",
    )  # fmt: skip
    assert table.column("Guests").to_pylist() == [None, 3, 4]


@pytest.mark.parametrize(
    "row",
    [
        "x1,Ann,guest,,",  # a word below a column without a name, which holds words
        "x1,,,,",
        ",,,,",
        "x1,Ann,,,7",
    ],
)
def test_a_first_row_with_gaps_is_no_name(tmp_path: Path, row: str) -> None:
    text = f"code,name,,score,age\n{row}\nx2,Bo,host,3,41\nx3,Cy,guest,5,17\nx4,Di,host,4,30\n"
    table = opened(tmp_path, text)
    assert (table.rows, table.names[0], table.reading.header_rows) == (4, "code", 1)


def test_years_in_a_row_name_columns(tmp_path: Path) -> None:
    rows = "North,5,6,7\nSouth,8,9,10\nEast,3,4,5\n"
    assert names(tmp_path, ",2019,2020,2021\n" + rows) == ("column 1", "2019", "2020", "2021")
    grouped = "Area,People,,\n,2019,2020,2021\n" + rows
    assert names(tmp_path, grouped) == ("Area", "People 2019", "People 2020", "People 2021")
    born = "Name,Years,\nAnn,1950,2019\nBo,1961,2001\nCy,1970,1999\n"
    assert opened(tmp_path, born).rows == 3


def test_many_copies_of_a_header_do_not_make_it_a_row(tmp_path: Path) -> None:
    lines = [f"x{n},{'abc'[n % 3]}\n" + ("name,kind\n" if n % 25 == 24 else "") for n in range(100)]
    table = opened(tmp_path, "name,kind\n" + "".join(lines))
    assert (table.names, table.rows, len(table.rejects)) == (("name", "kind"), 100, 4)


def test_names_over_several_lines_are_shown_on_one(tmp_path: Path) -> None:
    text = '"Unit \r\nname","Full-time\nequivalent","Full-time equivalent"\nPark,1.5,2\nSea,2.5,3\n'
    table = opened(tmp_path, text)
    assert table.names == ("Unit name", "Full-time equivalent", "Full-time equivalent (2)")
    assert table.column("Full-time equivalent").to_pylist() == [1.5, 2.5]


def test_groups_reach_to_the_next_label(tmp_path: Path) -> None:
    text = ",Depth,,Heat,\nsite,low,high,low,high\na,1,2,3,4\nb,5,6,7,8\n"
    assert names(tmp_path, text) == ("site", "Depth low", "Depth high", "Heat low", "Heat high")


# Above the table ------------------------------------------------------------------------------------


def test_a_title_may_stand_above_two_columns(tmp_path: Path) -> None:
    text = "Spending on travel,\n,\nKind,Amount\nHotels,227.5\nRail,198.25\nFlights,6.5\n"
    table = opened(tmp_path, text)
    assert (table.names, table.rows) == (("Kind", "Amount"), 3)
    assert "2 lines above the table were left out" in told(table)


def test_a_first_row_without_a_value_is_no_title(tmp_path: Path) -> None:
    table = opened(tmp_path, "Kind,Amount\nHotels,\nRail,198.25\nFlights,6.5\n")
    assert (table.names, table.rows) == (("Kind", "Amount"), 3)


def test_an_instrument_may_set_its_remarks_and_names_behind_a_mark(tmp_path: Path) -> None:
    text = (
        "#FILE:    ,run4  \n#DECIMAL: ,POINT \n#REMARK:  ,\n#RANGE:   ,20/5.0(K/min)/120\n\n"
        "##Temp./C,Time/min,E'(1 Hz)/MPa,E\"(1 Hz)/MPa\n"
        + "".join(f" {21 + n / 7:.5f}, {n / 20:.5f},{5353 - n},{302 + n}\n" for n in range(20))
    )
    table = opened(tmp_path, text + "\n")
    assert table.names == ("Temp./C", "Time/min", "E'(1 Hz)/MPa", 'E"(1 Hz)/MPa')
    assert (table.rows, table.rejects) == (20, ())


@pytest.mark.parametrize(
    ("first", "delimiter"), [("sep=;", ";"), ('"sep=;"', ";"), ("SEP=\t", "\t"), ("sep=|\r", "|")]
)
def test_the_first_line_may_say_the_delimiter(tmp_path: Path, first: str, delimiter: str) -> None:
    rows = [["name", "size, cm"], ["Ann", "1,5"], ["Bo", "2,5"], ["Cy", "3,5"]]
    table = opened(tmp_path, f"{first}\n" + "".join(delimiter.join(row) + "\n" for row in rows))
    assert (table.names, table.rows) == (("name", "size, cm"), 3)
    assert (table.reading.delimiter, table.reading.skip_lines) == (delimiter, 1)
    assert "the first line of the file says it" in told(table)
    assert opened(tmp_path, "name,sep=;\nAnn,1\nBo,2\n").names == ("name", "sep=;")
    again = opened(tmp_path, f"{first}\na;b,c\n1;2,5\n", Reading(delimiter=","))
    assert again.reading.delimiter == ("," if delimiter != "," else delimiter)


@pytest.mark.parametrize("text", ["sep=;\n", "sep=;"])
def test_a_delimiter_alone_is_no_table(tmp_path: Path, text: str) -> None:
    with pytest.raises(TrainyardError):
        opened(tmp_path, text)


# At the end of the lines ----------------------------------------------------------------------------


def test_a_quoted_line_end_after_the_last_name_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "data.csv"
    path.write_text('"name";"time"\n"a";"1.5";"\n"\n"b";"2.5";"\n"\n')
    stream = stream_text(path)
    rows = [row for batch in stream for row in batch.to_pylist()]
    assert stream.names == ("name", "time", "column 3")
    assert [tuple(row.values()) for row in rows] == [("a", "1.5", "\n"), ("b", "2.5", "\n")]


def test_numbers_of_rows_without_a_name_are_told_from_an_odd_end(tmp_path: Path) -> None:
    assert names(tmp_path, "name,size\n1,Ann,5\n2,Bo,6\n")[1:] == ("name", "size")
    assert names(tmp_path, "name,size\nAnn,5,\nBo,6,\n") == ("name", "size")


def test_names_without_fields_are_told(tmp_path: Path) -> None:
    table = opened(tmp_path, "name,size,Approve,Reject\nAnn,5\nBo,6\nCy,7\n")
    assert (table.names, table.rows) == (("name", "size"), 3)
    assert "2 names more than the rows have fields; they were left out: Approve, Reject" in told(
        table
    )
    assert "left out" not in told(opened(tmp_path, "name,,size\nAnn,5\nBo,6\nCy,7\n"))


# Below the table ------------------------------------------------------------------------------------


def test_a_title_below_a_blank_row_tells_of_another_table(tmp_path: Path) -> None:
    first = "Unit,Heads,Pay\nPark,1,5\nHarbour,2,6\nSchool,4,7\n"
    text = "Staff,,\n" + first + ",,\n\nGuests,,\nFrom,Number,Days\nOslo,3,4\nBergen,4,5\n"
    table = opened(tmp_path, text)
    assert table.names == ("Unit", "Heads", "Pay")
    assert "Another table may begin in line 8: a title stands there" in told(table)
    (doubt,) = (each for each in table.detected if "Another table" in str(each.reason))
    assert (doubt.field, doubt.is_doubtful) == ("footer_lines", True)
    alone = opened(tmp_path, text, Reading(footer_lines=6))
    assert (alone.rows, "Another table" in told(alone)) == (3, False)


@pytest.mark.parametrize(
    "below",
    ["", ",,\nnote,,\n", ",,\nnote,,\nPark,,\n", "Park,,\nHill,2,3\n", ",,\nHill,2,3\nSea,1,4\n"],
)
def test_gaps_and_notes_tell_of_no_other_table(tmp_path: Path, below: str) -> None:
    text = "Unit,Heads,Pay\nPark,1,5\nHarbour,2,6\nSchool,4,7\n" + below
    assert "Another table" not in told(opened(tmp_path, text))
