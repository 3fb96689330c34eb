"""Columns that need a choice: counted in the header, framed in the grid, gone to with F8."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from engine.recipe.column_families import Fill
from gui.forms.json_check import JsonProblem
from gui.pages.prepare.column_model import Part
from gui.pages.prepare.step_section import FIELD_WIDTH, FieldBox
from tests.gui.pages.prepare.conftest import Stage

Open = Callable[[Path, str], Stage]


@pytest.fixture
def stage(open_page: Open, tmp_path: Path) -> Stage:
    """Two columns with values in a third of the rows only."""
    lines = ["size,rare,full,seldom,label"]
    for i in range(200):
        rare, seldom = (str(i), str(i * 3)) if i % 3 == 0 else ("", "")
        lines.append(f"{i * 37 % 101 / 4},{rare},{i % 7},{seldom},{i % 2}")
    path = tmp_path / "holes.csv"
    path.write_text("\n".join(lines) + "\n")
    return open_page(path, "label")


def test_the_header_counts_columns_that_need_a_choice(stage: Stage) -> None:
    attention = stage.page.header.attention
    assert attention.isVisible()
    assert attention.text() == "2 columns need a choice"


def test_f8_goes_from_one_such_column_to_the_next_and_round(stage: Stage, qtbot: QtBot) -> None:
    session, grid = stage.session, stage.page.grid
    stage.page.search.setText("size")
    seen = []
    for _ in range(3):
        qtbot.keyClick(stage.page.grid, Qt.Key.Key_F8)
        seen.append(session.column)
        assert grid.currentIndex().column() == Part.MISSING
        assert grid.hasFocus()
    assert seen == ["rare", "seldom", "rare"]
    assert stage.page.search.text() == ""


def test_a_column_that_is_decided_needs_no_choice_until_it_is_undone(stage: Stage) -> None:
    session, header = stage.session, stage.page.header
    for name in ("rare", "seldom"):
        spec = session.recipe.column(name).model_copy(update={"missing": Fill.default("median")})
        session.edit(session.recipe.with_column(spec), "choose")
    assert not header.attention.isVisible()
    session.undo()
    assert header.attention.text() == "1 column needs a choice"


def test_a_narrow_header_leaves_words_out_and_does_not_widen_the_page(
    stage: Stage, qtbot: QtBot
) -> None:
    header = stage.page.header
    stage.window.resize(1900, 900)
    qtbot.waitUntil(lambda: header.caption.isVisible() and header.undo.text() != "")
    header.resize(420, 46)
    assert not header.caption.isVisible()
    assert header.undo.text() == ""
    assert header.undo.accessibleName() == "Undo"


def test_lists_of_the_inspector_give_way_where_it_is_narrow(stage: Stage) -> None:
    boxes = stage.inspector.findChildren(FieldBox)
    assert boxes
    assert all(box.minimumSizeHint().width() < FIELD_WIDTH for box in boxes)
    assert all(box.sizeHint().width() == FIELD_WIDTH for box in boxes)


def test_json_that_names_an_unknown_column_is_told_in_place_and_not_taken(
    stage: Stage, qtbot: QtBot
) -> None:
    page, session = stage.page, stage.session
    before = session.recipe
    open_json(stage, qtbot)
    told = json.loads(page.json.editor.toPlainText())
    told["columns"][1]["name"] = "nobody"
    page.json.editor.setPlainText(json.dumps(told, indent=2))
    page.json.apply()
    problem = page.json.problem
    assert isinstance(problem, JsonProblem)
    assert "nobody" in problem.text
    assert "nobody" in page.json.editor.toPlainText().splitlines()[problem.line - 1]
    assert session.recipe == before


def test_the_json_follows_edits_made_while_it_was_not_shown(stage: Stage, qtbot: QtBot) -> None:
    session, page = stage.session, stage.page
    open_json(stage, qtbot)
    page.view.findChildren(QToolButton)[0].click()
    spec = session.recipe.column("size").model_copy(update={"missing": Fill.default("mean")})
    session.edit(session.recipe.with_column(spec), "choose")
    open_json(stage, qtbot)
    assert '"mean"' in page.json.editor.toPlainText()


def open_json(stage: Stage, qtbot: QtBot) -> None:
    segment = stage.page.view.findChildren(QToolButton)[2]
    qtbot.mouseClick(segment, Qt.MouseButton.LeftButton)
    assert stage.page.json.isVisible()
