"""The Model page with real mouse and key events."""

import gc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import ClassVar, Literal

import pytest
from pydantic import Field
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QApplication, QPushButton, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from engine.recipe.families import Encoded, Trunk
from gui.forms.editors import LineEditor
from gui.pages.model.graph_layout import Look
from gui.pages.model.network_table import NAME
from gui.widgets import Note
from tests.gui.pages.model.conftest import LONG, Stage, settle

Open = Callable[..., Stage]
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def stage(open_page: Open, table: Path) -> Stage:
    return open_page(table)


@pytest.fixture
def toy() -> Iterator[type[Trunk]]:
    """A trunk that nothing but its class knows of."""

    class Toy(Trunk):
        """A linear layer and a sine."""

        title: ClassVar[str] = "Toy"
        summary: ClassVar[str] = "A layer for a test."
        order: ClassVar[int] = 999
        kind: Literal["toy"] = "toy"
        width: int = Field(
            default=6, ge=1, le=64, title="Waves", json_schema_extra={"unit": "units"}
        )

        def build(self, encoded: Encoded) -> tuple[object, int]:  # type: ignore[override]
            from torch import nn

            return nn.Sequential(nn.Linear(encoded.width, self.width), nn.Tanh()), self.width

    yield Toy
    del Toy
    gc.collect()


def line(stage: Stage, *path: str) -> LineEditor:
    form = stage.inspector.block.trunk if path[0] != "training" else stage.inspector.training
    editor = form.editor(*(path if path[0] != "training" else path[1:]))
    assert isinstance(editor, LineEditor)
    return editor


def write(qtbot: QtBot, editor: LineEditor, text: str) -> None:
    editor.setFocus()
    editor.selectAll()
    qtbot.keyClicks(editor, text)
    qtbot.keyClick(editor, Qt.Key.Key_Return)


def view(qtbot: QtBot, stage: Stage, text: str) -> None:
    segment = next(b for b in stage.page.view.findChildren(QToolButton) if b.text() == text)
    qtbot.mouseClick(segment, LEFT)


def pick_trunk(qtbot: QtBot, stage: Stage, kind: str) -> None:
    gallery = stage.page.gallery
    index = gallery.trunks.index(gallery.trunks.row_of(kind))
    qtbot.mouseClick(gallery.viewport(), LEFT, pos=gallery.visualRect(index).center())


def blocks(stage: Stage) -> list[str]:
    assert stage.page.probe.summary is not None
    return [block.name for block in stage.page.probe.summary.blocks]


def test_the_network_of_the_recipe_is_drawn_by_a_real_worker(
    qtbot: QtBot, open_page: Open, table: Path
) -> None:
    stage = open_page(table, worker=True)
    summary = stage.page.probe.summary
    assert summary is not None
    assert blocks(stage) == ["Columns", "As they are", "Embedding", "Linear", "Linear", "Head"]
    assert stage.page.footer.parameters.text() == f"{summary.parameters:,}"
    assert stage.page.footer.epoch.text() != "—"
    write(qtbot, line(stage, "widths"), "512, 512")
    settle(qtbot, stage)
    assert stage.page.probe.summary is not None
    assert stage.page.probe.summary.parameters > summary.parameters
    assert stage.session.recipe.model.trunk.widths == (512, 512)  # type: ignore[attr-defined]


def test_the_picture_shows_columns_encoders_trunk_and_head(stage: Stage) -> None:
    nodes = [item.node for item in stage.page.graph.scene().items() if hasattr(item, "node")]
    columns = {n.title for n in nodes if n.look in (Look.NUMBER, Look.CATEGORY)}
    assert columns == {"size", "age", "age (missing)", "colour", "town"}
    assert sum(n.look is Look.CONCAT for n in nodes) == 1
    assert sum(n.look is Look.BLOCK for n in nodes) == 5
    assert "Head" in stage.page.graph.accessibleDescription()


def test_choosing_a_trunk_changes_graph_form_and_recipe(qtbot: QtBot, stage: Stage) -> None:
    pick_trunk(qtbot, stage, "linear")
    assert stage.session.recipe.model.trunk.kind == "linear"
    settle(qtbot, stage)
    assert blocks(stage) == ["Columns", "As they are", "Embedding", "Head"]
    assert stage.page.badge.text() == "Linear"
    assert stage.session.undo_label == "Linear"
    stage.session.undo()
    assert stage.session.recipe.model.trunk.kind == "mlp"
    assert stage.page.gallery.currentIndex().row() == stage.page.gallery.trunks.row_of("mlp")


