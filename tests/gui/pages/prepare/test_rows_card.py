"""Which rows are used, and columns computed from others."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from engine.recipe.rows import DerivedColumn
from gui.widgets import ElidedLabel
from tests.gui.pages.prepare.conftest import Stage

Open = Callable[[Path, str], Stage]
LEFT = Qt.MouseButton.LeftButton
LONG = 60_000


@pytest.fixture
def stage(open_page: Open, table: Path) -> Stage:
    return open_page(table, "label")


def write(qtbot: QtBot, field, text: str) -> None:
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, text)
    qtbot.keyClick(field, Qt.Key.Key_Return)


def test_a_condition_leaves_rows_out_and_the_split_says_how_many(
    stage: Stage, qtbot: QtBot
) -> None:
    write(qtbot, stage.page.rows.where, "size > 12")
    assert stage.session.recipe.rows.where == "size > 12"
    look = stage.page.look
    qtbot.waitUntil(lambda: look.is_current and look.report is not None, timeout=LONG)
    assert look.report is not None
    assert 0 < sum(part.rows for _, part in look.report.parts) < 300
    stage.session.undo()
    assert stage.page.rows.where.text() == ""


def test_a_condition_that_cannot_be_read_is_refused_in_place(stage: Stage, qtbot: QtBot) -> None:
    write(qtbot, stage.page.rows.where, "sise > 12")
    assert stage.session.recipe.rows.where is None
    assert stage.page.rows.note.isVisible()
    assert "sise" in stage.page.rows.note.accessibleName()
    write(qtbot, stage.page.rows.where, "size > 12")
    assert not stage.page.rows.note.isVisible()


def test_a_column_is_derived_and_left_out_again(stage: Stage, qtbot: QtBot) -> None:
    card = stage.page.rows
    write(qtbot, card.name, "area")
    assert stage.session.recipe.derived == ()
    write(qtbot, card.formula, "size * size")
    assert stage.session.recipe.derived == (DerivedColumn(name="area", expression="size * size"),)
    assert card.name.text() == ""
    qtbot.waitUntil(
        lambda: (
            "area" in [each.text() for each in card.findChildren(ElidedLabel) if each.isVisible()]
        )
    )
    gone = [each for each in card.findChildren(QToolButton) if "area" in each.toolTip()]
    qtbot.mouseClick(gone[-1], LEFT)
    assert stage.session.recipe.derived == ()


def test_a_formula_over_the_target_is_refused(stage: Stage, qtbot: QtBot) -> None:
    card = stage.page.rows
    write(qtbot, card.name, "cheat")
    write(qtbot, card.formula, "label")
    assert stage.session.recipe.derived == ()
    assert card.note.isVisible()
    assert card.formula.text() == "label"


def test_escape_takes_a_condition_that_is_being_typed_back(stage: Stage, qtbot: QtBot) -> None:
    where = stage.page.rows.where
    where.setFocus()
    qtbot.keyClicks(where, "nobody > 3")
    qtbot.keyClick(where, Qt.Key.Key_Return)
    assert stage.page.rows.note.isVisible()
    qtbot.keyClick(where, Qt.Key.Key_Escape)
    assert where.text() == ""
    assert not stage.page.rows.note.isVisible()
    assert stage.session.recipe.rows.where is None
