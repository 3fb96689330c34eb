"""The Prepare page with real mouse and key events."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtWidgets import QApplication, QLabel, QMenu, QPushButton, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from engine.recipe.column_families import Fill, Scaling
from engine.recipe.split import SplitMethod
from engine.schema import Kind, Role
from gui.forms.editors import LineEditor
from gui.pages.prepare.column_model import Part
from gui.widgets import ComboBox, Note
from tests.gui.pages.prepare.conftest import LONG, Stage

Open = Callable[[Path, str], Stage]
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def stage(open_page: Open, table: Path) -> Stage:
    return open_page(table, "label")


def cell(stage: Stage, column: str, part: Part) -> QModelIndex:
    row = stage.page.columns.row_of(column)
    assert row is not None
    return stage.page.columns.index(row, part)


def click(qtbot: QtBot, stage: Stage, column: str, part: Part) -> None:
    grid = stage.page.grid
    middle = grid.visualRect(cell(stage, column, part)).center()
    qtbot.mouseClick(grid.viewport(), LEFT, pos=middle)


def pick(qtbot: QtBot, stage: Stage, text: str) -> None:
    """Choose from the menu that is open, with the keyboard."""
    qtbot.waitUntil(lambda: isinstance(QApplication.activePopupWidget(), QMenu))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    wanted = next(action for action in menu.actions() if action.text() == text)
    while menu.activeAction() is not wanted:
        qtbot.keyClick(menu, Qt.Key.Key_Down)
    qtbot.keyClick(menu, Qt.Key.Key_Return)


def said(stage: Stage, column: str, part: Part) -> object:
    return cell(stage, column, part).data(Qt.ItemDataRole.DisplayRole)


def drag(qtbot: QtBot, handle: QWidget, dx: int) -> None:
    start = handle.rect().center()
    qtbot.mousePress(handle, LEFT, pos=start)
    # The handle follows the mouse, so each step is told in its own coordinates.
    for _ in range(4):
        qtbot.mouseMove(handle, start + QPoint(dx // 4, 0))
    qtbot.mouseRelease(handle, LEFT, pos=start)


def test_the_grid_says_what_happens_to_each_column(stage: Stage) -> None:
    assert stage.page.header.caption.text() == "4 of 5 columns used"
    assert said(stage, "age", Part.MISSING) == "Median + flag"
    assert said(stage, "age", Part.INPUTS) == "2"
    assert said(stage, "size", Part.MISSING) == "—"
    assert said(stage, "colour", Part.INPUTS) == "3 levels"
    assert said(stage, "remark", Part.ROLE) == "Ignore"
    assert said(stage, "label", Part.ROLE) == "Target"


def test_few_columns_leave_their_room_to_the_page_and_not_to_the_split(
    qtbot: QtBot, stage: Stage
) -> None:
    stage.page.window().resize(900, 1100)
    qtbot.waitUntil(lambda: stage.page.split.height() == stage.page.split.sizeHint().height())


def test_a_role_is_chosen_by_click_and_taken_back_with_ctrl_z(qtbot: QtBot, stage: Stage) -> None:
    click(qtbot, stage, "size", Part.ROLE)
    pick(qtbot, stage, "Ignore")
    assert stage.session.recipe.column("size").role is Role.IGNORE
    assert stage.page.header.caption.text() == "3 of 5 columns used"
    assert stage.session.undo_label == "Ignore size"
    qtbot.keyClick(stage.page.grid, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert stage.session.recipe.column("size").role is Role.FEATURE
    qtbot.keyClick(stage.page.grid, Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier)
    assert stage.session.recipe.column("size").role is Role.IGNORE


def test_the_undo_button_takes_an_edit_back(qtbot: QtBot, stage: Stage) -> None:
    click(qtbot, stage, "size", Part.USE)
    assert stage.session.recipe.column("size").role is Role.IGNORE
    qtbot.mouseClick(stage.page.undo, LEFT)
    assert stage.session.recipe.column("size").role is Role.FEATURE


def test_space_switches_the_column_of_the_line_off_and_on(qtbot: QtBot, stage: Stage) -> None:
    stage.page.grid.setFocus()
    stage.page.grid.setCurrentIndex(cell(stage, "pay", Part.NAME))
    qtbot.keyClick(stage.page.grid, Qt.Key.Key_Space)
    assert stage.session.recipe.column("pay").role is Role.IGNORE
    qtbot.keyClick(stage.page.grid, Qt.Key.Key_Space)
    assert stage.session.recipe.column("pay").role is Role.FEATURE


def test_text_and_target_cannot_be_switched(qtbot: QtBot, stage: Stage) -> None:
    before = stage.session.recipe
    click(qtbot, stage, "remark", Part.USE)
    click(qtbot, stage, "label", Part.USE)
    assert stage.session.recipe == before


def test_missing_values_and_scale_are_chosen_with_the_keyboard(qtbot: QtBot, stage: Stage) -> None:
    grid = stage.page.grid
    grid.setFocus()
    grid.setCurrentIndex(cell(stage, "age", Part.MISSING))
    qtbot.keyClick(grid, Qt.Key.Key_Return)
    pick(qtbot, stage, "Mean")
    assert stage.session.recipe.column("age").missing == Fill.default("mean")
    assert said(stage, "age", Part.INPUTS) == "2"
    grid.setCurrentIndex(cell(stage, "age", Part.SCALE))
    qtbot.keyClick(grid, Qt.Key.Key_Return)
    pick(qtbot, stage, "Quantile")
    assert stage.session.recipe.column("age").scale == Scaling.default("quantile")


def test_choices_depend_on_the_kind(stage: Stage) -> None:
    lines = {line.column.name: line for line in stage.page.columns.lines}
    assert [text for _, text in lines["colour"].choices(Part.MISSING)] == [
        "Auto (Own level)",
        "Own level",
        "Most frequent",
        "Constant",
        "Drop the row",
    ]
    assert [value for value, _ in lines["colour"].choices(Part.SCALE)][:2] == ["auto", "embedding"]
    assert lines["remark"].choices(Part.SCALE) == ()
    assert len(lines["size"].choices(Part.SCALE)) == 10


def test_a_line_chosen_is_the_column_of_the_session_and_back(qtbot: QtBot, stage: Stage) -> None:
    click(qtbot, stage, "colour", Part.NAME)
    assert stage.session.column == "colour"
    stage.session.select_column("pay")
    assert stage.page.grid.currentIndex().row() == stage.page.columns.row_of("pay")


def test_a_handle_is_dragged_and_the_rows_follow(qtbot: QtBot, stage: Stage) -> None:
    bar = stage.page.split.bar
    assert bar.shares.rows(300) == (210, 45, 45)
    drag(qtbot, bar.first, -round(bar.width() * 0.2))
    split = stage.session.recipe.split
    assert split.validation == pytest.approx(0.35, abs=0.02)
    assert split.test == 0.15
    assert stage.session.undo_label == "split shares"
    stage.session.undo()
    assert bar.shares.validation == 15


def test_a_drag_is_one_step_of_undo(qtbot: QtBot, stage: Stage) -> None:
    before = stage.session.recipe
    drag(qtbot, stage.page.split.bar.second, -60)
    assert stage.session.recipe != before
    stage.session.undo()
    assert stage.session.recipe == before


def test_arrow_keys_move_a_handle_by_one_percent(qtbot: QtBot, stage: Stage) -> None:
    handle = stage.page.split.bar.second
    handle.setFocus()
    qtbot.keyClick(handle, Qt.Key.Key_Right)
    assert stage.session.recipe.split.test == pytest.approx(0.14)
    assert stage.session.recipe.split.validation == pytest.approx(0.16)
    assert "86%" in handle.accessibleDescription()


def test_handles_stop_where_a_part_would_vanish(qtbot: QtBot, stage: Stage) -> None:
    bar = stage.page.split.bar
    drag(qtbot, bar.first, -2000)
    assert bar.shares.train == 10
    stage.session.undo()
    drag(qtbot, bar.second, 4000)
    assert (bar.shares.train, bar.shares.test) == (70, 0)
    assert stage.session.recipe.split.validation == 0.3


def test_too_small_a_train_part_is_explained_with_a_fix(qtbot: QtBot, stage: Stage) -> None:
    split = stage.session.recipe.split.model_copy(update={"validation": 0.5, "test": 0.45})
    stage.session.edit(stage.session.recipe.model_copy(update={"split": split}), "test")
    (note,) = [n for n in stage.page.split.findChildren(Note) if n.isVisibleTo(stage.window)]
    assert note.accessibleName().startswith("Validation and test together take 95%")
    qtbot.mouseClick(note.findChild(QPushButton), LEFT)
    assert stage.session.recipe.split.validation == 0.15


def test_method_and_seed_are_edited(qtbot: QtBot, stage: Stage) -> None:
    card = stage.page.split
    segment = next(b for b in card.method.findChildren(QToolButton) if b.text() == "Random")
    qtbot.mouseClick(segment, LEFT)
    assert stage.session.recipe.split.method is SplitMethod.RANDOM
    card.more.menu().popup(card.mapToGlobal(QPoint(0, 0)))
    seed = card.details.editor("seed")
    assert isinstance(seed, LineEditor)
    seed.setFocus()
    seed.selectAll()
    qtbot.keyClicks(seed, "7")
    qtbot.keyClick(seed, Qt.Key.Key_Return)
    assert stage.session.recipe.split.seed == 7


def test_the_inspector_shows_before_and_after_of_a_sample(qtbot: QtBot, stage: Stage) -> None:
    stage.session.select_column("pay")
    qtbot.waitUntil(lambda: stage.page.previews.of("pay") is not None, timeout=LONG)
    before = stage.page.previews.of("pay")
    assert before is not None
    assert before.rows == 210
    qtbot.mouseClick(stage.inspector.scale_buttons["quantile"], LEFT)
    assert stage.session.recipe.column("pay").scale == Scaling.default("quantile")
    qtbot.waitUntil(lambda: stage.page.previews.of("pay") is not None, timeout=LONG)
    after = stage.page.previews.of("pay")
    assert after is not None
    assert after.after is not None
    assert before.after is not None
    assert abs(after.after.skew) < abs(before.after.skew)
    texts = [label.text() for label in stage.inspector.findChildren(QLabel)]
    assert any("Fitted on the 210 train rows only" in text for text in texts)


def test_kind_and_role_are_changed_in_the_inspector(qtbot: QtBot, stage: Stage) -> None:
    stage.session.select_column("remark")

    def choose(combo: ComboBox, value: object) -> None:
        combo.setFocus()
        wanted = next(i for i in range(combo.count()) if combo.itemData(i) == value)
        key = Qt.Key.Key_Down if wanted > combo.currentIndex() else Qt.Key.Key_Up
        for _ in range(abs(wanted - combo.currentIndex())):
            qtbot.keyClick(combo, key)

    choose(stage.inspector.kind, Kind.CATEGORY)
    assert stage.session.recipe.column("remark").kind is Kind.CATEGORY
    choose(stage.inspector.role, Role.FEATURE)
    assert stage.session.recipe.column("remark").role is Role.FEATURE
    assert stage.page.columns.lines[4].used


def test_reset_to_auto_keeps_the_target_and_is_one_step(qtbot: QtBot, stage: Stage) -> None:
    assert not stage.page.reset.isEnabled()
    click(qtbot, stage, "size", Part.USE)
    spec = stage.session.recipe.column("age").model_copy(update={"missing": Fill.default("zero")})
    stage.session.edit(stage.session.recipe.with_column(spec), "test")
    qtbot.mouseClick(stage.page.reset, LEFT)
    assert stage.session.recipe.column("size").role is Role.FEATURE
    assert stage.session.recipe.column("age").missing is None
    assert stage.session.target == "label"
    assert not stage.page.reset.isEnabled()
    stage.session.undo()
    assert stage.session.recipe.column("age").missing == Fill.default("zero")


def test_every_cell_can_be_read_aloud(stage: Stage) -> None:
    model = stage.page.columns
    for row in range(model.rowCount()):
        for part in Part:
            index = model.index(row, part)
            assert str(index.data(Qt.ItemDataRole.AccessibleTextRole)).startswith(
                model.lines[row].column.name
            )


def test_the_whole_page_is_painted(stage: Stage) -> None:
    picture = stage.window.grab().toImage()
    colours = {
        picture.pixelColor(x, y).name() for x in range(0, 1300, 13) for y in range(0, 900, 9)
    }
    assert len(colours) > 8


def test_columns_are_found_by_name_and_by_what_they_are(stage: Stage, qtbot: QtBot) -> None:
    page = stage.page
    qtbot.keyClicks(page.search, "a")
    assert [line.column.name for line in page.columns.lines] == ["age", "pay", "remark", "label"]
    page.search.clear()
    page.shown.set_value("number")
    page.shown.activated.emit(page.shown.currentIndex())
    assert [line.column.name for line in page.columns.lines] == ["size", "age", "pay"]
    page.shown.set_value("missing")
    page.shown.activated.emit(page.shown.currentIndex())
    assert [line.column.name for line in page.columns.lines] == ["age"]


def test_one_choice_is_made_for_all_selected_columns_as_one_step(
    stage: Stage, qtbot: QtBot
) -> None:
    grid, session = stage.page.grid, stage.session
    before = session.recipe
    click(qtbot, stage, "size", Part.NAME)
    last = grid.visualRect(cell(stage, "pay", Part.NAME)).center()
    qtbot.mouseClick(grid.viewport(), LEFT, Qt.KeyboardModifier.ShiftModifier, last)
    assert len(grid.chosen_rows()) == 3
    click(qtbot, stage, "age", Part.SCALE)
    pick(qtbot, stage, "Robust")
    scales = [session.recipe.column(name).scale for name in ("size", "age", "pay")]
    assert scales == [Scaling.default("robust")] * 3
    assert len(grid.chosen_rows()) == 3
    qtbot.keyClick(grid, Qt.Key.Key_Space)
    roles = [session.recipe.column(name).role for name in ("size", "age", "pay")]
    assert roles == [Role.IGNORE] * 3
    session.undo()
    session.undo()
    assert session.recipe == before


def test_the_encoding_of_a_category_is_chosen_in_the_grid(stage: Stage, qtbot: QtBot) -> None:
    click(qtbot, stage, "colour", Part.SCALE)
    pick(qtbot, stage, "One-hot")
    encode = stage.session.recipe.column("colour").encode
    assert encode is not None
    assert encode.kind_name() == "one_hot"
    assert said(stage, "colour", Part.SCALE) == "One-hot"
