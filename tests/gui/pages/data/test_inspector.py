"""The inspector: what a column is, and changing it."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from engine.schema import Kind, Role
from gui.widgets.choice import ComboBox
from tests.gui.pages.data.conftest import LONG, Stage, said

Open = Callable[[Path], Stage]


def choose(qtbot: QtBot, combo: ComboBox, value: object) -> None:
    """Choose with the keyboard, as a person would."""
    combo.setFocus()
    wanted = next(i for i in range(combo.count()) if combo.itemData(i) == value)
    key = Qt.Key.Key_Down if wanted > combo.currentIndex() else Qt.Key.Key_Up
    for _ in range(abs(wanted - combo.currentIndex())):
        qtbot.keyClick(combo, key)


def test_a_kind_is_changed_and_undone(qtbot: QtBot, open_page: Open, clean: Path) -> None:
    stage = open_page(clean)
    stage.session.select_column("size")
    assert stage.inspector.kind.value() == Kind.NUMBER
    choose(qtbot, stage.inspector.kind, Kind.CATEGORY)
    assert stage.session.recipe.column("size").kind is Kind.CATEGORY
    assert stage.session.undo_label == "Read size as category"
    stage.session.undo()
    assert stage.inspector.kind.value() == Kind.NUMBER


def test_values_that_do_not_fit_the_new_kind_are_counted(
    qtbot: QtBot, open_page: Open, clean: Path
) -> None:
    stage = open_page(clean)
    stage.session.select_column("colour")
    rows = stage.session.table.rows if stage.session.table is not None else 0
    assert stage.inspector.misfit_note.isHidden()
    stage.session.set_kind("colour", Kind.NUMBER)
    note = stage.inspector.misfit_note
    qtbot.waitUntil(lambda: not note.isHidden(), timeout=LONG)
    assert note.accessibleName().startswith(f"{rows} values do not fit")
    note.acted.emit()
    assert stage.session.recipe.column("colour").kind is Kind.CATEGORY
    assert note.isHidden()


def test_missing_values_are_counted_with_what_prepare_does(
    qtbot: QtBot, open_page: Open, ragged: Path
) -> None:
    stage = open_page(ragged)
    stage.session.select_column("age")
    note = stage.inspector.missing_note
    assert not note.isHidden()
    assert "2 rows have no value (1.0%)." in note.accessibleName()
    assert "median" in note.accessibleName()


def test_a_column_becomes_the_target_and_is_ignored_with_buttons(
    qtbot: QtBot, open_page: Open, clean: Path
) -> None:
    stage = open_page(clean)
    session, inspector = stage.session, stage.inspector
    session.select_column("colour")
    qtbot.mouseClick(inspector.use_as_target, Qt.MouseButton.LeftButton)
    assert session.target == "colour"
    assert inspector.use_as_target.isHidden()
    session.select_column("size")
    qtbot.mouseClick(inspector.ignore, Qt.MouseButton.LeftButton)
    assert session.recipe.column("size").role is Role.IGNORE
    assert inspector.ignore.text() == "Use as feature"
    qtbot.mouseClick(inspector.ignore, Qt.MouseButton.LeftButton)
    assert session.recipe.column("size").role is Role.FEATURE


def test_the_role_is_chosen_from_a_list(qtbot: QtBot, open_page: Open, clean: Path) -> None:
    stage = open_page(clean)
    stage.session.select_column("size")
    choose(qtbot, stage.inspector.role, Role.IGNORE)
    assert stage.session.recipe.column("size").role is Role.IGNORE


def test_every_column_can_be_shown(qtbot: QtBot, open_page: Open, ragged: Path) -> None:
    stage = open_page(ragged)
    for name in ("id", "age", "city", "bought", None):
        stage.session.select_column(name)
        stage.window.grab()
    assert "No column" in said(stage.inspector)
