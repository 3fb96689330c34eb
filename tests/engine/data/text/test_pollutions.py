"""Broken files: what is saved of them, beside what they were made from."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest

from engine.data.open import open_table
from engine.data.table import Table
from engine.errors import FileEmpty, HeaderOnly
from engine.recipe.reading import Reading
from tests.benchmarks.pollutions import trainyard
from tests.engine.data.pollutions import Score, all_pollutions, clean, score

LEAST = {
    "header: missing delimiter": 0.94,  # two names run into one
    "row: missing delimiter": 0.99,  # two cells run into one: the row is rejected
    "row: stray quote": 0.999,
}


def opened(folder: Path, data: str | bytes, reading: Reading | None = None) -> Table:
    path = folder / "data.csv"
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return open_table(path, reading)


def columns(table: Table) -> dict[str, list[object]]:
    return {name: table.column(name).to_pylist() for name in table.names}


def why(table: Table) -> str:
    return " ".join(map(str, table.detection))


def test_nothing_is_lost_of_files_that_are_broken_in_one_way(tmp_path: Path) -> None:
    scores: dict[str, list[Score]] = defaultdict(list)
    for polluted in all_pollutions(20):
        path = tmp_path / "table.csv"
        path.write_bytes(polluted.data)
        scores[polluted.kind].append(score(polluted, trainyard(path)))
    low = {
        kind: round(min(found.mean for found in of_kind), 4)
        for kind, of_kind in scores.items()
        if min(found.mean for found in of_kind) < LEAST.get(kind, 1.0)
    }
    assert low == {}


def test_every_row_of_a_broken_file_is_kept_or_rejected(tmp_path: Path) -> None:
    for polluted in all_pollutions(30):
        path = tmp_path / f"{abs(hash((polluted.kind, polluted.name)))}.csv"
        path.write_bytes(polluted.data)
        try:
            table = open_table(path)
        except (FileEmpty, HeaderOnly):
            continue
        assert table.rows_in >= len(polluted.rows), (polluted.kind, polluted.name)
        assert table.rows_in == table.rows + len(table.rejects)


def test_the_generator_breaks_what_it_says() -> None:
    files = list(all_pollutions(60))
    header, rows = clean()
    assert len({(f.kind, f.name) for f in files}) == len(files)
    assert files[0].data.count(b"\r\n") == len(rows) + 1
    assert all(len(row) == len(header) for row in rows)
    assert len({f.data for f in files}) > 0.9 * len(files)


@pytest.mark.parametrize(("delimiter", "name"), [(":", "colon"), (" ", "space")])
def test_weak_delimiters_are_found_where_they_divide_values(
    tmp_path: Path, delimiter: str, name: str
) -> None:
    rows = [
        ("name", "age", "city"),
        ("Ann", "31", "Oslo"),
        ("Bo", "42", "Rome"),
        ("Cy", "7", "Ulm"),
    ]
    table = opened(tmp_path, "\n".join(delimiter.join(row) for row in rows) + "\n")
    assert table.column("age").to_pylist() == [31, 42, 7]
    assert f"Delimiter {name}" in why(table)


@pytest.mark.parametrize(
    "text",
    [
        "title\nhello world\nanother day\nsome thing\n",
        "when\n2020-01-01 10:00:00\n2020-01-02 11:30:00\n2020-01-03 12:00:00\n",
        "start\n10:30\n11:45\n12:00\n",
        "note\nabout: this\nabout: that\nabout: these\n",
    ],
)
def test_spaces_and_colons_within_values_divide_nothing(tmp_path: Path, text: str) -> None:
    assert len(opened(tmp_path, text).names) == 1


def test_aligned_columns_are_read(tmp_path: Path) -> None:
    text = "  name     age  height\n  Ann       31    1.70\n  Bartleby   7    1.20\n"
    table = opened(tmp_path, text)
    assert table.reading.delimiter == "  "
    assert columns(table) == {"name": ["Ann", "Bartleby"], "age": [31, 7], "height": [1.7, 1.2]}
    assert opened(tmp_path, text, Reading(delimiter="  ")).names == table.names


def test_a_backslash_escapes_where_it_stands_before_quotes(tmp_path: Path) -> None:
    text = 'a,b\n1,"say \\"hi\\", then go"\n2,"plain, text"\n3,"5\\" nail"\n'
    table = opened(tmp_path, text)
    assert table.column("b").to_pylist() == ['say "hi", then go', "plain, text", '5" nail']
    assert table.reading.escape == "\\"
    assert "Escape" in why(table)
    path = 'a,b\n1,"C:\\dir\\"\n2,"say ""hi"""\n'
    assert opened(tmp_path, path).column("b").to_pylist() == ["C:\\dir\\", 'say "hi"']


