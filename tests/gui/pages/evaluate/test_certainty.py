"""Calibration, coverage and “don't know” are decided in the window, and predictions follow."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from engine.evaluation.result import Coverage, MetricValue
from engine.predictor.decision import Decision
from engine.tasks import DecideTask
from gui.pages.evaluate.certainty_section import CertaintySection
from gui.pages.evaluate.page import EvaluatePage
from tests.gui.pages import evaluations
from tests.gui.pages.evaluate.known_rows import known
from tests.gui.pages.result_session import FakeSession, TooBad, a_run, shown


@pytest.fixture
def page(
    session: FakeSession, window: Any, qtbot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> EvaluatePage:
    session.runs = (a_run(12),)
    folder = session.workspace.run("run12")
    folder.path = tmp_path
    monkeypatch.setattr(session.workspace, "run", lambda _run: folder)
    page = shown(EvaluatePage, session, window, qtbot)
    page.known, page.scored, _ = known(tmp_path)
    session.add(a_run(12))
    answer(page, error=0.08)
    return page


def answer(page: EvaluatePage, error: float, **changes: Any) -> None:
    """The worker answers the last question."""
    found = MetricValue(name="calibration_error", title="ECE", value=error, higher_is_better=False)
    metrics = (*page.known.metrics, found)
    told = page.known.model_copy(update={"metrics": metrics, **changes})
    page.session.jobs[-1].finished.emit(told.model_dump(mode="json"))


def section(page: EvaluatePage) -> CertaintySection:
    return page.inspector().certainty


def facts(page: EvaluatePage, part: str) -> dict[str, str]:
    return dict(getattr(section(page), part).facts())


def choose(page: EvaluatePage, kind: str) -> None:
    box = section(page).kind
    box.setFocus()
    while box.value() != kind:
        QTest.keyClick(box, Qt.Key.Key_Down)


def test_calibration_shows_before_and_after(page: EvaluatePage, tmp_path: Path) -> None:
    assert facts(page, "_correct_facts")["Calibration error"] == "0.080"
    choose(page, "temperature")
    job = page.session.jobs[-1]
    assert job.task == DecideTask(run=str(tmp_path), calibration="temperature")
    assert not section(page).kind.isEnabled(), "one decision at a time"
    job.finished.emit(Decision().model_dump(mode="json"))
    answer(page, error=0.02, calibrated="temperature", calibrated_by=(1.4,))
    told = facts(page, "_correct_facts")
    assert told["Calibration error"] == "0.080 → 0.020"
    assert told["Temperature"] == "1.400"
    assert section(page).kind.value() == "temperature"
    assert section(page).kind.isEnabled()


def test_a_calibration_that_fails_is_put_back(page: EvaluatePage) -> None:
    told: list[Any] = []
    page.session.failed.connect(told.append)
    choose(page, "temperature")
    page.session.jobs[-1].failed.emit(TooBad())
    assert section(page).kind.value() == "none"
    assert len(told) == 1


def test_coverage_is_asked_for_and_what_was_found_is_told(page: EvaluatePage) -> None:
    assert not section(page).no_coverage.isVisible()
    field = section(page).share
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, "0.95")
    QTest.keyClick(field, Qt.Key.Key_Return)
    QTest.mouseClick(section(page).use_coverage, Qt.MouseButton.LeftButton)
    job = page.session.jobs[-1]
    assert job.task.coverage == 0.95
    job.finished.emit(Decision().model_dump(mode="json"))
    answer(page, 0.08, coverage=Coverage(asked=0.95, found=0.94, low=0.92, high=0.96, size=1.25))
    told = facts(page, "_cover_facts")
    assert told == {
        "Asked": "95.0%",
        "Found": "94.0%",
        "95% interval": "92.0% – 96.0%",
        "Classes in a set, mean": "1.250",
    }
    QTest.mouseClick(section(page).no_coverage, Qt.MouseButton.LeftButton)
    assert page.session.jobs[-1].task.coverage == 0


@pytest.mark.parametrize("least", [0.6, 0.9])
def test_rows_refused_follow_what_is_typed(page: EvaluatePage, least: float) -> None:
    field = section(page).least
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, str(least))
    QTest.keyClick(field, Qt.Key.Key_Return)
    scored = page.scored
    own = np.where(scored.chosen == 1, scored.predictions, 1 - scored.predictions)
    sure = own >= least
    told = facts(page, "_doubt_facts")
    assert told["Rows refused"] == f"{100 * (1 - sure.mean()):.1f}%"
    assert float(told["Accuracy of the rest"]) == pytest.approx(scored.right[sure].mean(), abs=5e-4)
    QTest.mouseClick(section(page).use_least, Qt.MouseButton.LeftButton)
    assert page.session.jobs[-1].task.least_confidence == least


def test_numbers_have_intervals_only(session: FakeSession, window: Any, qtbot: Any) -> None:
    page = shown(EvaluatePage, session, window, qtbot)
    session.add(a_run(12))
    session.jobs[-1].finished.emit(evaluations.regression().model_dump(mode="json"))
    own = page.inspector().certainty
    assert own.isVisible()
    assert own._cover.isVisible()
    assert not own._correct.isVisible()
    assert not own._doubt.isVisible()


def test_several_targets_are_not_decided_for(page: EvaluatePage) -> None:
    whole = page.known.model_copy(update={"by_target": (page.known,)})
    page.shown.whole = whole
    page._show_evaluation(a_run(12), page.known.model_copy())
    assert not section(page).isVisible()
