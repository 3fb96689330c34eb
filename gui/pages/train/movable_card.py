"""A card that can be held by its header and carried to another place."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from gui.widgets.card import Card

HEADER = 36
"""Pixels at the top that it is held by."""


class MovableCard(Card):
    """Tells where it is carried; whoever shows it puts it there."""

    dropped = Signal(QPoint)
    """The card was let go, the pointer at a point of the screen."""
    headerDoubleClicked = Signal()  # noqa: N815 - Qt's naming

    def __init__(self, title: str) -> None:
        super().__init__(title, padding=0)
        self._held: QPoint | None = None
        self._is_dragged = False

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and event.position().y() < HEADER:
            self._held = event.globalPosition().toPoint()
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._held is not None:
            at = event.globalPosition().toPoint()
            far = (at - self._held).manhattanLength() >= QApplication.startDragDistance()
            if far and not self._is_dragged:
                self._is_dragged = True
                self.setCursor(Qt.CursorShape.ClosedHandCursor)
        super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        was_dragged, self._held, self._is_dragged = self._is_dragged, None, False
        self.unsetCursor()
        if was_dragged:
            self.dropped.emit(event.globalPosition().toPoint())
        super().mouseReleaseEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.position().y() < HEADER:
            self.headerDoubleClicked.emit()
        super().mouseDoubleClickEvent(event)
