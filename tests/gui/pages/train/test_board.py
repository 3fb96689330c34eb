from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QMouseEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine import events
from engine.recipe.recipe import Recipe
from engine.store.summary import Status
from gui.pages.train import page as page_module
from gui.pages.train.arrangement import Arrangement
from gui.pages.train.chart_board import ChartBoard, MetricReference
from gui.pages.train.chart_export import export_chart
from gui.pages.train.group_curves import GroupCurves
from gui.pages.train.page import TrainPage
from gui.pages.train.run_facts import RunOrigin
from gui.pages.train.smoothing import smoothed
from tests.engine.doctor.histories import case
from tests.gui.pages.train.runs import START, NotedSession, epoch, started, summary, trained


def look(number: int, dead: float = 0.25) -> events.BlocksWatched:
    ratio = (0.001, 0.002)
    return events.BlocksWatched(
        START + number, number, number * 10, ("trunk.1", "head"), (3.0, 4.0), (6.0, 8.0), ratio,
        (dead, float("nan")), 300_000_000,
    )  # fmt: skip


def folds(page: TrainPage, session: NotedSession) -> None:
    """A cross-validation of two folds, with its folds."""
    holder = summary(3, Status.DONE, folds=2, epoch=2, epochs=2)
    members = [
        summary(number, Status.DONE, group="run3", place=number - 1, name=f"Fold {number} of 2")
        for number in (1, 2)
    ]
    session.list_runs(holder, *members)
    told: list[events.RunEvent] = [started(2)]
    for fold in (1, 2):
        told.append(events.FoldsScored(START + fold, fold, 2, (0.5,) * 4, (0.1,) * 4, (), ()))
        told.append(epoch(fold))
    session.tell("run3", [*told, events.RunFinished(START + 9, 2, 2, False, ())])
    session.set_focus("run3")
    page._draw()
    for number in (1, 2):
        session.tell(f"run{number}", trained(5 + number))
    page._draw()


def test_small_charts_show_what_was_found_inside_the_network(
    live: TrainPage, session: NotedSession, qtbot: QtBot
) -> None:
    session.tell("run1", [look(n) for n in range(1, 7)])
    board = live.board
    for _ in range(3):
        qtbot.keyClick(board.norm_choice, Qt.Key.Key_Down)
    qtbot.keyClick(board.speed_choice, Qt.Key.Key_Down)

    assert board.norm_choice.value() == "dead"
    assert board.norm.value.text() == "25%"
    assert board.speed.value.text() == "300 MB"
    assert list(board.speed.curves[-1].x) == [1, 2, 3, 4, 5, 6]
    qtbot.keyClick(board.norm_choice, Qt.Key.Key_Up)
    line = board.norm.lines[-1].train
    assert line is not None
    assert line.raw[-1] == pytest.approx(10.0)


def test_a_chart_is_enlarged_by_its_menu_and_by_a_double_click(
    live: TrainPage, qtbot: QtBot
) -> None:
    board = live.board
    board.norm.menu.enlarge.trigger()
    assert [chart.isVisible() for chart in board.charts] == [False, False, False, True, False]

    qtbot.mouseDClick(board.norm, Qt.MouseButton.LeftButton, pos=QPoint(200, 12))
    assert all(chart.isVisible() for chart in board.charts)


def test_dragging_a_chart_by_its_header_changes_places_and_they_are_kept(
    live: TrainPage, session: NotedSession, qtbot: QtBot
) -> None:
    board = live.board
    button = Qt.MouseButton.LeftButton
    target = board.norm.mapTo(board, QPoint(60, 60))
    aim = board.loss.mapFrom(board, target)
    qtbot.mousePress(board.loss, button, pos=QPoint(80, 10))
    for at in (QPoint(120, 60), aim):
        QApplication.sendEvent(
            board.loss,
            QMouseEvent(
                QEvent.Type.MouseMove,
                QPointF(at),
                QPointF(board.loss.mapToGlobal(at)),
                Qt.MouseButton.NoButton,
                button,
                Qt.KeyboardModifier.NoModifier,
            ),
        )
    qtbot.mouseRelease(board.loss, button, pos=aim)

    assert board.arrangement.order == ["norm", "metric", "rate", "loss", "speed"]
    qtbot.waitUntil(lambda: board.norm.width() > board.loss.width())
    again = ChartBoard(session.workspace_folder)
    qtbot.addWidget(again)
    assert again.arrangement.order == board.arrangement.order


def test_the_menu_moves_a_chart_within_the_ends(live: TrainPage) -> None:
    arrangement: Arrangement = live.board.arrangement
    live.board.loss.menu.on.trigger()
    assert arrangement.order[:2] == ["metric", "loss"]
    for _ in range(9):
        arrangement.shift("loss", 1)
    assert arrangement.order[-1] == "loss"


