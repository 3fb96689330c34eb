from __future__ import annotations

import math

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QComboBox,
    QLineEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot

from engine import events
from engine.store.summary import Status
from gui.pages.train.live_plot import LivePlot
from gui.pages.train.page import TrainPage
from gui.pages.train.run_facts import RunOrigin
from tests.gui.pages.train.runs import START, NotedSession, epoch, started, summary, trained

LEFT = Qt.MouseButton.LeftButton


def ended(page: TrainPage, session: NotedSession, status: Status, told: list[object]) -> None:
    session.tell("run1", told)
    session.list_runs(summary(1, status, epoch=6, seconds_left=None))
    page._draw()


def test_without_runs_the_page_says_what_to_do(page: TrainPage) -> None:
    assert page._body.currentWidget() is page._nothing
    assert not page.side.best.isVisible()


def test_the_header_tells_how_far_the_run_is(live: TrainPage) -> None:
    header = live.header

    assert header.title.text() == "Run 1"
    assert header.badge.text() == "Running"
    assert (header._epoch.text(), header._epochs.text()) == ("6", "/ 20")
    assert header._left.text() == "1:52 left"
    assert header.bar.value() == 300


def test_pause_resume_and_stop_reach_the_run(
    live: TrainPage, session: NotedSession, qtbot: QtBot
) -> None:
    qtbot.mouseClick(live.header.pause, LEFT)
    assert not live.header.pause.isEnabled()
    session.list_runs(summary(1, Status.PAUSED, epoch=6))
    live._draw()
    assert live.header.pause.text() == "Resume"
    qtbot.mouseClick(live.header.pause, LEFT)
    session.list_runs(summary(1, Status.RUNNING, epoch=6))
    live._draw()
    qtbot.mouseClick(live.header.stop, LEFT)

    assert session.commands == [("pause", "run1"), ("resume", "run1"), ("stop", "run1")]


def test_a_finished_run_has_nothing_to_stop(live: TrainPage, session: NotedSession) -> None:
    scores = (0.2, 0.95, 0.94, 0.99)
    ended(live, session, Status.DONE, [events.RunFinished(START + 9, 6, 6, False, scores)])

    assert not live.header.pause.isVisible()
    assert not live.header.stop.isVisible()
    assert not live.side.rate.field.isEnabled()
    assert ("Test accuracy", "0.9500") in live.side.facts._shown


def test_an_interrupted_run_offers_to_resume(
    live: TrainPage, session: NotedSession, qtbot: QtBot
) -> None:
    session.list_runs(summary(1, Status.INTERRUPTED, note=summary(1, Status.FAILED).note))
    live._draw()
    qtbot.mouseClick(live.header.pause, LEFT)

    assert session.commands == [("resume", "run1")]


def test_a_failed_run_says_why_and_what_to_do(
    live: TrainPage, session: NotedSession, qtbot: QtBot
) -> None:
    facts = {"epoch": 6, "step": 61, "learning_rate": 0.1, "suggested": 0.01}
    ended(live, session, Status.FAILED, [events.RunFailed(START + 9, 6, 6, "LossNotFinite", facts)])

    said = live.side.note.accessibleName()
    assert "NaN or infinite in epoch 6" in said
    assert "Lower the learning rate from 0.1 to 0.01." in said
    button = live.side.note.findChild(QAbstractButton)
    assert button is not None
    qtbot.mouseClick(button, LEFT)
    assert session.commands == [("resume", "run1")]


def test_the_inspector_shows_the_best_epoch_and_the_way_to_early_stopping(
    live: TrainPage, session: NotedSession
) -> None:
    session.tell("run1", [epoch(7, 0.9, is_best=False), epoch(8, 0.9, is_best=False)])
    live.side.show_run(session.run("run1"), session.history("run1"), RunOrigin(patience=16))

    best = live.side.best
    assert best._value.text() == f"{1 / 6 + 0.1:.4f}"
    assert best._what.text() == "Val loss, epoch 6"
    assert best._since.text() == "No gain for 2 of 16 epochs"
    assert best.meter.value() == 125


def test_halving_and_doubling_the_learning_rate(
    live: TrainPage, session: NotedSession, qtbot: QtBot
) -> None:
    qtbot.mouseClick(live.side.rate.halve, LEFT)
    qtbot.mouseClick(live.side.rate.double, LEFT)
    qtbot.mouseClick(live.side.rate.double, LEFT)

    assert session.commands == [
        ("set_learning_rate", "run1", pytest.approx(value)) for value in (5e-4, 1e-3, 2e-3)
    ]


def test_a_rate_just_sent_stays_shown_until_the_run_tells_of_it(
    live: TrainPage, session: NotedSession, qtbot: QtBot
) -> None:
    qtbot.mouseClick(live.side.rate.double, LEFT)
    live._draw()
    assert live.side.rate.field.text() == "2e−3"

    session.tell("run1", [events.ControlApplied(START + 7, 7, 61, "set_learning_rate", 2e-3)])
    live._draw()
    assert live.side.rate.field.text() == "2e−3"
    assert not live.side.rate._sent.isActive()


def test_a_rate_sent_to_one_run_is_not_shown_for_another(
    three: TrainPage, session: NotedSession, qtbot: QtBot
) -> None:
    session.set_focus("run3")
    three._draw()
    qtbot.mouseClick(three.side.rate.halve, LEFT)
    session.set_focus("run1")
    three._draw()

    assert session.commands == [("set_learning_rate", "run3", 5e-4)]
    assert three.side.rate.field.text() == "1e−3"


