"""Data about people: what is listed, what each answer does, who can be told apart."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from engine.schema import Kind, Role
from gui.pages.prepare.deidentify import Answer, answered
from tests.gui.pages.prepare.conftest import Stage

Open = Callable[[Path, str], Stage]
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def stage(open_page: Open, tmp_path: Path, qtbot: QtBot) -> Stage:
    drawn = random.Random(3)
    lines = ["email,age,town,label"]
    for row in range(120):
        town = drawn.choice(["Ulm", "Bonn", "Kiel"])
        lines.append(f"someone{row}@example.com,{drawn.randint(20, 70)},{town},{'ab'[row % 2]}")
    path = tmp_path / "people.csv"
    path.write_text("\n".join(lines) + "\n")
    made = open_page(path, "label")
    qtbot.waitUntil(lambda: "email" in made.page.people.segments, timeout=60_000)
    return made


def press(qtbot: QtBot, stage: Stage, column: str, answer: Answer) -> None:
    segments = stage.page.people.segments[column]
    wanted = [Answer.DROP, Answer.HASH, Answer.MASK, Answer.KEEP].index(answer)
    qtbot.mouseClick(segments.findChildren(QToolButton)[wanted], LEFT)


def test_a_column_with_addresses_is_listed_as_left_out(stage: Stage) -> None:
    assert list(stage.page.people.segments) == ["email"]
    assert stage.page.people.segments["email"].value() is Answer.DROP
    assert stage.page.people.badge.isHidden()


def test_a_hashed_column_says_so_and_undo_takes_it_back(stage: Stage, qtbot: QtBot) -> None:
    session = stage.session
    press(qtbot, stage, "email", Answer.HASH)
    hidden = session.recipe.column("email").hide
    assert hidden is not None
    assert hidden.kind_name() == "hash"
    assert stage.page.people.segments["email"].value() is Answer.HASH
    session.undo()
    assert session.recipe.column("email").hide is None
    assert stage.page.people.segments["email"].value() is Answer.DROP


def test_a_used_column_waits_for_an_answer_until_it_is_kept(stage: Stage, qtbot: QtBot) -> None:
    session, people = stage.session, stage.page.people
    session.set_kind("email", session.schema["town"].kind)
    session.set_role("email", Role.FEATURE)
    assert people.segments["email"].value() is None
    assert not people.badge.isHidden()
    press(qtbot, stage, "email", Answer.KEEP)
    assert people.segments["email"].value() is Answer.KEEP
    assert people.badge.isHidden()
    assert session.recipe.column("email").role is Role.FEATURE


def test_groups_are_counted_before_and_after_hiding(stage: Stage, qtbot: QtBot) -> None:
    people = stage.page.people
    people.known.menu().aboutToShow.emit()
    town = next(action for action in people.known.menu().actions() if action.text() == "email")
    town.trigger()
    qtbot.waitUntil(lambda: "120 rows are in groups of fewer" in people.outcome.text())
    press(qtbot, stage, "email", Answer.MASK)
    qtbot.waitUntil(lambda: "every group has at least" in people.outcome.text(), timeout=60_000)


@pytest.mark.parametrize("answer", [Answer.KEEP, Answer.DROP])
def test_a_number_that_was_hashed_is_a_number_again_when_it_is_not_hidden_any_more(
    stage: Stage, answer: Answer
) -> None:
    session = stage.session
    session.use_recipe(answered(session.recipe, "age", Answer.HASH), "hide age")
    assert session.recipe.column("age").kind is Kind.CATEGORY
    session.use_recipe(answered(session.recipe, "age", answer), "show age")
    assert session.recipe.column("age").kind is Kind.NUMBER
