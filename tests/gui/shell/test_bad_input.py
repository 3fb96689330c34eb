"""Bad files dropped on the window: one clear sentence each, and what was open stays."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from gui.main_window import MainWindow
from gui.session import Session
from tests.end_to_end.person import Person

LONG = 30_000
ROWS = "".join(f"{i / 7:.3f},{'ab'[i % 2]}\n" for i in range(60))


@pytest.fixture
def good(tmp_path: Path) -> Path:
    path = tmp_path / "good.csv"
    path.write_text("x,label\n" + ROWS)
    return path


def dropped(window: MainWindow, session: Session, qtbot: QtBot, path: Path) -> None:
    with qtbot.waitSignals([session.tableChanged, session.profileChanged], timeout=LONG):
        Person(qtbot, window).drop(path, window.pages.currentWidget())


def says(window: MainWindow, sentence: str) -> bool:
    return any(
        label.isVisible() and sentence in label.text() for label in window.findChildren(QLabel)
    )


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("empty.csv", b"", "is empty"),
        ("blank.csv", b"\n \n\n", "is empty"),
        ("header.csv", b"a,b,c\n", "has a header with 3 columns but no rows"),
        ("picture.csv", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, "It looks like a PNG image"),
        ("gone.csv", None, "There is no file"),
    ],
)
def test_a_file_that_is_no_table_is_told_and_the_one_before_stays(
    window: MainWindow,
    session: Session,
    qtbot: QtBot,
    good: Path,
    tmp_path: Path,
    name: str,
    content: bytes | None,
    sentence: str,
) -> None:
    dropped(window, session, qtbot, good)
    bad = tmp_path / name
    bad.write_bytes(content or b"")
    if content is None:
        with qtbot.waitSignal(session.failed, timeout=LONG):
            bad.unlink()
            window.open(bad)
    else:
        Person(qtbot, window).drop(bad, window.pages.currentWidget())
    qtbot.waitUntil(lambda: says(window, sentence), timeout=LONG)
    assert session.table is not None
    assert session.table.path == good


def test_what_was_told_of_a_bad_file_goes_once_another_is_open(
    window: MainWindow, session: Session, qtbot: QtBot, good: Path, tmp_path: Path
) -> None:
    for name, content in (("empty.csv", b""), ("binary.csv", bytes(range(256)) * 20)):
        bad = tmp_path / name
        bad.write_bytes(content)
        Person(qtbot, window).drop(bad, window.pages.currentWidget())
        qtbot.waitUntil(lambda name=name: says(window, name), timeout=LONG)  # type: ignore[misc]
    dropped(window, session, qtbot, good)
    assert window.notices.shown() == ()


def test_a_file_that_may_not_be_read_is_told(
    window: MainWindow,
    session: Session,
    qtbot: QtBot,
    good: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    real = Path.open

    def refuse(self: Path, *arguments: object, **named: object) -> object:
        if self == good:
            raise PermissionError(13, "Permission denied", str(good))
        return real(self, *arguments, **named)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", refuse)
    with qtbot.waitSignal(session.failed, timeout=LONG):
        window.open(good)
    qtbot.waitUntil(lambda: says(window, "may not be read by this user"), timeout=LONG)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("x,label\n1.5,a\n", "nothing to tell apart"),
        ("label\n" + "a\nb\n" * 30, "No column is left to learn from"),
        ("x,label\n" + "".join(f"{i},same\n" for i in range(40)), "nothing to tell apart"),
        ("x,label\n" + "".join(f"{i}.5,\n" for i in range(40)), "has no value in any of 40 rows"),
    ],
)
def test_a_table_that_cannot_train_opens_and_train_says_why(
    window: MainWindow,
    session: Session,
    qtbot: QtBot,
    tmp_path: Path,
    content: str,
    sentence: str,
) -> None:
    path = tmp_path / "t.csv"
    path.write_text(content)
    dropped(window, session, qtbot, path)
    session.set_target("label")
    qtbot.waitUntil(lambda: not window.actions_.train.isEnabled(), timeout=LONG)
    assert sentence in window.actions_.train.toolTip()