def test_typing_a_learning_rate(live: TrainPage, session: NotedSession, qtbot: QtBot) -> None:
    field = live.side.rate.field
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, "fast")
    assert field.property("state") == "error"
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert session.commands == []

    field.selectAll()
    qtbot.keyClicks(field, "3e-4")
    live._draw()
    assert field.text() == "3e-4"
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert session.commands == [("set_learning_rate", "run1", 3e-4)]
    assert field.text() == "3e−4"


def test_escape_takes_a_typed_learning_rate_back(live: TrainPage, qtbot: QtBot) -> None:
    field = live.side.rate.field
    field.setFocus()
    qtbot.keyClicks(field, "77")
    qtbot.keyClick(field, Qt.Key.Key_Escape)

    assert field.text() == "1e−3"


def test_sliding_the_learning_rate_with_keys_sends_it_once(
    live: TrainPage, session: NotedSession, qtbot: QtBot
) -> None:
    slider = live.side.rate.slider
    slider.setFocus()
    for _ in range(4):
        qtbot.keyClick(slider, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: bool(session.commands))

    ((_, _, value),) = session.commands
    assert value == pytest.approx(10 ** (-3 + 4 / 20), rel=0.02)


def test_a_learning_rate_beyond_the_slider_widens_it(
    live: TrainPage, session: NotedSession
) -> None:
    live.side.rate.set_state(0.5, live=True)

    assert live.side.rate.slider.number() == pytest.approx(math.log10(0.5), abs=0.06)


def test_events_are_listed_newest_first_and_followed(
    live: TrainPage, session: NotedSession
) -> None:
    session.tell("run1", [events.ControlApplied(START + 7, 6, 60, "pause")])
    live._draw()

    model = live.side.log.list.model()
    assert model.index(0, 0).data() == "Epoch 6 Paused."
    assert "Epoch 6 Paused." in model.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert "398 training" in model.index(model.rowCount() - 1, 0).data()


def test_another_run_brings_its_own_events(three: TrainPage, session: NotedSession) -> None:
    session.tell("run1", [events.ControlApplied(START + 9, 8, 80, "pause")])
    session.set_focus("run1")
    three._draw()

    assert three.side.log.list.model().index(0, 0).data() == "Epoch 8 Paused."


def test_a_click_in_the_legend_moves_the_focus(
    three: TrainPage, session: NotedSession, qtbot: QtBot
) -> None:
    chips = three.bar.legend.chips
    others = sorted(session.overlay.keys() - {"run2"}, key=lambda run: session.overlay[run])
    assert [chip.entry.run for chip in chips] == ["run2", *others]
    assert [chip.entry.title for chip in chips if chip.isChecked()] == ["Run 2"]

    wanted = next(chip for chip in chips if chip.entry.title == "Run 1")
    qtbot.mouseClick(wanted, LEFT, pos=QPoint(4, 10))

    assert session.focus == "run1"
    three._draw()
    assert three.header.title.text() == "Run 1"


def test_runs_that_find_no_room_in_the_legend_are_counted(
    page: TrainPage, session: NotedSession, qtbot: QtBot
) -> None:
    session.list_runs(*(summary(number, Status.DONE) for number in range(9, 0, -1)))
    for number in range(1, 10):
        session.set_overlay(f"run{number}", shown=True)
    page._draw()
    qtbot.wait(1)

    legend = page.bar.legend
    hidden = sum(not chip.isVisible() for chip in legend.chips)
    assert hidden > 0
    assert legend._more.text() == f"+{hidden}"
    assert page.minimumSizeHint().width() < 1000


def test_a_seventh_run_uses_a_hue_again_with_a_marker(
    page: TrainPage, session: NotedSession
) -> None:
    session.list_runs(*(summary(number, Status.DONE) for number in range(7, 0, -1)))
    for number in range(1, 8):
        session.set_overlay(f"run{number}", shown=True)
        session.tell(f"run{number}", trained(12))
    page._draw()

    assert sorted(line.marker for line in page.board.loss.lines) == [0, 0, 0, 0, 0, 0, 1]


def test_an_error_in_the_folder_of_a_run_does_not_disturb_the_page(
    page: TrainPage, session: NotedSession
) -> None:
    session.list_runs(summary(1, Status.DAMAGED, note=summary(1, Status.FAILED).note))
    page._draw()

    assert page.header.badge.text() == "Damaged"
    assert "The loss became NaN." in page.side.note.accessibleName()


def test_a_resumed_run_drops_what_it_repeats(live: TrainPage, session: NotedSession) -> None:
    again = started()
    session.tell("run1", [events.RunStarted(**{**_fields(again), "epoch": 4}), epoch(5, 0.05)])
    live._draw()

    assert list(live.board.loss.curves[-1].x) == [1, 2, 3, 4, 5]


def test_every_control_has_a_name(three: TrainPage) -> None:
    kinds = (QAbstractButton, QAbstractSlider, QComboBox, QLineEdit, QAbstractItemView, LivePlot)
    parts: list[QWidget] = [three, three.side]
    for part in parts:
        for control in part.findChildren(QWidget):
            focusable = control.focusPolicy() & Qt.FocusPolicy.TabFocus
            if isinstance(control, kinds) and focusable and control.isVisibleTo(part):
                text = control.text() if isinstance(control, QAbstractButton) else ""
                assert control.accessibleName() or text, control


def _fields(event: events.RunStarted) -> dict[str, object]:
    return {name: getattr(event, name) for name in event.__dataclass_fields__}
