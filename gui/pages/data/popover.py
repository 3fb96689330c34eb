"""A small panel under a button: closed by Escape or by a click elsewhere."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QFrame, QWidget

from gui import theme


class Popover(QFrame):
    """Base of the panels; `open_under` shows it."""

    def __init__(self, parent: QWidget, name: str) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAccessibleName(name)
        self.setObjectName("popover")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setStyleSheet(
            f"QFrame#popover {{ background: {theme.colour('raised').name()};"
            f" border: 1px solid {theme.colour('line2').name()}; border-radius: 6px }}"
        )

    def open_under(self, anchor: QWidget) -> None:
        """Show the panel below a widget, within its screen."""
        self.open_at(anchor.mapToGlobal(QPoint(0, anchor.height() + 4)), above=anchor.height() + 8)

    def open_at(self, place: QPoint, *, above: int = 0) -> None:
        """Show the panel at a place of the screen, or so much above it where there is no room below."""
        self.adjustSize()
        screen = QGuiApplication.screenAt(place) or QGuiApplication.primaryScreen()
        area = screen.availableGeometry()
        x = min(place.x(), area.right() - self.width() - 4)
        y = place.y()
        if y + self.height() > area.bottom():
            y = max(area.top(), y - above - self.height())
        self.move(max(area.left(), x), y)
        self.show()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)
