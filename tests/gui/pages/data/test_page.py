"""The page as a whole: tabs, profile cards, names for those who cannot see."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QLineEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot

from gui import theme
from gui.pages.data.page import PROBLEMS, PROFILE, TABLE
from tests.gui.pages.data.conftest import LONG, Stage

Open = Callable[[Path], Stage]


def test_tabs_show_their_views_and_tools(qtbot: QtBot, open_page: Open, ragged: Path) -> None:
    page = open_page(ragged).page
    for tab, view in ((TABLE, page.table), (PROFILE, page.profile), (PROBLEMS, page.problems)):
        qtbot.mouseClick(page.tabs, Qt.MouseButton.LeftButton, pos=page.tabs.tabRect(tab).center())
        assert view.isVisible()
        assert page.search.isVisible() == (tab == TABLE)
        assert page.read_again.isVisible() == (tab == PROBLEMS)


def test_a_profile_card_chooses_its_column(qtbot: QtBot, open_page: Open, ragged: Path) -> None:
    stage = open_page(ragged)
    stage.page.show_tab(PROFILE)
    view = stage.page.profile.view
    QApplication.processEvents()
    card = view.visualRect(view.model().index(1, 0))
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=card.center())
    assert stage.session.column == "age"
    stage.session.select_column("city")
    assert view.currentIndex().row() == 2


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_every_tab_can_be_drawn(
    qtbot: QtBot, qapp: QApplication, open_page: Open, ragged: Path, mode: theme.Mode
) -> None:
    stage = open_page(ragged)
    theme.apply(qapp, mode)
    for tab in (TABLE, PROFILE, PROBLEMS):
        stage.page.show_tab(tab)
        assert not stage.window.grab().isNull()
    theme.apply(qapp, "light")


def test_every_control_has_a_name(qtbot: QtBot, open_page: Open, ragged: Path) -> None:
    stage = open_page(ragged)
    stage.page.show_problems()
    kinds = (QAbstractButton, QComboBox, QLineEdit, QAbstractItemView)
    nameless = [
        widget
        for widget in stage.window.findChildren(QWidget)
        if isinstance(widget, kinds)
        and widget.focusPolicy() != Qt.FocusPolicy.NoFocus
        and not widget.accessibleName()
        and not (isinstance(widget, QAbstractButton) and widget.text())
        and not isinstance(widget.parent(), QComboBox)
        and "qt_" not in widget.objectName()
        and "Private" not in type(widget).__name__
        and widget.isVisibleTo(stage.window)
    ]
    assert nameless == []


def test_another_table_replaces_everything(
    qtbot: QtBot, open_page: Open, ragged: Path, clean: Path
) -> None:
    stage = open_page(ragged)
    stage.page.search.setText("Bonn")
    with qtbot.waitSignal(stage.session.profileChanged, timeout=LONG):
        stage.session.open(clean)
    assert stage.page.search.text() == ""
    assert stage.page.table.model.names == ("size", "colour", "label")
    assert stage.page.table.strip.kept_out.isHidden()
    stage.session.close_table()
    assert stage.page.table.model.rowCount() == 0
    stage.window.grab()


def test_tabs_and_inspectors_that_nobody_looks_at_are_not_refreshed(
    open_page: Open, clean: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = open_page(clean)
    stage.page.show_tab(TABLE)
    looked: list[object] = []
    monkeypatch.setattr(
        stage.page.problems.model, "set_problems", lambda *args: looked.append(args)
    )
    stage.session.problemsChanged.emit()
    stage.session.profileChanged.emit()
    assert looked == []
    stage.page.show_tab(PROBLEMS)
    assert len(looked) == 1, "both signals are caught up with at once"
