"""The dock that shows the pages' inspectors."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMainWindow, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from gui.inspector.dock import InspectorDock


def test_a_short_inspector_does_not_scroll_because_another_is_long(qtbot: QtBot) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    window.setCentralWidget(QWidget())
    dock = InspectorDock(window)
    window.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, dock)
    window.resize(900, 500)
    window.show()
    short, long = QWidget(), QWidget()
    short.setMinimumHeight(100)
    long.setMinimumHeight(2000)
    scroll = dock.findChild(QScrollArea)

    dock.show_content(long)
    qtbot.waitUntil(lambda: scroll.verticalScrollBar().maximum() > 0)
    dock.show_content(short)

    qtbot.waitUntil(lambda: scroll.verticalScrollBar().maximum() == 0)
    assert short.isVisible()
    assert not long.isVisible()
