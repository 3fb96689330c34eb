"""Everything on the page follows the threshold, and whatever is clicked chooses its rows."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolButton

from engine.data.rows.row_view import chosen_rows
from engine.evaluation.curves import (
    error_bins,
    normal_quantiles,
    residual_histogram,
)
from engine.evaluation.measures import ScoredRows
from engine.evaluation.row_table import write_row_table
from engine.tasks import DecideTask, EvaluateTask
from gui.pages.evaluate.page import EvaluatePage
from tests.gui.pages import evaluations
from tests.gui.pages.evaluate.known_rows import ROWS, known
from tests.gui.pages.result_session import FakeSession, TooBad, a_run, shown


@pytest.fixture
def page(session: FakeSession, window: Any, qtbot: Any, tmp_path: Path) -> EvaluatePage:
    filters: list[Any] = []
    session.view = SimpleNamespace(set_filters=filters.append, asked=filters)  # type: ignore[attr-defined]
    session.pages = []  # type: ignore[attr-defined]
    session.show_page = session.pages.append  # type: ignore[attr-defined]
    page = shown(EvaluatePage, session, window, qtbot)
    answer, page.scored, page.numbers = known(tmp_path)
    session.add(a_run(12))
    session.jobs[-1].finished.emit(answer.model_dump(mode="json"))
    return page


def at(page: EvaluatePage, threshold: float) -> list[list[int]]:
    chosen = page.scored.predictions > threshold
    return np.bincount(page.scored.actual * 2 + chosen, minlength=4).reshape(2, 2).tolist()


def facts(page: EvaluatePage) -> dict[str, str]:
    return dict(page.inspector().threshold.facts.facts())


def test_all_figures_follow_the_slider_at_once(page: EvaluatePage) -> None:
    section = page.inspector().threshold
    assert section.isVisible()
    assert facts(page)["Rows flagged"] == f"{sum(row[1] for row in at(page, 0.5))} of {ROWS}"
    section.slider.setFocus()
    for _ in range(20):
        QTest.keyClick(section.slider, Qt.Key.Key_Right)
    assert section.threshold() == pytest.approx(0.7)
    assert [list(row) for row in page.cards.matrix.counts()] == at(page, 0.7)
    (tn, _), (fn, tp) = at(page, 0.7)
    assert facts(page)["Recall"] == f"{tp / (tp + fn):.3f}"
    cards = {
        card.facts().title: card.facts() for card in page.scores.metric_cards if card.isVisible()
    }
    assert cards["Accuracy"].value == pytest.approx((tp + tn) / ROWS)
    assert cards["Accuracy"].low is None
    assert cards["ROC AUC"].low is not None
    assert page.cards.curve.plot._mark_text.toPlainText() == "threshold 0.70"


def test_a_threshold_is_typed_and_what_is_none_is_put_back(page: EvaluatePage) -> None:
    field = page.inspector().threshold.field
    for typed, held in (("0,25", 0.25), ("9", 0.25), ("x", 0.25), ("0.125", 0.125)):
        field.setFocus()
        field.selectAll()
        QTest.keyClicks(field, typed)
        QTest.keyClick(field, Qt.Key.Key_Return)
        assert page.inspector().threshold.threshold() == held
    assert [list(row) for row in page.cards.matrix.counts()] == at(page, 0.125)


def test_costs_find_the_cheapest_threshold_and_the_run_takes_it(page: EvaluatePage) -> None:
    section = page.inspector().threshold
    section.missed.setFocus()
    section.missed.selectAll()
    QTest.keyClicks(section.missed, "8")
    QTest.keyClick(section.missed, Qt.Key.Key_Return)
    QTest.mouseClick(section.cheapest, Qt.MouseButton.LeftButton)
    answer = page.shown.answer
    assert answer is not None
    assert answer.sweep is not None
    cheapest = section.threshold()
    costs = [answer.sweep.at(each).cost(8, 1) for each in answer.sweep.thresholds]
    assert answer.sweep.at(cheapest).cost(8, 1) == min(costs)
    QTest.mouseClick(section.use, Qt.MouseButton.LeftButton)
    task = page.session.jobs[-1].task
    assert isinstance(task, DecideTask)
    assert (task.threshold, task.costs, task.chosen_by) == (cheapest, (8, 1), "cost")
    page.session.jobs[-1].finished.emit({})
    assert isinstance(page.session.jobs[-1].task, EvaluateTask)  # scored anew


def test_a_decision_that_fails_is_told(page: EvaluatePage, qtbot: Any) -> None:
    section = page.inspector().threshold
    section.set_threshold(0.3)
    section.use.click()
    with qtbot.waitSignal(page.session.failed):
        page.session.jobs[-1].failed.emit(TooBad())


def test_a_cell_lists_its_rows_at_the_threshold_that_is_shown(page: EvaluatePage) -> None:
    page.cards.matrix.select((0, 1))
    assert f"{at(page, 0.5)[0][1]} rows" in page.cards.errors.what.whole_text()
    page.inspector().threshold.set_threshold(0.3)
    assert page.cards.matrix.selection() == (0, 1)
    assert f"{at(page, 0.3)[0][1]} rows" in page.cards.errors.what.whole_text()
    assert {row[1:3] for row in page.cards.errors.table.rows()} == {("≤ 50K", "> 50K")}


def test_a_point_of_a_curve_sets_the_threshold(page: EvaluatePage, qtbot: Any) -> None:
    for way in ("roc", "pr", "lift"):
        page.cards.curve.ways.set_value(way)
        page.cards.curve._draw()
        qtbot.wait(1)
        section = page.inspector().threshold
        spot = page.cards.curve.point_of(0.72).toPoint()
        section.set_threshold(0.5)
        QTest.mouseClick(
            page.cards.curve.plot.viewport(),
            Qt.MouseButton.LeftButton,
            pos=QPoint(spot.x(), spot.y()),
        )
        assert section.threshold() == pytest.approx(0.72, abs=0.06), way


def test_a_bin_of_the_calibration_chooses_its_rows(page: EvaluatePage, qtbot: Any) -> None:
    answer = page.shown.answer
    assert answer is not None
    qtbot.wait(1)
    place = 4
    found = answer.calibration[place]
    spot = page.cards.calibration.plot.centre_of(place).toPoint()
    QTest.mouseClick(page.cards.calibration.plot.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert page.cards.errors.what.whole_text().startswith(f"{found.rows} rows: probability")


def test_rows_of_a_slice_are_shown_on_the_data_page(page: EvaluatePage) -> None:
    page.cards.slices.table.selectRow(0)
    found = page.shown.answer.slices[0]  # type: ignore[union-attr]
    assert page.cards.errors.what.whole_text() == f"{found.rows} rows: sex {found.values[0]}"
    QTest.mouseClick(page.cards.errors.show_in_data, Qt.MouseButton.LeftButton)
    assert page.session.pages == ["data"]
    (filter_,) = page.session.view.asked[0]
    code = ("Female", "Male").index(found.values[0])
    expected = page.numbers[np.arange(ROWS) % 2 == code]
    assert chosen_rows(filter_, 10**6).tolist() == expected.tolist()
    assert filter_.title == f"run 12: sex {found.values[0]}"
    page.cards.errors.all_wanted.emit()
    assert page.choosing.choice.chosen is None
    assert page.cards.slices.table.selectionModel().selectedRows() == []


def test_gaps_and_looks_are_told(page: EvaluatePage) -> None:
    inspector = page.inspector()
    gaps = page.shown.answer.gaps  # type: ignore[union-attr]
    assert len(inspector._gap_facts.facts()) == len(gaps)
    inspector.show_looks(3)
    assert "looked at 3 times" in inspector._looks.accessibleName()
    inspector.show_looks(1)
    assert inspector._looks.isHidden()


def test_rows_that_are_gone_leave_the_errors_that_came(page: EvaluatePage, tmp_path: Path) -> None:
    answer = page.shown.answer
    assert answer is not None
    page._show_evaluation(a_run(12), answer.model_copy(update={"rows_file": str(tmp_path / "no")}))
    assert len(page.cards.errors.table.rows()) == len(answer.largest_errors)
    assert not page.cards.errors.show_in_data.isVisible()


def test_bars_of_residuals_choose_rows(
    session: FakeSession, window: Any, qtbot: Any, tmp_path: Path
) -> None:
    page = shown(EvaluatePage, session, window, qtbot)
    generator = np.random.default_rng(1)
    actual = generator.normal(size=300)
    scored = ScoredRows(actual, actual + generator.normal(size=300) * 0.3)
    file = tmp_path / "test.arrow"
    predicted = scored.predictions
    write_row_table(file, np.arange(300), actual, predicted, np.zeros(300), scored.errors**2, ())
    answer = evaluations.regression().model_copy(
        update={
            "rows": 300,
            "residuals": residual_histogram(scored),
            "error_bins": error_bins(scored),
            "normal_quantiles": normal_quantiles(scored),
            "rows_file": str(file),
        }
    )
    session.add(a_run(12))
    session.jobs[-1].finished.emit(answer.model_dump(mode="json"))
    assert page.cards.normal.isVisible()
    assert answer.residuals is not None
    edges = answer.residuals.edges
    page.cards.residuals.plot.chosen.emit(edges[10], edges[11])
    inside = (scored.errors >= edges[10]) & (scored.errors <= edges[11])
    assert page.cards.errors.what.whole_text().startswith(
        f"{int(inside.sum())} rows: predicted − actual"
    )
    tenth = answer.error_bins[0]
    page.cards.error_bins.plot.chosen.emit(tenth.low, tenth.high)
    assert page.cards.errors.what.whole_text().startswith("30 rows: predicted")


def test_likely_wrong_labels_are_listed_beside_the_largest_errors(page: EvaluatePage) -> None:
    answer = page.shown.answer
    assert answer is not None
    assert not page.cards.errors.which.isVisible()
    told = answer.largest_errors[:3]
    more = answer.model_copy(update={"suspects": told, "suspect_count": 3})
    page._show_evaluation(a_run(12), more)
    segments = page.cards.errors.which.findChildren(QToolButton)
    QTest.mouseClick(segments[1], Qt.MouseButton.LeftButton)
    assert len(page.cards.errors.table.rows()) == 3
    assert page.cards.errors.table.columns()[2].title == "Likely"
    assert page.cards.errors.what.whole_text() == "3 rows, the surest first"
    page.cards.matrix.select((0, 1))  # whoever chooses rows wants to see those
    assert page.cards.errors.shows == "errors"


def test_another_labelled_file_is_chosen_and_scored(
    page: EvaluatePage, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    answers = [None, tmp_path / "later.csv"]
    monkeypatch.setattr("gui.pages.evaluate.page.choose_file", lambda *_: answers.pop(0))
    segments = {button.text(): button for button in page.parts.findChildren(QToolButton)}
    asked = len(page.session.jobs)
    QTest.mouseClick(segments["New file"], Qt.MouseButton.LeftButton)
    assert page.parts.value() == "test"
    assert len(page.session.jobs) == asked
    QTest.mouseClick(segments["New file"], Qt.MouseButton.LeftButton)
    assert page.session.jobs[-1].task.file == str(tmp_path / "later.csv")
    answer = evaluations.binary(part="file", rows=9, left_out=2, rows_from="later.csv")
    page.session.jobs[-1].finished.emit(answer.model_dump(mode="json"))
    assert page.rows.text() == "9 rows, 2 without a known label left out"
    assert not page.cards.strip.isVisible()
    QTest.mouseClick(segments["Test"], Qt.MouseButton.LeftButton)
    assert page.rows.text() == "400 rows"


def test_a_curve_of_one_of_several_targets_moves_no_threshold(page: EvaluatePage) -> None:
    answer = page.shown.answer
    assert answer is not None
    page.inspector().threshold.set_threshold(0.3)
    page.shown.whole = answer.model_copy(update={"by_target": (answer,)})
    page._show_evaluation(a_run(12), answer.model_copy())
    assert not page.inspector().threshold.isVisible()
    page.cards.curve.threshold_chosen.emit(0.8)
    assert page.cards.matrix.counts() == answer.confusion
    cards = {
        card.facts().title: card.facts() for card in page.scores.metric_cards if card.isVisible()
    }
    assert cards["Accuracy"].low is not None