def test_apostrophes_within_cells_are_no_quotes(tmp_path: Path) -> None:
    rows = ['0,"A""",1', *["0,A:'',1", "1,B:'x',2", "2,'tis,3"] * 3]
    table = opened(tmp_path, "\n".join(["id,words,n", *rows]))
    assert table.column("words").to_pylist()[:4] == ['A"', "A:''", "B:'x'", "'tis"]
    assert table.reading.quote == '"'


def test_lines_of_a_quoted_text_are_no_comments(tmp_path: Path) -> None:
    text = 'id,text\n1,"intro\n# heading\nbody"\n2,short\n#3,hash\n'
    table = opened(tmp_path, text)
    assert table.column("text").to_pylist() == ["intro\n# heading\nbody", "short", "hash"]


def test_lines_above_the_table_are_left_out_and_lines_counted_on(tmp_path: Path) -> None:
    text = "Report of May\nmade by hand\n\nname,age,city\nAnn,31,Oslo\nBo,4\nCy,7,Ulm\nDi,9,Bonn\n"
    table = opened(tmp_path, text)
    assert table.names == ("name", "age", "city")
    assert (table.reading.skip_lines, [r.line for r in table.rejects]) == (2, [6])
    assert table.lines(np.array([0])).tolist() == [5]
    assert "2 lines above the table were left out" in why(table)


def test_lines_to_skip_can_be_chosen(tmp_path: Path) -> None:
    text = "x,y\n1,2\na,b\n3,4\n5,6\n"
    table = opened(tmp_path, text, Reading(skip_lines=2))
    assert columns(table) == {"a": [3, 5], "b": [4, 6]}
    table = opened(tmp_path, "a,b\n1,2\n3,4\n", Reading(skip_lines=0, header=False))
    assert table.rows == 3


def test_comments_are_no_rows(tmp_path: Path) -> None:
    text = "# made 2021\n# by hand, twice\na,b\n1,x\n# between\n2,y\n#3,z\n4,w\n"
    table = opened(tmp_path, text)
    assert columns(table) == {"a": [1, 2, 4], "b": ["x", "y", "w"]}
    assert (table.reading.comment, table.rejects) == ("#", ())
    assert opened(tmp_path, "#id,b\n1,x\n2,y\n").names == ("#id", "b")
    table = opened(tmp_path, "a,b\n#1,x\n#2,y\n#3,z\n")
    assert table.column("a").to_pylist() == ["#1", "#2", "#3"]


def test_a_header_of_several_lines_gives_joined_names(tmp_path: Path) -> None:
    text = "name,2019,,2020,\n,in,out,in,out\nOslo,1,2,3,4\nRome,5,6,7,8\nUlm,1,1,2,2\n"
    table = opened(tmp_path, text)
    assert table.names == ("name", "2019 in", "2019 out", "2020 in", "2020 out")
    assert table.reading.header_rows == 2
    assert "Header of 2 lines" in why(table)
    assert opened(tmp_path, text, Reading(header=True, header_rows=1)).rows == 4


def test_a_second_table_is_rejected_and_its_header_named(tmp_path: Path) -> None:
    text = "a,b,c\n1,2,3\n4,5,6\n7,8,9\n\nx,y\n1,2\n3,4\n"
    table = opened(tmp_path, text)
    assert table.rows == 3
    assert [str(r.reason) for r in table.rejects] == ["Below the table: 2 fields, 3 expected"] * 3
    table = opened(tmp_path, "a,b\n1,2\n3,4\na,b\n5,6\n")
    assert table.column("a").to_pylist() == [1, 3, 5]
    assert [(r.line, str(r.reason)) for r in table.rejects] == [
        (4, "The header stands here once more")
    ]


def test_a_row_is_mended_only_where_it_fits(tmp_path: Path) -> None:
    rows = [f"2021-01-{i % 28 + 1:02},{i},word {i},x{i}" for i in range(40)]
    rows[5] = "2021-01-06,,5,word 5,x5"
    rows[6] = "2021-01-07,6,word,6,x6"
    table = opened(tmp_path, "\n".join(["day,n,text,code", *rows]))
    assert (table.rows, [r.line for r in table.rejects]) == (39, [8])
    assert table.column("n")[5].as_py() == 5
    assert table.lines(np.array([4, 5, 6])).tolist() == [6, 7, 9]


def test_nul_characters_are_left_out_and_told(tmp_path: Path) -> None:
    table = opened(tmp_path, b"a,b\n1,x\0y\n2,z\n" + b"\0" * 50)
    assert table.column("b").to_pylist() == ["xy", "z"]
    assert "51 NUL characters" in why(table)
