"""Runs that hold others: their words, and how the one that trains is steered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from engine import events
from engine.recipe.recipe import Recipe
from engine.recipe.training import Training
from engine.store.summary import Status
from gui.pages.train.live_controls import PATIENCE, Settings
from gui.pages.train.members import Members
from gui.pages.train.page import TrainPage
from gui.pages.train.run_facts import RunOrigin, read_origin
from tests.gui.pages.train.runs import START, NotedSession, epoch, started, summary, trained

GROUP = RunOrigin(holds_others=True)


@pytest.fixture
def group(page: TrainPage, session: NotedSession) -> Callable[[str], None]:
    """Puts a run that holds two others into focus; the second of them trains."""

    def make(holds: str) -> None:
        folds = 2 if holds == "folds" else 0
        kept = "" if holds in ("folds", "networks") else holds
        holder = summary(3, folds=folds, holds=kept, epoch=1, epochs=2)
        members = [
            summary(number, status, group="run3", place=number - 1, name=f"member {number}")
            for number, status in ((1, Status.DONE), (2, Status.RUNNING))
        ]
        page._origins["run3"] = GROUP
        for number in (1, 2):
            settings = Settings({PATIENCE: 16})
            page._origins[f"run{number}"] = replace(GROUP, holds_others=False, settings=settings)
        session.list_runs(holder, *members)
        session.tell("run3", [started(2), epoch(1)])
        session.set_focus("run3")
        for number in (1, 2):
            session.tell(f"run{number}", trained(5))
        page.bar.envelope.setChecked(False)
        page._draw()

    return make


@pytest.mark.parametrize(
    ("holds", "word", "place"),
    [
        ("folds", "fold", "Fold 1"),
        ("seeds", "seed", "Seed no. 1"),
        ("sweep", "trial", "Trial 1"),
        ("networks", "network", "Network 1"),
    ],
)
def test_each_kind_of_group_has_its_words(
    page: TrainPage,
    group: Callable[[str], None],
    qtbot: QtBot,
    holds: str,
    word: str,
    place: str,
) -> None:
    group(holds)

    assert page.board.loss.plot.getPlotItem().getAxis("bottom").title == word
    assert page.header._epoch_word.text().lower() == word
    assert page.side.best._what.text().endswith(place[0].lower() + place[1:])
    assert page.side.log.list.model().index(0, 0).data().startswith(place)
    assert page.side.member.end.text() == f"End this {word}"
    assert not page.header.fork.isVisible()
    qtbot.keyClick(page.board.loss.plot, Qt.Key.Key_End)
    assert page.board.loss.plot.accessibleDescription().startswith(place)


def test_live_controls_of_a_group_steer_the_one_that_trains(
    page: TrainPage, session: NotedSession, group: Callable[[str], None], qtbot: QtBot
) -> None:
    group("seeds")
    field = page.side.controls.fields[PATIENCE]
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, "7")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.mouseClick(page.side.member.end, Qt.MouseButton.LeftButton)

    assert session.commands == [(PATIENCE, "run2", 7), ("stop", "run2")]
    assert page.side.member.isVisible()


def test_pause_and_stop_of_a_group_are_for_all_of_it_and_say_so(
    page: TrainPage, session: NotedSession, group: Callable[[str], None], qtbot: QtBot
) -> None:
    group("folds")
    assert "no other begins" in page.header.pause.toolTip()
    assert page.header.stop.toolTip().startswith("End all folds")
    qtbot.mouseClick(page.header.stop, Qt.MouseButton.LeftButton)

    assert session.commands == [("stop", "run3")]


def test_between_two_members_and_at_the_end_there_is_nothing_to_steer(
    page: TrainPage, session: NotedSession, group: Callable[[str], None]
) -> None:
    group("folds")
    session.list_runs(*(run.model_copy(update={"status": Status.DONE}) for run in session.runs))
    page._draw()

    assert not page.side.controls.isVisible()
    page._on_asked(PATIENCE, 3)
    assert session.commands == []


def test_a_single_run_has_no_line_of_members(page: TrainPage, session: NotedSession) -> None:
    session.list_runs(summary(1))
    session.tell("run1", [*trained(4), events.RunStopped(START + 9, 4, 2, ())])
    page._draw()

    assert not page.side.member.isVisible()
    assert page.side.controls.isVisible()


@pytest.mark.parametrize(
    ("training", "members"),
    [
        (Training(networks=None), Members.EPOCHS),
        (Training(networks=1), Members.EPOCHS),
        (Training(networks=3), Members.NETWORKS),
        (Training(networks=None, time_budget=5), Members.NETWORKS),
    ],
)
def test_a_queued_run_counts_epochs_unless_several_networks_are_asked_for(
    training: Training, members: Members
) -> None:
    recipe = Recipe(training=training)
    folder = SimpleNamespace(resolved=lambda: recipe, info=lambda: SimpleNamespace(holds=""))
    workspace = SimpleNamespace(run=lambda run: folder)
    origin = read_origin(workspace, "run1")  # type: ignore[arg-type]
    assert origin.members_of(summary(1, Status.QUEUED)) is members
