"""The Problems tab: what it lists, sets right line by line, fixes, dismisses and saves."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QMenu, QPushButton
from pytestqt.qtbot import QtBot

from engine.data.corrections import proposals as proposals_module
from engine.data.corrections.proposals import Proposal
from engine.data.problems import Problem
from engine.data.rejects import Reject
from engine.data.table import Table
from engine.messages import message
from engine.schema import Role
from gui import theme
from gui.i18n import render
from gui.models.fix_lines import Part
from gui.models.problem_list import DISMISSED, PROBLEM
from gui.pages.data.fix_card import FixCard
from gui.pages.data.fix_table import FixTable
from gui.pages.data.records_table import RecordsTable
from tests.gui.pages.data.conftest import LONG, Stage, said

Open = Callable[[Path], Stage]
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture(autouse=True)
def quoting(monkeypatch: pytest.MonkeyPatch) -> None:
    """One likely fix for lines with a field too many, whatever the engine would think of."""

    def quoted(table: Table, reject: Reject) -> tuple[Proposal, ...]:
        fields = reject.text.split(",")
        if len(fields) != 5:
            return ()
        text = ",".join([*fields[:2], f'"{fields[2]},{fields[3]}"', fields[4]])
        return (Proposal(text, message("Quote the name")),)

    monkeypatch.setattr(proposals_module, "proposals", quoted)


def titles(stage: Stage) -> list[str]:
    model = stage.page.problems.model
    return [model.index(row, 0).data() for row in range(model.rowCount())]


def show(stage: Stage, title: str) -> Problem:
    stage.page.show_problems()
    index = stage.page.problems.model.index(titles(stage).index(title), 0)
    stage.page.problems.list.setCurrentIndex(index)
    return index.data(PROBLEM)  # type: ignore[no-any-return]


def show_fixes(qtbot: QtBot, stage: Stage, title: str) -> FixCard:
    """The card of a problem that is fixed line by line, once all likely fixes are known."""
    problem = show(stage, title)
    detail = stage.page.problems.detail

    def known() -> bool:
        lines = [line for card in detail.cards for line in card.lines.all_lines]
        return bool(lines) and all(line.options is not None for line in lines)

    qtbot.waitUntil(known, timeout=LONG)
    QApplication.processEvents()
    card = detail.card_of(problem)
    assert card is not None
    return card


def texts(card: FixCard) -> list[tuple[str, ...]]:
    model = card.lines
    parts = (Part.LINE, Part.TEXT, Part.WHY, Part.FIX)
    return [
        tuple(model.index(row, part).data() for part in parts) for row in range(model.rowCount())
    ]


def place(table: FixTable, row: int, part: Part) -> QPoint:
    table.scrollTo(table.lines.index(row, 0))
    return table.visualRect(table.lines.index(row, part)).center()


def pick(qtbot: QtBot, table: FixTable, row: int, text: str) -> None:
    """Drop the choices of a line down with a click and take one with the keyboard."""
    qtbot.mouseClick(table.viewport(), LEFT, pos=place(table, row, Part.FIX))
    menu = next(m for m in table.findChildren(QMenu) if m.isVisible())
    action = next(a for a in menu.actions() if a.text() == text)
    menu.setActiveAction(action)
    qtbot.keyClick(menu, Qt.Key.Key_Return)


def button(stage: Stage, text: str) -> QPushButton:
    detail = stage.page.problems.detail
    QApplication.processEvents()  # what was just made is shown
    return next(
        b for b in detail.findChildren(QPushButton) if b.text() == text and b.isVisibleTo(detail)
    )


def applied(qtbot: QtBot, stage: Stage, text: str) -> Table:
    """Press a button and wait until the file has been read again."""
    signals = [stage.session.tableChanged, stage.session.profileChanged]
    with qtbot.waitSignals(signals, timeout=LONG):
        qtbot.mouseClick(button(stage, text), LEFT)
    assert stage.session.table is not None
    return stage.session.table


# Line by line ------------------------------------------------------------------------------------


def test_lines_kept_out_are_shown_with_reason_and_likely_fix(
    qtbot: QtBot, open_page: Open, ragged: Path
) -> None:
    stage = open_page(ragged)
    assert said(stage.page.tabs) == str(len(stage.session.open_problems))
    card = show_fixes(qtbot, stage, "Too many fields")
    assert texts(card) == [("3", "2,38,Köln, Mitte,1", "5 fields, 4 expected", "Quote the name")]
    assert card.lines.line(0).checked
    short = show_fixes(qtbot, stage, "Too few fields")
    assert texts(short) == [("7", "6,54,Köln", "3 fields, 4 expected", "Leave out")]
    assert not short.lines.line(0).checked
    assert "199 rows in the file = 197 in the table + 2 kept out" in said(stage.page.problems)


def test_checked_fixes_are_applied_at_once_and_taken_back(
    qtbot: QtBot, open_page: Open, ragged: Path
) -> None:
    stage = open_page(ragged)
    cells = show_fixes(qtbot, stage, "Not a number in age")
    assert texts(cells) == [("6", "3O", "The letter O stands for a zero", "Read as 30")]
    table = applied(qtbot, stage, "Apply 2 fixes")
    assert table.rows == 198
    assert table.cells("age", 4, 5) == ["30"]
    assert table.cells("city", 1, 2) == ["Köln, Mitte"]
    assert "Too many fields" not in titles(stage)
    assert "Not a number in age" not in titles(stage)
    assert stage.session.undo_label == "2 fixes"
    with qtbot.waitSignals(
        [stage.session.tableChanged, stage.session.profileChanged], timeout=LONG
    ):
        stage.session.undo()
    assert stage.session.table is not None
    assert stage.session.table.rows == 197
    assert "Too many fields" in titles(stage)


def test_a_check_is_taken_away_with_the_mouse_and_put_back_with_space(
    qtbot: QtBot, open_page: Open, ragged: Path
) -> None:
    stage = open_page(ragged)
    card = show_fixes(qtbot, stage, "Too many fields")
    assert button(stage, "Apply 2 fixes").isEnabled()
    qtbot.mouseClick(card.table.viewport(), LEFT, pos=place(card.table, 0, Part.CHECK))
    assert not card.lines.line(0).checked
    assert button(stage, "Apply 1 fix").isEnabled()
    card.table.setFocus()
    qtbot.keyClick(card.table, Qt.Key.Key_Space)
    assert card.lines.line(0).checked
    qtbot.mouseClick(card.table.viewport(), LEFT, pos=place(card.table, 0, Part.CHECK))
    cells = show_fixes(qtbot, stage, "Not a number in age")
    qtbot.mouseClick(cells.table.viewport(), LEFT, pos=place(cells.table, 0, Part.CHECK))
    assert not button(stage, "Apply 0 fixes").isEnabled()


def test_another_fix_is_chosen_for_a_cell(qtbot: QtBot, open_page: Open, ragged: Path) -> None:
    stage = open_page(ragged)
    card = show_fixes(qtbot, stage, "Not a number in age")
    pick(qtbot, card.table, 0, "Leave missing")
    assert texts(card)[0][3] == "Leave missing"
    table = applied(qtbot, stage, "Apply 2 fixes")
    assert table.cells("age", 5, 6) == [None]
    assert "Not a number in age" not in titles(stage)


def write(qtbot: QtBot, table: FixTable, text: str) -> None:
    """Type another text into the editor that is open, and press Enter."""
    (editor,) = table.findChildren(QLineEdit)
    editor.clear()
    qtbot.keyClicks(editor, text)
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not table.findChildren(QLineEdit), timeout=LONG)


def test_a_line_is_written_anew_in_place(qtbot: QtBot, open_page: Open, ragged: Path) -> None:
    stage = open_page(ragged)
    card = show_fixes(qtbot, stage, "Too few fields")
    pick(qtbot, card.table, 0, "Edit by hand …")
    (editor,) = card.table.findChildren(QLineEdit)
    assert editor.text() == "6,54,Köln"
    write(qtbot, card.table, "6,54,Ulm,1,9")
    assert texts(card)[0][2] == "5 fields, 4 expected"
    assert not card.lines.line(0).checked
    card.table.setFocus()
    qtbot.keyClick(card.table, Qt.Key.Key_F2)
    write(qtbot, card.table, "6,54,Ulm,1")
    assert card.lines.line(0).checked
    table = applied(qtbot, stage, "Apply 3 fixes")
    assert table.cells("city", 5, 6) == ["Ulm"]
    assert not table.rejects
    show(stage, "2 rows fixed by hand")
    back = applied(qtbot, stage, "Read them as they stand again")
    assert len(back.rejects) == 2


def test_lines_are_skipped_for_good_and_taken_back_in(
    qtbot: QtBot, open_page: Open, ragged: Path
) -> None:
    stage = open_page(ragged)
    card = show_fixes(qtbot, stage, "Too many fields")
    card.lines.check_all(False)
    table = applied(qtbot, stage, "Skip these lines")
    assert (len(table.rejects), table.left_out) == (0, 2)
    assert "0 kept out + 2 left out by choice" in said(stage.page.problems)
    show(stage, "2 lines left out by choice")
    assert [list(row) for row in records(stage)] == [
        ["3", "2,38,Köln, Mitte,1"],
        ["7", "6,54,Köln"],
    ]
    assert len(applied(qtbot, stage, "Take them back in").rejects) == 2


def records(stage: Stage) -> list[list[str]]:
    table = stage.page.problems.detail.findChildren(RecordsTable)[-1]
    model = table.model()
    return [
        [model.index(row, column).data() for column in range(model.columnCount())]
        for row in range(model.rowCount())
    ]


def test_many_lines_are_searched_and_checked_together(
    qtbot: QtBot, open_page: Open, tmp_path: Path
) -> None:
    path = tmp_path / "many.csv"
    good = [f"{i},{i % 7},x,{i % 2}" for i in range(300)]
    bad = [f"{i},{i % 7},{'left' if i % 10 else 'right'},over,{i % 2}" for i in range(40)]
    path.write_text("id,a,b,label\n" + "\n".join(good + bad) + "\n")
    stage = open_page(path)
    card = show_fixes(qtbot, stage, "Too many fields")
    qtbot.mouseClick(card.all, LEFT)
    assert not card.lines.checked_lines()
    qtbot.keyClicks(card.search, "right")
    assert card.lines.rowCount() == 4
    assert "4 of 40" in said(card)
    qtbot.mouseClick(card.all, LEFT)
    card.search.clear()
    assert len(card.lines.checked_lines()) == 4
    qtbot.keyClicks(card.search, "302")
    assert [row[0] for row in texts(card)] == ["302"]
    assert button(stage, "Apply 4 fixes").isEnabled()


def test_what_was_decided_stays_while_other_problems_are_looked_at(
    qtbot: QtBot, open_page: Open, ragged: Path
) -> None:
    stage = open_page(ragged)
    card = show_fixes(qtbot, stage, "Too many fields")
    card.lines.toggle(0)
    with qtbot.waitSignal(stage.session.profileChanged, timeout=LONG):
        stage.session.set_role("city", Role.IGNORE, "Ignore city")
    assert not show_fixes(qtbot, stage, "Too many fields").lines.line(0).checked
    stage.page.problems.list.setCurrentIndex(
        stage.page.problems.model.index(len(titles(stage)) - 1, 0)
    )
    assert not stage.page.problems.detail.cards
    assert not show_fixes(qtbot, stage, "Too many fields").lines.line(0).checked


def test_cells_that_do_not_fit_lead_to_their_row(
    qtbot: QtBot, open_page: Open, ragged: Path
) -> None:
    stage = open_page(ragged)
    card = show_fixes(qtbot, stage, "Not a number in age")
    at = place(card.table, 0, Part.TEXT)
    qtbot.mouseClick(card.table.viewport(), LEFT, pos=at)
    qtbot.mouseDClick(card.table.viewport(), LEFT, pos=at)
    view = stage.page.table.view
    assert stage.page.table.isVisible()
    assert (view.currentIndex().row(), stage.session.column) == (3, "age")


# Other problems ----------------------------------------------------------------------------------


@pytest.fixture
def leaky(tmp_path: Path) -> Path:
    """`b` is the label; the seventh row has no `a`."""
    path = tmp_path / "leaky.csv"
    rows = [f"{'' if i == 6 else i % 7},{(i * 31) % 2},{i % 2}" for i in range(200)]
    path.write_text("a,b,label\n" + "\n".join(rows) + "\n")
    return path


def test_a_fix_is_applied_and_undone(qtbot: QtBot, open_page: Open, leaky: Path) -> None:
    stage = open_page(leaky)
    problem = show(stage, "b is the target under another name")
    assert problem.fix is not None
    with qtbot.waitSignal(stage.session.profileChanged, timeout=LONG):
        qtbot.mouseClick(button(stage, render(problem.fix.label)), LEFT)
    assert stage.session.recipe.column("b").role is Role.IGNORE
    assert render(problem.title) not in titles(stage)
    with qtbot.waitSignal(stage.session.profileChanged, timeout=LONG):
        stage.session.undo()
    assert stage.session.recipe.column("b").role is Role.FEATURE
    assert render(problem.title) in titles(stage)


def test_the_rows_behind_a_problem_narrow_the_table(
    qtbot: QtBot, open_page: Open, leaky: Path
) -> None:
    stage = open_page(leaky)
    show(stage, "1 missing in a")
    assert records(stage)[0][:2] == ["7", "missing"]
    with qtbot.waitSignal(stage.session.view.changed, timeout=LONG):
        qtbot.mouseClick(button(stage, "Show rows"), LEFT)
    assert stage.session.view.count == 1
    assert stage.page.table.isVisible()


def test_what_is_no_problem_goes_to_the_end_and_comes_back(
    qtbot: QtBot, open_page: Open, leaky: Path
) -> None:
    stage = open_page(leaky)
    before = len(stage.session.open_problems)
    title = "b is the target under another name"
    problem = show(stage, title)
    qtbot.mouseClick(button(stage, "Not a problem"), LEFT)
    assert len(stage.session.open_problems) == before - 1
    assert said(stage.page.tabs).strip() in ("", str(before - 1))
    assert titles(stage)[-1] == title
    model = stage.page.problems.model
    assert model.index(model.rowCount() - 1, 0).data(DISMISSED)
    assert stage.session.memory.dismissed == (problem.key,)
    show(stage, title)
    qtbot.mouseClick(button(stage, "Show again"), LEFT)
    assert len(stage.session.open_problems) == before
    assert stage.session.memory.dismissed == ()


def test_lines_kept_out_can_be_dismissed_together(
    qtbot: QtBot, open_page: Open, ragged: Path
) -> None:
    stage = open_page(ragged)
    card = show_fixes(qtbot, stage, "Too few fields")
    qtbot.mouseClick(card.dismiss, LEFT)
    assert titles(stage)[-1] == "Too few fields"
    show(stage, "Too few fields")
    assert records(stage) == [["7", "6,54,Köln"]]


# The rest ----------------------------------------------------------------------------------------


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
    qtbot.mouseClick(stage.page.save_bad_rows, LEFT)
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
    with qtbot.waitSignal(stage.session.readingAsked, timeout=LONG):
        qtbot.mouseClick(stage.page.read_again, LEFT)


def test_a_clean_table_says_so(qtbot: QtBot, open_page: Open, clean: Path) -> None:
    stage = open_page(clean)
    if not stage.session.problems:
        stage.page.show_problems()
        assert "No problems found." in said(stage.page.problems)
    assert not stage.page.save_bad_rows.isEnabled()


def test_long_titles_take_several_lines(open_page: Open, tmp_path: Path) -> None:
    names = ("size", "income in thousands of euros before taxes and duties", "label")
    rows = ("many,many,0" if n == 5 else f"{n / 7:.3f},{n * 3},{n % 2}" for n in range(60))
    path = tmp_path / "long.csv"
    path.write_text("\n".join([",".join(names), *rows]) + "\n")
    stage = open_page(path)
    shown, heights = stage.page.problems.list, []
    for name in names[:2]:  # what is said below the title is the same of both
        show(stage, f"Not a number in {name}")
        heights.append(shown.visualRect(shown.currentIndex()).height())
    assert heights[1] >= heights[0] + QFontMetrics(theme.font("body", 500)).height()


def test_the_list_and_the_lines_speak_for_themselves(
    qtbot: QtBot, open_page: Open, ragged: Path
) -> None:
    stage = open_page(ragged)
    card = show_fixes(qtbot, stage, "Too many fields")
    role = int(Qt.ItemDataRole.AccessibleTextRole)
    assert card.table.accessibleName() == "Too many fields"
    assert card.lines.index(0, Part.CHECK).data(role) == "Line 3, to be fixed"
    assert card.lines.index(0, Part.TEXT).data(role).endswith('2,38,"Köln, Mitte",1')
    first = stage.page.problems.model.index(0, 0).data(role)
    assert first.startswith("Warning. Too many fields")
