"""The first rows of a table are told of while the rest is still to be read."""

from __future__ import annotations

import gzip
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from engine.data import ahead
from engine.data.first_rows import COUNT, FirstRows
from engine.data.open import open_files, open_table
from engine.errors import Cancelled, HeaderOnly, PartNotChosen
from engine.paths import table_cache
from tests.engine.data.formats_made import workbook

WORDS = "words " * 60
LINES = "name;size;text\n" + "".join(f"é{i};{i},5;{WORDS}\n" for i in range(100_000))


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("large") / "large.csv"
    path.write_text(LINES, encoding="utf-8")
    return path


def first_of(path: Path, **options: bool) -> tuple[FirstRows, float]:
    """The first rows, and the share that was done when they were told of."""
    found: list[tuple[FirstRows, float]] = []
    shares = [0.0]
    open_table(
        path,
        progress=lambda done, total: shares.append(done / total),
        first_rows=lambda first: found.append((first, shares[-1])),
        **options,
    )
    (only,) = found
    return only


def test_they_come_before_the_rest_is_read(large: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ahead, "_PATIENCE", 60)  # however slow the machine
    first, share = first_of(large)
    assert first.path == large
    assert first.format == "CSV"
    assert first.names == ("name", "size", "text")
    assert first.rows[:2] == (("é0", "0,5", WORDS), ("é1", "1,5", WORDS))
    assert len(first.rows) == COUNT
    assert (first.reading.delimiter, first.reading.decimal) == (";", ",")
    assert share < 0.9


def test_a_packed_file_is_not_unpacked_first(large: Path, tmp_path: Path) -> None:
    packed = tmp_path / "large.csv.gz"
    packed.write_bytes(gzip.compress(large.read_bytes(), 1))
    first, share = first_of(packed)
    assert first.path == packed
    assert first.rows[1] == ("é1", "1,5", WORDS)
    assert len(first.rows) == COUNT
    assert share == 0


def test_one_table_in_an_archive_is_shown_too(large: Path, tmp_path: Path) -> None:
    packed = tmp_path / "large.zip"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(large, "large.csv")
    first, share = first_of(packed)
    assert first.names == ("name", "size", "text")
    assert share == 0


def test_nothing_is_shown_where_a_table_has_to_be_chosen(tmp_path: Path) -> None:
    packed = tmp_path / "two.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.csv", "x,y\n1,2\n")
        archive.writestr("b.csv", "x,y\n3,4\n")
    told: list[FirstRows] = []
    with pytest.raises(PartNotChosen):
        open_table(packed, must_choose=True, first_rows=told.append)
    assert not told


def test_typed_formats_show_their_values_as_text(tmp_path: Path) -> None:
    path = tmp_path / "table.parquet"
    pq.write_table(pa.table({"flag": [True, None], "size": [1.5, 2.0]}), path)
    first, _ = first_of(path)
    assert first.rows == (("True", "1.5"), (None, "2"))


def test_several_files_show_the_rows_of_the_first(tmp_path: Path) -> None:
    for name in "ab":
        (tmp_path / f"{name}.csv").write_text(f"x,y\n{name},1\n")
    told: list[FirstRows] = []
    open_files([tmp_path / "a.csv", tmp_path / "b.csv"], first_rows=told.append)
    (first,) = told
    assert first.rows[0][:2] == ("a", "1")


def test_a_table_from_the_cache_is_not_told_of(tmp_path: Path) -> None:
    path = tmp_path / "small.csv"
    path.write_text("a,b\n1,2\n")
    told: list[FirstRows] = []
    for _ in range(2):
        open_table(path, first_rows=told.append)
    assert len(told) == 1


def test_a_file_without_rows_has_none_to_show(tmp_path: Path) -> None:
    path = tmp_path / "empty.csv"
    path.write_text("a,b\n")
    told: list[FirstRows] = []
    with pytest.raises(HeaderOnly):
        open_table(path, first_rows=told.append)
    assert not told


@pytest.mark.parametrize("packed", [False, True])
def test_cancelling_when_they_are_seen_leaves_nothing_behind(
    large: Path, tmp_path: Path, packed: bool
) -> None:
    path = large
    if packed:
        path = tmp_path / "large.csv.gz"
        path.write_bytes(gzip.compress(large.read_bytes(), 1))
    told: list[FirstRows] = []
    with pytest.raises(Cancelled):
        open_table(path, first_rows=told.append, cancelled=lambda: bool(told))
    assert told
    assert not list(table_cache().iterdir())


def test_a_workbook_shows_its_cells_and_not_its_archive(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(workbook({"Data": [["name", "size"], ["Ann", 3], ["Bo", 4.5]]}))
    first, _ = first_of(path)
    assert first.names == ("name", "size")
    assert first.rows == (("Ann", "3"), ("Bo", "4.5"))
