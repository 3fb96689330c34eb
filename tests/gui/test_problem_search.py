"""Problems of long tables come after the profile, and stay while they are looked for again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.schema import Role
from gui import table_loader
from gui.session import Session

LONG = 30_000


@pytest.fixture
def session(qapp: QApplication, tmp_path: Path) -> Iterator[Session]:
    session = Session(tmp_path / "home")
    yield session
    session.close()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "leaky.csv"
    rows = [f"{i % 7},{i * 31 % 2},{i * 17 % 23},{i % 2}" for i in range(200)]
    path.write_text("a,b,c,label\n" + "\n".join(rows) + "\n1,2\n")
    return path


def codes(session: Session) -> set[str]:
    return {problem.code for problem in session.problems}


def test_a_short_table_has_all_problems_with_its_profile(
    qtbot: QtBot, session: Session, path: Path
) -> None:
    with qtbot.waitSignal(session.profileChanged, timeout=LONG):
        session.open(path)
    assert {"rejected_short", "target_copy"} <= codes(session)
    assert not session.is_searching


def test_a_long_table_has_its_profile_first(
    qtbot: QtBot, session: Session, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(table_loader, "SEARCHED_AT_ONCE", 10)
    with qtbot.waitSignal(session.profileChanged, timeout=LONG):
        session.open(path)
    assert "rejected_short" in codes(session)
    assert "target_copy" not in codes(session)
    qtbot.waitUntil(lambda: "target_copy" in codes(session), timeout=LONG)
    assert not session.is_searching


def test_known_problems_stay_until_the_next_are_found(
    qtbot: QtBot, session: Session, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(table_loader, "SEARCHED_AT_ONCE", 10)
    with qtbot.waitSignals([session.profileChanged, session.problemsChanged], timeout=LONG):
        session.open(path)
    with qtbot.waitSignal(session.profileChanged, timeout=LONG):
        session.set_role("b", Role.IGNORE, "Ignore b")
    assert "rejected_short" in codes(session)
    qtbot.waitUntil(lambda: not session.is_searching, timeout=LONG)
    assert "target_copy" not in codes(session)


def test_a_closed_table_gets_no_more_problems(
    qtbot: QtBot, session: Session, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(table_loader, "SEARCHED_AT_ONCE", 10)
    with qtbot.waitSignal(session.profileChanged, timeout=LONG):
        session.open(path)
    session.close_table()
    assert not session.is_searching
    assert session.problems == ()
