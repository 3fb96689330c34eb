"""The Compare page: ticked runs side by side, what differs in their recipes, and choosing among them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.plans.sweep import Choices, Sweep, SweptField
from gui.pages.compare.page import ComparePage
from gui.session import Session
from tests.gui.pages.swept import RATE, drag, shown, trained


@pytest.fixture
def session(qtbot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Session]:
    fields = (SweptField(path=RATE, domain=Choices(values=(0.001, 0.01, 0.1))),)
    trained(tmp_path / "home", tmp_path / "flowers.csv", Sweep(fields=fields, method="grid"))
    monkeypatch.setattr("gui.jobs.WorkerPool.warm_up", lambda self: None)
    session = Session(tmp_path / "home")
    session.start()
    qtbot.waitUntil(lambda: len(session.runs) == 4)
    yield session
    session.close()


def test_ticked_runs_stand_side_by_side_with_what_differs_and_a_drag_chooses_among_them(
    qtbot: Any, session: Session
) -> None:
    page = ComparePage(session, None)  # type: ignore[arg-type]
    window = shown(page, qtbot)
    trials = [run for run in session.runs if run.group is not None]
    session.set_focus(trials[0].id)
    assert page._body.currentIndex() == 0, "one run alone has nothing beside it"
    for run in trials:
        session.set_overlay(run.id, True)
    qtbot.waitUntil(lambda: len(page.scores.rows()) == 3)
    assert page.compared[0].run.id == session.focus
    (setting, *values) = page.recipes.rows()[0]
    assert setting == "Training · Optimizer · Learning rate"
    assert sorted(value or "" for value in values) == ["0.001", "0.01", "0.1"]
    assert len(page.recipes.rows()) == 1
    assert [scale.title for scale in page.lines.scales] == ["Learning rate", "Val loss"]
    titles = [column.title for column in page.scores.columns()]
    qtbot.waitUntil(lambda: all("—" not in (row[5] or "—") for row in page.scores.rows()))
    assert titles[5] == "Val loss"
    drag(page.lines, page.lines.position(0, 0.95), page.lines.position(0, 1.05))
    qtbot.waitUntil(lambda: len(page.scores.rows()) == 1)
    (row,) = page.scores.rows()
    chosen = next(run for run in trials if f"Run {run.number}" == row[0])
    assert session.workspace.run(chosen.id).recipe().training.optimizer.learning_rate == 0.1  # type: ignore[union-attr]
    page.lines.clear_intervals()
    qtbot.waitUntil(lambda: len(page.scores.rows()) == 3)
    assert window.isVisible()
