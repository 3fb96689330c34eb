"""The inspector: what a column is, and changing it."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from engine.data.rows.filters import LevelsFilter, RangeFilter
from engine.schema import Kind, Role
from gui.widgets.choice import ComboBox
from tests.gui.pages.data.conftest import LONG, Stage, said

Open = Callable[[Path], Stage]


def choose(qtbot: QtBot, combo: ComboBox, value: object) -> None:
    """Choose with the keyboard, as a person would."""
    combo.setFocus()
    wanted = next(i for i in range(combo.count()) if combo.itemData(i) == value)
    key = Qt.Key.Key_Down if wanted > combo.currentIndex() else Qt.Key.Key_Up
    for _ in range(abs(wanted - combo.currentIndex())):
        qtbot.keyClick(combo, key)


def test_a_kind_is_changed_and_undone(qtbot: QtBot, open_page: Open, clean: Path) -> None:
    stage = open_page(clean)
    stage.session.select_column("size")
    assert stage.inspector.kind.value() == Kind.NUMBER
    choose(qtbot, stage.inspector.kind, Kind.CATEGORY)
    assert stage.session.recipe.column("size").kind is Kind.CATEGORY
    assert stage.session.undo_label == "Read size as category"
    stage.session.undo()
    assert stage.inspector.kind.value() == Kind.NUMBER


def test_values_that_do_not_fit_the_new_kind_are_counted(
    qtbot: QtBot, open_page: Open, clean: Path
) -> None:
    stage = open_page(clean)
    stage.session.select_column("colour")
    rows = stage.session.table.rows if stage.session.table is not None else 0
    assert stage.inspector.misfit_note.isHidden()
    stage.session.set_kind("colour", Kind.NUMBER)
    note = stage.inspector.misfit_note
    qtbot.waitUntil(lambda: not note.isHidden(), timeout=LONG)
    assert note.accessibleName().startswith(f"{rows} values do not fit")
    note.acted.emit()
    assert stage.session.recipe.column("colour").kind is Kind.CATEGORY
    assert note.isHidden()


def test_missing_values_are_counted_with_what_prepare_does(
    qtbot: QtBot, open_page: Open, ragged: Path
) -> None:
    stage = open_page(ragged)
    stage.session.select_column("age")
    note = stage.inspector.missing_note
    assert not note.isHidden()
    assert "2 rows have no value (1.0%)." in note.accessibleName()
    assert "median" in note.accessibleName()


def test_a_column_becomes_the_target_and_is_ignored_with_buttons(
    qtbot: QtBot, open_page: Open, clean: Path
) -> None:
    stage = open_page(clean)
    session, inspector = stage.session, stage.inspector
    session.select_column("colour")
    qtbot.mouseClick(inspector.use_as_target, Qt.MouseButton.LeftButton)
    assert session.target == "colour"
    assert inspector.use_as_target.isHidden()
    session.select_column("size")
    qtbot.mouseClick(inspector.ignore, Qt.MouseButton.LeftButton)
    assert session.recipe.column("size").role is Role.IGNORE
    assert inspector.ignore.text() == "Use as feature"
    qtbot.mouseClick(inspector.ignore, Qt.MouseButton.LeftButton)
    assert session.recipe.column("size").role is Role.FEATURE


def test_the_role_is_chosen_from_a_list(qtbot: QtBot, open_page: Open, clean: Path) -> None:
    stage = open_page(clean)
    stage.session.select_column("size")
    choose(qtbot, stage.inspector.role, Role.IGNORE)
    assert stage.session.recipe.column("size").role is Role.IGNORE


@pytest.fixture
def homes(tmp_path: Path) -> Path:
    """A number as target; days with a gap."""
    days = pd.date_range("2021-01-01", periods=300).delete(range(100, 130))
    random = np.random.default_rng(2)
    made = pd.DataFrame({"day": days.strftime("%Y-%m-%d"), "size": random.gamma(3, 20, 270)})
    made["size"] = made["size"].round(2)
    made["city"] = random.choice(["Bonn", "Trier"], 270)
    made["price"] = (made["size"] * 3 + random.normal(0, 9, 270)).round(1)
    path = tmp_path / "homes.csv"
    made.to_csv(path, index=False)
    return path


def test_the_relation_to_the_target_and_the_closest_column_are_told(
    qtbot: QtBot, open_page: Open, homes: Path
) -> None:
    stage = open_page(homes)
    stage.session.select_column("size")
    qtbot.waitUntil(lambda: "Mutual information" in said(stage.inspector), timeout=LONG)
    assert stage.session.target == "price"
    assert "Correlation 0.9" in said(stage.inspector)
    stage.session.select_column("price")
    qtbot.waitUntil(lambda: "Closest column size, 0.9" in said(stage.inspector), timeout=LONG)
    assert "Relation to others" in said(stage.inspector)


def test_a_number_as_target_is_shown_as_a_mean_along_columns(
    qtbot: QtBot, open_page: Open, homes: Path
) -> None:
    stage = open_page(homes)
    for name in ("size", "day", "city"):
        stage.session.select_column(name)
        assert f"Mean price by {name}" in said(stage.inspector)
        stage.window.grab()
    stage.session.select_column("price")
    assert "Mean price" not in said(stage.inspector)


def test_large_means_are_told_without_what_follows_the_point(
    open_page: Open, tmp_path: Path
) -> None:
    path = tmp_path / "incomes.csv"
    rows = (f"{100_000 + 7 * n},{n / 7:.3f},{n % 2}" for n in range(200))
    path.write_text("income,size,label\n" + "\n".join(rows) + "\n")
    stage = open_page(path)
    stage.session.select_column("income")
    assert "Mean 100,696 " in said(stage.inspector)
    stage.session.select_column("size")
    assert "Mean 14.2" in said(stage.inspector)


def test_gaps_of_dates_are_told(qtbot: QtBot, open_page: Open, homes: Path) -> None:
    stage = open_page(homes)
    stage.session.select_column("day")
    told = ("Step 1 day", "Max gap 31 days", "Spacing regular", "Gap from 2021-04-10")
    qtbot.waitUntil(lambda: all(words in said(stage.inspector) for words in told))


def test_a_bar_of_the_distribution_narrows_the_rows(
    qtbot: QtBot, open_page: Open, homes: Path
) -> None:
    stage = open_page(homes)
    session = stage.session
    session.select_column("size")
    plot = stage.inspector.distribution.plot
    figures = session.profile.columns["size"] if session.profile is not None else None
    assert figures is not None
    qtbot.waitUntil(lambda: plot.getPlotItem().vb.viewRange()[0][1] > 10, timeout=LONG)
    place = plot.bar_centre(1).toPoint()
    qtbot.mouseClick(plot.viewport(), Qt.MouseButton.LeftButton, pos=place)
    wanted = RangeFilter(
        column="size", low=figures.edges[1], high=figures.edges[2], holds_high=False
    )
    assert session.view.filters == (wanted,)
    qtbot.waitUntil(lambda: session.view.count == figures.histogram[1], timeout=LONG)


def test_bars_are_reached_by_keys(qtbot: QtBot, open_page: Open, homes: Path) -> None:
    stage = open_page(homes)
    session = stage.session
    session.select_column("size")
    plot = stage.inspector.distribution.plot
    plot.setFocus()
    qtbot.keyClick(plot, Qt.Key.Key_Right)
    assert plot.accessibleDescription()
    qtbot.keyClick(plot, Qt.Key.Key_Return)
    low = session.view.filters[0].low if session.view.filters else None
    assert session.profile is not None
    assert low == session.profile.columns["size"].edges[1]
    session.view.clear()
    session.select_column("city")
    values = stage.inspector.distribution.values
    values.setFocus()
    qtbot.keyClick(values, Qt.Key.Key_Down)
    qtbot.keyClick(values, Qt.Key.Key_Return)
    second = session.profile.columns["city"].top[1][0]
    assert session.view.filters == (LevelsFilter(column="city", values=(second,)),)


def test_a_frequent_value_narrows_the_rows(qtbot: QtBot, open_page: Open, homes: Path) -> None:
    stage = open_page(homes)
    stage.session.select_column("city")
    values = stage.inspector.distribution.values
    qtbot.mouseClick(values, Qt.MouseButton.LeftButton, pos=values.row_centre(0).toPoint())
    assert stage.session.profile is not None
    first = stage.session.profile.columns["city"].top[0][0]
    assert stage.session.view.filters == (LevelsFilter(column="city", values=(first,)),)


def test_every_column_can_be_shown(qtbot: QtBot, open_page: Open, ragged: Path) -> None:
    stage = open_page(ragged)
    for name in ("id", "age", "city", "bought", None):
        stage.session.select_column(name)
        stage.window.grab()
    assert "No column" in said(stage.inspector)
