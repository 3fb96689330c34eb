"""Wrong labels: marked, set right in the recipe, trained on again, compared on the same rows."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolButton

from engine.baselines.result import LeftOutRun, MetricDifference, OtherRun, RunsBeside
from engine.evaluation.result import Conflict
from engine.explanation.result import NearestRows, NearRow
from engine.recipe.rows import CellCorrection
from engine.tasks import NearestRowsTask, RunsBesideTask
from gui.pages.evaluate.page import EvaluatePage
from tests.gui.pages.evaluate.known_rows import known
from tests.gui.pages.result_session import FakeSession, TooBad, a_run, shown


class Cells:
    """The open table: every label is the other one."""

    fingerprint = "f1"
    path = Path("/data/adult.csv")
    rows = 48_842
    names = ("age", "workclass", "hours-per-week", "note", "income")

    def cells(self, name: str, start: int, stop: int) -> list[str | None]:
        if name == "income":
            return [("> 50K", "≤ 50K")[row % 2] for row in range(start, stop)]
        return [f"{name} {row}" for row in range(start, stop)]


@pytest.fixture
def page(session: FakeSession, window: Any, qtbot: Any, tmp_path: Path) -> EvaluatePage:
    session.table = Cells()
    session.view = SimpleNamespace(set_filters=lambda found: asked.append(found))  # type: ignore[attr-defined]
    asked: list[Any] = []
    session.asked = asked  # type: ignore[attr-defined]
    session.show_page = lambda name: asked.append(name)  # type: ignore[attr-defined]
    session.labels = []  # type: ignore[attr-defined]

    def edit(recipe: Any, label: str) -> None:
        session.recipe = recipe
        session.labels.append(label)  # type: ignore[attr-defined]
        session.recipeChanged.emit()

    session.edit = edit  # type: ignore[attr-defined]
    page = shown(EvaluatePage, session, window, qtbot)
    answer, _, _ = known(tmp_path)
    page.known = answer.model_copy(
        update={"suspects": answer.largest_errors[:6], "suspect_count": 6}
    )
    session.add(a_run(12))
    session.jobs[-1].finished.emit(page.known.model_dump(mode="json"))
    return page


def which(page: EvaluatePage, text: str) -> None:
    segments = {b.text(): b for b in page.cards.errors.which.findChildren(QToolButton)}
    QTest.mouseClick(segments[text], Qt.MouseButton.LeftButton)


def mark(page: EvaluatePage, line: int, held: Any = Qt.KeyboardModifier.NoModifier) -> None:
    table = page.cards.errors.table
    index = table.model().index(line, 1)
    table.scrollTo(index)
    spot = table.visualRect(index).center()
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, held, spot)


def test_marked_rows_get_the_likely_label_as_a_step_of_the_recipe(page: EvaluatePage) -> None:
    which(page, "Likely wrong labels")
    mark(page, 0)
    mark(page, 1, Qt.KeyboardModifier.ShiftModifier)
    mend = page.cards.errors.mend
    assert mend.label.currentText() == "as predicted"
    QTest.mouseClick(mend.correct, Qt.MouseButton.LeftButton)
    errors = sorted(page.known.suspects[:2], key=lambda error: error.row)
    (column,) = page.session.recipe.rows.corrections
    assert column.name == "income"
    assert column.cells == tuple(
        CellCorrection(
            row=error.row, found=("> 50K", "≤ 50K")[error.row % 2], value=error.predicted
        )
        for error in errors
        if error.predicted != ("> 50K", "≤ 50K")[error.row % 2]
    )
    assert page.session.labels == ["Correct 2 labels"]
    line = next(row for row in page.cards.errors.table.rows() if "→" in (row[1] or ""))
    assert line[1].endswith(f"→ {line[2]}")  # type: ignore[union-attr]
    assert mend.told.whole_text() == f"{len(column.cells)} label corrected" or (
        mend.told.whole_text() == f"{len(column.cells)} labels corrected"
    )
    assert mend.train.isVisible()


def test_another_label_is_chosen_and_put_back(page: EvaluatePage) -> None:
    mark(page, 0)
    error = page.cards.errors.listed()[0]
    mend = page.cards.errors.mend
    mend.label.setFocus()
    while mend.label.currentText() != "without a label":
        QTest.keyClick(mend.label, Qt.Key.Key_Down)
    QTest.mouseClick(mend.correct, Qt.MouseButton.LeftButton)
    (cell,) = page.session.recipe.rows.corrections[0].cells
    assert (cell.row, cell.value) == (error.row, "")
    mark(page, 0)
    assert mend.back.isVisible()
    QTest.mouseClick(mend.back, Qt.MouseButton.LeftButton)
    assert page.session.recipe.rows.corrections == ()
    assert not mend.train.isVisible()


def test_rows_of_another_file_cannot_be_mended(page: EvaluatePage) -> None:
    page._show_evaluation(a_run(12), page.known.model_copy(update={"rows_from": "later.csv"}))
    assert not page.cards.errors.mend.isVisible()


def test_what_was_trained_again_is_compared_at_once(
    page: EvaluatePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = page.session
    session.schema = object()
    monkeypatch.setattr("engine.data.columns.infer.complete", lambda recipe, _schema: recipe)
    trained: list[Any] = []

    def train_with(recipe: Any, name: str) -> str:
        trained.append((recipe, name))
        return "run13"

    session.train_with = train_with  # type: ignore[attr-defined]
    which(page, "Likely wrong labels")
    mark(page, 0)
    QTest.mouseClick(page.cards.errors.mend.correct, Qt.MouseButton.LeftButton)
    mark(page, 1)
    QTest.mouseClick(page.cards.errors.mend.correct, Qt.MouseButton.LeftButton)
    QTest.mouseClick(page.cards.errors.mend.train, Qt.MouseButton.LeftButton)
    ((recipe, name),) = trained
    assert recipe.rows.corrections == session.recipe.rows.corrections != ()
    assert name == "mlp-12, labels"
    session.add(a_run(13))
    answer = page.known.model_copy(update={"run": "run13"})
    session.jobs[-1].finished.emit(answer.model_dump(mode="json"))
    job = session.jobs[-1]
    assert isinstance(job.task, RunsBesideTask)
    assert Path(job.task.run).name == "run13"
    assert [Path(each).name for each in job.task.others] == ["run12"]
    later = session.history("run12")
    later.best_epoch = 99
    monkeypatch.setattr(session, "history", lambda _run: later)  # histories are read late
    job.finished.emit(beside(page, corrected=2).model_dump(mode="json"))
    card = page.cards.others
    assert card.isVisible()
    assert card.sentence.text() == (
        "Run 13 is ahead of Run 12 by 2.0 points in accuracy (95% interval 0.5 to 3.5). "
        "Of the 400 rows 2 have a corrected label; both runs are measured by them."
    )
    assert [row[0] for row in card.table.rows()] == ["Run 13", "Run 12"]
    assert card.table.rows()[1][3] == "+2.0 points (+0.5 to +3.5)"
    assert sum(holder.isVisible() for holder, _, _ in card._kept) == 2
    assert page.cards.curve.plot._others[0][1].toPlainText().startswith("Run 12, AUC")


def beside(page: EvaluatePage, corrected: int = 0) -> RunsBeside:
    found = MetricDifference(
        name="accuracy", value=0.02, low=0.005, high=0.035, higher_is_better=True
    )
    return RunsBeside(
        run="run13",
        part="test",
        rows=400,
        of_rows=400,
        metric="accuracy",
        evaluation=page.known.model_copy(update={"run": "run13"}),
        others=(OtherRun(run="run12", evaluation=page.known, differences=(found,)),),
        left_out=(LeftOutRun(run="run11", why="rows"),),
        corrected=corrected,
    )


def test_runs_are_chosen_from_a_menu_and_one_that_fails_is_told(page: EvaluatePage) -> None:
    session = page.session
    card = page.cards.others
    assert not card.isVisible(), "there is no other run"
    session.add(a_run(13))
    session.jobs[-1].finished.emit(
        page.known.model_copy(update={"run": "run13"}).model_dump(mode="json")
    )
    QTest.mouseClick(page.cards.beside_fold.head, Qt.MouseButton.LeftButton)
    assert card.isVisible()
    card._fill()
    (action,) = card._menu.actions()
    assert action.text() == "Run 12"
    action.trigger()
    assert isinstance(session.jobs[-1].task, RunsBesideTask)
    session.jobs[-1].failed.emit(TooBad())
    assert "The worker is gone." in card.sentence.text()
    card._fill()
    card._menu.actions()[0].trigger()
    assert "Choose runs" in card.sentence.text()


def test_a_marked_row_is_shown_in_full_with_its_nearest(page: EvaluatePage, qtbot: Any) -> None:
    mark(page, 0)
    error = page.cards.errors.listed()[0]
    own = page.inspector().row
    told = dict(own._cells.facts())
    assert told["note"] == f"note {error.row}", "columns that are no inputs too"
    qtbot.waitUntil(lambda: isinstance(page.session.jobs[-1].task, NearestRowsTask))
    job = page.session.jobs[-1]
    assert job.task.row == error.row
    near = (NearRow(row=7, distance=0.25, actual="> 50K", predicted="≤ 50K"),)
    found = NearestRows(run="run12", row=error.row, neighbours=near, rows=900, usual=0.5)
    job.finished.emit(found.model_dump(mode="json"))
    assert own.nearest.rows() == (("8", "0.250", "> 50K", "≤ 50K"),)
    QTest.mouseClick(own.show_near, Qt.MouseButton.LeftButton)
    filters, went = page.session.asked
    assert filters[0].title == f"row {error.row + 1:,} and its nearest, run 12"
    assert went == "data"
    mark(page, 1, Qt.KeyboardModifier.ControlModifier)
    assert not own.isVisible(), "several rows are marked"


def test_contradicting_duplicates_are_listed(page: EvaluatePage) -> None:
    found = (Conflict(rows=(4, 9, 30), labels=("≤ 50K", "> 50K", "≤ 50K"), count=3),)
    more = page.known.model_copy(update={"conflicts": found, "conflict_count": 3})
    page._show_evaluation(a_run(12), more)
    which(page, "Conflicting duplicates")
    lines = [row[:3] for row in page.cards.errors.table.rows()]
    assert lines == [("5", "≤ 50K", "≤ 50K"), ("10", "> 50K", "≤ 50K"), ("31", "≤ 50K", "≤ 50K")]
    assert page.cards.errors.what.whole_text() == (
        "3 rows share their inputs with a row of another label"
    )
