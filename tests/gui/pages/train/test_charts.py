from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from engine import events
from engine.store.summary import Status
from gui import theme
from gui.pages.train.chart import Chart
from gui.pages.train.chart_bar import XAxis
from gui.pages.train.chart_board import ShownRun
from gui.pages.train.marks import MarkKind
from gui.pages.train.page import TrainPage
from tests.gui.pages.train.runs import START, NotedSession, epoch, started, steps, summary, trained


def place(chart: Chart, share: float) -> QPoint:
    """A point at a share of the width of a chart's curves."""
    area = chart.plot.curve_area()
    return QPoint(round(area.left() + share * area.width()), area.center().y())


def drawn(page: TrainPage, qtbot: QtBot) -> None:
    """Wait until everything that has come is drawn."""
    qtbot.waitUntil(lambda: not (page._stale or page._pace.isActive() or page._turns.is_active))


def drag(qtbot: QtBot, chart: Chart, start: float, end: float) -> None:
    view = chart.plot.viewport()
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=place(chart, start))
    for share in np.linspace(start, end, 5):
        qtbot.mouseMove(view, place(chart, float(share)))
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=place(chart, end))


def test_the_first_steps_move_before_an_epoch_has_ended(
    page: TrainPage, session: NotedSession, qtbot: QtBot
) -> None:
    session.list_runs(summary(1, epoch=0))
    session.tell("run1", [started(), *steps(5)])

    qtbot.waitUntil(lambda: len(page.board.loss.curves) > 0)
    curve = page.board.loss.curves[-1]
    assert len(curve.x) == 5
    assert page.board.x_range == (0.0, 1.0)
    assert page.board.score.curves == ()


def test_training_is_solid_validation_dashed_in_one_hue(live: TrainPage) -> None:
    train, validation = (
        next(c for c in live.board.loss.curves if c.dashed is dashed and c.opacity == 1)
        for dashed in (False, True)
    )

    assert train.colour == validation.colour == theme.run_colour(0)
    assert (train.width, validation.width) == (2.2, 2.2)
    assert list(train.x) == [1, 2, 3, 4, 5, 6]


def test_the_run_in_focus_is_drawn_last_and_widest(three: TrainPage) -> None:
    curves = three.board.loss.curves
    hue = theme.run_colour(three.session.overlay["run2"])

    assert [line.focused for line in three.board.loss.lines] == [False, False, True]
    assert {c.width for c in curves if c.colour != hue} == {1.2}
    assert curves[-1].colour == hue
    assert curves[-1].width == 2.2


def test_a_new_epoch_leaves_the_curves_of_other_runs_alone(
    three: TrainPage, session: NotedSession, qtbot: QtBot
) -> None:
    before = three.board.loss.curves

    session.tell("run3", [epoch(9)])
    qtbot.waitUntil(lambda: three.board.loss.curves != before)

    hue = theme.run_colour(session.overlay["run3"])
    kept = [curve for curve in three.board.loss.curves if curve in before]
    assert len(kept) == len([curve for curve in before if curve.colour != hue])


