from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QApplication, QPushButton

from engine.errors import ModelFileDamaged
from engine.messages import message
from engine.schema import Kind, Task
from gui.pages.deploy import choosers
from gui.pages.deploy import page as page_module
from gui.pages.deploy.input_schema import InputColumn, InputSchema
from gui.pages.deploy.page import DeployPage
from gui.pages.deploy.predict_card import preview_columns
from gui.pages.deploy.prediction import State
from tests.gui.pages.deploy.test_prediction import report
from tests.gui.pages.result_session import FakeSession, TooBad, a_run, nameless, shown

SCHEMA = InputSchema(
    "income",
    Task.BINARY,
    ("no", "yes"),
    (InputColumn("age", Kind.NUMBER), InputColumn("job", Kind.CATEGORY, ("clerk", "cook"))),
)


@pytest.fixture
def page(
    session: FakeSession, window: Any, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> DeployPage:
    monkeypatch.setattr(page_module, "read_schema", lambda _path: SCHEMA)
    return shown(DeployPage, session, window, qtbot)


def button(parent: Any, text: str) -> QPushButton:
    return next(b for b in parent.findChildren(QPushButton) if b.text() == text and b.isVisible())


def click(qtbot: Any, parent: Any, text: str) -> None:
    qtbot.mouseClick(button(parent, text), Qt.MouseButton.LeftButton)


def drop(target: Any, *files: Path) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(file)) for file in files])
    copy, left, none = (
        Qt.DropAction.CopyAction,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    centre = target.rect().center()
    entered = QDragEnterEvent(centre, copy, mime, left, none)
    QApplication.sendEvent(target, entered)
    if entered.isAccepted():
        QApplication.sendEvent(target, QDropEvent(QPointF(centre), copy, mime, left, none))
    else:
        QApplication.sendEvent(target, QDragLeaveEvent())


@pytest.fixture
def people(tmp_path: Path) -> Path:
    file = tmp_path / "people.csv"
    file.write_text("age,job\n1,cook\n")
    return file


def test_schema_of_the_run_is_listed(page: DeployPage, qtbot: Any) -> None:
    page.session.add(a_run(12))
    inspector = page.inspector()
    qtbot.waitUntil(lambda: bool(inspector.list.lines()))
    assert [line.detail for line in inspector.list.lines()] == ["number", "2 levels"]
    click(qtbot, inspector, "JSON")
    copied = json.loads(QGuiApplication.clipboard().text())
    assert copied["columns"][1] == {
        "name": "job",
        "kind": "category",
        "levels": ["clerk", "cook"],
    }
    assert not inspector.list.grab().isNull()


def test_a_dropped_file_is_predicted_next_to_itself(
    page: DeployPage, qtbot: Any, people: Path
) -> None:
    page.session.add(a_run(12))
    drop(page.predict.drop, people)
    task = page.session.jobs[-1].task
    assert (task.task, task.model, task.source) == (
        "predict",
        "/workspace/runs/run12",
        str(people),
    )
    assert task.destination == str(people.with_name("people predictions.csv"))
    row = page.predict._rows[0]
    page.session.jobs[-1].progress.emit(0.4)
    assert "40% done" in row.accessibleName()
    warnings = (message("2 values of “job” are new."),)
    page.session.jobs[-1].finished.emit(
        report(task.destination, warnings=warnings, quarantined=2, quarantined_lines=(3, 9))
    )
    assert "2 rows in people predictions.csv" in row.accessibleName()
    assert "2 values of “job” are new." in row.accessibleName()
    assert "2 lines could not be read as rows and were left out: 3, 9." in row.accessibleName()
    assert page.predict.preview.rows()[0] == ("yes", "1")


def test_every_control_has_a_name(page: DeployPage, qtbot: Any, people: Path) -> None:
    page.session.add(a_run(12))
    drop(page.predict.drop, people)
    page.session.jobs[-1].finished.emit(report())
    qtbot.waitUntil(page.predict._rows[0].isVisible)
    assert nameless(page) == []


def test_news_of_other_runs_leave_the_preview_alone(
    page: DeployPage, qtbot: Any, people: Path
) -> None:
    page.session.add(a_run(12))
    drop(page.predict.drop, people)
    page.session.jobs[-1].finished.emit(report())
    table = page.predict.preview
    table.selectRow(1)
    page.session.runsChanged.emit()
    assert [index.row() for index in table.selectionModel().selectedRows()] == [1]


def test_a_run_whose_folder_is_gone_says_so(page: DeployPage) -> None:
    page.session.workspace.missing.add("run12")
    page.session.add(a_run(12))
    assert page.inspector()._note.isVisible()
    assert not page.predict.drop.isEnabled()


def test_a_folder_is_not_taken(page: DeployPage, tmp_path: Path) -> None:
    page.session.add(a_run(12))
    drop(page.predict.drop, tmp_path)
    assert page.session.jobs == []


def test_a_failure_shows_its_reason_and_can_be_tried_again(
    page: DeployPage, qtbot: Any, people: Path
) -> None:
    page.session.add(a_run(12))
    drop(page.predict.drop, people)
    page.session.jobs[-1].failed.emit(TooBad())
    assert "The worker is gone. Ask again." in page.predict._rows[0].accessibleName()
    qtbot.waitUntil(page.predict._rows[0].isVisible)
    click(qtbot, page.predict, "Try again")
    assert page.predict.queue.predictions[0].state is State.RUNNING


def test_a_running_file_is_cancelled_then_removed_by_its_cross(
    page: DeployPage, qtbot: Any, people: Path
) -> None:
    page.session.add(a_run(12))
    drop(page.predict.drop, people)
    cross = page.predict._rows[0]._remove
    assert cross.accessibleName() == "Cancel"
    qtbot.mouseClick(cross, Qt.MouseButton.LeftButton)
    assert page.session.jobs[-1].is_cancelled
    assert "Cancelled, nothing was written" in page.predict._rows[0].accessibleName()
    qtbot.mouseClick(cross, Qt.MouseButton.LeftButton)
    assert page.predict.queue.predictions == []


def test_files_are_chosen_and_asked_where_to_go(
    page: DeployPage, qtbot: Any, people: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page.session.add(a_run(12))
    proposed: list[Path] = []
    answers = iter([people.with_name("out.csv"), None])

    def ask(_parent: Any, path: Path) -> Path | None:
        proposed.append(path)
        return next(answers)

    monkeypatch.setattr(choosers, "choose_tables", lambda *_: [people])
    monkeypatch.setattr(choosers, "choose_predictions", ask)
    qtbot.mouseClick(page.predict.ask_where, Qt.MouseButton.LeftButton)
    click(qtbot, page.predict, "Choose files…")
    assert proposed == [people.with_name("people predictions.csv")]
    assert page.session.jobs[-1].task.destination == str(people.with_name("out.csv"))
    click(qtbot, page.predict, "Choose files…")
    assert len(page.predict.queue.predictions) == 1


def test_rows_are_reached_and_removed_by_keys(page: DeployPage, qtbot: Any, people: Path) -> None:
    page.session.add(a_run(12))
    page.predict.predict([people, people.with_name("b.csv")])
    page.session.jobs[-1].finished.emit(report())
    page.session.jobs[-1].finished.emit(report(preview=(("7", "no"),)))
    first, second = page.predict._rows
    qtbot.waitUntil(second.isVisible)
    first.setFocus()
    assert page.predict.preview.rows() == (("no", "7"),)
    qtbot.keyClick(first, Qt.Key.Key_Down)
    assert second.hasFocus()
    assert page.predict.preview.rows()[0] == ("yes", "1")
    qtbot.keyClick(second, Qt.Key.Key_Delete)
    assert len(page.predict.queue.predictions) == 1


def test_the_command_names_run_and_file(page: DeployPage, qtbot: Any, people: Path) -> None:
    page.session.add(a_run(12))
    assert page.command.command() == "trainyard predict 12 FILE.csv"
    spaced = people.rename(people.with_name("some people.csv"))
    drop(page.predict.drop, spaced)
    assert page.command.command() == f"trainyard predict 12 '{spaced}'"
    click(qtbot, page.command, "Copy")
    assert QGuiApplication.clipboard().text() == page.command.command()
    assert page.command.copy.text() == "Copied"


def test_saving_a_model_file_tells_size_and_place(
    page: DeployPage, qtbot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page.session.add(a_run(12))
    destination = tmp_path / "adult.trainyard"
    proposed: list[str] = []

    def choose(_parent: Any, path: Path) -> Path:
        proposed.append(path.name)
        return destination

    monkeypatch.setattr(choosers, "choose_model_destination", choose)
    click(qtbot, page.model_file, "Save…")
    assert proposed == ["adult mlp-12.trainyard"]
    task = page.session.jobs[-1].task
    assert (task.task, task.destination) == ("export", str(destination))
    assert not page.model_file.save.isEnabled()
    exported = {"run": "run12", "path": str(destination), "size": 4_912_000, "files": []}
    page.session.jobs[-1].finished.emit(exported)
    assert page.model_file.save.isEnabled()
    assert "4.9 MB, saved as adult.trainyard" in page.model_file._size.whole_text()
    notice = page.notices.shown()[-1]
    assert notice.accessibleName() == f"Model file saved {destination}"


def test_a_model_file_that_cannot_be_saved_says_why(
    page: DeployPage, qtbot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page.session.add(a_run(12))
    monkeypatch.setattr(choosers, "choose_model_destination", lambda *_: tmp_path / "a.trainyard")
    click(qtbot, page.model_file, "Save…")
    page.session.jobs[-1].failed.emit(TooBad())
    assert page.model_file._failed.accessibleName() == "The worker is gone. Ask again."
    assert page.model_file._failed.isVisible()
    assert page.model_file.save.isEnabled()


def test_nobody_choosing_a_place_saves_nothing(
    page: DeployPage, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    page.session.add(a_run(12))
    monkeypatch.setattr(choosers, "choose_model_destination", lambda *_: None)
    click(qtbot, page.model_file, "Save…")
    assert page.session.jobs == []


def test_a_model_file_works_without_any_run(
    page: DeployPage, qtbot: Any, people: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wine = people.with_name("wine.trainyard")
    monkeypatch.setattr(choosers, "choose_model", lambda *_: wine)
    click(qtbot, page.empty, "Choose model file…")
    assert page.predict.isVisible()
    assert not page.model_file.isVisible()
    assert page.predict.models.currentText() == "wine.trainyard"
    drop(page.predict.drop, people)
    assert page.session.jobs[-1].task.model == str(wine)
    qtbot.waitUntil(lambda: bool(page.inspector().list.lines()))


def test_another_run_in_focus_takes_the_place_of_a_model_file(
    page: DeployPage, qtbot: Any, tmp_path: Path
) -> None:
    session = page.session
    session.add(a_run(11))
    session.open(tmp_path / "wine.trainyard")
    assert page.predict.models.currentText() == "wine.trainyard"
    session.add(a_run(12))
    assert page.predict.models.currentText() == "Run 12"
    names = [page.predict.models.itemText(i) for i in range(page.predict.models.count())]
    assert names == ["Run 12", "wine.trainyard", "Choose model file…"]
    qtbot.keyClick(page.predict.models, Qt.Key.Key_Down)
    assert page.command.command().split()[2].endswith("wine.trainyard")


def test_a_damaged_model_file_is_refused_beside_the_page(
    page: DeployPage, qtbot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path) -> InputSchema:
        raise ModelFileDamaged(str(path), "its end is missing")

    monkeypatch.setattr(page_module, "read_schema", refuse)
    page.session.open(tmp_path / "wine.trainyard")
    note = page.inspector()._note
    qtbot.waitUntil(note.isVisible)
    assert "its end is missing" in note.accessibleName()


def test_predictions_come_first_in_the_preview() -> None:
    from engine.predictor.report import PredictReport

    values = report(
        header=("x (predicted)", "a", "y (predicted)", "P(no)"),
        preview=(("q", "1", "yes", "0.12345678"), ("q", "", "no", "0.5")),
    )
    columns, rows = preview_columns(PredictReport.model_validate(values))
    assert [c.title for c in columns] == ["y (predicted)", "P(no)", "x (predicted)", "a"]
    assert [c.figures for c in columns] == [False, True, False, True]
    assert rows[0] == ("yes", "0.1235", "q", "1")