def test_no_network_is_shown_under_the_name_of_another(qtbot: QtBot, stage: Stage) -> None:
    assert stage.page.probe.summary is not None
    pick_trunk(qtbot, stage, "resnet")
    assert stage.page.probe.summary is None
    assert not stage.page.graph.isVisible()
    assert stage.page.footer.parameters.text() == "—"
    settle(qtbot, stage)
    assert stage.page.graph.isVisible()


def test_the_network_is_told_before_its_time_is(qtbot: QtBot, stage: Stage) -> None:
    told: list[bool] = []
    probe = stage.page.probe
    probe.answered.connect(lambda: told.append(probe.task is not None and probe.task.timed))
    pick_trunk(qtbot, stage, "resnet")
    settle(qtbot, stage)
    assert told == [False, True]


def test_a_trunk_chosen_again_is_as_it_was(qtbot: QtBot, stage: Stage) -> None:
    write(qtbot, line(stage, "widths"), "32 16")
    pick_trunk(qtbot, stage, "linear")
    pick_trunk(qtbot, stage, "mlp")
    assert stage.session.recipe.model.trunk.widths == (32, 16)  # type: ignore[attr-defined]


def test_an_invalid_dropout_keeps_the_last_valid_one_until_the_fix(
    qtbot: QtBot, stage: Stage
) -> None:
    write(qtbot, line(stage, "dropout"), "0.2")
    write(qtbot, line(stage, "dropout"), "2")
    assert stage.session.recipe.model.trunk.dropout == 0.2  # type: ignore[attr-defined]
    (note,) = [n for n in stage.inspector.findChildren(Note) if n.isVisibleTo(stage.window)]
    assert note.accessibleName() == (
        "Dropout must be from 0 to 0.9. Training keeps 0.2 until you fix this."
    )
    qtbot.mouseClick(note.findChild(QPushButton), LEFT)
    assert line(stage, "dropout").text() == "0.2"
    assert not stage.inspector.block.trunk.has_error


def test_a_block_is_selected_in_the_picture_and_opened(qtbot: QtBot, stage: Stage) -> None:
    graph = stage.page.graph
    place = blocks(stage).index("Embedding")
    centre = graph.node_item(place).sceneBoundingRect().center()
    qtbot.mouseClick(graph.viewport(), LEFT, pos=graph.mapFromScene(centre))
    assert stage.inspector.block.title.whole_text() == "Embedding"
    assert stage.inspector.block.categories.isVisibleTo(stage.inspector)
    assert not stage.inspector.block.trunk.isVisibleTo(stage.inspector)
    graph.setFocus()
    qtbot.keyClick(graph, Qt.Key.Key_Right)
    assert stage.inspector.block.title.whole_text() == "Linear"
    assert stage.inspector.block.trunk.isVisibleTo(stage.inspector)


def test_the_encoder_of_categories_is_edited_at_its_block(qtbot: QtBot, stage: Stage) -> None:
    stage.page.graph.selected.emit(blocks(stage).index("Embedding"))
    editor = stage.inspector.block.categories.editor("categories")
    editor.setFocus()
    qtbot.keyClick(editor, Qt.Key.Key_Down)
    assert stage.session.recipe.model.categories.kind == "one_hot"
    settle(qtbot, stage)
    assert "One-hot" in blocks(stage)


def test_wheel_and_buttons_zoom_and_fit_shows_all(qtbot: QtBot, stage: Stage) -> None:
    graph = stage.page.graph
    whole = graph.zoom()
    larger = next(b for b in graph.findChildren(QToolButton) if b.accessibleName() == "Zoom in")
    qtbot.mouseClick(larger, LEFT)
    assert graph.zoom() == pytest.approx(whole * 1.25)
    qtbot.keyClick(graph, Qt.Key.Key_Minus)
    assert graph.zoom() == pytest.approx(whole)
    qtbot.keyClick(graph, Qt.Key.Key_Plus)
    qtbot.keyClick(graph, Qt.Key.Key_0)
    assert graph.zoom() == pytest.approx(whole)


