"""A single row on the Deploy page, typed and clicked; and how files are asked to be written."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLineEdit

from engine.messages import message_n
from engine.outputs import Output, Outputs
from engine.predictor.decision import FILE
from engine.predictor.report import RowOutput, RowPrediction
from engine.schema import Kind, Task
from gui.pages.deploy import page as page_module
from gui.pages.deploy.input_schema import InputColumn, InputSchema
from gui.pages.deploy.model_choice import DECISION
from gui.pages.deploy.page import DeployPage, command_words
from gui.pages.deploy.prediction import Wanted
from tests.gui.pages.result_session import FakeSession, TooBad, a_run, nameless, shown

SCHEMA = InputSchema(
    "income",
    Task.BINARY,
    ("no", "yes"),
    (
        InputColumn("age", Kind.NUMBER, low=17.0, high=90.0),
        InputColumn("job", Kind.CATEGORY, ("clerk", "cook")),
        InputColumn("since", Kind.DATE),
    ),
    outputs=(Output.PREDICTION, Output.PROBABILITIES, Output.FLAG),
)
FOUND = RowPrediction(
    outputs=(
        RowOutput(output=Output.PREDICTION, name="income (predicted)", value="yes"),
        RowOutput(output=Output.PROBABILITIES, name="P(no)", value=0.25),
        RowOutput(output=Output.PROBABILITIES, name="P(yes)", value=0.75),
        RowOutput(output=Output.SET, name="income (set)", value="no; yes"),
        RowOutput(output=Output.SURE, name="income (sure)", value="no"),
    ),
    warnings=(message_n("{count} cell is odd.", "{count} cells are odd.", 1),),
)


@pytest.fixture
def page(
    session: FakeSession, window: Any, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> DeployPage:
    monkeypatch.setattr(page_module, "read_schema", lambda _path: SCHEMA)
    page: DeployPage = shown(DeployPage, session, window, qtbot)
    session.add(a_run(12))
    qtbot.waitUntil(lambda: bool(page.predict.one_row.form.editors))
    return page


def segment(qtbot: Any, page: DeployPage, text: str) -> None:
    chosen = next(b for b in page.predict.mode.findChildren(object) if _text(b) == text)
    qtbot.mouseClick(chosen, Qt.MouseButton.LeftButton)


def _text(each: Any) -> str:
    return each.text() if hasattr(each, "text") else ""


def rows_asked(session: FakeSession) -> list[dict[str, str | None]]:
    return [j.task.cells for j in session.jobs if j.task.task == "predict_row"]


def test_a_row_is_predicted_as_it_is_typed_one_question_at_a_time(
    page: DeployPage, session: FakeSession, qtbot: Any
) -> None:
    panel = page.predict.one_row
    assert rows_asked(session) == []
    segment(qtbot, page, "One row")
    empty = {"age": None, "job": None, "since": None}
    assert rows_asked(session) == [empty]
    age, job = panel.form.editors["age"], panel.form.editors["job"]
    assert isinstance(age, QLineEdit)
    assert isinstance(job, QComboBox)
    assert age.placeholderText() == "17 to 90, or missing"
    assert [job.itemText(i) for i in range(job.count())] == ["", "clerk", "cook"]
    QTest.keyClicks(age, "39")
    with qtbot.waitSignal(panel.form.changed, timeout=10_000):
        QTest.keyClicks(job.lineEdit(), "cook")
    assert len(rows_asked(session)) == 1  # the first question is still with the worker
    session.jobs[-1].finished.emit(FOUND.model_dump(mode="json"))
    assert rows_asked(session)[1:] == [{"age": "39", "job": "cook", "since": None}]
    assert panel.result.currentIndex() == 0  # the answer to the former question is no news
    session.jobs[-1].finished.emit(FOUND.model_dump(mode="json"))
    assert len(rows_asked(session)) == 2
    assert panel.result.spoken() == "income (predicted): yes"
    assert panel.result.lines() == [
        ("P(yes)", "75.0%"),
        ("P(no)", "25.0%"),
        ("income (set)", "no; yes"),
    ]
    assert panel.result.doubt.isVisible()
    assert panel.result.told == ("1 cell is odd.",)
    assert nameless(page) == []


def test_unknown_and_far_values_are_told_beside_their_field(
    page: DeployPage, session: FakeSession, qtbot: Any
) -> None:
    panel = page.predict.one_row
    segment(qtbot, page, "One row")
    notes = panel.form._notes
    job = panel.form.editors["job"]
    assert isinstance(job, QComboBox)
    QTest.keyClicks(panel.form.editors["age"], "120")
    QTest.keyClicks(job.lineEdit(), "king")
    assert notes["age"].text() == "Training rows had 17 to 90"
    assert notes["job"].text() == "Unknown: not in training rows"
    assert notes["age"].isVisible()
    qtbot.mouseClick(panel.clear, Qt.MouseButton.LeftButton)
    assert panel.form.cells() == {"age": None, "job": None, "since": None}
    assert not notes["age"].isVisible()
    session.jobs[-1].failed.emit(TooBad())  # what was typed meanwhile is asked next
    session.jobs[-1].failed.emit(TooBad())
    assert panel.result.error.isVisible()


def test_another_model_keeps_what_was_typed_for_columns_that_it_has_too(
    page: DeployPage, session: FakeSession, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    segment(qtbot, page, "One row")
    form = page.predict.one_row.form
    QTest.keyClicks(form.editors["age"], "39")
    QTest.keyClicks(form.editors["since"], "2020-01-01")
    other = InputSchema(
        "price", Task.REGRESSION, (), (SCHEMA.columns[0], InputColumn("size", Kind.NUMBER))
    )
    monkeypatch.setattr(page_module, "read_schema", lambda _path: other)
    session.add(a_run(13))
    qtbot.waitUntil(lambda: "size" in form.editors)
    assert form.cells() == {"age": "39", "size": None}


def test_files_are_written_as_was_chosen(
    page: DeployPage, session: FakeSession, qtbot: Any, tmp_path: Path
) -> None:
    card = page.predict
    choice = card.outputs.actions_by_output
    assert [o for o, action in choice.items() if action.isVisible()] == list(SCHEMA.outputs)
    choice[Output.PROBABILITIES].trigger()
    assert card.outputs.button.text() == "Prediction"
    assert not choice[Output.PREDICTION].isEnabled()  # something must be written
    card.format.setCurrentIndex(2)
    card.format.activated.emit(2)
    qtbot.mouseClick(card.harmless, Qt.MouseButton.LeftButton)
    source = tmp_path / "people.csv"
    source.write_text("age,job\n1,cook\n")
    card.predict([source])
    task = session.jobs[-1].task
    assert task.destination == str(tmp_path / "people predictions.xlsx")
    assert task.outputs.prediction
    assert not task.outputs.probabilities
    assert task.harmless_formulas
    words = page.command.command()
    assert "--out people_predicted.xlsx" in words
    assert "--only prediction" in words
    assert words.endswith("--harmless-formulas")


def test_the_command_says_no_more_than_is_asked() -> None:
    assert command_words("12", "a.csv", Wanted()) == ("trainyard", "predict", "12", "a.csv")
    flag = Wanted(outputs=Outputs(threshold_flag=True))
    assert command_words("12", "a.csv", flag)[4:] == ("--flag",)
    assert DECISION == FILE
