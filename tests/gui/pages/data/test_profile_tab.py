"""The Profile tab: cards and table of figures, searched, sorted, and clicked to narrow the rows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QAbstractButton, QMenu
from pytestqt.qtbot import QtBot

from engine.data.profiling import profile as profile_module
from engine.data.rows.filters import LevelsFilter, MissingFilter, RangeFilter
from engine.schema import Role
from gui.models.profile_figures import FIGURES, ProfileFiguresModel
from gui.pages.data.page import PROFILE
from gui.pages.data.profile_tab import ProfileTab
from tests.gui.pages.data.conftest import LONG, Stage, said

Open = Callable[[Path], Stage]
SKEW = next(at for at, figure in enumerate(FIGURES) if figure.key == "skew")
MEAN = next(at for at, figure in enumerate(FIGURES) if figure.key == "mean")


@pytest.fixture
def sales(tmp_path: Path) -> Path:
    random = np.random.default_rng(9)
    made = pd.DataFrame({"flat": random.uniform(0, 10, 400).round(3)})
    made["tailed"] = random.gamma(1, 5, 400).round(3)
    made["shop"] = random.choice(["north", "south", "east"], 400, p=[0.6, 0.3, 0.1])
    made["day"] = pd.date_range("2023-01-01", periods=400).strftime("%Y-%m-%d")
    made["remark"] = [f"a remark about sale {i}" for i in range(400)]
    made["price"] = (made["tailed"] * 3 + random.normal(0, 1, 400)).round(2)
    made.loc[3:42, "flat"] = np.nan
    path = tmp_path / "sales.csv"
    made.to_csv(path, index=False)
    return path


@pytest.fixture
def profiled(open_page: Open, sales: Path) -> Stage:
    stage = open_page(sales)
    stage.page.show_tab(PROFILE)
    return stage


def click_card(qtbot: QtBot, tab: ProfileTab, name: str, part: Callable[[object], QPoint]) -> None:
    index = tab.model.index(tab.model.row_of(name), 0)
    tab.view.scrollTo(index)
    place = part(tab.view.places(index))
    qtbot.mouseClick(tab.view.viewport(), Qt.MouseButton.LeftButton, pos=place)


def to_table(qtbot: QtBot, tab: ProfileTab) -> None:
    button = next(b for b in tab.shape.findChildren(QAbstractButton) if b.text() == "Table")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def names_shown(tab: ProfileTab) -> list[str]:
    figures = tab.table.figures
    return [figures.card(row).facts.name for row in range(figures.rowCount())]


def click_heading(qtbot: QtBot, tab: ProfileTab, section: int) -> None:
    head = tab.table.horizontalHeader()
    tab.table.scrollTo(tab.table.figures.index(0, section))
    x = head.sectionViewportPosition(section) + head.sectionSize(section) // 2
    place = QPoint(x, head.height() // 2)
    qtbot.mouseClick(head.viewport(), Qt.MouseButton.LeftButton, pos=place)


# Cards -------------------------------------------------------------------------------------------


def test_a_click_on_a_bar_narrows_the_rows(qtbot: QtBot, profiled: Stage) -> None:
    tab, view = profiled.page.profile, profiled.session.view
    figures = view.profile.columns["tailed"] if view.profile is not None else None
    assert figures is not None
    click_card(qtbot, tab, "tailed", lambda places: places.chart.bottomLeft() + QPoint(4, -3))
    wanted = RangeFilter(
        column="tailed", low=figures.edges[0], high=figures.edges[1], holds_high=False
    )
    assert view.filters == (wanted,)
    qtbot.waitUntil(
        lambda: view.profile is not None and view.profile.rows == figures.histogram[0],
        timeout=LONG,
    )
    assert f"{figures.histogram[0]} rows" in said(tab)


def test_a_click_on_a_value_narrows_the_rows(qtbot: QtBot, profiled: Stage) -> None:
    tab, view = profiled.page.profile, profiled.session.view
    click_card(qtbot, tab, "shop", lambda places: places.values.topLeft() + QPoint(60, 28))
    assert view.filters == (LevelsFilter(column="shop", values=("south",)),)


def test_a_click_on_the_missing_share_narrows_the_rows(qtbot: QtBot, profiled: Stage) -> None:
    tab, view = profiled.page.profile, profiled.session.view
    click_card(qtbot, tab, "flat", lambda places: places.missing.center())
    assert view.filters == (MissingFilter(column="flat"),)
    qtbot.waitUntil(lambda: view.count == 40, timeout=LONG)


def test_a_click_elsewhere_only_chooses_the_column(qtbot: QtBot, profiled: Stage) -> None:
    tab, session = profiled.page.profile, profiled.session
    click_card(qtbot, tab, "shop", lambda places: places.head.center())
    assert session.column == "shop"
    assert session.view.filters == ()
    click_card(qtbot, tab, "shop", lambda places: places.missing.center())
    assert session.view.filters == ()  # nothing is missing there


def test_the_menu_offers_values_and_to_ignore(qtbot: QtBot, profiled: Stage) -> None:
    tab, session = profiled.page.profile, profiled.session
    tab.view.menuAsked.emit("shop", tab.mapToGlobal(QPoint(5, 5)))
    menu = tab.findChild(QMenu)
    assert menu is not None
    texts = [action.text() for action in menu.actions() if not action.isSeparator()]
    assert texts == ["Only north", "Only south", "Only east", "Ignore this column"]
    menu.actions()[-1].trigger()
    assert session.recipe.column("shop").role is Role.IGNORE
    menu.actions()[1].trigger()
    assert session.view.filters == (LevelsFilter(column="shop", values=("north",)),)
    menu.close()


def test_columns_are_searched(qtbot: QtBot, profiled: Stage) -> None:
    tab = profiled.page.profile
    qtbot.keyClicks(tab.search, "AI")
    assert [tab.model.name(at) for at in range(tab.model.rowCount())] == ["tailed"]
    qtbot.keyClicks(tab.search, "xyz")
    assert "No such column" in said(tab)
    qtbot.keyClick(tab.search, Qt.Key.Key_Escape)
    assert tab.model.rowCount() == 6


# Table -------------------------------------------------------------------------------------------


def test_the_table_holds_every_figure(qtbot: QtBot, profiled: Stage, sales: Path) -> None:
    tab = profiled.page.profile
    to_table(qtbot, tab)
    made = pd.read_csv(sales)
    figures = tab.table.figures
    row = figures.row_of("tailed")
    first = ProfileFiguresModel.FIRST
    shown = {
        str(figures.headerData(first + at, Qt.Orientation.Horizontal)): figures.index(
            row, first + at
        ).data()
        for at in range(len(FIGURES))
    }
    assert shown["Mean"] == f"{made['tailed'].mean():.2f}"
    assert shown["Skew"] == f"{made['tailed'].skew():.2f}"
    assert shown["Missing"] == "0"
    assert shown["Unique"] == str(made["tailed"].nunique())
    assert shown["Longest text"] == ""
    profiled.window.grab()


def test_a_heading_sorts_turns_round_and_lets_go(qtbot: QtBot, profiled: Stage) -> None:
    tab = profiled.page.profile
    to_table(qtbot, tab)
    in_file = names_shown(tab)
    section = ProfileFiguresModel.FIRST + SKEW
    click_heading(qtbot, tab, section)
    down = names_shown(tab)
    assert down[0] in ("tailed", "price")
    assert set(down[-3:]) == {"shop", "day", "remark"}  # these have no skew
    click_heading(qtbot, tab, section)
    assert names_shown(tab)[:3] == down[:3][::-1]
    assert set(names_shown(tab)[-3:]) == {"shop", "day", "remark"}
    click_heading(qtbot, tab, section)
    assert names_shown(tab) == in_file


def test_names_sort_from_the_first(qtbot: QtBot, profiled: Stage) -> None:
    tab = profiled.page.profile
    to_table(qtbot, tab)
    click_heading(qtbot, tab, 0)
    assert names_shown(tab) == sorted(names_shown(tab))


def test_a_row_is_the_column_chosen(qtbot: QtBot, profiled: Stage) -> None:
    tab, session = profiled.page.profile, profiled.session
    to_table(qtbot, tab)
    index = tab.table.figures.index(tab.table.figures.row_of("day"), 0)
    place = tab.table.visualRect(index).center()
    qtbot.mouseClick(tab.table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert session.column == "day"
    session.select_column("shop")
    assert tab.table.currentIndex().row() == tab.table.figures.row_of("shop")


def test_figures_of_a_sample_say_so(
    qtbot: QtBot, open_page: Open, sales: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(profile_module, "AT_ONCE", 200)
    monkeypatch.setattr(profile_module, "SAMPLE", 200)
    stage = open_page(sales)
    stage.page.show_tab(PROFILE)
    tab = stage.page.profile
    to_table(qtbot, tab)
    assert "≈ from a random sample of 200" in said(tab)
    figures = tab.table.figures
    row, first = figures.row_of("tailed"), ProfileFiguresModel.FIRST
    median = next(at for at, figure in enumerate(FIGURES) if figure.title == "Median")
    sampled, exact = figures.index(row, first + median), figures.index(row, first + MEAN)
    assert sampled.data().startswith("≈ ")
    assert "200 of 400" in sampled.data(Qt.ItemDataRole.ToolTipRole)
    assert not exact.data().startswith("≈")
    assert "all 400 rows" in exact.data(Qt.ItemDataRole.ToolTipRole)
    stage.session.select_column("tailed")
    assert "from a random sample of 200 rows" in said(stage.inspector)