def test_updates_that_come_fast_are_drawn_together(
    live: TrainPage, session: NotedSession, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    rounds: list[int] = []
    in_steps = live.board.steps

    def noted(runs: Sequence[ShownRun], axis: XAxis) -> tuple[Callable[[], None], ...]:
        rounds.append(1)
        return in_steps(runs, axis)

    monkeypatch.setattr(live.board, "steps", noted)
    qtbot.waitUntil(lambda: not live._pace.isActive() and not live._turns.is_active)

    for number in range(40):
        session.tell("run1", [events.StepsDone(START + 7, 61 + number, 7, 0.2, 1e-3, 1e4)])

    assert len(rounds) == 1
    qtbot.waitUntil(lambda: len(rounds) == 2)
    assert live.session.history("run1").step == 100
    qtbot.waitUntil(lambda: not live._pace.isActive() and not live._turns.is_active)
    assert len(rounds) == 2


def test_a_hidden_page_draws_only_when_it_is_looked_at_again(
    live: TrainPage, session: NotedSession, qtbot: QtBot
) -> None:
    live.hide()
    shown = len(live.board.loss.curves[-1].x)
    session.tell("run1", [epoch(7), epoch(8)])
    qtbot.wait(150)
    assert len(live.board.loss.curves[-1].x) == shown

    live.show()
    assert len(live.board.loss.curves[-1].x) == 8


def test_smoothing_keeps_the_values_as_measured_behind(
    live: TrainPage, session: NotedSession, qtbot: QtBot
) -> None:
    session.tell("run1", [epoch(number) for number in range(7, 31)])
    live._draw()
    raw = [curve for curve in live.board.loss.curves if curve.opacity == pytest.approx(0.22)]
    assert len(raw) == 2
    assert raw[0].width == 1.0

    live.bar.smoothing.setFocus()
    qtbot.keyClick(live.bar.smoothing, Qt.Key.Key_Home)

    assert all(curve.opacity == 1.0 for curve in live.board.loss.curves)
    train = live.board.loss.lines[-1].train
    assert train is not None
    assert train.drawn is train.raw


def test_the_best_epoch_is_marked_by_a_diamond(
    live: TrainPage, session: NotedSession, qtbot: QtBot
) -> None:
    session.tell("run1", [epoch(7, 0.9, is_best=False)])
    qtbot.waitUntil(lambda: session.history("run1").epoch == 7)
    live.refresh()
    drawn(live, qtbot)

    (best,) = [mark for mark in live.board.loss.marks if mark.kind is MarkKind.BEST]
    assert best.x == 6
    assert best.label == "best 6"
    assert best.large


def test_a_change_by_hand_and_an_early_stop_are_marked(
    live: TrainPage, session: NotedSession, qtbot: QtBot
) -> None:
    session.tell(
        "run1",
        [
            events.ControlApplied(START + 6, 6, 60, "set_learning_rate", 3e-4),
            epoch(7),
            events.RunFinished(START + 8, 7, 7, stopped_early=True, test=(0.2, 0.9, 0.9, 0.9)),
        ],
    )
    session.list_runs(summary(1, Status.STOPPED_EARLY, epoch=7))
    qtbot.waitUntil(
        lambda: (
            MarkKind.EARLY_STOP in {mark.kind for mark in live.board.loss.marks}
            and MarkKind.BY_HAND in {mark.kind for mark in live.board.rate.marks}
        )
    )

    kinds = {mark.kind: mark for mark in live.board.loss.marks}
    assert kinds[MarkKind.BY_HAND].x == 6
    assert kinds[MarkKind.EARLY_STOP].x == 7
    (flag,) = [m for m in live.board.rate.marks if m.kind is MarkKind.BY_HAND]
    assert flag.label == "set to 3e−4"


def test_dragging_zooms_all_charts_and_a_double_click_resets(live: TrainPage, qtbot: QtBot) -> None:
    low, high = live.board.x_range

    drag(qtbot, live.board.loss, 0.25, 0.75)

    assert live.board.x_range == pytest.approx((high * 0.25, high * 0.75), rel=0.05)
    for chart in live.board.charts:
        assert chart.plot.view.viewRange()[0] == pytest.approx(live.board.x_range)
    assert live.bar.reset.isEnabled()

    qtbot.mouseDClick(
        live.board.score.plot.viewport(),
        Qt.MouseButton.LeftButton,
        pos=place(live.board.score, 0.5),
    )
    assert live.board.x_range == (low, high)
    assert not live.bar.reset.isEnabled()


def test_the_reset_button_and_keys_zoom_too(live: TrainPage, qtbot: QtBot) -> None:
    whole = live.board.x_range
    live.board.loss.plot.setFocus()
    qtbot.keyClick(live.board.loss.plot, Qt.Key.Key_Plus)
    assert live.board.x_range != whole

    qtbot.mouseClick(live.bar.reset, Qt.MouseButton.LeftButton)
    assert live.board.x_range == whole


def test_a_zoom_outlives_new_epochs(live: TrainPage, session: NotedSession, qtbot: QtBot) -> None:
    drag(qtbot, live.board.loss, 0.1, 0.4)
    zoomed = live.board.x_range
    session.tell("run1", [epoch(7), epoch(8)])
    qtbot.waitUntil(lambda: session.history("run1").epoch == 8)
    drawn(live, qtbot)

    assert live.board.x_range == zoomed


def test_the_crosshair_reads_all_charts_at_one_epoch(three: TrainPage, qtbot: QtBot) -> None:
    board = three.board
    qtbot.mouseMove(board.loss.plot.viewport(), place(board.loss, 0.3))

    at = board.loss.plot.crosshair.x
    assert at is not None
    assert at == round(at)
    assert {chart.plot.crosshair.x for chart in board.charts} == {at}
    told = board.loss.plot.accessibleDescription()
    assert told.startswith(f"Epoch {at:.0f}")
    assert f"train {1 / at:.4f} val {1 / at + 0.1:.4f}" in told
    assert all(f"Run {number}" in told for number in (1, 2, 3))


def test_the_keyboard_moves_the_crosshair(live: TrainPage, qtbot: QtBot) -> None:
    plot = live.board.loss.plot
    plot.setFocus()
    qtbot.keyClick(plot, Qt.Key.Key_End)
    assert plot.crosshair.x == 6
    qtbot.keyClick(plot, Qt.Key.Key_Left)
    assert plot.crosshair.x == 5
    qtbot.keyClick(plot, Qt.Key.Key_Home)
    assert plot.crosshair.x == 1
    qtbot.keyClick(plot, Qt.Key.Key_Escape)
    assert plot.crosshair.x is None


def test_the_lower_axis_counts_steps_or_time(live: TrainPage, qtbot: QtBot) -> None:
    live.bar.axis.set_value(XAxis.EPOCH)
    buttons = live.bar.axis.findChildren(type(live.bar.axis._group.button(0)))
    qtbot.mouseClick(buttons[1], Qt.MouseButton.LeftButton)
    assert list(live.board.loss.curves[-1].x) == [10, 20, 30, 40, 50, 60]

    qtbot.mouseClick(buttons[2], Qt.MouseButton.LeftButton)
    assert list(live.board.loss.curves[-1].x) == pytest.approx([1, 2, 3, 4, 5, 6])


def test_a_logarithmic_scale_shows_powers_of_ten(live: TrainPage, qtbot: QtBot) -> None:
    qtbot.mouseClick(
        live.bar.log, Qt.MouseButton.LeftButton, pos=QPoint(8, live.bar.log.height() // 2)
    )

    line = live.board.loss.lines[-1].train
    assert line is not None
    assert list(live.board.loss.curves[-1].y) == pytest.approx(list(np.log10(line.drawn)))
    qtbot.mouseClick(
        live.bar.log, Qt.MouseButton.LeftButton, pos=QPoint(8, live.bar.log.height() // 2)
    )
    assert list(live.board.loss.curves[-1].y) == pytest.approx(list(line.drawn))


def test_another_metric_can_be_chosen(live: TrainPage, qtbot: QtBot) -> None:
    assert live.board.metric_choice.value() == "accuracy"
    live.board.metric_choice.setFocus()
    qtbot.keyClick(live.board.metric_choice, Qt.Key.Key_Down)
    qtbot.keyClick(live.board.metric_choice, Qt.Key.Key_Down)

    assert live.board.metric_choice.value() == "roc_auc"
    line = live.board.score.lines[-1].train
    assert line is not None
    assert line.raw[0] == pytest.approx(1 - 1 / 4 + 0.01)


def test_a_run_without_validation_rows_has_a_training_curve_only(
    page: TrainPage, session: NotedSession, qtbot: QtBot
) -> None:
    nothing = (math.nan,) * 4
    told = [
        events.EpochEnded(
            START + n, n, n * 10, (1 / n, 0.5, 0.5, 0.5), nothing, 1e-3, 0.5, 1e4, True
        )
        for n in (1, 2, 3)
    ]
    session.list_runs(summary(1))
    session.tell("run1", [started(validation_rows=0), *told])
    qtbot.waitUntil(lambda: len(page.board.loss.lines) == 1)
    drawn(page, qtbot)

    assert not any(curve.dashed for curve in page.board.loss.curves)


def test_an_infinite_loss_leaves_a_gap(
    page: TrainPage, session: NotedSession, qtbot: QtBot
) -> None:
    session.list_runs(summary(1))
    session.tell("run1", [*trained(3), epoch(4, math.inf), epoch(5)])
    qtbot.waitUntil(lambda: len(page.board.loss.lines) == 1)
    drawn(page, qtbot)

    assert page.grab().width() > 0
    low, high = page.board.loss.plot.view.viewRange()[1]
    assert math.isfinite(low)
    assert math.isfinite(high)


def test_with_many_points_the_charts_follow_one_after_the_other(
    page: TrainPage, session: NotedSession, qtbot: QtBot
) -> None:
    session.list_runs(summary(1, epochs=6000))
    session.tell("run1", [started(6000), *(epoch(n, is_best=False) for n in range(1, 5201))])
    qtbot.waitUntil(lambda: len(page.board.loss.lines) == 1)
    drawn(page, qtbot)
    board = page.board
    wanted = [1000.0, 3000.0]

    board.loss.zoomed.emit(*wanted)
    assert [chart.plot.view.viewRange()[0] == wanted for chart in board.charts] == [False] * 5
    qtbot.waitUntil(lambda: not board.is_moving)
    assert [chart.plot.view.viewRange()[0] for chart in board.charts] == [wanted] * 5

    line = board.loss.lines[-1].train
    page.bar.smoothing.setFocus()
    qtbot.keyClick(page.bar.smoothing, Qt.Key.Key_Home)
    drawn(page, qtbot)
    unsmoothed = board.loss.lines[-1].train
    assert line is not None
    assert unsmoothed is not None
    assert unsmoothed.drawn is unsmoothed.raw
    assert line.drawn is not line.raw
