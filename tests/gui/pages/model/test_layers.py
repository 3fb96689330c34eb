"""The editor of layers with real mouse and key events."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QToolButton
from pytestqt.qtbot import QtBot

from engine.models.trunks.custom import Custom
from engine.recipe.families import Trunk
from engine.recipe.layer_family import Layer
from gui.forms.editors import ChoiceEditor, LineEditor
from gui.pages.model.layer_editor import LayerEditor
from gui.pages.model.layer_lines import IN, KIND, NUMBER, OUT, PARAMETERS, SETTING
from gui.pages.model.layer_table import LayerTable
from tests.gui.pages.model.conftest import Stage, settle

Open = Callable[..., Stage]
LEFT = Qt.MouseButton.LeftButton
CONTROL, ALT, SHIFT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.ShiftModifier,
)
SMALL = (
    {"kind": "linear", "width": 8},
    "activation",
    {"kind": "dropout", "share": 0.2},
    {"kind": "linear", "width": 4},
)


@pytest.fixture
def stage(open_page: Open, table: Path) -> Stage:
    stage = open_page(table)
    use(stage, *SMALL)
    stage.page.view.set_value("layers")
    stage.page._show_recipe()
    QApplication.processEvents()
    return stage


def use(stage: Stage, *layers: Any) -> None:
    trunk = Custom.model_validate({"layers": layers})
    recipe = stage.session.recipe
    model = recipe.model.model_copy(update={"trunk": trunk})
    stage.session.edit(recipe.model_copy(update={"model": model}), "begin")


def editor(stage: Stage) -> LayerEditor:
    return stage.page.layers.editor


def table_of(stage: Stage) -> LayerTable:
    return editor(stage).table


def layers(stage: Stage) -> tuple[Layer, ...]:
    trunk = stage.session.recipe.model.trunk
    assert isinstance(trunk, Custom)
    return trunk.layers


def kinds(stage: Stage) -> list[str]:
    return [layer.kind for layer in layers(stage)]


def middle(stage: Stage, place: int, column: int = SETTING) -> QPoint:
    view = table_of(stage)
    index = view.lines.index(view.lines.row_of(place), column)
    view.scrollTo(index)
    return view.visualRect(index).center()


def click(
    stage: Stage,
    place: int,
    column: int = IN,
    modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
) -> None:
    view = table_of(stage)
    view.setFocus()
    QTest.mouseClick(view.viewport(), LEFT, modifiers, middle(stage, place, column))


def press(stage: Stage, key: Qt.Key, modifiers: Any = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(table_of(stage), key, modifiers)


def cell(stage: Stage, place: int, column: int) -> str:
    lines = table_of(stage).lines
    return str(lines.index(lines.row_of(place), column).data())


def open_cell(qtbot: QtBot, stage: Stage, place: int, column: int = SETTING) -> Any:
    view = table_of(stage)
    click(stage, place, column)
    before = editors(view)
    QTest.mouseDClick(
        view.viewport(), LEFT, Qt.KeyboardModifier.NoModifier, middle(stage, place, column)
    )
    qtbot.waitUntil(lambda: any(editor not in before for editor in editors(view)))
    return next(editor for editor in editors(view) if editor not in before)


def editors(view: LayerTable) -> list[Any]:
    """The cells that are open, or about to be thrown away."""
    return [c for c in view.viewport().children() if isinstance(c, ChoiceEditor | LineEditor)]


def drag(stage: Stage, place: int, to: int) -> None:
    view = table_of(stage)
    start, end = middle(stage, place, NUMBER), middle(stage, to, NUMBER) - QPoint(0, 9)
    QTest.mousePress(view.viewport(), LEFT, Qt.KeyboardModifier.NoModifier, start)
    for step in range(1, 9):
        at = QPointF(start + (end - start) * step / 8)
        event = QMouseEvent(
            QMouseEvent.Type.MouseMove,
            at,
            QPointF(view.viewport().mapToGlobal(at.toPoint())),
            LEFT,
            LEFT,
            Qt.KeyboardModifier.NoModifier,
        )
        QApplication.sendEvent(view.viewport(), event)
    QTest.mouseRelease(view.viewport(), LEFT, Qt.KeyboardModifier.NoModifier, end)


def add(stage: Stage, title: str) -> None:
    menu = editor(stage).findChild(QMenu)
    assert menu is not None
    next(action for action in menu.actions() if action.text() == title).trigger()


# What is shown -----------------------------------------------------------------------------------


def test_each_line_tells_shapes_and_parameters_as_the_network_will_have_them(
    qtbot: QtBot, stage: Stage
) -> None:
    settle(qtbot, stage)
    summary = stage.page.probe.summary
    assert summary is not None
    built = [b for b in summary.blocks if b.group == "trunk"]
    inputs = built[0].in_shape[0]
    assert [cell(stage, place, IN) for place in range(4)] == [str(inputs), "8", "8", "8"]
    assert [cell(stage, place, OUT) for place in range(4)] == ["8", "8", "8", "4"]
    told = [int(cell(stage, place, PARAMETERS).replace(",", "")) for place in range(4)]
    assert told == [8 * inputs + 8, 0, 0, 36]
    assert sum(told) == sum(block.parameters for block in built)
    assert [cell(stage, place, SETTING) for place in range(4)] == [
        "8 units",
        "ReLU",
        "0.2",
        "4 units",
    ]
    assert editor(stage).total.text() == f"4 layers, {sum(told)} parameters"


def test_without_a_table_widths_are_told_as_far_as_they_are_known(open_page: Open) -> None:
    stage = open_page(None)
    use(stage, *SMALL, "inputs_again")
    stage.page.view.set_value("layers")
    stage.page._show_recipe()
    assert stage.page._views.currentWidget() is stage.page.layers
    assert cell(stage, 0, IN) == "inputs"
    assert cell(stage, 0, PARAMETERS) == "—"
    assert cell(stage, 4, OUT) == "inputs + 4"
    assert editor(stage).total.text() == "5 layers"


def test_the_graph_shows_the_layers_and_choosing_goes_both_ways(qtbot: QtBot, stage: Stage) -> None:
    end = {"kind": "residual_end", "projection": True}
    use(stage, "linear", "residual_start", "linear", "dropout", end, "linear")
    settle(qtbot, stage)
    summary = stage.page.probe.summary
    assert summary is not None
    trunk = [(b.name, b.place) for b in summary.blocks if b.group == "trunk"]
    assert trunk == [("Linear", 0), ("Residual block", 1), ("Linear", 5)]
    click(stage, 3)
    assert stage.inspector.block.title.whole_text() == "Dropout"
    assert summary.blocks[stage.page._selected or 0].place == 1
    stage.page.view.set_value("graph")
    stage.page._show_recipe()
    block = next(i for i, b in enumerate(summary.blocks) if b.place == 5)
    stage.page.graph.selected.emit(block)
    assert table_of(stage).current() == 5
    assert stage.inspector.block.layer.place_text == "layer 6 of 6"


# Editing a line ----------------------------------------------------------------------------------


def test_a_width_is_typed_into_its_cell_and_all_follows_as_one_types(
    qtbot: QtBot, stage: Stage
) -> None:
    line = open_cell(qtbot, stage, 0)
    line.selectAll()
    qtbot.keyClicks(line, "16")
    qtbot.waitUntil(lambda: layers(stage)[0].width == 16)  # type: ignore[attr-defined]
    assert line.isVisible()
    assert cell(stage, 3, PARAMETERS) == str(16 * 4 + 4)
    assert stage.session.undo_label == "edit Linear"
    qtbot.keyClick(line, Qt.Key.Key_Return)
    stage.session.undo()
    assert cell(stage, 0, SETTING) == "8 units"


def test_typing_a_number_opens_the_line_with_it(qtbot: QtBot, stage: Stage) -> None:
    click(stage, 3)
    press(stage, Qt.Key.Key_5)
    line = next(c for c in table_of(stage).viewport().children() if isinstance(c, LineEditor))
    qtbot.keyClicks(line, "2")
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert layers(stage)[3].width == 52  # type: ignore[attr-defined]


def test_a_width_of_zero_is_explained_at_its_line_and_is_not_in_force(
    qtbot: QtBot, stage: Stage
) -> None:
    line = open_cell(qtbot, stage, 0)
    line.selectAll()
    qtbot.keyClicks(line, "0")
    qtbot.waitUntil(lambda: bool(table_of(stage).note_lines()))
    (note,) = table_of(stage).note_lines()
    assert note.note.text == (
        "Width must be a whole number from 1 to 65,536. Training keeps 8 until you fix this."
    )
    assert layers(stage)[0].width == 8  # type: ignore[attr-defined]
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert cell(stage, 0, SETTING) == "0"
    qtbot.mouseClick(note.button, LEFT)
    assert table_of(stage).note_lines() == []
    assert cell(stage, 0, SETTING) == "8 units"


def test_escape_gives_up_what_was_typed(qtbot: QtBot, stage: Stage) -> None:
    line = open_cell(qtbot, stage, 0)
    line.selectAll()
    qtbot.keyClicks(line, "77")
    qtbot.keyClick(line, Qt.Key.Key_Escape)
    assert layers(stage)[0].width == 8  # type: ignore[attr-defined]
    assert cell(stage, 0, SETTING) == "8 units"


def test_a_kind_and_a_choice_are_chosen_in_their_cells(qtbot: QtBot, stage: Stage) -> None:
    choice = open_cell(qtbot, stage, 1)
    assert isinstance(choice, ChoiceEditor)
    choice.setFocus()
    qtbot.keyClick(choice, Qt.Key.Key_Down)
    assert layers(stage)[1].function == "gelu"  # type: ignore[attr-defined]
    choice = open_cell(qtbot, stage, 2, KIND)
    choice.setFocus()
    qtbot.keyClick(choice, Qt.Key.Key_Up)
    assert kinds(stage) == ["linear", "activation", "normalization", "linear"]


def test_every_field_of_a_layer_is_in_the_inspector(qtbot: QtBot, stage: Stage) -> None:
    click(stage, 0)
    form = stage.inspector.block.layer.form
    assert form.isVisibleTo(stage.window)
    qtbot.mouseClick(form.editor("bias"), LEFT)
    assert layers(stage)[0].bias is False  # type: ignore[attr-defined]
    assert cell(stage, 0, SETTING) == "8 units, Bias: off"
    width = form.editor("width")
    assert isinstance(width, LineEditor)
    width.setFocus()
    width.selectAll()
    qtbot.keyClicks(width, "9")
    qtbot.keyClick(width, Qt.Key.Key_Return)
    assert layers(stage)[0].width == 9  # type: ignore[attr-defined]
    assert cell(stage, 1, IN) == "9"


# The list ----------------------------------------------------------------------------------------


def test_layers_are_added_after_the_chosen_one(stage: Stage) -> None:
    click(stage, 1)
    add(stage, "Normalization")
    assert kinds(stage) == ["linear", "activation", "normalization", "dropout", "linear"]
    assert table_of(stage).chosen() == (2,)
    assert stage.session.undo_label == "add Normalization"


def test_layers_go_up_and_down_with_alt_and_the_arrows(stage: Stage) -> None:
    click(stage, 0)
    press(stage, Qt.Key.Key_Down, ALT)
    press(stage, Qt.Key.Key_Down, ALT)
    assert kinds(stage) == ["activation", "dropout", "linear", "linear"]
    assert table_of(stage).chosen() == (2,)
    assert layers(stage)[2].width == 8  # type: ignore[attr-defined]
    click(stage, 3, modifiers=CONTROL)
    press(stage, Qt.Key.Key_Up, ALT)
    assert kinds(stage) == ["activation", "linear", "linear", "dropout"]
    assert table_of(stage).chosen() == (1, 2)
    for _ in range(5):
        press(stage, Qt.Key.Key_Up, ALT)
    assert kinds(stage) == ["linear", "linear", "activation", "dropout"]
    while stage.session.can_undo and stage.session.undo_label.startswith("move"):
        stage.session.undo()
    assert kinds(stage) == ["linear", "activation", "dropout", "linear"]


def test_layers_are_dragged_by_their_number(stage: Stage) -> None:
    drag(stage, 3, 1)
    assert kinds(stage) == ["linear", "linear", "activation", "dropout"]
    assert table_of(stage).chosen() == (1,)
    click(stage, 0)
    click(stage, 1, modifiers=SHIFT)
    drag(stage, 0, 3)
    assert kinds(stage) == ["activation", "linear", "linear", "dropout"]
    assert table_of(stage).chosen() == (1, 2)


def test_several_are_duplicated_and_deleted_at_once(stage: Stage) -> None:
    click(stage, 0)
    click(stage, 2, modifiers=CONTROL)
    press(stage, Qt.Key.Key_D, CONTROL)
    assert kinds(stage) == ["linear", "activation", "dropout", "linear", "dropout", "linear"]
    assert table_of(stage).chosen() == (3, 4)
    press(stage, Qt.Key.Key_Delete)
    assert kinds(stage) == ["linear", "activation", "dropout", "linear"]
    assert stage.session.undo_label == "delete 2 layers"
    stage.session.undo()
    assert len(layers(stage)) == 6
    stage.session.redo()
    assert len(layers(stage)) == 4


def test_layers_are_copied_as_json_and_pasted(stage: Stage) -> None:
    click(stage, 1)
    click(stage, 2, modifiers=SHIFT)
    press(stage, Qt.Key.Key_C, CONTROL)
    copied = json.loads(QGuiApplication.clipboard().text())
    assert [layer["kind"] for layer in copied] == ["activation", "dropout"]
    click(stage, 3)
    press(stage, Qt.Key.Key_V, CONTROL)
    assert kinds(stage)[4:] == ["activation", "dropout"]
    press(stage, Qt.Key.Key_X, CONTROL)
    assert len(layers(stage)) == 4


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("hello", "The clipboard holds no layers."),
        ("", "The clipboard holds no layers."),
        ('[{"kind": "linear", "width": 0}]', "layers.0.width"),
        ("[" * 100_000, "The clipboard holds no layers."),
    ],
)
def test_what_cannot_be_pasted_is_told(stage: Stage, text: str, said: str) -> None:
    before = layers(stage)
    QGuiApplication.clipboard().setText(text)
    click(stage, 0)
    press(stage, Qt.Key.Key_V, CONTROL)
    assert said in editor(stage)._note.accessibleName()
    assert layers(stage) == before
    add(stage, "Dropout")
    assert not editor(stage)._note.isVisibleTo(stage.window)


# What cannot work --------------------------------------------------------------------------------


def test_a_flaw_is_told_at_its_line_never_trains_and_is_mended_there(
    qtbot: QtBot, stage: Stage
) -> None:
    click(stage, 0)
    add(stage, "Residual start")
    (note,) = table_of(stage).note_lines()
    assert note.note.text == "Layer 2, a residual start, has no end after it."
    assert "Layer 2, a residual start, has no end after it." in map(str, stage.session.blockers())
    runs = stage.session.runs
    stage.session.train()
    assert stage.session.runs == runs
    qtbot.mouseClick(note.button, LEFT)
    assert kinds(stage)[-1] == "residual_end"
    assert table_of(stage).note_lines() == []
    assert stage.session.blockers() == ()


def test_an_empty_list_says_what_to_do(qtbot: QtBot, stage: Stage) -> None:
    click(stage, 0)
    press(stage, Qt.Key.Key_A, CONTROL)
    press(stage, Qt.Key.Key_Delete)
    assert layers(stage) == ()
    (note,) = table_of(stage).note_lines()
    assert note.note.text == "There are no layers."
    assert stage.page._views.currentWidget() is stage.page.layers
    assert stage.session.blockers()
    qtbot.mouseClick(note.button, LEFT)
    assert kinds(stage) == ["linear"]
    stage.session.undo()
    stage.session.undo()
    assert len(layers(stage)) == 4


def test_a_residual_block_is_put_around_what_is_chosen(stage: Stage) -> None:
    click(stage, 1)
    click(stage, 3, modifiers=SHIFT)
    add(stage, "Residual block around the chosen layers")
    assert kinds(stage) == [
        "linear",
        "residual_start",
        "activation",
        "dropout",
        "linear",
        "residual_end",
    ]
    assert stage.session.blockers() == ()


# Other trunks ------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["mlp", "resnet"])
def test_another_trunk_unfolds_into_layers_of_as_many_parameters(
    kind: str, qtbot: QtBot, stage: Stage
) -> None:
    model = stage.session.recipe.model.model_copy(update={"trunk": Trunk.default(kind)})
    stage.session.edit(stage.session.recipe.model_copy(update={"model": model}), kind)
    settle(qtbot, stage)
    assert stage.page.probe.summary is not None
    parameters = stage.page.probe.summary.parameters
    assert not stage.page.layers.is_editor
    qtbot.mouseClick(stage.page.layers.unfold, LEFT)
    assert stage.page.layers.is_editor
    assert stage.session.undo_label == "edit as custom layers"
    settle(qtbot, stage)
    assert stage.page.probe.summary.parameters == parameters
    stage.session.undo()
    assert stage.session.recipe.model.trunk == Trunk.default(kind)


def test_a_trunk_that_is_no_list_of_layers_is_only_looked_at(qtbot: QtBot, stage: Stage) -> None:
    model = stage.session.recipe.model.model_copy(update={"trunk": Trunk.default("tabm")})
    stage.session.edit(stage.session.recipe.model_copy(update={"model": model}), "tabm")
    settle(qtbot, stage)
    assert not stage.page.layers.unfold.isVisibleTo(stage.window)
    assert "cannot be edited" in stage.page.layers._why.whole_text()


# Forty layers ------------------------------------------------------------------------------------


def test_forty_layers_are_made_changed_and_all_of_it_undone(qtbot: QtBot, stage: Stage) -> None:
    view = table_of(stage)
    start = stage.session.recipe
    steps = [start]
    titles = [kind.title for kind in Layer.members() if not kind.bracket]
    click(stage, 3)
    for number in range(36):
        add(stage, titles[number % len(titles)])
        steps.append(stage.session.recipe)
    assert len(layers(stage)) == 40
    for place in (0, 8, 16, 24, 32):
        click(stage, place)
        press(stage, Qt.Key.Key_Down, ALT)
        steps.append(stage.session.recipe)
    drag(stage, 39, 36)
    steps.append(stage.session.recipe)
    click(stage, 10)
    click(stage, 19, modifiers=SHIFT)
    press(stage, Qt.Key.Key_D, CONTROL)
    steps.append(stage.session.recipe)
    assert len(layers(stage)) == 50
    press(stage, Qt.Key.Key_Delete)
    steps.append(stage.session.recipe)
    assert len(set(map(str, steps))) >= len(steps) - 1  # the last undoes the one before it
    for before in reversed(steps[:-1]):
        QTest.keyClick(view, Qt.Key.Key_Z, CONTROL)
        assert stage.session.recipe == before
        assert view.lines.layers == layers(stage)
    for after in steps[1:]:
        QTest.keyClick(view, Qt.Key.Key_Y, CONTROL)
        assert stage.session.recipe == after
    assert view.lines.layers == layers(stage)
    settle(qtbot, stage)
    assert stage.page.probe.error is None


def test_the_buttons_do_what_the_keys_do(qtbot: QtBot, stage: Stage) -> None:
    buttons = {b.accessibleName(): b for b in editor(stage).findChildren(QToolButton)}
    click(stage, 1)
    qtbot.mouseClick(buttons["Move up"], LEFT)
    assert kinds(stage)[:2] == ["activation", "linear"]
    assert not buttons["Move up"].isEnabled()
    qtbot.mouseClick(buttons["Move down"], LEFT)
    qtbot.mouseClick(editor(stage).duplicate, LEFT)
    assert kinds(stage)[:3] == ["linear", "activation", "activation"]
    qtbot.mouseClick(editor(stage).delete, LEFT)
    assert kinds(stage) == ["linear", "activation", "dropout", "linear"]
