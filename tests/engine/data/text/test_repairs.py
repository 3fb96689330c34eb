"""Rows that were set right: by the reader, by a person; and what is proposed for the others."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from engine.data.corrections.proposals import proposals
from engine.data.open import open_files, open_table
from engine.data.problems import export_repairs
from engine.data.table import Table
from engine.data.text.records import Dialect
from engine.data.text.stray_quotes import StrayQuotes
from engine.data.text.text_stream import stream_text
from engine.recipe.reading import Reading, RowFix

NAMES = ("Braund, Mr. Owen", "Cumings, Mrs. John", "Heikkinen, Miss. Laina", "Allen, Mr. William")
HEADER = "id,class,name,sex,fare,cabin"


def line(number: int) -> str:
    sex = ("male", "female")[number % 2]
    cabin = f"C{number}" if number % 3 == 0 else ""
    name = NAMES[number % len(NAMES)]
    return f'{number},{number % 3 + 1},"{name}",{sex},{number * 1.25 + 0.125},{cabin}'


def lines() -> list[str]:
    return [HEADER, *map(line, range(1, 81))]


def opened(folder: Path, rows: list[str], reading: Reading | None = None) -> Table:
    path = folder / "people.csv"
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return open_table(path, reading)


def fixed(table: Table, *texts: str) -> Reading:
    """The reading in which the rejected rows are replaced, one after the other."""
    fixes = [
        RowFix(line=reject.line, found=reject.text, text=text)
        for reject, text in zip(table.rejects, texts, strict=True)
    ]
    return Reading(fixes=tuple(fixes))


def one_amiss(folder: Path, number: int, text: str) -> Table:
    rows = lines()
    rows[number] = text
    return opened(folder, rows)


def test_every_row_that_was_set_right_is_on_record(tmp_path: Path) -> None:
    rows = lines()
    rows[5] += ","
    rows[7] = rows[7].replace(",female,", ',"female,')
    table = opened(tmp_path, rows)
    first, second = table.repairs
    assert (first.line, first.row, first.text) == (6, 4, rows[5])
    assert first.became == ("5", "3", "Cumings, Mrs. John", "female", "6.375", "")
    assert str(first.reason) == "1 blank field too many was left out"
    assert (second.line, second.row, second.by_hand) == (8, 6, False)
    assert second.text == rows[7]
    assert str(second.reason) == "A stray quote was read as a character"
    found = [str(table.column(name)[first.row].as_py() or "") for name in table.names]
    assert found == list(first.became)
    assert Table.load(table.folder).repairs == table.repairs


def test_what_was_set_right_can_be_saved(tmp_path: Path) -> None:
    rows = lines()
    rows[5] += ","
    table = opened(tmp_path, rows)
    destination = tmp_path / "repairs.csv"
    assert export_repairs(table, destination) == 1
    found = list(csv.reader(destination.read_text(encoding="utf-8").splitlines()))
    assert found[0] == ["line", "reason", "text", *table.names]
    assert found[1][:3] == ["6", "1 blank field too many was left out", rows[5]]
    assert tuple(found[1][3:]) == table.repairs[0].became


def test_nothing_is_set_right_unless_wanted(tmp_path: Path) -> None:
    rows = lines()
    rows[5] += ","
    rows[7] = rows[7].replace(",female,", ',"female,')
    rows[9] = rows[9].replace('John"', 'John"!')
    table = opened(tmp_path, rows, Reading(repair=False))
    assert table.repairs == ()
    assert [reject.line for reject in table.rejects] == [6, 8, 10]
    assert table.rows_in == 80
    assert table.reading.repair is False


def test_a_quote_that_closes_amid_a_field_is_told_of(tmp_path: Path) -> None:
    rows = [*lines()[:4], '4,1,"Ann"e,male,2.5,', *lines()[5:]]
    table = opened(tmp_path, rows)
    assert [repair.line for repair in table.repairs] == [5]
    assert table.rows == 80
    assert [r.line for r in opened(tmp_path, rows, Reading(repair=False)).rejects] == [5]


@pytest.mark.parametrize(
    "text",
    ['3,"a, b"  ,x', '3,"a, b","x" ', '3,5" nail,x', '3,"a ""b"" c",x', '3,5" by 6" board,x'],
)
def test_quotes_that_are_characters_are_no_damage(tmp_path: Path, text: str) -> None:
    path = tmp_path / "nails.csv"
    path.write_text("\n".join(["n,what,more", *[text] * 20, "4,short,y"]) + "\n")
    stream = stream_text(path)
    assert sum(batch.num_rows for batch in stream) == 21
    assert (stream.repairs, stream.rejects) == ((), ())


def test_a_rejected_row_is_taken_back_as_it_was_written_anew(tmp_path: Path) -> None:
    table = one_amiss(tmp_path, 10, "10,2,Ali, Mr. Ahmed,male,7.05,")
    assert (table.rows, table.rejects[0].line) == (79, 11)
    again = open_table(table.path, fixed(table, '10,2,"Ali, Mr. Ahmed",male,7.05,'))
    assert (again.rows, again.rejects, again.left_out) == (80, (), 0)
    assert again.column("name")[9].as_py() == "Ali, Mr. Ahmed"
    repair = again.repairs[0]
    assert (repair.line, repair.row, repair.by_hand) == (11, 9, True)
    assert again.lines(np.array([8, 9, 10])).tolist() == [10, 11, 12]
    assert any("1 row was corrected by hand" in str(reason) for reason in again.detection)


def test_a_rejected_row_can_be_left_out_for_good(tmp_path: Path) -> None:
    table = one_amiss(tmp_path, 10, "10,2,Ali, Mr. Ahmed,male,7.05,")
    again = open_table(table.path, fixed(table, ""))
    assert (again.rows, again.rejects, again.left_out, again.rows_in) == (79, (), 1, 80)
    assert again.lines(np.array([8, 9])).tolist() == [10, 12]


def test_a_correction_that_does_not_fit_stays_rejected_with_the_reason(tmp_path: Path) -> None:
    table = one_amiss(tmp_path, 10, "10,2,Ali, Mr. Ahmed,male,7.05,")
    again = open_table(table.path, fixed(table, "10,2,Ali"))
    assert [str(r.reason) for r in again.rejects] == ["As corrected: 3 fields, 6 expected"]
    assert again.rejects[0].text == table.rejects[0].text
    again = open_table(table.path, fixed(table, '10,2,"Ali,male,7.05,,'))
    assert [str(r.reason) for r in again.rejects] == [
        "As corrected: a quote is opened and not closed"
    ]


def test_a_correction_holds_only_where_line_and_text_agree(tmp_path: Path) -> None:
    damaged = "10,2,Ali, Mr. Ahmed,male,7.05,"
    table = one_amiss(tmp_path, 10, damaged)
    reading = fixed(table, '10,2,"Ali, Mr. Ahmed",male,7.05,')
    rows = lines()
    rows[12] = damaged
    assert [r.line for r in opened(tmp_path, rows, reading).rejects] == [13]
    rows[10] = damaged
    assert [r.line for r in opened(tmp_path, rows, reading).rejects] == [13]
    rows[10] = damaged.replace("Ali", "Eve")
    assert [r.line for r in opened(tmp_path, rows, reading).rejects] == [11, 13]


def test_corrections_find_their_line_below_cells_of_several_lines(tmp_path: Path) -> None:
    rows = lines()
    rows[4] = '4,2,"Braund,\nMr. Owen\njunior",male,5.125,'
    rows[10] = "10,2,Ali, Mr. Ahmed,male,7.05,"
    table = opened(tmp_path, rows)
    assert [reject.line for reject in table.rejects] == [13]
    again = open_table(table.path, fixed(table, '10,2,"Ali, Mr. Ahmed",male,7.05,'))
    assert (again.rows, again.rejects) == (80, ())
    assert again.column("name")[9].as_py() == "Ali, Mr. Ahmed"
    other = RowFix(line=11, found=rows[10], text="")
    assert open_table(table.path, Reading(fixes=(other,))).left_out == 0


def test_rows_are_taken_back_by_the_slow_reader_too(tmp_path: Path) -> None:
    rows = [row.replace(",", ", ") for row in lines()]
    rows[10] = "10, 2, Ali, Mr. Ahmed, male, 7.05, "
    table = opened(tmp_path, rows)
    assert [reject.line for reject in table.rejects] == [11]
    again = open_table(table.path, fixed(table, '10, 2, "Ali, Mr. Ahmed", male, 7.05, '))
    assert (again.rows, again.rejects) == (80, ())
    assert open_table(table.path, fixed(table, "")).left_out == 1


def test_a_row_that_the_reader_set_right_can_be_written_otherwise(tmp_path: Path) -> None:
    rows = lines()
    rows[5] += ","
    table = opened(tmp_path, rows)
    fix = RowFix(line=6, found=rows[5], text='5,3,"Somebody else",female,1.5,')
    again = open_table(table.path, Reading(fixes=(fix,)))
    assert again.column("name")[4].as_py() == "Somebody else"
    assert [repair.by_hand for repair in again.repairs] == [True]


def test_corrections_of_several_files_are_told_apart_by_their_names(tmp_path: Path) -> None:
    damaged = "10,2,Ali, Mr. Ahmed,male,7.05,"
    rows = lines()
    rows[10] = damaged
    paths = [tmp_path / name for name in ("one.csv", "two.csv")]
    for path in paths:
        path.write_text("\n".join(rows) + "\n")
    table = open_files(paths)
    assert [(r.file, r.line) for r in table.rejects] == [("one.csv", 11), ("two.csv", 11)]
    fix = RowFix(line=11, found=damaged, text='10,2,"Ali, Mr. Ahmed",male,7.05,', file="two.csv")
    again = open_files(paths, Reading(fixes=(fix,)))
    assert [reject.file for reject in again.rejects] == ["one.csv"]
    assert [(repair.file, repair.row) for repair in again.repairs] == [("two.csv", 79 + 9)]
    assert len(again.repairs[0].became) == len(again.names)
    assert again.column("name")[79 + 9].as_py() == "Ali, Mr. Ahmed"


@pytest.mark.parametrize(
    ("damaged", "label", "text"),
    [
        (
            "10,2,Ali, Mr. Ahmed,male,7.05,",
            "Quote name",
            '10,2,"Ali, Mr. Ahmed",male,7.05,',
        ),
        (
            '10,2,Ali, Mr. "Al" Ahmed,male,7.05,',
            "Quote name",
            '10,2,"Ali, Mr. ""Al"" Ahmed",male,7.05,',
        ),
        ('10,2,Ali, Mr. Ahmed",male,7.05,', "Open the quote", '10,2,"Ali, Mr. Ahmed",male,7.05,'),
        (
            '10,2,"Ali, Mr. Ahmed"male,7.05,C1',
            "Put a delimiter after the quote",
            '10,2,"Ali, Mr. Ahmed",male,7.05,C1',
        ),
        (
            '10,2,"Ali, Mr. Ahmed",male,7,05,C1',
            "Read fare as 7.05",
            '10,2,"Ali, Mr. Ahmed",male,7.05,C1',
        ),
        (
            '102,"Ali, Mr. Ahmed",male,7.05,C1',
            "Set id and class apart",
            '10,2,"Ali, Mr. Ahmed",male,7.05,C1',
        ),
        ('10,2,"Ali, Mr. Ahmed",7.05,C1', "Leave sex blank", '10,2,"Ali, Mr. Ahmed",,7.05,C1'),
        ('10,2,"Ali, Mr. Ahmed",male', "Leave 2 columns blank", '10,2,"Ali, Mr. Ahmed",male,,'),
    ],
)
def test_what_a_rejected_row_may_have_meant_is_proposed(
    tmp_path: Path, damaged: str, label: str, text: str
) -> None:
    table = one_amiss(tmp_path, 10, damaged)
    assert [reject.text for reject in table.rejects] == [damaged]
    proposed = proposals(table, table.rejects[0])
    assert (str(proposed[0].label), proposed[0].text) == (label, text)
    again = open_table(table.path, fixed(table, text))
    assert (again.rows, again.rejects) == (80, ())


def test_every_proposal_can_be_read(tmp_path: Path) -> None:
    rows = lines()
    rows[10] = "10,2,Ali, Mr. Ahmed, the elder,male,7.05,"
    rows[20] = '20,3,"Ali, Mr. Ahmed,male,7.05,,,'
    rows[30] = "30"
    rows[40] = "a,b,c,d,e,f,g,h,i"
    table = opened(tmp_path, rows)
    for reject in table.rejects:
        for proposal in proposals(table, reject):
            fix = RowFix(line=reject.line, found=reject.text, text=proposal.text)
            again = open_table(table.path, Reading(fixes=(fix,)))
            assert again.rows == table.rows + 1, proposal


def test_nothing_is_proposed_for_what_is_no_row(tmp_path: Path) -> None:
    rows = [*lines(), "", "Source: the office, 2021", HEADER]
    table = opened(tmp_path, rows)
    assert len(table.rejects) == 2
    assert all(proposals(table, reject) == () for reject in table.rejects)


@pytest.mark.parametrize("size", [1, 7, 64, 4096])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(
    ("damaged", "is_stray"),
    [('1,"Ann"e,x', True), ('1,"Ann",x', False), ('1,5" nail,x', False), ('"a"b,"c",d', True)],
)
def test_quotes_that_close_too_early_are_seen_wherever_blocks_end(
    size: int, end: str, damaged: str, is_stray: bool
) -> None:
    data = end.join(['9,"sound ""text""",y'] * 5 + [damaged] + ["9,z,y"] * 5).encode()
    strays = StrayQuotes(Dialect(",", '"'))
    for start in range(0, len(data), size):
        strays.see(data[start : start + size])
    strays.see(b"")
    assert strays.found is is_stray
