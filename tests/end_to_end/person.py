"""A person in front of the window: finds things by their names, uses mouse and keys, drops files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QApplication, QWidget
from pytestqt.qtbot import QtBot

PATIENCE = 60_000
W = TypeVar("W", bound=QWidget)


class Person:
    """Works on one window."""

    def __init__(self, qtbot: QtBot, window: QWidget) -> None:
        self.qtbot = qtbot
        self.window = window

    def until(self, what: Callable[[], bool]) -> None:
        """Wait until `what` is so."""
        self.qtbot.waitUntil(what, timeout=PATIENCE)

    def sees(self, kind: type[W], name: str) -> W | None:
        """The visible widget of that kind whose text or accessible name begins with `name`."""
        for widget in self.window.findChildren(kind):
            texts = [widget.accessibleName()]
            if isinstance(widget, QAbstractButton):
                texts.append(widget.text())
            if widget.isVisible() and any(text.startswith(name) for text in texts):
                return widget
        return None

    def find(self, kind: type[W], name: str) -> W:
        """The same, waiting until it is there and enabled."""

        def there() -> bool:
            widget = self.sees(kind, name)
            return widget is not None and widget.isEnabled()

        self.until(there)
        found = self.sees(kind, name)
        assert found is not None
        return found

    def click(self, name: str) -> None:
        """Click the button of that name."""
        QTest.mouseClick(self.find(QAbstractButton, name), Qt.MouseButton.LeftButton)

    def click_row(self, view: QAbstractItemView, row: int, column: int = 0) -> None:
        """Click a cell of a list or table."""
        index = view.model().index(row, column)
        where = view.visualRect(index).center()
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=where)

    def press(self, key: Qt.Key, control: bool = False) -> None:
        """Press a key in the window."""
        modifier = (
            Qt.KeyboardModifier.ControlModifier if control else Qt.KeyboardModifier.NoModifier
        )
        if QApplication.activeWindow() is not self.window:
            # Without a window manager nobody gives the focus back after a menu.
            self.window.activateWindow()
            self.until(lambda: QApplication.activeWindow() is self.window)
        focused = QApplication.focusWidget()
        target = focused if focused is not None and focused.window() is self.window else self.window
        QTest.keyClick(target, key, modifier)

    def drop(self, path: Path, onto: QWidget) -> None:
        """Drag a file over a widget and let it go."""
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(path))])
        middle = QPoint(onto.width() // 2, onto.height() // 2)
        where = onto.mapTo(onto.window(), middle)
        copy, left, none = (
            Qt.DropAction.CopyAction,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
        target = onto
        while not target.acceptDrops():
            parent = target.parentWidget()
            assert parent is not None, "nothing here takes files"
            target = parent
        at = target.mapFrom(onto.window(), where)
        enter = QDragEnterEvent(at, copy, data, left, none)
        QApplication.sendEvent(target, enter)
        assert enter.isAccepted(), f"{path.name} is not welcome here"
        QApplication.sendEvent(target, QDropEvent(at, copy, data, left, none))