@pytest.mark.parametrize("suffix", ["png", "svg", "csv"])
def test_a_chart_is_saved(
    three: TrainPage, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str
) -> None:
    place = tmp_path / f"loss.{suffix}"
    monkeypatch.setattr(page_module, "choose_destination", lambda *_: place)
    three.board.loss.menu.exportAsked.emit(suffix)

    data = place.read_bytes()
    if suffix == "png":
        assert QImage(str(place)).width() == 2 * three.board.loss.width()
    elif suffix == "svg":
        assert b"<svg" in data
        assert data.count(b"<path") + data.count(b"<polyline") >= 6
        assert b"<image" not in data
    else:
        rows = list(csv.reader(data.decode("utf-8-sig").splitlines()))
        assert rows[0] == ["run", "part", "epoch", "value", "smoothed"]
        assert len(rows) == 1 + 3 * 2 * 8
        assert {row[0] for row in rows[1:]} == {"Run 1", "Run 2", "Run 3"}


def test_what_cannot_be_saved_is_told(live: TrainPage, tmp_path: Path) -> None:
    from engine.errors import TrainyardError

    with pytest.raises(TrainyardError):
        export_chart(live.board.loss, tmp_path / "missing" / "loss.csv", "epoch")


def test_the_mean_of_folds_stands_in_a_band(page: TrainPage, session: NotedSession) -> None:
    folds(page, session)

    assert page.bar.envelope.isVisible()
    (band,) = page.board.loss.bands
    assert list(band.x) == [1, 2, 3, 4, 5, 6]
    line = page.board.loss.lines[-1].validation
    assert line is not None
    assert np.all(band.low <= line.raw)
    assert np.all(line.raw <= band.high)


def test_without_the_envelope_each_fold_has_a_place_and_is_called_fold(
    page: TrainPage, session: NotedSession, qtbot: QtBot
) -> None:
    folds(page, session)
    qtbot.mouseClick(
        page.bar.envelope,
        Qt.MouseButton.LeftButton,
        pos=QPoint(8, page.bar.envelope.height() // 2),
    )

    assert page.board.loss.bands == ()
    assert not isinstance(page._curves["run3"], GroupCurves)
    axis = page.board.loss.plot.getPlotItem().getAxis("bottom")
    assert axis.title == "fold"
    qtbot.keyClick(page.board.loss.plot, Qt.Key.Key_End)
    assert page.board.loss.plot.accessibleDescription().startswith("Fold 2")
    assert page.side.log.list.model().index(0, 0).data().startswith("Fold 2 Finished.")
    assert page.side.best._what.text() == "Val loss, fold 2"


def test_baselines_and_the_clipping_norm_are_lines_to_compare_with(
    live: TrainPage, session: NotedSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    boosting = MetricReference("accuracy", 0.9, "Gradient boosting")
    monkeypatch.setattr(live._baselines, "of", lambda *_: (boosting,))
    session.tell("run1", [events.ControlApplied(START + 7, 6, 60, "set_clip", 0.6)])
    live._draw()

    assert [line.label for line in live.board.score.references] == ["Gradient boosting"]
    assert live.board.loss.references == ()
    (clip,) = live.board.norm.references
    assert (clip.value, clip.label) == (0.6, "clip 0.6")
    low, high = live.board.norm.plot.view.viewRange()[1]
    assert low <= 0.6 <= high


def test_the_doctor_speaks_in_the_inspector_and_apply_changes_the_recipe(
    live: TrainPage, session: NotedSession, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    ill = case([0.6, 0.5, 0.9, 2.0, 9.0], [0.6, 0.5, 0.9, 2.0, 9.0])
    live._origins["run1"] = RunOrigin(recipe=ill.recipe)
    session.list_runs(summary(1, Status.FAILED, epoch=6))
    session.tell("run1", [events.RunFailed(START + 9, 6, 6, "LossNotFinite", _FACTS)])
    edited: list[Recipe] = []
    monkeypatch.setattr(session, "edit", lambda recipe, label: edited.append(recipe))
    monkeypatch.setattr(type(session), "table", property(lambda self: object()))
    monkeypatch.setattr(type(session), "recipe", property(lambda self: ill.recipe))
    live._draw()

    card = live.side.doctor.cards[0]
    assert card.accessibleName().startswith("The loss diverges")
    qtbot.mouseClick(card._button, Qt.MouseButton.LeftButton)
    assert edited[0].training.clip_norm == 1.0
    assert edited[0].training.optimizer.learning_rate == pytest.approx(1e-4)  # type: ignore[union-attr]


_FACTS = {"epoch": 6, "step": 61, "learning_rate": 0.1, "suggested": 0.01}


def test_smoothing_is_the_weighted_mean_of_the_past() -> None:
    values = np.random.default_rng(1).normal(size=400)
    found = smoothed(values, 0.6)
    weights = 0.6 ** np.arange(400)[::-1]

    assert found[-1] == pytest.approx(float((weights * values).sum() / weights.sum()))
    assert found[0] == values[0]
