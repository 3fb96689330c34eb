"""The recipe in words: leaving steps out, comparing, opening and saving."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QModelIndex, Qt
from pytestqt.qtbot import QtBot

from engine.recipe.files import load_recipe, recipe_json
from engine.recipe.rows import DerivedColumn, Duplicates, RowRules
from gui.pages.prepare.page import STEPS
from tests.gui.pages.prepare.conftest import Stage

Open = Callable[[Path, str], Stage]
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def stage(open_page: Open, table: Path, qtbot: QtBot) -> Stage:
    made = open_page(table, "label")
    made.page.view.set_value(STEPS)
    made.page.view.changed.emit(STEPS)
    qtbot.waitUntil(made.page.steps.isVisible)
    return made


def lines(stage: Stage) -> list[str]:
    model = stage.page.steps.model
    found = []
    for group in range(model.rowCount()):
        top = model.index(group, 0)
        found += [
            f"{model.index(row, 0, top).data()}: {model.index(row, 1, top).data()}"
            for row in range(model.rowCount(top))
        ]
    return found


def stand_on(stage: Stage, path: tuple[str, ...]) -> None:
    place = stage.page.steps.model.place_of(path)
    assert place is not None
    row, group = place
    model = stage.page.steps.model
    stage.page.steps.list.setCurrentIndex(model.index(row, 0, model.index(group, 0)))


def test_the_recipe_is_said_in_words_with_what_auto_stands_for(stage: Stage) -> None:
    said = "\n".join(lines(stage))
    assert "is predicted" in said
    assert "70% train, 15% validation, 15% test" in said
    assert "Standard" in said


def test_a_step_is_left_out_with_the_delete_key_and_comes_back_with_undo(
    stage: Stage, qtbot: QtBot
) -> None:
    session = stage.session
    rows = RowRules(where="1 < 2", duplicates=Duplicates.model_validate("drop"))
    session.edit(session.recipe.model_copy(update={"rows": rows}), "rows")
    stand_on(stage, ("rows", "where"))
    qtbot.keyClick(stage.page.steps.list, Qt.Key.Key_Delete)
    assert session.recipe.rows.where is None
    assert session.recipe.rows.duplicates == rows.duplicates
    assert not any("1 < 2" in line for line in lines(stage))
    session.undo()
    assert any("1 < 2" in line for line in lines(stage))


def test_derived_columns_change_places_and_the_choice_goes_along(
    stage: Stage, qtbot: QtBot
) -> None:
    session = stage.session
    derived = tuple(DerivedColumn(name=name, expression="1 + 1") for name in ("one", "two"))
    session.edit(session.recipe.model_copy(update={"derived": derived}), "derive")
    stand_on(stage, ("derived", "one"))
    qtbot.keyClick(stage.page.steps.list, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert [column.name for column in session.recipe.derived] == ["two", "one"]
    chosen = stage.page.steps.chosen
    assert chosen is not None
    assert chosen.subject == "one"
    qtbot.mouseClick(stage.page.steps.earlier, LEFT)
    assert [column.name for column in session.recipe.derived] == ["one", "two"]


def test_a_step_is_switched_off_by_its_box_and_on_again_by_its_button(
    stage: Stage, qtbot: QtBot
) -> None:
    session, steps = stage.session, stage.page.steps
    rows = RowRules(where="1 < 2", duplicates=Duplicates.model_validate("drop"))
    session.edit(session.recipe.model_copy(update={"rows": rows}), "rows")
    before = session.recipe
    stand_on(stage, ("rows", "where"))
    qtbot.keyClick(steps.list, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: session.recipe.rows.where is None)
    assert [step.name for step in session.recipe.disabled] == ["rows.where"]
    assert any("1 < 2" in line for line in lines(stage))
    assert steps.chosen is not None
    assert not steps.chosen.enabled
    assert steps.switch.text() == "Switch on"
    qtbot.mouseClick(steps.switch, LEFT)
    assert session.recipe == before
    session.undo()
    assert session.recipe.rows.where is None
    session.undo()
    assert session.recipe == before


def test_what_is_no_step_of_its_own_has_no_box(stage: Stage) -> None:
    model = stage.page.steps.model
    for path in (("split",), ("model", "trunk")):
        place = model.place_of(path)
        assert place is not None
        row, group = place
        assert not model.item(group).child(row).isCheckable()


def test_only_what_can_be_done_to_a_step_is_offered(stage: Stage) -> None:
    steps = stage.page.steps
    steps.list.setCurrentIndex(QModelIndex())
    assert not steps.leave_out.isEnabled()
    stand_on(stage, ("split",))
    assert not steps.leave_out.isEnabled()
    assert not steps.earlier.isEnabled()


def test_a_saved_recipe_is_the_one_in_force(stage: Stage, tmp_path: Path) -> None:
    path = tmp_path / "mine.recipe.json"
    stage.page.recipes.save_as(path)
    assert load_recipe(path) == stage.session.recipe


def test_another_recipe_is_compared_place_by_place(
    stage: Stage, tmp_path: Path, qtbot: QtBot
) -> None:
    session, steps = stage.session, stage.page.steps
    path = tmp_path / "other.json"
    path.write_text(recipe_json(session.recipe))
    stage.page.recipes.compare_with(path)
    assert lines(stage) == []
    split = session.recipe.split.model_copy(update={"test": 0.3})
    session.edit(session.recipe.model_copy(update={"split": split}), "split")
    assert lines(stage) == ["Split · Test: 0.3 instead of 0.15"]
    steps.note.acted.emit()
    assert any("is predicted" in line for line in lines(stage))


def test_a_file_that_is_no_recipe_is_refused_with_its_place(
    stage: Stage, tmp_path: Path, qtbot: QtBot
) -> None:
    path = tmp_path / "broken.json"
    path.write_text('{\n "split": \n')
    with qtbot.waitSignal(stage.session.failed) as told:
        stage.page.recipes.compare_with(path)
    assert "line 3" in str(told.args[0])
