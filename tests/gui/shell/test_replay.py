"""A run is steered by hand in the window, and repeated from its menu to the same weights."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from engine.events import ControlApplied, Noted
from engine.store.summary import Status
from engine.training.control import Command
from gui.main_window import MainWindow
from gui.pages.train.live_controls import DROPOUT, EPOCHS
from gui.pages.train.page import TrainPage
from gui.session import Session
from tests.engine.trained import flowers
from tests.gui.pages.swept import quick_recipe

LEFT = Qt.MouseButton.LeftButton


def has(session: Session, run: str, status: Status) -> bool:
    summary = session.run(run)
    return summary is not None and summary.status is status


def enter(page: TrainPage, command: str, text: str) -> None:
    """Type a value into the field of a setting."""
    field = page.side.controls.fields[command]
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, text)
    QTest.keyClick(field, Qt.Key.Key_Return)


def test_a_steered_run_is_repeated_to_the_bit_from_its_menu(
    qtbot: QtBot,
    window: MainWindow,
    session: Session,
    tmp_path: Path,
    request: pytest.FixtureRequest,
) -> None:
    session.start()
    session.open(flowers(tmp_path / "flowers.csv", rows=60))
    qtbot.waitUntil(lambda: session.profile is not None)
    recipe = quick_recipe()
    trunk = recipe.model.trunk.model_copy(update={"dropout": 0.3})
    model = recipe.model.model_copy(update={"trunk": trunk})
    training = recipe.training.model_copy(update={"epochs": 100_000})
    changes = {"reading": session.recipe.reading, "model": model, "training": training}
    session.edit(recipe.model_copy(update=changes), "slow enough to be steered")
    session.set_target("kind")
    QTest.mouseClick(window.top_bar.train, LEFT, pos=QPoint(30, 15))
    steered = session.focus
    assert steered is not None
    folder = session.workspace.run(steered)  # it would outlive a test that fails
    request.addfinalizer(lambda: folder.send(Command(command="stop")))
    session.show_page("train")
    page = window.pages.currentWidget()
    assert isinstance(page, TrainPage)
    qtbot.waitUntil(lambda: has(session, steered, Status.RUNNING))
    qtbot.waitUntil(lambda: page.header.pause.isEnabled() and page.header.pause.isVisible())
    QTest.mouseClick(page.header.pause, LEFT)
    qtbot.waitUntil(lambda: has(session, steered, Status.PAUSED))
    qtbot.waitUntil(lambda: page.side.controls.fields[DROPOUT].isEnabled())
    enter(page, DROPOUT, "0.1")
    qtbot.waitUntil(page.side.controls.rate.halve.isEnabled)
    QTest.mouseClick(page.side.controls.rate.halve, LEFT)
    enter(page, EPOCHS, "1")  # the one under way is the last
    qtbot.waitUntil(page.header.pause.isEnabled)  # which says Resume now
    QTest.mouseClick(page.header.pause, LEFT)
    qtbot.waitUntil(lambda: has(session, steered, Status.DONE))

    drawer = window.runs.load()
    menu = drawer.menu_for(steered)
    assert menu is not None
    action = next(each for each in menu.actions() if each.text() == "Repeat exactly")
    assert action.isEnabled()
    menu.popup(window.mapToGlobal(QPoint(300, 60)))
    QTest.mouseClick(menu, LEFT, pos=menu.actionGeometry(action).center())
    new = session.focus
    assert new not in (None, steered)
    qtbot.waitUntil(lambda: has(session, new, Status.DONE))
    first, again = (list(session.workspace.run(run).events()) for run in (steered, new))
    steps = [
        [(e.step, e.command, e.value) for e in events if _changes_something(e)]
        for events in (first, again)
    ]
    assert steps[1] == steps[0]
    assert {command for _, command, _ in steps[0]} == {
        "set_dropout",
        "set_learning_rate",
        "set_epochs",
    }
    notes = [str(event.message) for event in again if isinstance(event, Noted)]
    assert notes[-1] == "The weights are those of run 1, to the bit."


def _changes_something(event: object) -> bool:
    return isinstance(event, ControlApplied) and event.command.startswith("set_")
