"""A form with real keys and clicks."""

from collections.abc import Callable, Iterator
from typing import ClassVar, Literal

import pytest
from pydantic import BaseModel, Field, model_validator
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from engine.recipe.checks import findings
from engine.recipe.families import Trunk
from engine.recipe.parts import Frozen
from engine.recipe.recipe import Recipe
from engine.recipe.split import Split
from engine.recipe.training import Training
from gui import theme
from gui.forms.editors import ChoiceEditor, LineEditor
from gui.forms.form import Form
from gui.widgets import Note, Switch

Make = Callable[[BaseModel], Form]


@pytest.fixture
def make(qtbot: QtBot, qapp: QApplication) -> Iterator[Make]:
    theme.apply(qapp, "light")

    def shown(model: BaseModel) -> Form:
        form = Form(model)
        qtbot.addWidget(form)
        with qtbot.waitActive(form):
            form.show()
            form.activateWindow()
        return form

    return shown


def line(form: Form, *path: str) -> LineEditor:
    editor = form.editor(*path)
    assert isinstance(editor, LineEditor)
    return editor


def write(qtbot: QtBot, editor: QLineEdit, text: str) -> None:
    editor.setFocus()
    editor.selectAll()
    qtbot.keyClick(editor, Qt.Key.Key_Delete)
    qtbot.keyClicks(editor, text)
    qtbot.keyClick(editor, Qt.Key.Key_Return)


def notes(form: QWidget) -> list[Note]:
    return [note for note in form.findChildren(Note) if note.isVisibleTo(form)]


def choose(qtbot: QtBot, editor: QWidget, text: str) -> None:
    assert isinstance(editor, ChoiceEditor)
    editor.setFocus()
    wanted = editor.findText(text)
    key = Qt.Key.Key_Down if wanted > editor.currentIndex() else Qt.Key.Key_Up
    for _ in range(abs(wanted - editor.currentIndex())):
        qtbot.keyClick(editor, key)


def test_typed_widths_make_a_new_model(qtbot: QtBot, make: Make) -> None:
    form = make(Trunk.default("mlp"))
    with qtbot.waitSignal(form.changed) as changed:
        write(qtbot, line(form, "widths"), "512, 512")
    assert changed.args == [form.model]
    assert form.model.widths == (512, 512)


def test_a_pause_in_typing_hands_the_value_over(qtbot: QtBot, make: Make) -> None:
    form = make(Trunk.default("mlp"))
    editor = line(form, "dropout")
    editor.setFocus()
    editor.selectAll()
    with qtbot.waitSignal(form.changed):
        qtbot.keyClicks(editor, "0.25")
    assert form.model.dropout == 0.25
    assert editor.text() == "0.25"


def test_an_invalid_value_says_what_is_allowed_and_what_holds(qtbot: QtBot, make: Make) -> None:
    form = make(Trunk.member("mlp")(dropout=0.2))
    editor = line(form, "dropout")
    with qtbot.assertNotEmitted(form.changed):
        write(qtbot, editor, "2")
    assert form.has_error
    assert form.model.dropout == 0.2
    assert editor.property("state") == "error"
    (note,) = notes(form)
    assert note.accessibleName() == (
        "Dropout must be from 0 to 0.9. Training keeps 0.2 until you fix this."
    )
    button = note.findChild(QPushButton)
    assert button.text() == "Use 0.2"
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert editor.text() == "0.2"
    assert editor.property("state") == ""
    assert not form.has_error
    assert notes(form) == []


def test_the_fix_is_the_next_stop_of_the_tab_key(qtbot: QtBot, make: Make) -> None:
    form = make(Trunk.member("mlp")(dropout=0.2))
    editor = line(form, "dropout")
    write(qtbot, editor, "x")
    qtbot.keyClick(editor, Qt.Key.Key_Tab)
    button = notes(form)[0].findChild(QPushButton)
    assert QApplication.focusWidget() is button
    qtbot.keyClick(button, Qt.Key.Key_Space)
    assert editor.text() == "0.2"


def test_a_valid_value_typed_after_an_invalid_one_takes_the_note_away(
    qtbot: QtBot, make: Make
) -> None:
    form = make(Trunk.default("mlp"))
    write(qtbot, line(form, "dropout"), "2")
    write(qtbot, line(form, "dropout"), "0.5")
    assert form.model.dropout == 0.5
    assert notes(form) == []


def test_set_model_shows_without_emitting(qtbot: QtBot, make: Make) -> None:
    form = make(Trunk.default("mlp"))
    with qtbot.assertNotEmitted(form.changed):
        form.set_model(Trunk.member("mlp")(widths=(8,), activation="tanh", dropout=0.3))
    assert line(form, "widths").text() == "8"
    assert line(form, "dropout").text() == "0.3"
    editor = form.editor("activation")
    assert isinstance(editor, ChoiceEditor)
    assert editor.currentText() == "Tanh"


def test_a_text_being_mended_stays_when_the_model_comes_back_unchanged(
    qtbot: QtBot, make: Make
) -> None:
    form = make(Trunk.default("mlp"))
    write(qtbot, line(form, "dropout"), "2")
    form.set_model(Trunk.member("mlp")(widths=(8,)))
    assert line(form, "dropout").text() == "2"
    assert form.has_error
    assert line(form, "widths").text() == "8"


def test_a_model_of_another_class_gets_rows_of_its_own(make: Make) -> None:
    form = make(Trunk.default("mlp"))
    form.set_model(Split())
    assert line(form, "seed").text() == "42"
    with pytest.raises(KeyError):
        form.editor("dropout")


