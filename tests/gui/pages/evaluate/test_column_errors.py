"""Errors against a column, the fairness of groups, and rows out of fold."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolButton

from engine.evaluation.residuals import ResidualGroup, ResidualPoint, Residuals
from engine.tasks import ResidualsTask
from gui.pages.evaluate.page import EvaluatePage
from tests.gui.pages import evaluations
from tests.gui.pages.evaluate.known_rows import known
from tests.gui.pages.result_session import FakeSession, TooBad, a_run, shown


@pytest.fixture
def page(session: FakeSession, window: Any, qtbot: Any, tmp_path: Path) -> EvaluatePage:
    page = shown(EvaluatePage, session, window, qtbot)
    page.known, _, page.numbers = known(tmp_path)
    session.add(a_run(12))
    session.jobs[-1].finished.emit(page.known.model_dump(mode="json"))
    return page


def residuals(column: str, *, number: bool) -> Residuals:
    spread: dict[str, float] = {"tenth": -1, "median": 0, "ninetieth": 1}
    groups = tuple(
        ResidualGroup(
            label=f"g{place}",
            rows=10,
            low=float(place) if number else None,
            high=place + 1.0 if number else None,
            mean=0.5 * place,
            mean_low=0.5 * place - 0.2,
            mean_high=0.5 * place + 0.2,
            **spread,
        )
        for place in range(4)
    )
    points = tuple(ResidualPoint(row=3 * n, at=n / 10, error=n / 20) for n in range(40))
    return Residuals(
        column=column,
        kind="loss",
        is_number=number,
        groups=groups,
        points=points if number else (),
        rows=40,
        missing=2,
    )


def test_a_column_is_asked_for_once_it_can_be_seen(page: EvaluatePage, qtbot: Any) -> None:
    asked = len(page.session.jobs)
    card = page.cards.column_errors
    assert not card.isVisible()
    QTest.mouseClick(page.cards.spread_fold.head, Qt.MouseButton.LeftButton)
    assert card.isVisible()
    assert len(page.session.jobs) == asked + 1
    job = page.session.jobs[-1]
    assert job.task == ResidualsTask(run="/workspace/runs/run12", part="test", column="age")
    job.finished.emit(residuals("age", number=True).model_dump(mode="json"))
    assert card.below.text() == "age; loss, mean with its 95% interval · 2 rows without"
    qtbot.wait(1)
    spot = card.plot.point_at(7).toPoint()
    QTest.mouseClick(
        card.plot.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(spot.x(), spot.y())
    )
    assert page.cards.errors.what.whole_text() == "1 rows: row 22"
    assert page.cards.errors.listed()[0].row == 21
    card.column.setFocus()
    QTest.keyClick(card.column, Qt.Key.Key_Down)
    assert page.session.jobs[-1].task.column == "workclass"
    page.session.jobs[-1].finished.emit(
        residuals("workclass", number=False).model_dump(mode="json")
    )
    assert "g3: mean 1.5" in card.plot.accessibleDescription()
    QTest.keyClick(card.column, Qt.Key.Key_Down)
    page.session.jobs[-1].failed.emit(TooBad())
    assert card.below.text().startswith("The worker is gone.")


def test_groups_stand_side_by_side(page: EvaluatePage) -> None:
    QTest.mouseClick(page.cards.groups_fold.head, Qt.MouseButton.LeftButton)
    card = page.cards.fairness
    assert card.isVisible()
    assert card.column.value() == "sex"
    assert {row[0] for row in card.table.rows()} == {"Female", "Male"}
    said = card._said.text()
    assert said.count("above") == len([g for g in page.known.gaps if g.column == "sex"])


def test_groups_are_absent_where_they_are_not_defined(page: EvaluatePage) -> None:
    answer = evaluations.multiclass()
    page._show_evaluation(a_run(12), answer)
    assert page.cards.groups_fold.isHidden()
    assert page.cards.fairness.isHidden()


def test_only_folds_are_scored_out_of_fold(page: EvaluatePage) -> None:
    segments = {b.text(): b for b in page.parts.findChildren(QToolButton)}
    assert not segments["Out of fold"].isVisible()
    page.session.add(a_run(13, folds=5, holds="folds"))
    assert segments["Out of fold"].isVisible()
    QTest.mouseClick(segments["Out of fold"], Qt.MouseButton.LeftButton)
    assert page.session.jobs[-1].task.part == "out_of_fold"
    answer = page.known.model_copy(update={"run": "run13", "part": "out_of_fold"})
    page.session.jobs[-1].finished.emit(answer.model_dump(mode="json"))
    assert not page.cards.strip.isVisible(), "baselines are for the parts of a split"
    page.session.set_focus("run12")
    assert not segments["Out of fold"].isVisible()
    assert page.parts.value() == "test"
