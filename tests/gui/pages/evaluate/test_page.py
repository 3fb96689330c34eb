from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QToolButton

from engine.recipe.columns import ColumnSpec
from engine.schema import Column, Kind, Role, Schema
from engine.store.summary import Status
from gui.pages.evaluate.page import EvaluatePage
from tests.gui.pages import evaluations
from tests.gui.pages.result_session import FakeSession, TooBad, a_run, nameless, shown


def texts(page: Any) -> str:
    labels = [w.text() for w in page.findChildren(object) if hasattr(w, "text") and w.isVisible()]
    return " | ".join(str(text) for text in labels)


@pytest.fixture
def page(session: FakeSession, window: Any, qtbot: Any) -> EvaluatePage:
    return shown(EvaluatePage, session, window, qtbot)


def segment(page: EvaluatePage, text: str) -> QToolButton:
    return next(b for b in page.parts.findChildren(QToolButton) if b.text() == text)


def test_without_a_run_the_page_says_what_will_be_here(page: EvaluatePage) -> None:
    assert "No run yet" in texts(page)
    assert "Press Train to start one." in texts(page)
    assert not page.chip.isVisible()
    assert page.session.jobs == []


def test_a_run_that_trains_is_not_scored(page: EvaluatePage) -> None:
    page.session.add(a_run(3, Status.RUNNING))
    assert "Run 3 is still training" in texts(page)
    assert page.session.jobs == []


def test_a_run_without_weights_says_so(page: EvaluatePage) -> None:
    page.session.add(a_run(3, Status.FAILED, best=None))
    assert "Run 3 has no weights" in texts(page)


def test_a_hidden_page_asks_nothing(session: FakeSession, window: Any, qtbot: Any) -> None:
    page = shown(EvaluatePage, session, window, qtbot)
    page.hide()
    session.add(a_run(12))
    assert session.jobs == []
    page.show()
    assert [job.task.run for job in session.jobs] == ["/workspace/runs/run12"]
    assert session.jobs[0].task.part == "test"


def test_binary_answer_fills_cards_matrix_and_roc(page: EvaluatePage) -> None:
    page.session.add(a_run(12))
    page.session.jobs[-1].finished.emit(evaluations.binary().model_dump(mode="json"))
    titles = [card.facts().title for card in page.scores.metric_cards if card.isVisible()]
    assert titles == ["Accuracy", "ROC AUC", "Macro F1", "Loss"]
    assert page.cards.matrix.isVisible()
    assert page.cards.curve.isVisible()
    assert not page.cards.classes.isVisible()
    assert not page.cards.predicted.isVisible()
    assert page.rows.text() == "7,327 rows"
    first = page.cards.errors.table.rows()[0]
    assert first[:4] == ("14,238", "≤ 50K", "> 50K", "6.210")
    assert [c.title for c in page.cards.errors.table.columns()][4:] == [
        "age",
        "workclass",
        "hours-per-week",
    ]


def test_multiclass_answer_shows_scores_per_class_and_no_roc(page: EvaluatePage) -> None:
    page.session.add(a_run(12))
    page.session.jobs[-1].finished.emit(evaluations.multiclass().model_dump(mode="json"))
    assert page.cards.classes.isVisible()
    assert len(page.cards.classes.rows()) == 10
    assert not page.cards.curve.isVisible()


def test_the_curve_says_which_class_it_is_of(page: EvaluatePage) -> None:
    page.session.add(a_run(12))
    answer = evaluations.binary(positive="≤ 50K", roc_area=0.9)
    page.session.jobs[-1].finished.emit(answer.model_dump(mode="json"))
    assert page._inspector._class.isVisibleTo(page._inspector)


def test_of_several_classes_the_positive_one_has_its_curve_beside_the_scores(
    page: EvaluatePage,
) -> None:
    page.session.add(a_run(12))
    several = evaluations.multiclass()
    answer = several.model_copy(
        update={
            "positive": several.classes[2],
            "roc": evaluations.binary().roc,
            "roc_area": 0.93,
        }
    )
    page.session.jobs[-1].finished.emit(answer.model_dump(mode="json"))
    assert page.cards.curve.isVisible()
    assert page.cards.classes.isVisible()
    assert f"“{several.classes[2]}” against the rest" in texts(page)
    assert not page._inspector._class.isVisibleTo(page._inspector)


