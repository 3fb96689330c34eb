"""Setting a run beside baselines from the Evaluate page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from engine.baselines.baseline import Baseline
from engine.baselines.result import BaselineScore, MetricDifference, SetBeside
from engine.evaluation.result import Evaluation
from engine.tasks import BaselineTask
from gui.notices import Notices
from gui.pages.evaluate import beside as module
from gui.pages.evaluate.page import EvaluatePage
from tests.gui.pages import evaluations
from tests.gui.pages.result_session import FakeSession, TooBad, a_run, nameless, shown


def beside(answer: Evaluation, run: str = "run12", ahead: bool = False) -> SetBeside:
    """Baselines whose metrics are a little apart from those of the answer."""
    sign = -1 if ahead else 1

    def score(kind: str, title: str, by: float) -> BaselineScore:
        metrics = tuple(
            m.model_copy(update={"value": m.value + sign * by * (1 if m.higher_is_better else -1)})
            for m in answer.metrics
        )
        return BaselineScore(
            kind=kind,
            title=title,
            evaluation=answer.model_copy(update={"metrics": metrics, "roc_area": 0.929}),
            differences=tuple(
                MetricDifference(
                    name=m.name,
                    value=m.value - other.value,
                    low=m.value - other.value - 0.015,
                    high=m.value - other.value + 0.015,
                    higher_is_better=m.higher_is_better,
                )
                for m, other in zip(answer.metrics, metrics, strict=True)
            ),
            seconds=1.0,
            learned_from=100,
        )

    return SetBeside(
        run=run,
        part=answer.part,
        best_epoch=56,
        metric="accuracy",
        scored=answer.metrics,
        baselines=(
            score("linear", "Linear model", -0.02 if not ahead else 0.05),
            score("gradient_boosting", "Gradient boosting", 0.01),
        ),
        train_rows=100,
    )


@pytest.fixture(autouse=True)
def two_baselines(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is installed here."""
    both = (Baseline.member("linear"), Baseline.member("gradient_boosting"))
    monkeypatch.setattr(module, "installed_baselines", lambda: both)


@pytest.fixture
def page(session: FakeSession, window: Any, qtbot: Any) -> EvaluatePage:
    page = shown(EvaluatePage, session, window, qtbot)
    session.add(a_run(12))
    session.jobs[-1].finished.emit(evaluations.binary().model_dump(mode="json"))
    return page


def button(page: EvaluatePage, text: str) -> QPushButton:
    found = [b for b in page.cards.strip.findChildren(QPushButton) if b.isVisible()]
    assert [b.text() for b in found] == [text]
    return found[0]


def test_one_click_asks_for_the_baselines_of_the_part_that_is_shown(
    page: EvaluatePage, qtbot: Any
) -> None:
    qtbot.mouseClick(button(page, "Set beside baselines"), Qt.MouseButton.LeftButton)
    task = page.session.jobs[-1].task
    assert task == BaselineTask(run="/workspace/runs/run12", part="test")
    assert "Training baselines" in page.cards.strip.text()


def test_a_page_that_is_made_anew_knows_what_is_under_way(
    page: EvaluatePage, session: FakeSession, window: Any, qtbot: Any
) -> None:
    qtbot.mouseClick(button(page, "Set beside baselines"), Qt.MouseButton.LeftButton)
    (question,) = page.scores.besides._asked
    page.deleteLater()
    again = EvaluatePage(session, Notices(window))
    again.setParent(window)
    assert again.scores.besides.is_busy(question)
    session.jobs[-1].finished.emit(beside(evaluations.binary()).model_dump(mode="json"))
    assert not again.scores.besides.is_busy(question)
    assert again.scores.besides.of(question, Path("nowhere")) is not None


def test_the_answer_marks_cards_curve_and_table(page: EvaluatePage, qtbot: Any) -> None:
    qtbot.mouseClick(button(page, "Set beside baselines"), Qt.MouseButton.LeftButton)
    found = beside(evaluations.binary())
    page.session.jobs[-1].finished.emit(found.model_dump(mode="json"))
    assert (
        page.cards.strip.text()
        == "Gradient boosting is ahead by 1.0 point in accuracy; the intervals overlap."
    )
    facts = page.scores.metric_cards[0].facts()
    assert (facts.title, facts.rival_title) == ("Accuracy", "GB")
    assert facts.rival == pytest.approx(0.874)
    assert "GB 0.874" in page.scores.metric_cards[0].accessibleName()
    assert "Gradient boosting" in page.scores.legend.accessibleName()
    assert page.cards.curve.plot._rival_name.toPlainText() == "Gradient boosting, AUC 0.929"
    assert page.cards.beside.isVisible()
    assert page.cards.beside.table.rows()[0][:2] == ("Run 12", "0.864")
    boosted = page.cards.beside.table.rows()[-1]
    assert boosted[0] == "Gradient boosting"
    assert boosted[1] == "0.874"
    assert boosted[2] == "−1.0 point (−2.5 to +0.5)"
    assert nameless(page) == []


