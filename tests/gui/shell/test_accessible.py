"""Every control of every page has a name that a screen reader can say."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QHeaderView,
    QLineEdit,
    QMenu,
    QScrollBar,
    QWidget,
)
from pytestqt.qtbot import QtBot

from gui.main_window import MainWindow
from tests.gui.shell.test_window import WAIT, open_table

_CONTROLS = (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
)
_INNER = ("qt_spinbox_lineedit", "qt_toolbar_ext_button", "qt_menubar_ext_button")


def in_plot_menu(widget: QWidget) -> bool:
    """pyqtgraph makes a panel for a menu that plots here never open."""
    while widget is not None:
        if isinstance(widget, QMenu) and widget.title() == "Plot Options":
            return True
        widget = widget.parentWidget()
    return False


def nameless(root: QWidget) -> list[str]:
    found = []
    for widget in root.findChildren(QWidget):
        if not isinstance(widget, _CONTROLS) or isinstance(widget, (QScrollBar, QHeaderView)):
            continue
        parent = widget.parent()
        part_of_another = isinstance(parent, (QComboBox, QAbstractSpinBox, QLineEdit)) or (
            parent is not None and "QComboBoxPrivateContainer" in type(parent).__name__
        )
        # Views inside combo boxes and buttons inside tables' corners belong to their owners.
        corner = isinstance(parent, QAbstractItemView) and isinstance(widget, QAbstractButton)
        container = parent is not None and parent.inherits("QComboBoxPrivateContainer")
        tab_scroll = parent is not None and parent.inherits("QTabBar")
        if part_of_another or corner or container or tab_scroll or widget.objectName() in _INNER:
            continue
        if widget.isHidden() or in_plot_menu(widget):
            continue
        interface = QAccessible.queryAccessibleInterface(widget)
        name = interface.text(QAccessible.Text.Name) if interface is not None else ""
        if not name.strip():
            found.append(f"{type(widget).__module__}.{type(widget).__name__} in {parent!r}")
    return found


def test_every_control_has_a_name(window: MainWindow, qtbot: QtBot, table: Path) -> None:
    window.runs.load()
    open_table(window, qtbot, table)
    for name, action in window.actions_.pages.items():
        action.trigger()
        window.pages.bring(name)
    window.actions_.help.trigger()
    window.actions_.settings.trigger()
    qtbot.waitUntil(lambda: window.session.profile is not None, timeout=WAIT)
    assert sorted(set(nameless(window))) == []


def test_every_button_can_be_reached_by_keyboard(
    window: MainWindow, qtbot: QtBot, table: Path
) -> None:
    open_table(window, qtbot, table)
    unreachable = [
        repr(widget)
        for widget in window.top_bar.findChildren(QAbstractButton)
        if widget.isVisible() and not widget.focusPolicy() & Qt.FocusPolicy.TabFocus
    ]
    assert unreachable == []


def test_the_rail_says_each_stations_state(window: MainWindow) -> None:
    model = window.rail.model()
    said = [
        model.index(row, 0).data(Qt.ItemDataRole.AccessibleTextRole)
        for row in range(model.rowCount())
    ]
    assert said[0] == "Data: Drop a file (ready)"
    assert said[1] == "Prepare: Needs data (not available yet)"
    assert len(said) == 7


def test_no_attribute_hides_a_method_of_qt(window: MainWindow, qtbot: QtBot, table: Path) -> None:
    """Qt calls its virtual methods by name: an attribute of that name in a widget crashes it."""
    window.runs.load()
    open_table(window, qtbot, table)
    for action in window.actions_.pages.values():
        action.trigger()
    hidden = {
        f"{type(widget).__module__}.{type(widget).__name__}.{name}"
        for widget in (window, *window.findChildren(QWidget))
        for name, value in vars(widget).items()
        if hasattr(QWidget, name) and not callable(value)
    }
    assert hidden == set()
