"""A file that is opened again comes back as it was left: reading, recipe, page and view."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.data.rows.filters import LevelsFilter, Sort
from engine.recipe.reading import ColumnReading, Reading
from engine.schema import Kind, Role
from gui.remembered import ColumnLayout
from gui.session import Session
from tests.engine.data.formats_made import zipped

LONG = 60_000
HEADER = "when;size;colour;note\n"
ROWS = [
    f"{n % 28 + 1:02}.0{n % 9 + 1}.2024;{n},5;{'red' if n % 3 else 'blue'};x{n}" for n in range(40)
]
TEXT = HEADER + "\n".join(ROWS) + "\n"

Again = Callable[[], Session]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "orders.csv"
    path.write_text(TEXT)
    return path


@pytest.fixture
def again(qapp: QApplication) -> Iterator[Again]:
    """A new session over the same workspace, as after a new start."""
    sessions: list[Session] = []

    def make() -> Session:
        if sessions:
            sessions[-1].close()
        sessions.append(Session(Path(os.environ["TRAINYARD_HOME"])))
        return sessions[-1]

    yield make
    for session in sessions:
        session.close()


def opened(qtbot: QtBot, session: Session, path: Path, part: str | None = None) -> None:
    before = session.table
    session.open(path, part)
    qtbot.waitUntil(lambda: session.table is not None and session.table is not before, timeout=LONG)
    qtbot.waitUntil(lambda: session.profile is not None, timeout=LONG)


def told(session: Session) -> list[str]:
    notices: list[str] = []
    session.noticed.connect(lambda title, detail, tone: notices.append(f"{title} {detail or ''}"))
    return notices


def test_recipe_page_column_and_view_come_back(qtbot: QtBot, again: Again, file: Path) -> None:
    session = again()
    opened(qtbot, session, file)
    session.set_target("size", "")
    session.set_kind("note", Kind.CATEGORY, "")
    session.set_role("colour", Role.IGNORE, "")
    session.select_column("colour")
    layout = ColumnLayout(hidden=("note",), widths={"size": 140})
    session.remember(tab="profile", layout=layout, dismissed=("rare:colour",))
    session.show_page("prepare")

    session = again()
    opened(qtbot, session, file)
    assert session.target == "size"
    assert session.recipe.column("note").kind is Kind.CATEGORY
    assert session.recipe.column("colour").role is Role.IGNORE
    assert (session.page, session.column) == ("prepare", "colour")
    assert session.memory.layout == layout
    assert (session.memory.tab, session.memory.dismissed) == ("profile", ("rare:colour",))
    assert not session.can_undo


def test_filters_and_sorts_come_back(qtbot: QtBot, again: Again, file: Path) -> None:
    session = again()
    opened(qtbot, session, file)
    session.view.add(LevelsFilter(column="colour", values=("red",)))
    session.view.sort_by("size", descending=True)
    qtbot.waitUntil(lambda: session.view.count == 26, timeout=LONG)

    session = again()
    opened(qtbot, session, file)
    qtbot.waitUntil(lambda: session.view.count == 26, timeout=LONG)
    assert session.view.sorts == (Sort(column="size", descending=True),)
    session.close_table()
    opened(qtbot, session, file)
    qtbot.waitUntil(lambda: session.view.count == 26, timeout=LONG)


def test_filters_on_columns_that_are_gone_are_left_out_and_named(
    qtbot: QtBot, again: Again, file: Path
) -> None:
    session = again()
    opened(qtbot, session, file)
    session.view.add(LevelsFilter(column="note", values=("x1", "x2")))
    session.view.add(LevelsFilter(column="colour", values=("red",)))
    qtbot.waitUntil(lambda: session.view.count == 2, timeout=LONG)
    file.write_text("\n".join(line.rsplit(";", 1)[0] for line in TEXT.splitlines()) + "\n")
    session = again()
    notices = told(session)
    opened(qtbot, session, file)
    qtbot.waitUntil(lambda: session.view.count == 26, timeout=LONG)
    assert any("note" in notice for notice in notices)


def test_the_reading_that_was_chosen_is_used_again(qtbot: QtBot, again: Again, file: Path) -> None:
    session = again()
    opened(qtbot, session, file)
    assert session.asked == Reading()
    session.reread(Reading(header=False), "no header")
    qtbot.waitUntil(lambda: session.table is not None and session.table.rows == 41, timeout=LONG)
    assert session.asked == Reading(header=False)

    session = again()
    opened(qtbot, session, file)
    assert session.table is not None
    assert session.table.rows == 41
    assert session.asked == Reading(header=False)
    assert session.table.reading.delimiter == ";"


def test_what_was_only_guessed_is_guessed_anew_when_the_file_changes(
    qtbot: QtBot, again: Again, file: Path
) -> None:
    session = again()
    opened(qtbot, session, file)
    assert session.recipe.column("size").kind is Kind.NUMBER
    session.set_role("note", Role.IGNORE, "")

    changed = TEXT.replace(",5;", "th;").replace("2024;", "2024;the ")
    file.write_text(changed)
    session = again()
    notices = told(session)
    opened(qtbot, session, file)
    assert session.recipe.column("size").kind is not Kind.NUMBER
    assert session.recipe.column("note").role is Role.IGNORE
    assert any("has changed since it was last open" in notice for notice in notices)


def test_columns_that_are_gone_are_named(qtbot: QtBot, again: Again, file: Path) -> None:
    session = again()
    opened(qtbot, session, file)
    session.set_kind("note", Kind.CATEGORY, "")
    session.remember(layout=ColumnLayout(widths={"note": 90, "size": 80}))
    session.select_column("note")

    file.write_text("\n".join(line.rsplit(";", 1)[0] for line in TEXT.splitlines()) + "\n")
    session = again()
    notices = told(session)
    opened(qtbot, session, file)
    assert session.table is not None
    assert "note" not in session.table.names
    assert session.memory.layout == ColumnLayout(widths={"size": 80})
    assert session.column in session.table.names
    assert any("no longer has all columns" in notice and "note" in notice for notice in notices)


def test_a_reading_that_no_longer_fits_is_left_and_told(
    qtbot: QtBot, again: Again, file: Path
) -> None:
    session = again()
    opened(qtbot, session, file)
    session.reread(Reading(encoding="ascii"), "")
    qtbot.waitUntil(lambda: session.asked == Reading(encoding="ascii"), timeout=LONG)
    file.write_text(TEXT.replace("red", "röt"), encoding="utf-8")

    session = again()
    notices = told(session)
    opened(qtbot, session, file)
    assert session.table is not None
    assert "röt" in (session.table.cells("colour", 0, 40))
    assert session.asked == Reading()
    assert any("can no longer be read as it was set" in notice for notice in notices)


def test_a_damaged_memory_is_told_and_the_file_opens(
    qtbot: QtBot, again: Again, file: Path
) -> None:
    session = again()
    opened(qtbot, session, file)
    session.set_target("size", "")
    session.close()
    for kept in (session.workspace_folder / "files").iterdir():
        kept.write_bytes(b"{")
    session = again()
    notices = told(session)
    opened(qtbot, session, file)
    assert any("is lost" in notice for notice in notices)


def test_forgetting_opens_the_file_as_if_for_the_first_time(
    qtbot: QtBot, again: Again, file: Path
) -> None:
    session = again()
    opened(qtbot, session, file)
    guessed = session.target
    session.set_target("size", "")
    before = session.table
    forgotten = session.forget_memory()
    qtbot.waitUntil(lambda: session.table is not before, timeout=LONG)
    assert session.target == guessed
    before = session.table
    session.put_back_memory(forgotten)
    qtbot.waitUntil(lambda: session.table is not before, timeout=LONG)
    assert session.target == "size"


def test_two_files_do_not_share_their_memories(
    qtbot: QtBot, again: Again, file: Path, tmp_path: Path
) -> None:
    session = again()
    opened(qtbot, session, file)
    session.set_target("size", "")
    session.show_page("prepare")
    other = tmp_path / "other.csv"
    other.write_text(TEXT)
    opened(qtbot, session, other)
    assert session.page == "data"
    assert session.target != "size"
    opened(qtbot, session, file)
    assert (session.page, session.target) == ("prepare", "size")


def test_a_lenient_reading_stays_lenient_when_a_column_is_read_otherwise(
    qtbot: QtBot, again: Again, file: Path
) -> None:
    """One byte that does not fit is forgiven as long as nobody names the encoding."""
    good = TEXT.replace("red", "röd").encode()
    file.write_bytes(good.replace(b"x7\n", b"x\xff7\n"))
    session = again()
    opened(qtbot, session, file)
    table = session.table
    assert table is not None
    reading = session.recipe.reading.with_column(ColumnReading(name="note", missing=("x1",)))
    session.reread(reading, "")
    qtbot.waitUntil(lambda: session.table is not table, timeout=LONG)
    assert session.asked.encoding is None
    assert session.asked.column("note").missing == ("x1",)
    table = session.table
    session.undo()
    qtbot.waitUntil(lambda: session.table is not table, timeout=LONG)
    assert session.asked == Reading()


def test_what_was_asked_for_stays_when_a_part_has_to_be_chosen(
    qtbot: QtBot, again: Again, tmp_path: Path
) -> None:
    path = tmp_path / "two.zip"
    path.write_bytes(zipped({"a.csv": TEXT.encode(), "b.csv": TEXT.encode()}))
    session = again()
    with qtbot.waitSignal(session.partsFound, timeout=LONG) as found:
        session.open_as(path, Reading(header=False))
    assert found.args[1] == ("a.csv", "b.csv")
    session.open_part(path, "b.csv")
    qtbot.waitUntil(lambda: session.table is not None, timeout=LONG)
    assert session.asked == Reading(header=False, part="b.csv")
    assert session.table is not None
    assert session.table.rows == 41


def test_lines_kept_out_are_told_again_only_when_they_are_others(
    qtbot: QtBot, again: Again, file: Path
) -> None:
    file.write_text(TEXT + "01.01.2024;1,5;red;x;too;many\n")
    session = again()
    notices = told(session)
    opened(qtbot, session, file)
    assert len(notices) == 1
    assert "1 line kept out" in notices[0]

    def read_again() -> None:
        with qtbot.waitSignal(session.tableChanged, timeout=LONG):
            session.reread(session.recipe.reading)

    read_again()
    assert len(notices) == 1
    file.write_text(TEXT + 2 * "01.01.2024;1,5;red;x;too;many\n")
    read_again()
    assert "2 lines kept out" in notices[-1]
    session.close_table()
    before = len(notices)
    opened(qtbot, session, file)
    assert "2 lines kept out" in notices[before]


def test_lines_kept_out_are_looked_up_before_the_window_asks_for_them(
    qtbot: QtBot, again: Again, file: Path
) -> None:
    file.write_text(TEXT + "01.01.2024;1,5;red;x;too;many\n")
    session = again()
    known: list[set[str]] = []

    def look() -> None:
        assert session.table is not None
        known.append(set(vars(session.table)))

    session.tableChanged.connect(look)
    opened(qtbot, session, file)
    assert known[0] >= {"rejects", "repairs", "misfits"}
