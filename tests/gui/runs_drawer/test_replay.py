"""A steered run repeated from its menu in the drawer, in a real worker."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from engine.data.open import open_table
from engine.events import ControlApplied, Noted
from engine.pipeline.training import train_run
from engine.recipe.recipe import Recipe
from engine.store.run_folder import RunFolder
from engine.store.workspace import Workspace
from engine.training.control import Command
from gui import theme
from gui.notices import Notices
from gui.runs_drawer.drawer import RunsDrawer
from gui.session import Session
from tests.engine.trained import SMALL, flowers

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def steered(tmp_path: Path) -> RunFolder:
    model = {"trunk": {"kind": "mlp", "widths": [8], "dropout": 0.3}}
    recipe = Recipe.model_validate({"model": model, "training": SMALL["training"]})
    workspace = Workspace(tmp_path / "w")
    table = open_table(flowers(tmp_path / "flowers.csv", rows=120), recipe.reading)
    run = workspace.create(recipe.with_target("kind"), table, "steered")
    workspace.close()
    for name, value in (("set_dropout", 0.1), ("set_learning_rate", 0.004)):
        run.send(Command.model_validate({"command": name, "value": value}))
    train_run(run)
    return run


@pytest.fixture
def session(tmp_path: Path, qapp: QApplication, steered: RunFolder) -> Iterator[Session]:
    theme.apply(qapp, "light")
    made = Session(tmp_path / "w")
    made.start()
    yield made
    made.close()


def test_a_steered_run_is_repeated_to_the_bit_from_its_menu(
    session: Session, steered: RunFolder, qtbot: QtBot
) -> None:
    host = QWidget()
    host.setLayout(QVBoxLayout())
    host.resize(1400, 700)
    qtbot.addWidget(host)
    drawer = RunsDrawer(session, Notices(host))
    host.layout().addWidget(drawer)
    with qtbot.waitExposed(host):
        host.show()
    qtbot.waitUntil(lambda: session.run(steered.id) is not None)
    menu = drawer.menu_for(steered.id)
    assert menu is not None
    action = next(each for each in menu.actions() if each.text() == "Repeat exactly")
    assert action.isEnabled()
    menu.popup(host.mapToGlobal(host.rect().topLeft()))
    qtbot.mouseClick(menu, LEFT, pos=menu.actionGeometry(action).center())
    new = session.focus
    assert new is not None
    assert new != steered.id
    done = lambda: (s := session.run(new)) is not None and s.status.value == "done"  # noqa: E731
    qtbot.waitUntil(done, timeout=60_000)
    events = list(session.workspace.run(new).events())
    applied = [e for e in events if isinstance(e, ControlApplied)]
    first = [e for e in steered.events() if isinstance(e, ControlApplied)]
    assert [(e.step, e.command, e.value) for e in applied] == [
        (e.step, e.command, e.value) for e in first
    ]
    assert len(applied) == 2
    notes = [str(event.message) for event in events if isinstance(event, Noted)]
    assert notes[-1] == "The weights are those of run 1, to the bit."