def test_regression_answer_shows_no_class_views(page: EvaluatePage) -> None:
    page.session.add(a_run(12))
    page.session.jobs[-1].finished.emit(evaluations.regression().model_dump(mode="json"))
    assert page.cards.predicted.isVisible()
    assert page.cards.residuals.isVisible()
    assert not page.cards.matrix.isVisible()
    assert not page.cards.curve.isVisible()
    actual, guess = page.cards.errors.table.rows()[0][1:3]
    assert actual is not None
    assert guess is not None
    assert len(actual.partition(".")[2]) == len(guess.partition(".")[2])


def test_parts_are_asked_once_each(page: EvaluatePage, qtbot: Any) -> None:
    session = page.session
    session.add(a_run(12))
    session.jobs[-1].finished.emit(evaluations.binary().model_dump(mode="json"))
    qtbot.mouseClick(segment(page, "Validation"), Qt.MouseButton.LeftButton)
    assert session.jobs[-1].task.part == "validation"
    assert not page.view.is_showing_body()
    answer = evaluations.binary(rows=11, part="validation")
    session.jobs[-1].finished.emit(answer.model_dump(mode="json"))
    assert page.rows.text() == "11 rows"
    qtbot.mouseClick(segment(page, "Test"), Qt.MouseButton.LeftButton)
    assert page.rows.text() == "7,327 rows"
    assert len(session.jobs) == 2


def test_an_answer_for_another_run_is_never_shown(page: EvaluatePage) -> None:
    session = page.session
    session.add(a_run(11))
    old = session.jobs[-1]
    session.add(a_run(12))
    assert old.is_cancelled
    old.finished.emit(evaluations.binary("run11").model_dump(mode="json"))
    assert not page.view.is_showing_body()
    session.jobs[-1].finished.emit(evaluations.binary("run12").model_dump(mode="json"))
    assert page.view.is_showing_body()


def test_an_answer_that_comes_while_the_page_is_hidden_is_not_shown_for_the_run_then_in_focus(
    page: EvaluatePage,
) -> None:
    session = page.session
    session.add(a_run(12))
    session.add(a_run(11))
    asked = session.jobs[-1]
    page.hide()
    session.set_focus("run12")
    asked.finished.emit(evaluations.binary("run11", rows=5).model_dump(mode="json"))
    assert not page.view.is_showing_body()
    session.set_focus("run11")
    page.show()
    assert page.rows.text() == "5 rows"


def test_switching_back_shows_the_first_run_again_without_asking(page: EvaluatePage) -> None:
    session = page.session
    for number, rows in ((11, 5), (12, 6)):
        session.add(a_run(number))
        session.jobs[-1].finished.emit(evaluations.binary(rows=rows).model_dump(mode="json"))
    session.set_focus("run11")
    assert page.rows.text() == "5 rows"
    assert len(session.jobs) == 2


def test_a_run_that_was_resumed_is_scored_again(page: EvaluatePage) -> None:
    session = page.session
    session.add(a_run(12, epoch=5))
    session.jobs[-1].finished.emit(evaluations.binary().model_dump(mode="json"))
    session.runs = (a_run(12, epoch=9),)
    session.runsChanged.emit()
    assert len(session.jobs) == 2
    assert not page.view.is_showing_body()


def test_failure_shows_why_and_retry_asks_again(page: EvaluatePage, qtbot: Any) -> None:
    session = page.session
    session.add(a_run(12))
    session.jobs[-1].failed.emit(TooBad())
    assert page.view.is_showing_error()
    retry = next(b for b in page.findChildren(QPushButton) if b.text() == "Try again")
    qtbot.mouseClick(retry, Qt.MouseButton.LeftButton)
    assert len(session.jobs) == 2
    session.jobs[-1].finished.emit(evaluations.binary().model_dump(mode="json"))
    assert page.view.is_showing_body()


def test_a_run_whose_folder_is_gone_shows_an_error(page: EvaluatePage) -> None:
    page.session.workspace.missing.add("run12")
    page.session.add(a_run(12))
    assert page.view.is_showing_error()
    assert page.session.jobs == []


def test_a_late_answer_is_not_shown_for_a_run_that_cannot_be_read(page: EvaluatePage) -> None:
    session = page.session
    session.add(a_run(11))
    session.workspace.missing.add("run12")
    session.add(a_run(12))
    assert session.jobs[0].is_cancelled
    session.jobs[0].finished.emit(evaluations.binary("run11").model_dump(mode="json"))
    assert page.view.is_showing_error()