def test_another_part_brings_its_own_form_and_the_earlier_one_is_remembered(
    qtbot: QtBot, make: Make
) -> None:
    form = make(Training())
    write(qtbot, line(form, "optimizer", "learning_rate"), "3e-4")
    choose(qtbot, form.editor("optimizer"), "SGD")
    assert form.model.optimizer.kind == "sgd"
    assert line(form, "optimizer", "momentum").text() == "0.9"
    with pytest.raises(KeyError):
        form.editor("optimizer", "weight_decays")
    choose(qtbot, form.editor("optimizer"), "AdamW")
    assert form.model.optimizer.learning_rate == 3e-4
    assert line(form, "optimizer", "learning_rate").text() == "3e-4"


def test_arrow_keys_step_a_learning_rate_by_factors(qtbot: QtBot, make: Make) -> None:
    form = make(Training())
    editor = line(form, "optimizer", "learning_rate")
    editor.setFocus()
    qtbot.keyClick(editor, Qt.Key.Key_Up)
    assert form.model.optimizer.learning_rate == 0.002
    qtbot.keyClick(editor, Qt.Key.Key_Down)
    qtbot.keyClick(editor, Qt.Key.Key_Down)
    assert form.model.optimizer.learning_rate == 0.0005


def test_a_switch_rules_its_section(qtbot: QtBot, make: Make) -> None:
    form = make(Training())
    switch = form.editor("early_stopping", "enabled")
    assert isinstance(switch, Switch)
    qtbot.mouseClick(switch, Qt.MouseButton.LeftButton)
    assert form.model.early_stopping.enabled is False
    assert not form.editor("early_stopping", "patience").isEnabled()


def test_an_optional_number_may_be_emptied(qtbot: QtBot, make: Make) -> None:
    form = make(Training(clip_norm=1.0))
    write(qtbot, line(form, "clip_norm"), "")
    assert form.model.clip_norm is None
    assert line(form, "clip_norm").placeholderText() == "not clipped"


def test_tab_reaches_every_control_in_the_order_shown(qtbot: QtBot, make: Make) -> None:
    form = make(Training())
    choose(qtbot, form.editor("optimizer"), "SGD")
    editors = form.editors()
    editors[0].setFocus()
    for expected in editors[1:]:
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        assert QApplication.focusWidget() is expected


def test_every_control_has_a_name_and_its_help(make: Make) -> None:
    form = make(Training())
    assert all(editor.accessibleName() for editor in form.editors())
    assert form.editor("epochs").toolTip().startswith("How often")


def test_help_of_the_field_in_focus_is_announced(qtbot: QtBot, make: Make) -> None:
    form = make(Training())
    helped: list[str] = []
    form.helped.connect(helped.append)
    form.editor("batch_size").setFocus()
    assert helped[-1] == "Rows per training step."
    form.editor("batch_size").clearFocus()
    assert helped[-1] == ""


def test_a_broken_rule_stands_at_its_field_with_its_fix(qtbot: QtBot, make: Make) -> None:
    recipe = Recipe(split=Split(validation=0.0, test=0.2))
    form = make(recipe.training)
    form.set_findings(findings(recipe), ("training",))
    (note,) = notes(form)
    assert note.accessibleName().startswith("Early stopping watches validation rows")
    with qtbot.waitSignal(form.fixed) as fixed:
        qtbot.mouseClick(note.findChild(QPushButton), Qt.MouseButton.LeftButton)
    assert fixed.args[0].training.early_stopping.enabled is False
    form.set_findings((), ("training",))
    assert notes(form) == []


def test_a_rule_of_the_class_itself_is_told_in_its_own_words(qtbot: QtBot, make: Make) -> None:
    class Heads(Frozen):
        title: ClassVar[str] = "Heads"
        kind: Literal["heads"] = "heads"
        width: int = Field(default=8, ge=1)
        heads: int = Field(default=4, ge=1)

        @model_validator(mode="after")
        def _divides(self) -> "Heads":
            if self.width % self.heads:
                raise ValueError("Heads must divide the width.")
            return self

    form = make(Heads())
    write(qtbot, line(form, "heads"), "3")
    (note,) = notes(form)
    assert note.accessibleName() == (
        "Heads must divide the width. Training keeps 4 until you fix this."
    )
    assert form.model.heads == 4


def test_undo_in_a_field_is_left_to_the_window_once_the_text_is_in_force(
    qtbot: QtBot, make: Make
) -> None:
    form = make(Trunk.default("mlp"))
    editor = line(form, "dropout")
    write(qtbot, editor, "0.5")
    qtbot.keyClick(editor, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert form.model.dropout == 0.5


def test_a_part_may_be_left_to_auto_and_taken_back_from_it(qtbot: QtBot, make: Make) -> None:
    form = make(Training())
    write(qtbot, line(form, "optimizer", "learning_rate"), "3e-4")
    choose(qtbot, form.editor("optimizer"), "Auto")
    assert form.model.optimizer is None
    assert form.editor("optimizer", "learning_rate") not in form.editors()
    choose(qtbot, form.editor("optimizer"), "AdamW")
    assert form.model.optimizer.learning_rate == 3e-4
    write(qtbot, line(form, "batch_size"), "")
    assert form.model.batch_size is None
    form.set_model(Training(optimizer=None, batch_size=None))
    assert form.editor("optimizer").currentText() == "Auto"  # type: ignore[attr-defined]
    assert line(form, "batch_size").placeholderText() == "auto"