def test_layers_list_every_layer_with_its_parameters(qtbot: QtBot, stage: Stage) -> None:
    view(qtbot, stage, "Layers")
    layers = stage.page.layers.table
    assert layers.isVisible()
    model = layers.layers
    rows = [
        [str(model.index(r, c).data()).strip() for c in range(model.columnCount())]
        for r in range(model.rowCount())
    ]
    assert ["Linear", "256 → 256", "batch × 256", "batch × 256", "65,792"] in rows
    head = next(r for r, cells in enumerate(rows) if cells[0] == "Head")
    where = layers.visualRect(model.index(head, NAME)).center()
    qtbot.mouseClick(layers.viewport(), LEFT, pos=where)
    assert stage.inspector.block.title.whole_text() == "Head"


def test_a_valid_edit_as_json_is_applied(qtbot: QtBot, stage: Stage) -> None:
    view(qtbot, stage, "JSON")
    editor = stage.page.json.editor
    editor.setFocus()
    editor.find('"dropout": 0.0')
    qtbot.keyClicks(editor, '"dropout": 0.4')
    with qtbot.waitSignal(stage.session.recipeChanged, timeout=LONG):
        pass
    assert stage.session.recipe.model.trunk.dropout == 0.4  # type: ignore[attr-defined]
    assert line(stage, "dropout").text() == "0.4"
    assert stage.session.undo_label == "edit as JSON"
    stage.session.undo()
    assert '"dropout": 0.0' in editor.toPlainText()


def test_an_invalid_edit_as_json_names_its_line_and_changes_nothing(
    qtbot: QtBot, stage: Stage
) -> None:
    before = stage.session.recipe
    view(qtbot, stage, "JSON")
    editor = stage.page.json.editor
    editor.setFocus()
    editor.find('"dropout": 0.0')
    line_number = editor.textCursor().blockNumber() + 1
    qtbot.keyClicks(editor, '"dropout": 3')
    qtbot.waitUntil(lambda: stage.page.json.problem is not None, timeout=LONG)
    problem = stage.page.json.problem
    assert problem is not None
    assert (problem.line, problem.text) == (line_number, "Dropout must be from 0 to 0.9.")
    assert stage.session.recipe == before
    qtbot.mouseClick(stage.page.json.note.findChild(QPushButton), LEFT)
    assert stage.page.json.problem is None
    assert '"dropout": 0.0' in editor.toPlainText()


def test_broken_json_is_told_while_it_is_typed(qtbot: QtBot, stage: Stage) -> None:
    view(qtbot, stage, "JSON")
    editor = stage.page.json.editor
    editor.setFocus()
    editor.moveCursor(QTextCursor.MoveOperation.End)
    qtbot.keyClicks(editor, ",")
    qtbot.waitUntil(lambda: stage.page.json.problem is not None, timeout=LONG)
    assert "Line " in stage.page.json.note.accessibleName()


def test_training_is_edited_and_the_total_time_follows(qtbot: QtBot, stage: Stage) -> None:
    qtbot.mouseClick(stage.inspector.tabs, LEFT, pos=stage.inspector.tabs.tabRect(1).center())
    write(qtbot, line(stage, "training", "epochs"), "7")
    assert stage.session.recipe.training.epochs == 7
    assert stage.page.footer._total_name.text() == "7 epochs"
    write(qtbot, line(stage, "training", "optimizer", "learning_rate"), "3e-4")
    assert stage.session.recipe.training.optimizer.learning_rate == 3e-4