def test_opening_the_table_of_the_run_adds_columns_to_the_errors(page: EvaluatePage) -> None:
    session = page.session
    table, session.table = session.table, None
    session.add(a_run(12))
    session.jobs[-1].finished.emit(evaluations.binary().model_dump(mode="json"))
    assert len(page.cards.errors.table.columns()) == 4
    session.table = table
    session.tableChanged.emit()
    assert len(page.cards.errors.table.columns()) == 7


def test_without_test_rows_validation_is_chosen(page: EvaluatePage) -> None:
    page.session.test_rows = 0
    page.session.add(a_run(12))
    assert page.session.jobs[-1].task.part == "validation"
    assert not segment(page, "Test").isEnabled()


def test_a_chosen_cell_filters_the_errors_until_all_are_wanted(
    page: EvaluatePage, qtbot: Any
) -> None:
    page.session.add(a_run(12))
    page.session.jobs[-1].finished.emit(evaluations.binary().model_dump(mode="json"))
    everything = len(page.cards.errors.table.rows())
    page.cards.matrix.setFocus()
    qtbot.keyClick(page.cards.matrix, Qt.Key.Key_Right)
    qtbot.keyClick(page.cards.matrix, Qt.Key.Key_Return)
    chosen = page.cards.errors.table.rows()
    assert 0 < len(chosen) < everything
    assert {row[1:3] for row in chosen} == {("≤ 50K", "> 50K")}
    facts = dict(page.inspector()._cell_facts.facts())
    assert facts["Rows"] == "395"
    assert facts["Of the actual class"] == "7.1%"
    show_all = next(
        b for b in page.cards.errors.findChildren(QPushButton) if b.text() == "Show all"
    )
    qtbot.mouseClick(show_all, Qt.MouseButton.LeftButton)
    assert len(page.cards.errors.table.rows()) == everything
    assert page.cards.matrix.selection() is None


def test_inspector_tells_the_facts_of_the_run(page: EvaluatePage) -> None:
    page.session.add(a_run(12))
    facts = dict(page.inspector()._run_facts.facts())
    assert facts["Data"] == "adult.csv"
    assert facts["Test rows"] == "7,327"
    assert facts["Best epoch"] == "56 of 72"
    assert facts["Device"] == "CPU"
    assert (
        "The test part was kept aside until training was over."
        in page.inspector()._aside.accessibleName()
    )


def test_a_changed_recipe_is_noted_only_for_the_same_table(page: EvaluatePage) -> None:
    session = page.session
    names = [("age", Kind.NUMBER), ("workclass", Kind.CATEGORY), ("hours-per-week", Kind.NUMBER)]
    columns = [Column(name=name, kind=kind) for name, kind in names]
    columns.append(Column(name="income", kind=Kind.CATEGORY, role=Role.TARGET))
    session.schema = Schema(columns=tuple(columns), rows=48_842)
    session.add(a_run(12))
    session.jobs[-1].finished.emit(evaluations.binary().model_dump(mode="json"))
    note = page.inspector()._changed
    assert note.isHidden()
    age = ColumnSpec(name="age", kind=Kind.NUMBER, role=Role.IGNORE)
    session.recipe = session.recipe.with_column(age)
    session.recipeChanged.emit()
    assert not note.isHidden()
    session.table.fingerprint = "other"
    session.recipeChanged.emit()
    assert note.isHidden()


def test_the_chip_offers_runs_with_weights_and_sets_the_focus(
    page: EvaluatePage, qtbot: Any
) -> None:
    session = page.session
    session.add(a_run(10, Status.FAILED, best=None))
    session.add(a_run(11))
    session.add(a_run(12))
    assert [choice.id for choice in page.chip.choices()] == ["run12", "run11"]
    page.chip.menu().actions()[1].trigger()
    assert session.focus == "run11"
    assert "Run 11" in page.chip.accessibleName()


def test_every_control_has_a_name(page: EvaluatePage) -> None:
    page.session.add(a_run(12))
    page.session.jobs[-1].finished.emit(evaluations.binary().model_dump(mode="json"))
    for widget in (
        page.chip,
        page.parts,
        page.cards.matrix,
        page.cards.matrix_mode,
        page.cards.curve,
        page.cards.errors.table,
    ):
        assert widget.accessibleName()
    assert nameless(page) == []
    for card in page.scores.metric_cards:
        assert "95% interval" in card.accessibleName()
