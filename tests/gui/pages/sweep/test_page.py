"""The Sweep page: building a sweep, watching it, choosing among its trials and using one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest

from engine.plans.sweep import Sweep
from engine.store.run_folder import RunFolder
from engine.store.summary import Status
from gui.notices import Notices
from gui.pages.sweep.page import SweepPage
from gui.session import Session
from tests.gui.pages.swept import RATE, SWEEP, drag, make_quick, shown, trained


@pytest.fixture
def swept(tmp_path: Path) -> RunFolder:
    return trained(tmp_path / "home", tmp_path / "flowers.csv", SWEEP)


@pytest.fixture
def session(qtbot: Any, tmp_path: Path, swept: RunFolder) -> Iterator[Session]:
    session = Session(tmp_path / "home")
    session.start()
    session.open(tmp_path / "flowers.csv")
    qtbot.waitUntil(lambda: bool(session.runs) and session.profile is not None)
    make_quick(session)
    yield session
    session.close()


def test_a_sweep_is_looked_through_brushed_and_one_trial_is_used_and_taken_back(
    qtbot: Any, session: Session, swept: RunFolder
) -> None:
    session.set_focus(swept.id)
    page = SweepPage(session, None)  # type: ignore[arg-type]
    window = shown(page, qtbot)
    page.notices = Notices(window)
    live = page.live
    qtbot.waitUntil(lambda: len(live.table.rows()) == 3)
    assert page.which.value() == swept.id
    assert "3 of 3 trials" in live._counts.text()
    values = [float(row[2] or "nan") for row in live.table.rows()]
    assert values == sorted(values), "the best trial stands first"

    # The best third of the last axis: only the best trial passes there (less is better: below).
    lines = live.coordinates
    assert len(lines.scales) == 3
    drag(lines, lines.position(2, -0.02), lines.position(2, 0.02))
    best = live.table.rows()[0][0]
    qtbot.waitUntil(lambda: [row[0] for row in live.table.rows()] == [best])
    assert lines.chosen == {best}
    QTest.mouseClick(live.clear, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(live.table.rows()) == 3)

    before = session.recipe
    trial = next(t for t in session.history(swept.id).trials.all if str(t.number) == best)
    QTest.mouseClick(live.use, Qt.MouseButton.LeftButton)
    assert session.recipe.training.optimizer.learning_rate == trial.values[RATE]  # type: ignore[union-attr]
    assert session.undo_label == f"Trial {trial.number} of run 1"
    session.undo()
    assert session.recipe == before


def test_a_sweep_is_chosen_by_hand_trained_in_a_worker_and_followed(
    qtbot: Any, session: Session
) -> None:
    page = SweepPage(session, None)  # type: ignore[arg-type]
    window = shown(page, qtbot)
    page.notices = Notices(window)
    page.show_sweep("")
    builder = page.builder
    qtbot.waitUntil(lambda: builder.is_ready)
    rate = next(row for row in builder.rows if row.field.path == RATE)
    for edit, text in ((rate.low, "0"), (rate.high, "0.1")):
        edit.setFocus()
        edit.selectAll()
        QTest.keyClicks(edit, text)
        QTest.keyClick(edit, Qt.Key.Key_Return)
    assert "above 0" in rate.problem
    assert not builder.start.isEnabled()
    rate.low.selectAll()
    QTest.keyClicks(rate.low, "0.001")
    QTest.keyClick(rate.low, Qt.Key.Key_Return)
    assert builder.start.isEnabled()
    builder.choose.setCurrentText("batch size")
    QTest.mouseClick(builder.add, Qt.MouseButton.LeftButton)
    assert [row.field.path for row in builder.rows][-1] == "training.batch_size"
    builder.trials.selectAll()
    QTest.keyClicks(builder.trials, "5")
    QTest.mouseClick(builder.start, Qt.MouseButton.LeftButton)
    run = page.which.value()
    assert run
    qtbot.waitUntil(lambda: (found := session.run(run)) is not None and found.status is Status.DONE)
    qtbot.waitUntil(lambda: len(page.live.table.rows()) == 5)
    plan = session.workspace.run(run).plan()
    assert isinstance(plan, Sweep)
    assert plan.method == "tpe", "which learns from the fourth trial on where there are five"
    assert session.run(run).name.startswith("Sweep of learning rate")  # type: ignore[union-attr]
    members = [each for each in session.runs if each.group == run]
    assert len(members) == 5
    QTest.mouseDClick(
        page.live.table.viewport(),
        Qt.MouseButton.LeftButton,
        pos=page.live.table.visualRect(page.live.table.model().index(0, 0)).center(),
    )


def test_a_click_beside_the_axes_brushes_nothing(
    qtbot: Any, session: Session, swept: RunFolder
) -> None:
    session.set_focus(swept.id)
    page = SweepPage(session, None)  # type: ignore[arg-type]
    window = shown(page, qtbot)
    lines = page.live.coordinates
    qtbot.waitUntil(lambda: len(page.live.table.rows()) == 3)
    middle = (lines.position(0, 0.5) + lines.position(1, 0.5)) / 2
    drag(lines, middle, middle + QPointF(0, 60))
    assert lines.intervals == {}
    assert len(lines.chosen) == 3
    assert window.isVisible()
