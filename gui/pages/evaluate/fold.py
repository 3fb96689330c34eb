"""A part of the page under one question, that opens and closes."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QSizePolicy, QToolButton, QVBoxLayout, QWidget

from gui import theme
from gui.icons import icon


class Fold(QWidget):
    """A title that opens and closes what is in `.body`; `opened` when it is opened."""

    opened = Signal()

    def __init__(self, title: str, *, is_open: bool = False) -> None:
        super().__init__()
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(6)
        self.head = QToolButton()
        self.head.setText(title)
        self.head.setAccessibleName(title)
        self.head.setCheckable(True)
        self.head.setAutoRaise(True)
        self.head.setFont(theme.font("section"))
        self.head.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.head.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.head.setCursor(Qt.CursorShape.PointingHandCursor)
        self.head.toggled.connect(self._on_toggled)
        inside = QWidget()
        self._inside = inside
        self.body = QVBoxLayout(inside)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(12)
        outer.addWidget(self.head, 0, Qt.AlignmentFlag.AlignLeft)
        outer.addWidget(inside)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        inside.setVisible(is_open)
        self.head.setChecked(is_open)
        self._show_arrow(is_open)

    @property
    def is_open(self) -> bool:
        """Whether what is inside is shown."""
        return self.head.isChecked()

    def set_open(self, is_open: bool) -> None:
        """Open or close it."""
        self.head.setChecked(is_open)

    def _show_arrow(self, is_open: bool) -> None:
        self.head.setIcon(icon("down" if is_open else "right", "text2"))

    def _on_toggled(self, is_open: bool) -> None:
        self._show_arrow(is_open)
        self._inside.setVisible(is_open)
        if is_open:
            self.opened.emit()
