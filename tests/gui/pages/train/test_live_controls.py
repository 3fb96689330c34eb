from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from engine import events
from engine.recipe.model import ModelSpec
from engine.recipe.recipe import Recipe
from engine.recipe.training import EarlyStopping, Training
from engine.store.summary import Status
from gui.notices import Notices
from gui.pages.train.live_controls import CLIP, DECAY, DROPOUT, EPOCHS, PATIENCE, Settings
from gui.pages.train.page import TrainPage
from gui.pages.train.run_facts import RunOrigin
from gui.session import Session
from tests.gui.pages.train.runs import START, NotedSession, summary

LEFT = Qt.MouseButton.LeftButton
SETTINGS = Settings({EPOCHS: 20, PATIENCE: 16, CLIP: None, DROPOUT: 0.1, DECAY: 1e-4})


@pytest.fixture
def steered(live: TrainPage, qtbot: QtBot) -> TrainPage:
    """A live run whose settings are known."""
    live._origins["run1"] = RunOrigin(settings=SETTINGS, recipe=Recipe())
    live._draw()
    return live


def enter(qtbot: QtBot, page: TrainPage, command: str, text: str) -> None:
    field = page.side.controls.fields[command]
    field.setFocus()
    field.selectAll()
    qtbot.keyClick(field, Qt.Key.Key_Delete)
    qtbot.keyClicks(field, text)
    qtbot.keyClick(field, Qt.Key.Key_Return)


@pytest.mark.parametrize(
    ("command", "text", "value"),
    [
        (EPOCHS, "50", 50),
        (PATIENCE, "3", 3),
        (CLIP, "0.5", 0.5),
        (DROPOUT, "0,25", 0.25),
        (DECAY, "1e-2", 0.01),
    ],
)
def test_a_setting_is_sent_with_enter(
    steered: TrainPage, session: NotedSession, qtbot: QtBot, command: str, text: str, value: float
) -> None:
    enter(qtbot, steered, command, text)

    assert session.commands == [(command, "run1", value)]


def test_an_impossible_value_is_told_and_not_sent(
    steered: TrainPage, session: NotedSession, qtbot: QtBot
) -> None:
    enter(qtbot, steered, DROPOUT, "2")
    field = steered.side.controls.fields[DROPOUT]

    assert session.commands == []
    assert field.property("state") == "error"
    assert "from 0 to 0.9" in field.toolTip()
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert field.text() == "0.1"


def test_clipping_is_switched_off_by_an_empty_field(
    steered: TrainPage, session: NotedSession, qtbot: QtBot
) -> None:
    session.tell("run1", [events.ControlApplied(START + 7, 7, 61, CLIP, 2.0)])
    steered._draw()
    assert steered.side.controls.fields[CLIP].text() == "2"

    enter(qtbot, steered, CLIP, "")

    assert session.commands == [(CLIP, "run1", None)]


def test_what_was_changed_by_hand_is_shown_and_marked(
    steered: TrainPage, session: NotedSession
) -> None:
    session.tell("run1", [events.ControlApplied(START + 7, 7, 61, EPOCHS, 40.0)])
    steered._draw()

    assert steered.side.controls.fields[EPOCHS].text() == "40"
    assert session.history("run1").epochs == 40
    assert "epochs 40" in [mark.label for mark in steered.board.loss.marks]
    newest = steered.side.log.list.model().index(0, 0).data()
    assert newest == "Epoch 7 Epochs set to 40 by hand."


def test_a_paused_run_goes_on_for_one_epoch(
    steered: TrainPage, session: NotedSession, qtbot: QtBot
) -> None:
    assert not steered.header.step.isVisible()
    session.list_runs(summary(1, Status.PAUSED, epoch=6))
    steered._draw()
    qtbot.mouseClick(steered.header.step, LEFT)

    assert session.commands == [("step_epoch", "run1", None)]


def test_a_run_that_is_over_has_no_live_controls(steered: TrainPage, session: NotedSession) -> None:
    session.list_runs(summary(1, Status.DONE, epoch=6))
    steered._draw()

    assert not steered.side.controls.isVisible()


@pytest.fixture
def real(qtbot: QtBot, tmp_path: Path) -> Iterator[Session]:
    made = Session(tmp_path / "home")
    made.start()
    yield made
    for run in made.running:
        made.stop(run)
    qtbot.waitUntil(lambda: not made.running)
    made.close()


def test_a_real_run_is_paused_slowed_stepped_and_stopped_from_the_page(
    real: Session, qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "points.csv"
    draw = random.Random(7)
    rows = [(draw.random(), draw.random()) for _ in range(200)]
    path.write_text("x,y,label\n" + "".join(f"{x:.4f},{y:.4f},{int(x + y > 1)}\n" for x, y in rows))
    real.open(path)
    qtbot.waitUntil(lambda: real.table is not None and real.profile is not None)
    training = Training(epochs=100_000, device="cpu", early_stopping=EarlyStopping(patience=10_000))
    small = {"model": ModelSpec(), "training": training}
    real.edit(real.recipe.model_copy(update=small), "Epochs")
    window = QWidget()
    window.setLayout(QHBoxLayout())
    window.resize(1296, 900)
    qtbot.addWidget(window)
    page = TrainPage(real, Notices(window))
    for part in (page, page.inspector()):
        window.layout().addWidget(part)
    with qtbot.waitExposed(window):
        window.show()
    real.train()
    run = real.focus
    assert run is not None
    history = real.history(run)
    qtbot.waitUntil(lambda: history.epoch >= 2 and page.header.pause.isEnabled())

    def is_now(status: str) -> bool:
        found = real.run(run)
        return found is not None and found.status.value == status

    qtbot.mouseClick(page.header.pause, LEFT)
    qtbot.waitUntil(lambda: is_now("paused") and page.header.step.isVisible())
    enter(qtbot, page, DECAY, "0.5")
    qtbot.mouseClick(page.side.rate.halve, LEFT)
    before = history.epoch
    qtbot.waitUntil(lambda: page.header.step.isEnabled())
    qtbot.mouseClick(page.header.step, LEFT)
    qtbot.waitUntil(lambda: history.epoch == before + 1 and is_now("paused"))
    assert history.learning_rate[-1] == pytest.approx(history.learning_rate[0] / 2)
    assert history.set_by_hand(DECAY) == (0.5,)
    qtbot.waitUntil(lambda: page.header.stop.isEnabled())
    qtbot.mouseClick(page.header.stop, LEFT)
    qtbot.waitUntil(lambda: is_now("stopped"))
    assert history.best_epoch > 0
