from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtCore import Qt

from engine.explanation.result import ColumnImportance, Importance
from engine.schema import Column, Kind, Schema
from gui.pages.explain.importance_bars import Bar, ImportanceBars, decimals_for
from gui.pages.explain.page import ExplainPage
from gui.pages.explain.summary import in_sentence, sentences
from tests.gui.pages.result_session import FakeSession, a_run, nameless, shown


def importance(*columns: tuple[str, float, float, float], **changes: Any) -> Importance:
    result = Importance(
        run="run12",
        part="test",
        rows=2000,
        repeats=5,
        metric="roc_auc",
        metric_title="ROC AUC",
        score=0.918,
        higher_is_better=True,
        columns=tuple(ColumnImportance(name=n, mean=m, low=a, high=b) for n, m, a, b in columns),
    )
    return result.model_copy(update=changes)


ANSWER = importance(
    ("age", 0.058, 0.05, 0.06), ("workclass", 0.02, 0.01, 0.03), ("race", -0.001, -0.002, 0.001)
)


@pytest.fixture
def page(session: FakeSession, window: Any, qtbot: Any) -> ExplainPage:
    return shown(ExplainPage, session, window, qtbot)


def profile_of(kind: Kind) -> SimpleNamespace:
    number = kind is Kind.NUMBER
    return SimpleNamespace(
        kind=kind,
        rows=100,
        missing=4,
        counted=96,
        distinct=12,
        histogram=(1, 5, 3) if number else (),
        edges=(0.0, 1.0, 2.0, 3.0) if number else (),
        top=() if number else (("Private", 60), ("State", 36)),
        mean=1.5 if number else None,
        deviation=0.5 if number else None,
        minimum=0.0 if number else None,
        maximum=3.0 if number else None,
        quartiles=(1.0, 1.5, 2.0) if number else None,
    )


def test_importance_is_asked_for_the_run_in_focus(page: ExplainPage) -> None:
    page.session.add(a_run(12))
    task = page.session.jobs[-1].task
    assert (task.task, task.run, task.part) == ("importance", "/workspace/runs/run12", "test")


def test_answer_fills_bars_sentences_and_inspector(page: ExplainPage) -> None:
    page.session.add(a_run(12))
    page.session.jobs[-1].finished.emit(ANSWER.model_dump(mode="json"))
    assert [bar.name for bar in page.bars.bars()] == ["age", "workclass", "race"]
    assert page.bars.current() == "age"
    assert page.rows.text() == "2,000 rows"
    facts = dict(page.inspector()._importance_facts.facts())
    assert facts == {
        "Mean": "0.058",
        "Smallest": "0.050",
        "Largest": "0.060",
        "Share of all": "74.4%",
    }


def test_keys_move_between_columns_and_the_session_follows(page: ExplainPage, qtbot: Any) -> None:
    session = page.session
    columns = tuple(Column(name=n, kind=Kind.NUMBER) for n in ("age", "workclass", "race"))
    session.schema = Schema(columns=columns, rows=10)
    session.add(a_run(12))
    session.jobs[-1].finished.emit(ANSWER.model_dump(mode="json"))
    page.bars.setFocus()
    qtbot.keyClick(page.bars, Qt.Key.Key_Down)
    assert session.column == "workclass"
    qtbot.keyClick(page.bars, Qt.Key.Key_End)
    assert session.column == "race"
    session.select_column("age")
    assert page.bars.current() == "age"


@pytest.mark.parametrize(("column", "kind"), [("age", Kind.NUMBER), ("workclass", Kind.CATEGORY)])
def test_values_come_from_the_profile_of_the_same_table(
    page: ExplainPage, column: str, kind: Kind
) -> None:
    session = page.session
    session.profile = SimpleNamespace(columns={column: profile_of(kind)})
    session.add(a_run(12))
    session.jobs[-1].finished.emit(ANSWER.model_dump(mode="json"))
    page.bars.select(column)
    inspector = page.inspector()
    assert not inspector._chart.isHidden()
    assert not inspector._chart.grab().isNull()
    assert dict(inspector._value_facts.facts())["Missing"] == "4 (4.0%)"
    session.table.fingerprint = "another table"
    session.tableChanged.emit()
    assert inspector._chart.isHidden()
    assert not inspector._elsewhere.isHidden()


def test_every_control_has_a_name(page: ExplainPage) -> None:
    page.session.add(a_run(12))
    page.session.jobs[-1].finished.emit(ANSWER.model_dump(mode="json"))
    assert nameless(page) == []


def test_leaving_the_run_clears_the_inspector(page: ExplainPage) -> None:
    page.session.add(a_run(12))
    page.session.jobs[-1].finished.emit(ANSWER.model_dump(mode="json"))
    page.session.runs = ()
    page.session.set_focus(None)
    assert page.inspector()._importance.isHidden()


def test_a_click_selects_the_bar_under_the_mouse(session: Any, qtbot: Any) -> None:
    bars = ImportanceBars()
    qtbot.addWidget(bars)
    bars.set_bars([Bar(f"c{i}", 0.1 - i / 100, 0.0, 0.2) for i in range(5)])
    bars.resize(400, 200)
    assert not bars.grab().isNull()
    point = bars.row_centre(3).toPoint()
    with qtbot.waitSignal(bars.selected) as heard:
        qtbot.mouseClick(bars, Qt.MouseButton.LeftButton, pos=point)
    assert heard.args == ["c3"]
    assert bars.accessibleDescription() == "c3: 0.070, from 0.000 to 0.200"


def test_no_bars_take_no_keys(session: Any, qtbot: Any) -> None:
    bars = ImportanceBars()
    qtbot.addWidget(bars)
    qtbot.keyClick(bars, Qt.Key.Key_Down)
    assert bars.current() is None
    assert not bars.grab().isNull()


@pytest.mark.parametrize(
    ("largest", "decimals"), [(0.0, 3), (5.0, 3), (0.05, 3), (0.0026, 4), (1e-12, 8)]
)
def test_decimals_show_two_digits_of_the_largest(largest: float, decimals: int) -> None:
    assert decimals_for(largest) == decimals


def test_sentences_name_the_greatest_and_the_idle() -> None:
    first, idle = sentences(ANSWER, "ROC AUC")
    assert first == (
        "Shuffling “age” takes ROC AUC from 0.918 to 0.860, more than any other column."
    )
    assert idle == "1 column makes no difference that can be told from chance: race."


def test_a_metric_where_less_is_better_rises() -> None:
    answer = importance(("age", 2.0, 1.0, 3.0), score=10.0, higher_is_better=False)
    assert "from 10.00 to 12.00" in sentences(answer, "RMSE")[0]


def test_nothing_is_claimed_where_chance_explains_it() -> None:
    idle = importance(("a", 0.01, -0.01, 0.02), ("b", 0.0, -0.01, 0.01))
    assert sentences(idle, "accuracy") == (
        "No single column makes a difference that can be told from chance.",
    )
    mixed = importance(("a", 0.02, 0.0, 0.04), ("b", 0.01, 0.005, 0.02))
    assert sentences(mixed, "accuracy")[0].startswith("No column stands out")
    assert sentences(importance(), "accuracy") == (
        "No single column makes a difference that can be told from chance.",
    )


def test_names_of_metrics_inside_sentences() -> None:
    names = [in_sentence(n) for n in ("Accuracy", "ROC AUC", "R²", "Macro F1")]
    assert names == ["accuracy", "ROC AUC", "R²", "macro F1"]
