"""The steps of a column and the target in the inspector."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from pytestqt.qtbot import QtBot

from engine.recipe.column_families import Clip, Encoding, Fill, RareLevels, Scaling
from engine.recipe.hiding import Hiding
from engine.schema import Role
from gui.forms.editors import LineEditor
from gui.widgets import ComboBox
from tests.gui.pages.prepare.conftest import Stage

Open = Callable[[Path, str], Stage]
LEFT = Qt.MouseButton.LeftButton
LONG = 60_000


@pytest.fixture
def stage(open_page: Open, table: Path) -> Stage:
    return open_page(table, "label")


def choose(combo: ComboBox, value: object) -> None:
    """As a person who opens the list and clicks."""
    combo.set_value(value)
    assert combo.value() == value
    combo.activated.emit(combo.currentIndex())


def spec(stage: Stage, name: str):
    return stage.session.recipe.column(name)


def test_each_step_of_a_category_is_chosen_and_taken_back(stage: Stage) -> None:
    stage.session.select_column("colour")
    steps = stage.inspector.steps
    choose(steps["encode"].choice, "one_hot")
    choose(steps["rare"].choice, "count")
    choose(steps["missing"].choice, "most_frequent")
    chosen = spec(stage, "colour")
    assert isinstance(chosen.encode, Encoding)
    assert chosen.encode.kind_name() == "one_hot"
    assert isinstance(chosen.rare, RareLevels)
    assert chosen.missing == Fill.default("most_frequent")
    choose(steps["encode"].choice, "auto")
    assert spec(stage, "colour").encode is None
    for _ in range(4):
        stage.session.undo()
    assert spec(stage, "colour").rare is None


def test_steps_that_are_not_for_a_column_are_not_offered(stage: Stage) -> None:
    stage.session.select_column("size")
    assert not stage.inspector.steps["encode"].isVisible()
    assert stage.inspector.steps["clip"].isVisible()
    stage.session.select_column("colour")
    assert stage.inspector.steps["encode"].isVisible()
    assert not stage.inspector.steps["clip"].isVisible()


def test_the_settings_of_a_step_are_edited_in_place(stage: Stage, qtbot: QtBot) -> None:
    stage.session.select_column("pay")
    section = stage.inspector.steps["clip"]
    choose(section.choice, "quantiles")
    assert spec(stage, "pay").clip == Clip.default("quantiles")
    form = section.settings.form
    assert form is not None
    low = form.editor("low")
    assert isinstance(low, LineEditor)
    low.setFocus()
    low.selectAll()
    qtbot.keyClicks(low, "0.05")
    qtbot.keyClick(low, Qt.Key.Key_Return)
    assert spec(stage, "pay").clip.low == 0.05
    low.selectAll()
    qtbot.keyClicks(low, "7")
    qtbot.keyClick(low, Qt.Key.Key_Return)
    assert spec(stage, "pay").clip.low == 0.05
    assert form.has_error


def test_the_settings_of_a_scale_stand_below_its_buttons(stage: Stage, qtbot: QtBot) -> None:
    stage.session.select_column("pay")
    qtbot.mouseClick(stage.inspector.scale_buttons["quantile"], LEFT)
    form = stage.inspector.scale_settings.form
    assert form is not None
    assert form.isVisible()
    assert spec(stage, "pay").scale == Scaling.default("quantile")
    qtbot.mouseClick(stage.inspector.scale_buttons["auto"], LEFT)
    assert not form.isVisible()


def test_a_flag_is_forced_and_left_to_auto_again(stage: Stage) -> None:
    stage.session.select_column("age")
    choose(stage.inspector.flag, False)
    assert spec(stage, "age").flag is False
    choose(stage.inspector.flag, None)
    assert spec(stage, "age").flag is None


def test_values_are_hidden_from_the_inspector(stage: Stage) -> None:
    stage.session.select_column("remark")
    choose(stage.inspector.steps["hide"].choice, "mask")
    assert spec(stage, "remark").hide == Hiding.default("mask")
    choose(stage.inspector.steps["hide"].choice, "none")
    assert spec(stage, "remark").hide is None


def test_a_column_says_which_rows_belong_together(stage: Stage) -> None:
    stage.session.select_column("remark")
    choose(stage.inspector.role, Role.GROUP)
    assert spec(stage, "remark").role is Role.GROUP
    assert stage.session.recipe.split_column == "remark"


def test_classes_are_merged_and_parted_again(open_page: Open, tmp_path: Path, qtbot: QtBot) -> None:
    path = tmp_path / "grades.csv"
    path.write_text("x,grade\n" + "".join(f"{i},{'abcd'[i % 4]}\n" for i in range(200)))
    stage = open_page(path, "grade")
    stage.session.select_column("grade")
    target = stage.inspector.target
    qtbot.waitUntil(lambda: target.classes.count() == 4, timeout=LONG)
    model = target.classes.model()
    for row in (1, 2):
        target.classes.selectionModel().select(
            model.index(row, 0), QItemSelectionModel.SelectionFlag.Select
        )
    qtbot.mouseClick(target.merge, LEFT)
    merged = stage.session.recipe.outcome.merge
    assert [(group.name, group.classes) for group in merged] == [("b + c", ("b", "c"))]
    qtbot.waitUntil(lambda: target.classes.count() == 3, timeout=LONG)
    qtbot.mouseClick(target.part, LEFT)
    assert stage.session.recipe.outcome.merge == ()
    qtbot.waitUntil(lambda: target.classes.count() == 4, timeout=LONG)


def test_a_number_to_predict_is_transformed(open_page: Open, table: Path) -> None:
    stage = open_page(table, "pay")
    stage.session.select_column("pay")
    target = stage.inspector.target
    assert target.number.isVisible()
    assert not target.balance.isVisible()
    transform = target.number.editor("transform")
    transform.chosen.emit("log")
    assert stage.session.recipe.outcome.transform.kind_name() == "log"
