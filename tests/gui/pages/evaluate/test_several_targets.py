"""Evaluate with several targets: a table of all of them, and each one's own figures."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from engine.evaluation.result import Evaluation, RowError
from engine.schema import Task
from gui.pages.evaluate.page import ALL, EvaluatePage
from tests.gui.pages import evaluations
from tests.gui.pages.result_session import FakeSession, a_run, shown


def several(kind: Task) -> Evaluation:
    """Two labels, or two numbers, of which the second lacks ten rows."""
    one = evaluations.binary() if kind is Task.MULTI_LABEL else evaluations.regression()
    both = tuple(
        one.model_copy(update={"target": name, "rows": one.rows - less})
        for name, less in (("first", 0), ("second", 10))
    )
    error = RowError(row=3, actual="1 · –", predicted="2 · 4", loss=2.5)
    return Evaluation(
        run=one.run,
        part="test",
        rows=one.rows,
        task=kind,
        target="first, second",
        metrics=one.metrics[:2],
        largest_errors=(error,),
        by_target=both,
    )


@pytest.fixture
def page(session: FakeSession, window: Any, qtbot: Any) -> EvaluatePage:
    return shown(EvaluatePage, session, window, qtbot)


def answered(page: EvaluatePage, kind: Task) -> Evaluation:
    page.session.add(a_run(12))
    answer = several(kind)
    page.session.jobs[-1].finished.emit(answer.model_dump(mode="json"))
    return answer


@pytest.mark.parametrize("kind", [Task.MULTI_LABEL, Task.MULTI_REGRESSION])
def test_all_targets_stand_in_a_table(page: EvaluatePage, kind: Task) -> None:
    answer = answered(page, kind)
    assert page.target.isVisible()
    assert page.cards.targets.isVisible()
    assert [row[0] for row in page.cards.targets.table.rows()] == ["first", "second"]
    rows = [row[1] for row in page.cards.targets.table.rows()]
    assert [text.replace(",", "") for text in rows if text] == [
        str(each.rows) for each in answer.by_target
    ]
    for card in (
        page.cards.matrix_card,
        page.cards.curve,
        page.cards.predicted,
        page.cards.residuals,
        page.cards.strip,
    ):
        assert not card.isVisible()
    assert page.cards.errors.table.rows()[0][1] == "1 · –"


def test_a_target_that_is_chosen_shows_its_own_figures(page: EvaluatePage) -> None:
    answered(page, Task.MULTI_LABEL)
    page.target.setFocus()
    QTest.keyClick(page.target, Qt.Key.Key_Down)
    assert page.target.value() == "first"
    assert page.cards.matrix.isVisible()
    assert page.cards.curve.isVisible()
    assert not page.cards.targets.isVisible()
    QTest.keyClick(page.target, Qt.Key.Key_Up)
    assert page.target.value() == ALL
    assert page.cards.targets.isVisible()
    assert not page.cards.matrix.isVisible()


def test_enter_on_a_line_leads_to_the_target(page: EvaluatePage) -> None:
    answered(page, Task.MULTI_REGRESSION)
    table = page.cards.targets.table
    table.setFocus()
    table.selectRow(1)
    QTest.keyClick(table, Qt.Key.Key_Return)
    assert page.target.value() == "second"
    assert page.cards.predicted.isVisible()
    assert page.rows.text() == "590 rows"


def test_a_run_of_one_target_has_no_chooser(page: EvaluatePage) -> None:
    answered(page, Task.MULTI_LABEL)
    page.session.add(a_run(13))
    page.session.set_focus("run13")
    page.session.jobs[-1].finished.emit(evaluations.binary("run13").model_dump(mode="json"))
    assert not page.target.isVisible()
    assert not page.cards.targets.isVisible()
    assert page.cards.matrix.isVisible()