def test_a_comparison_with_some_of_the_baselines_offers_the_others(
    page: EvaluatePage, qtbot: Any
) -> None:
    qtbot.mouseClick(button(page, "Set beside baselines"), Qt.MouseButton.LeftButton)
    found = beside(evaluations.binary())
    some = found.model_copy(update={"baselines": found.baselines[1:]})
    page.session.jobs[-1].finished.emit(some.model_dump(mode="json"))
    qtbot.mouseClick(button(page, "Set beside all"), Qt.MouseButton.LeftButton)
    page.session.jobs[-1].finished.emit(found.model_dump(mode="json"))
    assert [b for b in page.cards.strip.findChildren(QPushButton) if b.isVisible()] == []


def test_a_run_that_is_clearly_ahead_is_told_so(page: EvaluatePage, qtbot: Any) -> None:
    qtbot.mouseClick(button(page, "Set beside baselines"), Qt.MouseButton.LeftButton)
    found = beside(evaluations.binary(), ahead=True)
    lead = found.baselines[1].differences
    sure = tuple(d.model_copy(update={"low": 0.004, "high": 0.016}) for d in lead)
    scores = (found.baselines[0], found.baselines[1].model_copy(update={"differences": sure}))
    told = found.model_copy(update={"baselines": scores})
    page.session.jobs[-1].finished.emit(told.model_dump(mode="json"))
    assert page.cards.strip.text() == (
        "This run is ahead of gradient boosting by 1.0 point in accuracy (95% interval 0.4 to 1.6)."
    )
    assert page.cards.strip.property("note") == "ok"


def test_training_goes_on_while_another_run_is_looked_at(page: EvaluatePage, qtbot: Any) -> None:
    qtbot.mouseClick(button(page, "Set beside baselines"), Qt.MouseButton.LeftButton)
    job = page.session.jobs[-1]
    page.session.add(a_run(13))
    page.session.jobs[-1].finished.emit(evaluations.binary("run13").model_dump(mode="json"))
    button(page, "Set beside baselines")
    job.finished.emit(beside(evaluations.binary()).model_dump(mode="json"))
    assert not job.is_cancelled
    assert not page.cards.beside.isVisible()
    page.session.set_focus("run12")
    assert page.cards.beside.isVisible()
    assert "ahead" in page.cards.strip.text()


def test_progress_is_shown_and_cancel_ends_the_work(page: EvaluatePage, qtbot: Any) -> None:
    qtbot.mouseClick(button(page, "Set beside baselines"), Qt.MouseButton.LeftButton)
    job = page.session.jobs[-1]
    job.progress.emit(0.4)
    assert page.cards.strip._bar.value() == 400
    qtbot.mouseClick(button(page, "Cancel"), Qt.MouseButton.LeftButton)
    assert job.is_cancelled
    button(page, "Set beside baselines")
    job.finished.emit(beside(evaluations.binary()).model_dump(mode="json"))
    assert not page.cards.beside.isVisible()


def test_a_failure_is_told_and_can_be_tried_again(page: EvaluatePage, qtbot: Any) -> None:
    qtbot.mouseClick(button(page, "Set beside baselines"), Qt.MouseButton.LeftButton)
    page.session.jobs[-1].failed.emit(TooBad())
    assert page.cards.strip.text() == "The worker is gone. Ask again."
    before = len(page.session.jobs)
    qtbot.mouseClick(button(page, "Try again"), Qt.MouseButton.LeftButton)
    assert len(page.session.jobs) == before + 1


def test_what_was_compared_before_is_there_at_once(
    session: FakeSession, window: Any, qtbot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = evaluations.binary()
    folder = tmp_path / "baselines"
    folder.mkdir()
    (folder / "test.json").write_text(beside(answer).model_dump_json())
    page = shown(EvaluatePage, session, window, qtbot)
    session.runs = (a_run(12),)
    folder_ = _Folder(tmp_path, session)
    monkeypatch.setattr(session.workspace, "run", lambda _run: folder_)
    session.add(a_run(12))
    session.jobs[-1].finished.emit(answer.model_dump(mode="json"))
    assert page.cards.beside.isVisible()
    assert len(session.jobs) == 1


class _Folder:
    """A run's folder somewhere else."""

    def __init__(self, path: Path, session: FakeSession) -> None:
        self.path = path
        self._own = session.workspace.run("run12")

    def __getattr__(self, name: str) -> Any:
        return getattr(self._own, name)
