"""The Relations tab: matrix, ranking, pairs and twins, with a real session and real events."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from engine.data.relations import relations as relations_module
from engine.schema import Role
from gui.models.relation_words import INFORMATION
from gui.pages.data.page import PROFILE, RELATIONS
from gui.pages.data.relations_tab import RelationsTab
from tests.gui.pages.data.conftest import LONG, Stage

Open = Callable[[Path], Stage]


@pytest.fixture
def homes(tmp_path: Path) -> Path:
    """`asked` is the price again, `code` the city in other words."""
    random = np.random.default_rng(6)
    made = pd.DataFrame({"size": random.gamma(3, 25, 300).round(2)})
    made["city"] = random.choice(["Bonn", "Trier"], 300)
    made["code"] = made["city"].map({"Bonn": "BN", "Trier": "TR"})
    made["luck"] = random.normal(size=300).round(4)
    made["price"] = (made["size"] * 2 + random.normal(0, 60, 300)).round(1)
    made["asked"] = made["price"]
    path = tmp_path / "homes.csv"
    made.to_csv(path, index=False)
    return path


@pytest.fixture
def related(qtbot: QtBot, open_page: Open, homes: Path) -> Stage:
    """The tab with everything on it."""
    stage = open_page(homes)
    stage.page.show_tab(RELATIONS)
    wait_for_pair(qtbot, stage)
    return stage


def wait_for_pair(qtbot: QtBot, stage: Stage) -> None:
    tab = stage.page.relations
    qtbot.waitUntil(
        lambda: tab.source.relations is not None and " by " in tab.pair.title.text(), timeout=LONG
    )


def click_cell(qtbot: QtBot, tab: RelationsTab, row: str, column: str) -> None:
    names = tab.source.relations.names if tab.source.relations is not None else ()
    place = tab.matrix.cell_centre(names.index(row), names.index(column)).toPoint()
    qtbot.mouseClick(tab.matrix, Qt.MouseButton.LeftButton, pos=place)


def test_nothing_is_computed_before_the_tab_is_looked_at(
    qtbot: QtBot, open_page: Open, homes: Path
) -> None:
    stage = open_page(homes)
    stage.page.show_tab(PROFILE)
    assert stage.page.relations.source.relations is None
    assert not stage.page.relations.source.is_busy


def test_the_strongest_relation_with_the_target_is_drawn_first(related: Stage) -> None:
    tab = related.page.relations
    assert related.session.target == "price"
    assert tab.pair.title.text() == "price by asked"
    assert tab.pair.stack.currentWidget() is tab.pair.scatter
    assert tab.ranking.ranking.relation(0).name == "asked"


@pytest.mark.parametrize(
    ("row", "column", "picture"),
    [("price", "size", "scatter"), ("price", "city", "boxes"), ("city", "code", "mosaic")],
)
def test_a_click_on_a_cell_draws_the_pair(
    qtbot: QtBot, related: Stage, row: str, column: str, picture: str
) -> None:
    tab = related.page.relations
    click_cell(qtbot, tab, row, column)
    qtbot.waitUntil(lambda: tab.pair.title.text() == f"{row} by {column}", timeout=LONG)
    assert tab.pair.stack.currentWidget() is getattr(tab.pair, picture)
    assert related.session.column == row
    related.window.grab()


def test_cells_are_reached_by_keys_and_said_in_words(qtbot: QtBot, related: Stage) -> None:
    tab = related.page.relations
    click_cell(qtbot, tab, "city", "luck")
    tab.matrix.setFocus()
    found = tab.source.relations
    assert found is not None
    order = [found.names[at] for at in found.order]
    at = order.index("luck")
    step = 1 if at + 1 < len(order) and order[at + 1] != "city" else -1
    qtbot.keyClick(tab.matrix, Qt.Key.Key_Right if step == 1 else Qt.Key.Key_Left)
    wanted = order[at + step]
    assert tab.matrix.accessibleDescription().startswith(f"city and {wanted}: ")
    qtbot.keyClick(tab.matrix, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: tab.pair.title.text() == f"city by {wanted}", timeout=LONG)


def test_the_ranking_draws_against_the_target(qtbot: QtBot, related: Stage) -> None:
    tab = related.page.relations
    index = tab.ranking.ranking.index(tab.ranking.ranking.row_of("luck"), 0)
    place = tab.ranking.visualRect(index).center()
    qtbot.mouseClick(tab.ranking.viewport(), Qt.MouseButton.LeftButton, pos=place)
    qtbot.waitUntil(lambda: tab.pair.title.text() == "price by luck", timeout=LONG)
    assert related.session.column == "luck"


def test_the_measure_is_chosen(qtbot: QtBot, related: Stage) -> None:
    tab = related.page.relations
    buttons = tab.measure.findChildren(QAbstractButton)
    information = next(button for button in buttons if button.text() == "Information")
    qtbot.mouseClick(information, Qt.MouseButton.LeftButton)
    assert tab.measure.value() == INFORMATION
    index = tab.ranking.ranking.index(0, 0)
    assert "mutual information" in index.data(Qt.ItemDataRole.AccessibleTextRole)
    assert tab.ranking.bars.by_information


def test_a_twin_is_ignored_with_a_button_and_undone(qtbot: QtBot, related: Stage) -> None:
    tab, session = related.page.relations, related.session
    assert set(tab.twins.buttons) == {"asked", "code"}
    qtbot.mouseClick(tab.twins.buttons["asked"], Qt.MouseButton.LeftButton)
    assert session.recipe.column("asked").role is Role.IGNORE
    assert session.undo_label == "Ignore asked"
    assert tab.twins.buttons["asked"].text() == "Use again"
    session.undo()
    assert session.recipe.column("asked").role is Role.FEATURE
    assert tab.twins.buttons["asked"].text() == "Ignore this column"


def test_the_target_itself_is_never_offered_to_be_ignored(qtbot: QtBot, related: Stage) -> None:
    tab = related.page.relations
    related.session.set_target("asked")
    qtbot.waitUntil(
        lambda: tab.source.relations is not None and tab.source.relations.target == "asked",
        timeout=LONG,
    )
    assert set(tab.twins.buttons) == {"price", "code"}


def test_filters_change_the_relations(qtbot: QtBot, related: Stage) -> None:
    tab, session = related.page.relations, related.session
    click_cell(qtbot, tab, "price", "city")
    qtbot.waitUntil(lambda: tab.pair.title.text() == "price by city", timeout=LONG)
    before = tab.source.relations
    place = QPoint(tab.pair.boxes.width() // 2, 10)
    qtbot.mouseClick(tab.pair.boxes, Qt.MouseButton.LeftButton, pos=place)
    assert len(session.view.filters) == 1
    qtbot.waitUntil(
        lambda: tab.source.relations is not before and not tab.source.is_busy, timeout=LONG
    )
    after = tab.source.relations
    assert after is not None
    assert after.of_rows == session.view.count < 300
    assert "city" in after.names


def test_another_target_ranks_anew(qtbot: QtBot, related: Stage) -> None:
    tab = related.page.relations
    related.session.set_target("size")
    qtbot.waitUntil(
        lambda: tab.source.relations is not None and tab.source.relations.target == "size",
        timeout=LONG,
    )
    assert tab.ranking.ranking.row_of("size") == -1
    assert tab.ranking.ranking.row_of("price") >= 0


def test_columns_of_the_matrix_are_chosen(qtbot: QtBot, related: Stage) -> None:
    tab = related.page.relations
    qtbot.mouseClick(tab.choose, Qt.MouseButton.LeftButton)
    chooser = tab._chooser
    assert chooser is not None
    qtbot.waitUntil(chooser.isVisible, timeout=LONG)
    assert chooser.ticked() == ("size", "city", "code", "luck", "price", "asked")
    qtbot.keyClicks(chooser.search, "luck")
    shown = [i for i in range(chooser.list.count()) if not chooser.list.item(i).isHidden()]
    assert [chooser.list.item(i).text() for i in shown] == ["luck"]
    chooser.list.item(shown[0]).setCheckState(Qt.CheckState.Unchecked)
    qtbot.mouseClick(chooser.use, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(
        lambda: tab.source.relations is not None and "luck" not in tab.source.relations.names,
        timeout=LONG,
    )
    assert tab.ranking.ranking.row_of("luck") >= 0


def test_columns_beyond_the_most_are_told(
    qtbot: QtBot, open_page: Open, homes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relations_module, "MOST", 3)
    stage = open_page(homes)
    stage.page.show_tab(RELATIONS)
    wait_for_pair(qtbot, stage)
    assert "3 columns are shown, 3 more can be chosen." in stage.page.relations._about.whole_text()


def test_a_table_with_nothing_to_compare_says_so(
    qtbot: QtBot, open_page: Open, tmp_path: Path
) -> None:
    path = tmp_path / "one.csv"
    path.write_text("number,same\n" + "".join(f"{i % 17},1\n" for i in range(60)))
    stage = open_page(path)
    stage.page.show_tab(RELATIONS)
    tab = stage.page.relations
    qtbot.waitUntil(lambda: tab.source.relations is not None, timeout=LONG)
    assert tab._stack.currentWidget() is tab._nothing
