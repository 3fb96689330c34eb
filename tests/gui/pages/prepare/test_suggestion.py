"""What was noticed about a column, with its fix, at the head of the inspector."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from engine.schema import Role
from gui.pages.prepare.suggestion import suggested
from tests.gui.pages.prepare.conftest import LONG, Stage


@pytest.fixture
def weighted(open_page: Callable[[Path, str], Stage], tmp_path: Path, qtbot: QtBot) -> Stage:
    lines = ["age,fnlwgt,income"]
    lines += [
        f"{20 + i * 7 % 50},{1000 + i * 37 % 811},{'high' if i % 3 else 'low'}" for i in range(200)
    ]
    path = tmp_path / "people.csv"
    path.write_text("\n".join(lines) + "\n")
    stage = open_page(path, "income")
    stage.session.select_column("fnlwgt")
    qtbot.waitUntil(stage.inspector.suggestion.isVisible, timeout=LONG)
    return stage


def test_a_column_called_like_a_weight_is_made_one_with_one_click(
    weighted: Stage, qtbot: QtBot
) -> None:
    suggestion = weighted.inspector.suggestion
    assert "fnlwgt is called like a weight of rows." in suggestion.accessibleName()
    button = suggestion.findChild(QPushButton)
    assert button is not None
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert weighted.session.recipe.column("fnlwgt").role is Role.WEIGHT
    qtbot.waitUntil(lambda: not suggestion.isVisible(), timeout=LONG)
    weighted.session.undo()
    assert weighted.session.recipe.column("fnlwgt").role is not Role.WEIGHT
    qtbot.waitUntil(suggestion.isVisible, timeout=LONG)


def test_other_columns_and_what_is_no_problem_suggest_nothing(
    weighted: Stage, qtbot: QtBot
) -> None:
    session, suggestion = weighted.session, weighted.inspector.suggestion
    found = suggested("fnlwgt", session.problems, ())
    assert found is not None
    assert suggested("fnlwgt", session.problems, (found.key,)) is None
    session.select_column("age")
    qtbot.waitUntil(lambda: not suggestion.isVisible(), timeout=LONG)
