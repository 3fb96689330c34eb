"""The dialog that finds a learning rate: asks a worker, draws what comes, edits the recipe."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QToolButton, QWidget
from pytestqt.qtbot import QtBot

from engine.errors import OutOfMemory
from engine.recipe.families import Optimizer
from engine.tasks import FindRateTask
from engine.training.rate_curve import RateCurve, curve_of
from gui.pages.train.rate_finder import RateFinder, offer_rate_finder
from gui.session import Session
from gui.widgets.buttons import button

RATES = [1e-6 * 10 ** (7 * place / 99) for place in range(100)]


class Job(QObject):
    """A task that answers when the test says so."""

    progress = Signal(float)
    finished = Signal(object)
    failed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.is_cancelled = False

    def cancel(self) -> None:
        self.is_cancelled = True


class Asked(Session):
    """A session with a table, that writes down what a worker is asked."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.jobs: list[Job] = []
        self.tasks: list[Any] = []
        self.there: Any = SimpleNamespace(folder=folder / "table")

    @property
    def table(self) -> Any:
        return self.there

    def ask(self, task: Any) -> Any:
        self.tasks.append(task)
        self.jobs.append(Job())
        return self.jobs[-1]


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Asked]:
    found = Asked(tmp_path)
    yield found
    found.close()


@pytest.fixture
def finder(session: Asked, qtbot: QtBot) -> Iterator[RateFinder]:
    parent = QWidget()
    qtbot.addWidget(parent)
    found = RateFinder(session, parent)
    found.show()
    found.start()
    yield found
    found.close()


def curve(losses: list[float] | None = None) -> RateCurve:
    falling = [1 - 0.009 * place for place in range(90)] + [5.0] * 10
    return curve_of(RATES, losses or falling, Optimizer.default("muon"), diverged=True)


def answer(session: Asked, found: RateCurve) -> None:
    session.jobs[-1].finished.emit(found.model_dump(mode="json"))


def test_the_recipe_in_force_is_tested_and_the_curve_drawn(
    session: Asked, finder: RateFinder
) -> None:
    task = session.tasks[0]
    assert isinstance(task, FindRateTask)
    assert task.recipe == session.recipe
    assert finder.progress.isVisible()
    assert not finder.use.isEnabled()
    session.jobs[0].progress.emit(0.5)
    assert finder.progress.value() == 500
    found = curve()
    answer(session, found)
    assert finder.plot.isVisible()
    assert not finder.progress.isVisible()
    assert finder.chosen == found.proposals[0]
    assert "least" in finder.plot.accessibleDescription()


def test_the_rate_of_another_rule_is_used_with_the_optimizers_proportions(
    session: Asked, finder: RateFinder, qtbot: QtBot
) -> None:
    found = curve()
    answer(session, found)
    assert finder.rules is not None
    before = finder.use.text()
    segments = finder.rules.findChildren(QToolButton)
    qtbot.mouseClick(segments[1], Qt.MouseButton.LeftButton)
    chosen = finder.chosen
    assert chosen is not None
    assert chosen.rule == "steepest"
    assert finder.use.text() != before
    qtbot.mouseClick(finder.use, Qt.MouseButton.LeftButton)
    optimizer = session.recipe.training.optimizer
    assert optimizer is not None
    assert optimizer.learning_rate == chosen.rate
    assert not finder.isVisible()
    session.undo()
    assert session.recipe.training.optimizer != optimizer


def test_what_goes_wrong_is_said_and_can_be_tried_again(
    session: Asked, finder: RateFinder, qtbot: QtBot
) -> None:
    session.jobs[0].failed.emit(OutOfMemory("cpu", 256))
    assert "Memory ran out" in finder.note.accessibleName()
    qtbot.mouseClick(finder.again, Qt.MouseButton.LeftButton)
    assert len(session.tasks) == 2
    answer(session, curve([1.0 + place for place in range(100)]))
    assert "falls nowhere" in finder.note.accessibleName()
    assert not finder.use.isEnabled()


def test_closing_the_dialog_ends_the_test(session: Asked, finder: RateFinder) -> None:
    finder.close()
    assert session.jobs[0].is_cancelled


def test_the_button_needs_a_table_and_a_target(session: Asked, qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    press = button("Find rate")
    press.setParent(parent)
    offer_rate_finder(press, session, parent)
    assert not press.isEnabled()
    session.edit(session.recipe.with_target("kind"), "target")
    assert press.isEnabled()
    parent.show()
    qtbot.mouseClick(press, Qt.MouseButton.LeftButton)
    assert isinstance(session.tasks[0], FindRateTask)
    dialog = parent.findChild(RateFinder)
    assert dialog is not None
    dialog.close()
