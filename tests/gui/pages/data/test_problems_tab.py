"""The Problems tab: what it shows, fixes, exports and reads again."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QPushButton
from pytestqt.qtbot import QtBot

from engine.data.problems import Problem
from engine.schema import Role
from gui.i18n import render
from gui.models.problem_list import PROBLEM
from gui.pages.data.records_table import RecordsTable
from tests.gui.pages.data.conftest import LONG, Stage, said

Open = Callable[[Path], Stage]


def titles(stage: Stage) -> list[str]:
    model = stage.page.problems.model
    return [model.index(row, 0).data() for row in range(model.rowCount())]


def show(stage: Stage, title: str) -> Problem:
    stage.page.show_problems()
    index = stage.page.problems.model.index(titles(stage).index(title), 0)
    stage.page.problems.list.setCurrentIndex(index)
    return index.data(PROBLEM)  # type: ignore[no-any-return]


def texts(table: RecordsTable) -> list[list[str]]:
    model = table.model()
    return [
        [model.index(row, column).data() for column in range(model.columnCount())]
        for row in range(model.rowCount())
    ]


def test_rejected_rows_are_shown_with_line_text_and_reason(
    qtbot: QtBot, open_page: Open, ragged: Path
) -> None:
    stage = open_page(ragged)
    worth_a_look = sum(problem.severity != "info" for problem in stage.session.problems)
    assert said(stage.page.tabs) == str(worth_a_look)
    show(stage, "Too many fields")
    table = stage.page.problems.detail.findChildren(RecordsTable)[-1]
    assert texts(table) == [["3", "2,38,Köln, Mitte,1", "5 fields, 4 expected"]]
    show(stage, "Too few fields")
    table = stage.page.problems.detail.findChildren(RecordsTable)[-1]
    assert texts(table)[0][:2] == ["7", "6,54,Köln"]


def test_cells_that_do_not_fit_lead_to_their_row(
    qtbot: QtBot, open_page: Open, ragged: Path
) -> None:
    stage = open_page(ragged)
    show(stage, "Not a number in age")
    table = stage.page.problems.detail.findChildren(RecordsTable)[-1]
    assert texts(table) == [["6", "4", "age", "“3O”"]]
    stage.page.problems.detail.rowAsked.emit(3, "age")
    view = stage.page.table.view
    assert stage.page.table.isVisible()
    assert (view.currentIndex().row(), stage.session.column) == (3, "age")


def test_a_fix_is_applied_and_undone(qtbot: QtBot, open_page: Open, tmp_path: Path) -> None:
    path = tmp_path / "constant.csv"
    rows = [f"{i % 7},{(i * 31) % 2},{i % 2}" for i in range(200)]
    path.write_text("a,b,label\n" + "\n".join(rows) + "\n")
    stage = open_page(path)
    fixable = [p for p in stage.session.problems if p.fix is not None]
    assert fixable, "a column that equals the target gives it away"
    problem = show(stage, render(fixable[0].title))
    button = next(
        b
        for b in stage.page.problems.detail.findChildren(QPushButton)
        if b.property("primary") and b.isVisible()
    )
    with qtbot.waitSignal(stage.session.profileChanged, timeout=LONG):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert problem.column is not None
    assert stage.session.recipe.column(problem.column).role is Role.IGNORE
    assert render(problem.title) not in titles(stage)
    with qtbot.waitSignal(stage.session.profileChanged, timeout=LONG):
        stage.session.undo()
    assert stage.session.recipe.column(problem.column).role is Role.FEATURE
    assert render(problem.title) in titles(stage)


def test_bad_rows_are_saved(
    qtbot: QtBot,
    open_page: Open,
    ragged: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stage = open_page(ragged)
    stage.page.show_problems()
    destination = tmp_path / "bad.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(destination), ""))
    qtbot.mouseClick(stage.page.save_bad_rows, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(stage.notices.shown()), timeout=LONG)
    with destination.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert [row[0] for row in rows[1:]] == ["3", "7"]
    assert rows[1][2] == "2,38,Köln, Mitte,1"


def test_a_failed_export_is_told(
    qtbot: QtBot,
    open_page: Open,
    ragged: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stage = open_page(ragged)
    nowhere = tmp_path / "no such folder" / "bad.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(nowhere), ""))
    with qtbot.waitSignal(stage.session.failed, timeout=LONG):
        stage.page.problems.save_bad_rows()


def test_the_way_of_reading_can_be_asked_for(qtbot: QtBot, open_page: Open, ragged: Path) -> None:
    stage = open_page(ragged)
    stage.page.show_problems()
    with qtbot.waitSignal(stage.session.readingAsked) as asked:
        qtbot.mouseClick(stage.page.read_again, Qt.MouseButton.LeftButton)
    assert asked.args[0] == ragged


def test_a_clean_table_says_so(qtbot: QtBot, open_page: Open, clean: Path) -> None:
    stage = open_page(clean)
    if not stage.session.problems:
        stage.page.show_problems()
        assert "No problems found." in said(stage.page.problems)
    assert not stage.page.save_bad_rows.isEnabled()
