"""Two networks side by side, with real mouse and key events."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from engine.recipe.files import recipe_json
from engine.recipe.recipe import Recipe
from tests.gui.pages.model.conftest import LONG, Stage, settle

Open = Callable[..., Stage]
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def stage(open_page: Open, table: Path) -> Stage:
    return open_page(table)


def compared(qtbot: QtBot, stage: Stage) -> None:
    probe = stage.page.compare.probe
    qtbot.waitUntil(lambda: probe.summary is not None and not probe.is_waiting, timeout=LONG)
    QApplication.processEvents()


def figures(stage: Stage) -> list[tuple[str, str, str]]:
    return [
        (one.text(), other.text(), ratio.text())
        for one, other, ratio in stage.page.compare.figures.values
    ]


def submenu(stage: Stage, title: str) -> QMenu:
    stage.page.compare_menu.menu.aboutToShow.emit()
    menus = {m.title(): m for m in stage.page.compare_menu.menu.findChildren(QMenu)}
    return menus[title]


def test_another_architecture_is_set_beside_and_esc_leaves(qtbot: QtBot, stage: Stage) -> None:
    page = stage.page
    action = next(
        a for a in submenu(stage, "Another architecture").actions() if a.text() == "Linear"
    )
    action.trigger()
    compared(qtbot, stage)
    assert page._views.currentWidget() is page.compare
    own, other = page.probe.summary, page.compare.probe.summary
    assert own is not None
    assert other is not None
    parameters = (f"{own.parameters:,}", f"{other.parameters:,}")
    assert figures(stage)[0][:2] == parameters
    assert figures(stage)[0][2] == f"× {other.parameters / own.parameters:.3g}"
    assert "—" not in {text for line in figures(stage) for text in line}
    assert page.compare.list.stringList() == ["Model · Trunk: MLP → Linear"]
    assert page.compare.sides[1].graph.accessibleDescription().endswith("Head")
    assert stage.session.recipe.model.trunk.kind == "mlp"  # type: ignore[union-attr]
    qtbot.keyClick(page.compare.close_button, Qt.Key.Key_Escape)
    assert page._views.currentWidget() is page.graph
    assert page.compare.other is None


def test_what_is_edited_meanwhile_is_compared_too(qtbot: QtBot, stage: Stage) -> None:
    page = stage.page
    page.compare_menu.compare_with_trunk("mlp")
    compared(qtbot, stage)
    assert page.compare.list.stringList() == []
    assert page.compare._said.text() == "Nothing is set differently"
    trunk = stage.session.recipe.model.trunk
    assert trunk is not None
    model = stage.session.recipe.model.model_copy(
        update={"trunk": trunk.model_copy(update={"widths": (512,)})}
    )
    stage.session.edit(stage.session.recipe.model_copy(update={"model": model}), "edit")
    settle(qtbot, stage)
    compared(qtbot, stage)
    assert page.compare.list.stringList() == ["Model · Trunk · Layer widths: 512 → 256, 256"]


def test_a_recipe_file_brings_its_network_and_its_training(
    qtbot: QtBot, stage: Stage, tmp_path: Path
) -> None:
    path = tmp_path / "other.json"
    fields = {"model": {"trunk": {"kind": "resnet", "width": 16}}, "training": {"batch_size": 64}}
    path.write_text(recipe_json(Recipe.model_validate(fields)))
    stage.page.compare_menu.compare_with_file(path)
    compared(qtbot, stage)
    assert stage.page.compare.sides[1].name.whole_text() == "other.json"
    assert "Training · Batch size: 256 → 64" in stage.page.compare.list.stringList()


def test_a_broken_recipe_file_is_told_and_nothing_is_compared(
    qtbot: QtBot, stage: Stage, tmp_path: Path
) -> None:
    path = tmp_path / "broken.json"
    path.write_text('{"model":')
    with qtbot.waitSignal(stage.session.failed, timeout=LONG) as told:
        stage.page.compare_menu.compare_with_file(path)
    assert str(path) in str(told.args[0])
    assert stage.page.compare.other is None


def test_runs_and_presets_without_any_are_disabled(stage: Stage) -> None:
    assert not submenu(stage, "A run").menuAction().isEnabled()
    assert not submenu(stage, "A preset").menuAction().isEnabled()


def test_choosing_a_view_leaves_the_comparison(qtbot: QtBot, stage: Stage) -> None:
    stage.page.compare_menu.compare_with_trunk("linear")
    stage.page.view.set_value("layers")
    stage.page.view.changed.emit("layers")
    assert stage.page._views.currentWidget() is stage.page.layers