def test_ctrl_z_in_a_field_takes_the_edit_back(qtbot: QtBot, stage: Stage) -> None:
    write(qtbot, line(stage, "dropout"), "0.5")
    qtbot.keyClick(line(stage, "dropout"), Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert stage.session.recipe.model.trunk.dropout == 0.0  # type: ignore[attr-defined]
    assert line(stage, "dropout").text() == "0"


def test_reset_brings_the_defaults_of_the_trunk_back(qtbot: QtBot, stage: Stage) -> None:
    assert not stage.page.reset.isEnabled()
    write(qtbot, line(stage, "widths"), "8")
    assert stage.page.edited.isVisibleTo(stage.window)
    qtbot.mouseClick(stage.page.reset, LEFT)
    assert stage.session.recipe.model.trunk == Trunk.default("mlp")
    qtbot.mouseClick(stage.page.undo, LEFT)
    assert stage.session.recipe.model.trunk.widths == (8,)  # type: ignore[attr-defined]


def test_a_broken_rule_of_the_split_is_told_and_mended_here_too(qtbot: QtBot, stage: Stage) -> None:
    split = stage.session.recipe.split.model_copy(update={"validation": 0.0})
    stage.session.edit(stage.session.recipe.model_copy(update={"split": split}), "test")
    qtbot.mouseClick(stage.inspector.tabs, LEFT, pos=stage.inspector.tabs.tabRect(1).center())
    (note,) = [n for n in stage.inspector.findChildren(Note) if n.isVisibleTo(stage.inspector)]
    qtbot.mouseClick(note.findChild(QPushButton), LEFT)
    assert stage.session.recipe.training.early_stopping.enabled is False
    assert stage.session.findings == ()


def test_a_new_trunk_needs_no_other_edit(
    qtbot: QtBot, open_page: Open, table: Path, toy: type[Trunk]
) -> None:
    stage = open_page(table)
    titles = [trunk.title for trunk in stage.page.gallery.trunks.entries]
    assert titles[-1] == "Toy"
    pick_trunk(qtbot, stage, "toy")
    assert isinstance(stage.session.recipe.model.trunk, toy)
    settle(qtbot, stage)
    write(qtbot, line(stage, "width"), "12")
    settle(qtbot, stage)
    assert stage.session.recipe.model.trunk.width == 12  # type: ignore[attr-defined]
    assert stage.page.probe.summary is not None
    assert stage.page.probe.summary.blocks[3].out_width == 12
    write(qtbot, line(stage, "width"), "100")
    (note,) = [n for n in stage.inspector.findChildren(Note) if n.isVisibleTo(stage.window)]
    assert "Waves must be a whole number from 1 to 64." in note.accessibleName()
    view(qtbot, stage, "JSON")
    assert '"kind": "toy"' in stage.page.json.editor.toPlainText()
    stage.window.grab()


def test_a_trunk_of_tokens_is_drawn_as_columns_times_width(qtbot: QtBot, stage: Stage) -> None:
    pick_trunk(qtbot, stage, "ft_transformer")
    write(qtbot, line(stage, "width"), "16")
    settle(qtbot, stage)
    assert blocks(stage)[3:-1] == ["Class token"] + 3 * ["Transformer block"]
    edges = [item._edge.text for item in stage.page.graph.scene().items() if hasattr(item, "_edge")]
    assert {"3 × 16", "2 × 16", "5 × 16", "6 × 16", "16"} <= set(edges)
    write(qtbot, line(stage, "heads"), "5")
    (note,) = [n for n in stage.inspector.findChildren(Note) if n.isVisibleTo(stage.window)]
    assert "The token width 16 does not divide evenly among 5 heads." in note.accessibleName()
    qtbot.mouseClick(note.findChild(QPushButton), LEFT)
    assert stage.session.recipe.model.trunk.heads == 4  # type: ignore[attr-defined]


def test_without_a_table_the_page_says_what_to_do(open_page: Open) -> None:
    stage = open_page(None)
    assert stage.page.footer.parameters.text() == "—"
    assert stage.page._views.currentWidget() is stage.page._empty


def test_dragging_moves_the_picture_and_selects_nothing(qtbot: QtBot, stage: Stage) -> None:
    graph = stage.page.graph
    selected = stage.inspector.block.title.whole_text()
    corner = QPoint(20, graph.height() - 60)
    qtbot.mousePress(graph.viewport(), LEFT, pos=corner)
    qtbot.mouseMove(graph.viewport(), corner + QPoint(60, -40))
    qtbot.mouseRelease(graph.viewport(), LEFT, pos=corner + QPoint(60, -40))
    assert stage.inspector.block.title.whole_text() == selected


def test_every_control_has_a_name(stage: Stage) -> None:
    for widget in stage.window.findChildren(QWidget):
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisibleTo(stage.window):
            text = widget.text() if isinstance(widget, (QPushButton, QToolButton)) else ""
            assert widget.accessibleName() or text, (widget, widget.objectName(), widget.parent())
    QApplication.processEvents()
