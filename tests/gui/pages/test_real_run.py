"""The three pages about one run, on a run that was really trained, answered by a real worker."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QWidget

from engine.data.open import open_table
from engine.data.samples import sample
from engine.pipeline.training import train_run
from engine.recipe.recipe import Recipe
from engine.store.workspace import Workspace
from gui.notices import Notices
from gui.pages.deploy import choosers
from gui.pages.deploy.page import DeployPage
from gui.pages.deploy.prediction import State
from gui.pages.evaluate.page import EvaluatePage
from gui.pages.explain.page import ExplainPage
from gui.session import Session


@pytest.fixture
def real(qtbot: Any, tmp_path: Path) -> Iterator[Session]:
    iris = sample("iris")
    recipe = Recipe().with_target(iris.target)
    training = recipe.training.model_copy(update={"epochs": 3})
    workspace = Workspace(tmp_path / "home")
    run = workspace.create(recipe.model_copy(update={"training": training}), open_table(iris.path))
    train_run(run)
    workspace.close()
    session = Session(tmp_path / "home")
    session.start()
    session.open_sample("iris")
    qtbot.waitUntil(lambda: bool(session.runs) and session.profile is not None, timeout=30_000)
    yield session
    session.close()


def show(page: Any, window: QWidget, qtbot: Any) -> Any:
    page.setParent(window)
    page.resize(window.size())
    page.inspector().setParent(window)
    with qtbot.waitExposed(window):
        window.show()
    page.show()
    return page


def test_a_trained_run_is_scored_explained_and_used(
    real: Session, qtbot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = QWidget()
    window.resize(1100, 760)
    qtbot.addWidget(window)
    notices = Notices(window)

    evaluate = show(EvaluatePage(real, notices), window, qtbot)
    qtbot.waitUntil(evaluate.view.is_showing_body, timeout=60_000)
    assert evaluate.rows.text() == "23 rows"
    assert len(evaluate.cards.classes.rows()) == 3
    qtbot.waitUntil(lambda: len(evaluate.cards.errors.table.columns()) > 4)
    assert not evaluate.inspector()._changed.isHidden(), "the open recipe has other epochs"
    evaluate.hide()

    explain = show(ExplainPage(real, notices), window, qtbot)
    qtbot.waitUntil(explain.view.is_showing_body, timeout=60_000)
    assert len(explain.bars.bars()) == 4
    assert not explain.inspector()._chart.isHidden()
    explain.hide()

    deploy = show(DeployPage(real, notices), window, qtbot)
    qtbot.waitUntil(lambda: len(deploy.inspector().list.lines()) == 4, timeout=30_000)
    people = tmp_path / "flowers.csv"
    people.write_bytes(sample("iris").path.read_bytes())
    deploy.predict.predict([people])
    prediction = deploy.predict.queue.predictions[0]
    qtbot.waitUntil(lambda: prediction.state is State.DONE, timeout=60_000)
    with (tmp_path / "flowers predictions.csv").open(encoding="utf-8") as file:
        assert len(list(csv.reader(file))) == 151

    model = tmp_path / "flowers.trainyard"
    monkeypatch.setattr(choosers, "choose_model_destination", lambda *_: model)
    deploy.model_file.save.click()
    qtbot.waitUntil(model.exists, timeout=60_000)
    qtbot.waitUntil(lambda: bool(notices.shown()), timeout=30_000)
    real.open(model)
    assert deploy.predict.models.currentText() == "flowers.trainyard"
    incomplete = tmp_path / "incomplete.csv"
    incomplete.write_text("petal_width\n1\n2\n")
    deploy.predict.predict([incomplete])
    failed = deploy.predict.queue.predictions[1]
    qtbot.waitUntil(lambda: failed.state is State.FAILED, timeout=60_000)
    assert type(failed.error).__name__ == "ColumnMissing"
