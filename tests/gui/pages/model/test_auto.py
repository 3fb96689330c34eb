"""Auto on the Model page: what is chosen, why, and what stays as a person sets it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from engine.recipe.families import Trunk
from gui.forms.editors import LineEditor
from tests.gui.pages.model.conftest import Stage, settle

Open = Callable[..., Stage]
LEFT = Qt.MouseButton.LeftButton


def pick(qtbot: QtBot, stage: Stage, kind: str) -> None:
    gallery = stage.page.gallery
    index = gallery.trunks.index(gallery.trunks.row_of(kind))
    gallery.scrollTo(index)
    qtbot.mouseClick(gallery.viewport(), LEFT, pos=gallery.visualRect(index).center())
    settle(qtbot, stage)


def why(stage: Stage) -> dict[str, str]:
    lines = (*stage.inspector.block.reasons.lines, *stage.inspector.reasons.lines)
    return {line.title: line.why for line in lines}


def test_a_new_table_has_the_network_that_auto_chose_with_its_reasons(
    qtbot: QtBot, open_page: Open, table: Path
) -> None:
    stage = open_page(table, auto=True)
    assert stage.page.gallery.currentIndex().row() == 0
    assert stage.page.badge.text() == "Auto: TabM"
    names = [block.name for block in stage.page.probe.summary.blocks]  # type: ignore[union-attr]
    assert "Piecewise linear" in names
    found = why(stage)
    assert found["Trunk"].startswith("TabM, the best single network")
    assert found["Batch size"] == "32 rows a step, as suits 210 training rows."
    assert {"Optimizer", "Schedule", "Epochs", "Patience"} <= set(found)
    assert not stage.page.reset.isEnabled()
    assert stage.session.blockers() == ()


def test_what_is_set_stays_and_is_not_chosen_any_more(
    qtbot: QtBot, open_page: Open, table: Path
) -> None:
    stage = open_page(table, auto=True)
    stage.inspector.tabs.setCurrentIndex(1)
    editor = stage.inspector.training.editor("batch_size")
    assert isinstance(editor, LineEditor)
    editor.setFocus()
    qtbot.keyClicks(editor, "77")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    settle(qtbot, stage)
    assert stage.session.recipe.training.batch_size == 77
    assert stage.session.recipe.model.trunk is None
    assert "Batch size" not in why(stage)
    assert stage.page.reset.isEnabled()
    stage.page.reset.click()
    settle(qtbot, stage)
    assert stage.session.recipe.training.batch_size is None


def test_another_architecture_keeps_the_rest_with_auto_and_back(
    qtbot: QtBot, open_page: Open, table: Path
) -> None:
    stage = open_page(table, auto=True)
    pick(qtbot, stage, "realmlp")
    assert stage.session.recipe.model.trunk == Trunk.default("realmlp")
    assert stage.session.recipe.model.numbers is None
    assert "Trunk" not in why(stage)
    assert why(stage)["Optimizer"] == "As the authors of this trunk train it."
    assert "Waves" in [b.name for b in stage.page.probe.summary.blocks] or (  # type: ignore[union-attr]
        "Periodic" in [b.name for b in stage.page.probe.summary.blocks]  # type: ignore[union-attr]
    )
    pick(qtbot, stage, "auto")
    assert stage.session.recipe.model.trunk is None
    assert stage.session.can_undo


def test_a_time_budget_is_told_with_the_networks_that_it_is_for(
    qtbot: QtBot, open_page: Open, table: Path
) -> None:
    stage = open_page(table, auto=True)
    stage.inspector.tabs.setCurrentIndex(1)
    editor = stage.inspector.training.editor("time_budget")
    assert isinstance(editor, LineEditor)
    editor.setFocus()
    qtbot.keyClicks(editor, "0.01")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    settle(qtbot, stage)
    assert stage.inspector.reasons.note.startswith("Up to 4 networks, one after another")
    assert stage.page.footer.total.text() in ("0.6 s", "600 ms")
