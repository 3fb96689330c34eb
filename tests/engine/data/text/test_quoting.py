"""Single quotes around fields: when they set fields apart, when they are cells, when nobody can tell."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.data.open import open_table
from engine.data.table import Table
from engine.data.text.detection import Detected


def opened(folder: Path, text: str) -> Table:
    path = folder / "data.csv"
    path.write_bytes(text.encode())
    return open_table(path)


def about_quotes(table: Table) -> Detected:
    return next(each for each in table.detected if each.field == "quote")


def words(table: Table) -> list[str | None]:
    return table.column("words").to_pylist()


@pytest.mark.parametrize(
    "cells",
    [
        ["A", "'A'", "'A'", "'A'"],  # a writer with single quotes leaves A bare, or quotes it
        ["'A'", "'B'", "'C'", '"D;\nE"'],  # double quotes stand where quotes are needed
        ["'A'", "'B'", "'C'", '"D, E"'],
        ["'A'", "'B'", "'C'", "'D'E'"],  # a writer doubles quotes
        ["'A b'", "'A b'", "'A b'", "A c"],  # a blank is not what is quoted
        ["'A", "'B'", "'C'", "'D'", "E'"],
        ["'A'", "'B'", "'C'", '"D"'],
    ],
)
def test_quotes_that_no_writer_of_single_quotes_puts_there_are_cells(
    tmp_path: Path, cells: list[str]
) -> None:
    rows = [f"{n},{cell},0.5" for n, cell in enumerate(cells)]
    table = opened(tmp_path, "\n".join(["id,words,size", *rows, ""]))
    meant = [cell[1:-1] if cell.startswith('"') else cell for cell in cells]
    assert words(table) == meant
    assert (table.reading.quote, about_quotes(table).is_doubtful) == ('"', False)
    assert table.rejects == ()


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("id,words\n1,'x, y'\n2,'z'\n3,'u, v'\n", ["x, y", "z", "u, v"]),
        ("id,words\n1,'x, y'\n2,'z, w'\n3,'u, v'\n", ["x, y", "z, w", "u, v"]),
        ("'id','words'\n1,'x'\n2,'y'\n3,'z'\n", ["x", "y", "z"]),
        ("id,words,n\n1,x,'7'\n2,y,'8'\n3,z,'9'\n", ["x", "y", "z"]),
        ("id,words,n\n1,x,'7'\n2,y,\n3,z,'9'\n4,z,'9'\n", ["x", "y", "z", "z"]),
    ],
)
def test_quotes_that_a_writer_needs_are_no_cells(
    tmp_path: Path, text: str, meant: list[str]
) -> None:
    table = opened(tmp_path, text)
    assert words(table) == meant
    assert (table.reading.quote, about_quotes(table).is_doubtful) == ("'", False)


@pytest.mark.parametrize(
    ("cells", "meant"),
    [
        (["'A'", "'B'", "'C'"], ["A", "B", "C"]),
        (["'A'", "'B'", "'it''s'", "NULL"], ["A", "B", "it's", None]),
        (["'no checking'", "'a b'", "'c d'", "none", "x/y"], ["no checking", "a b", "c d", "none", "x/y"]),
    ],
)  # fmt: skip
def test_quotes_of_which_nothing_tells_what_they_are_are_doubted(
    tmp_path: Path, cells: list[str], meant: list[str | None]
) -> None:
    rows = [f"{n},{cell},0.5" for n, cell in enumerate(cells)]
    table = opened(tmp_path, "\n".join(["id,words,size", *rows, ""]))
    assert words(table) == meant
    told = about_quotes(table)
    assert (table.reading.quote, told.is_doubtful) == ("'", True)
    assert "Nothing in the file tells whether it belongs to the cells" in str(told.reason)


def test_fields_in_quotes_that_go_over_lines_are_counted(tmp_path: Path) -> None:
    table = opened(tmp_path, 'id,words\n1,"a\nb"\n2,c\n3,"d ""e""\nf"\n')
    assert words(table) == ["a\nb", "c", 'd "e"\nf']
    assert "it stands around 2 sampled fields" in str(about_quotes(table).reason)
