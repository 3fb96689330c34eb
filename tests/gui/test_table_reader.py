"""The window's reading process: warm, given up, killed, ended; and reading without one."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest
from pytestqt.qtbot import QtBot

from engine.data.first_rows import FirstRows
from engine.data.table import Table
from engine.errors import Cancelled, FileMissing, ReaderDied
from engine.paths import table_cache
from engine.recipe.reading import Reading
from gui.session import Session
from gui.table_reader import TableReader

PATIENCE = 60.0


def wait_until(condition: Callable[[], Any]) -> Any:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        found = condition()
        if found:
            return found
        time.sleep(0.01)
    raise AssertionError("waited in vain")


def readers() -> list[psutil.Process]:
    found = []
    for child in psutil.Process().children():
        with suppress(psutil.Error):  # a run of another test that is over
            if "--read" in child.cmdline():
                found.append(child)
    return found


def is_reading() -> bool:
    """Whether a table is being converted."""
    return table_cache().is_dir() and any(table_cache().glob(".*/table.arrow"))


@pytest.fixture
def reader() -> Iterator[TableReader]:
    made = TableReader()
    made.start()
    wait_until(lambda: made.is_ready)
    yield made
    made.close()
    assert not made.is_ready
    assert readers() == []


@pytest.fixture
def small(tmp_path: Path) -> Path:
    path = tmp_path / "small.csv"
    path.write_text("number,word\n" + "".join(f"{row},word {row % 3}\n" for row in range(60)))
    return path


@pytest.fixture
def long_file(tmp_path: Path) -> Path:
    path = tmp_path / "long.csv"
    path.write_text("number,word\n" + "1.5,a word\n" * 1_500_000)
    return path


def opened(
    reader: TableReader,
    path: Path,
    *,
    cancelled: Callable[[], bool] = lambda: False,
    first: list[FirstRows] | None = None,
    shares: list[float] | None = None,
) -> tuple[tuple[str, ...], int]:
    """Names and number of rows of the table."""
    table, schema = reader.open(
        path,
        Reading(),
        progress=lambda share: shares.append(share) if shares is not None else None,
        cancelled=cancelled,
        first_rows=lambda rows: first.append(rows) if first is not None else None,
    )
    assert schema.names == table.names
    return table.names, table.rows


def test_the_same_table_comes_from_the_process_and_without_one(
    reader: TableReader, small: Path, long_file: Path
) -> None:
    first: list[FirstRows] = []
    shares: list[float] = []
    assert opened(reader, long_file, first=first, shares=shares)[1] == 1_500_000
    assert first[0].path == long_file
    assert first[0].rows[0] == ("1.5", "a word")
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    found = opened(reader, small)
    alone = TableReader()
    assert opened(alone, small) == found == (("number", "word"), 60)
    alone.close()


def test_a_reading_is_tried_out_as_without_a_process(
    reader: TableReader, small: Path, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.csv"
    broken.write_text("a;b\n1,5;x\n2;y;z;far too many\n;\n3,5;'w'\n")
    sheet = tmp_path / "no.xlsx"
    sheet.write_bytes(b"PK\x03\x04 and no workbook")
    alone = TableReader()
    for path in (small, broken, sheet, tmp_path / "nowhere.csv"):
        beside, here = (
            each.preview(path, Reading(), cancelled=lambda: False) for each in (reader, alone)
        )
        assert replace(beside, error=None) == replace(here, error=None)
        assert repr(beside.error) == repr(here.error)
        assert type(beside.error) is type(here.error)
    alone.close()


def test_errors_for_people_arrive_as_they_are(reader: TableReader, tmp_path: Path) -> None:
    with pytest.raises(FileMissing) as caught:
        opened(reader, tmp_path / "nowhere.csv")
    assert caught.value.path == str(tmp_path / "nowhere.csv")


def test_an_opening_that_is_given_up_leaves_nothing_and_its_process_reads_the_next(
    reader: TableReader, small: Path, long_file: Path
) -> None:
    process = readers()[0]
    with pytest.raises(Cancelled):
        opened(reader, long_file, cancelled=is_reading)
    assert list(table_cache().iterdir()) == []
    assert opened(reader, small)[1] == 60
    assert readers() == [process]


def test_who_waits_for_another_opening_can_be_given_up_too(
    reader: TableReader, long_file: Path
) -> None:
    given_up = threading.Event()
    ended: list[type[BaseException]] = []

    def run() -> None:
        try:
            opened(reader, long_file, cancelled=given_up.is_set)
        except Cancelled as error:
            ended.append(type(error))

    thread = threading.Thread(target=run)
    thread.start()
    wait_until(is_reading)
    with pytest.raises(Cancelled):
        opened(reader, long_file, cancelled=lambda: True)
    given_up.set()
    thread.join(PATIENCE)
    assert ended == [Cancelled]


def test_who_waits_too_long_for_another_opening_reads_without_the_process(
    reader: TableReader, small: Path
) -> None:
    with reader._turn:
        assert opened(reader, small)[1] == 60


def test_a_table_that_is_cleared_away_before_it_is_looked_at_is_read_again(
    reader: TableReader, small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load = Table.load
    lost: list[Path] = []

    def missing_once(folder: Path) -> Table:
        if not lost:
            lost.append(folder)
            raise FileMissing(str(folder))
        return load(folder)

    monkeypatch.setattr(Table, "load", missing_once)
    assert opened(reader, small)[1] == 60
    assert lost


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs signals")
def test_a_process_that_dies_is_told_of_and_another_one_takes_its_place(
    reader: TableReader, small: Path, long_file: Path
) -> None:
    process = readers()[0]

    def kill() -> bool:
        if is_reading() and process.is_running():
            os.kill(process.pid, signal.SIGKILL)
        return False

    with pytest.raises(ReaderDied) as caught:
        opened(reader, long_file, cancelled=kill)
    assert caught.value.exit_code == -signal.SIGKILL
    assert "long.csv" in str(caught.value)
    wait_until(lambda: reader.is_ready)
    assert readers() != [process]
    assert opened(reader, small)[1] == 60


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs signals")
def test_a_process_that_died_while_nobody_needed_it_is_not_missed(
    reader: TableReader, small: Path
) -> None:
    os.kill(readers()[0].pid, signal.SIGKILL)
    wait_until(lambda: not reader.is_ready)
    assert opened(reader, small)[1] == 60
    wait_until(lambda: reader.is_ready)


def test_a_session_opens_in_its_process_and_ends_it(
    qtbot: QtBot, tmp_path: Path, small: Path
) -> None:
    session = Session(tmp_path / "home")
    session.start()
    qtbot.waitUntil(lambda: session._open._reader.is_ready)
    with qtbot.waitSignal(session.tableChanged):
        session.open(small)
    assert session.table is not None
    marks = [each.name for each in session.table.folder.glob("used-by-*")]
    assert len(marks) == 1  # of the window alone: the process lets go of the table
    assert f"-{os.getpid()}-" in marks[0]
    session.paste("a\tb\n1\tx\n2\ty\n")
    qtbot.waitUntil(lambda: session.table is not None and session.table.names == ("a", "b"))
    session.close()
    assert readers() == []
