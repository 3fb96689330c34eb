"""Whatever is let go over the window: what is said beforehand, what opens, and what stays."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QMimeData
from PySide6.QtGui import QDragLeaveEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.main_window import MainWindow
from gui.models.drop_offer import offer_of
from gui.session import Session
from gui.shell.drop_veil import DropVeil
from tests.drop_cases import CASES, TABLE, Case, urls, write
from tests.drops import hold, let_go, said

LONG = 60_000


def names(case: object) -> str:
    return case.name if isinstance(case, Case) else str(case)


@pytest.mark.parametrize("case", CASES, ids=names)
def test_a_drop_on_the_start_page_does_what_it_said(
    window: MainWindow, session: Session, qtbot: QtBot, tmp_path: Path, case: Case
) -> None:
    data = case.make(tmp_path)
    assert hold(window, data)
    assert case.held in said(window)
    if case.between is not None:
        case.between(tmp_path)
    let_go(window, data)
    if case.rows:
        qtbot.waitUntil(lambda: session.table is not None, timeout=LONG)
        assert session.table is not None
        assert session.table.rows == case.rows
        qtbot.waitUntil(lambda: session.profile is not None, timeout=LONG)
    else:
        qtbot.waitUntil(lambda: case.says in said(window), timeout=LONG)
        assert session.table is None


@pytest.mark.parametrize("case", [c for c in CASES if not c.rows], ids=names)
def test_what_cannot_be_opened_leaves_the_open_table(
    window: MainWindow, session: Session, qtbot: QtBot, tmp_path: Path, case: Case
) -> None:
    session.open(write(tmp_path / "before.csv", TABLE))
    qtbot.waitUntil(lambda: session.profile is not None, timeout=LONG)
    before = session.table
    data = case.make(tmp_path)
    assert hold(window, data)
    veil = window.findChild(DropVeil)
    assert veil is not None
    assert veil.isVisible()
    assert case.held in veil.words
    if case.between is not None:
        case.between(tmp_path)
    let_go(window, data)
    assert not veil.isVisible()
    qtbot.waitUntil(lambda: case.says in said(window), timeout=LONG)
    assert session.table is before


def test_a_recipe_dropped_on_a_table_is_used(
    window: MainWindow, session: Session, qtbot: QtBot, tmp_path: Path
) -> None:
    session.open(write(tmp_path / "before.csv", TABLE))
    qtbot.waitUntil(lambda: session.profile is not None, timeout=LONG)
    data = urls(write(tmp_path / "mine.json", '{"trainyard": 1, "training": {"epochs": 7}}'))
    assert hold(window, data)
    veil = window.findChild(DropVeil)
    assert veil is not None
    assert "Drop to use the recipe mine.json" in veil.words
    let_go(window, data)
    assert session.recipe.training.epochs == 7
    assert session.undo_label == "mine.json"


def test_the_words_go_when_nothing_is_held_any_more(window: MainWindow, tmp_path: Path) -> None:
    before = said(window)
    data = urls(write(tmp_path / "a.csv", TABLE))
    hold(window, data)
    assert said(window) != before
    QApplication.sendEvent(window, QDragLeaveEvent())
    assert said(window) == before
    veil = window.findChild(DropVeil)
    assert veil is not None
    assert not veil.isVisible()


def test_what_is_not_for_this_window_is_left_alone(window: MainWindow) -> None:
    data = QMimeData()
    data.setData("application/x-something", b"1")
    assert not hold(window, data)
    QApplication.sendEvent(window, QEvent(QEvent.Type.DragLeave))
    assert "Drop a dataset here" in said(window)


def test_a_file_that_cannot_be_looked_at_is_still_offered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path / "a.csv", TABLE)

    def refused(self: Path, *args: object, **named: object) -> object:
        raise PermissionError(13, "no", str(self))

    monkeypatch.setattr(Path, "open", refused)
    offer = offer_of(urls(path), has_table=False)
    assert offer is not None
    assert offer.paths == (path,)
