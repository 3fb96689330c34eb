"""Words in place: a tinted note beside its cause, and what an empty view says."""

from __future__ import annotations

import html
from math import ceil
from typing import Literal, TypeAlias

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from gui import theme
from gui.icons import pixmap
from gui.widgets.buttons import button
from gui.widgets.text import label, set_tone

NoteTone: TypeAlias = Literal["plain", "info", "ok", "warn", "err"]
_ICONS: dict[NoteTone, str] = {
    "plain": "info",
    "info": "info",
    "ok": "check",
    "warn": "warn",
    "err": "error",
}


_LINE = 520
"""Px after which the lines of an empty view wrap."""
_EMPTY_WIDTH = 420


class Note(QFrame):
    """A tinted note with an icon, an optional bold first sentence and an optional button."""

    acted = Signal()

    def __init__(
        self, text: str, tone: NoteTone = "plain", action: str = "", *, title: str = ""
    ) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        outer = QHBoxLayout(self)
        outer.setContentsMargins(10, 7, 10, 8)
        outer.setSpacing(8)
        self._icon = QLabel()
        self._icon.setFixedSize(16, 18)
        outer.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        lines = QVBoxLayout()
        lines.setSpacing(6)
        self._text = QLabel()
        self._text.setTextFormat(Qt.TextFormat.RichText)
        self._text.setFont(theme.font("small"))
        self._text.setWordWrap(True)
        lines.addWidget(self._text)
        self._button = button(action, small=True)
        self._button.clicked.connect(self.acted)
        lines.addWidget(self._button, 0, Qt.AlignmentFlag.AlignLeft)
        outer.addLayout(lines, 1)
        self.set(text, tone, action, title=title)

    def set(
        self, text: str, tone: NoteTone = "plain", action: str = "", *, title: str = ""
    ) -> None:
        """Show another text."""
        self.setAccessibleName(f"{title} {text}".strip())
        lead = f"<b style='font-weight:600'>{html.escape(title)}</b> " if title else ""
        self._text.setText(f"<div style='line-height:112%'>{lead}{html.escape(text)}</div>")
        set_tone(self, tone, "note")
        set_tone(self._text, "text2" if tone == "plain" else tone)
        colour = theme.colour("text2" if tone == "plain" else tone)
        self._icon.setPixmap(pixmap(_ICONS[tone], colour, 16, self.devicePixelRatioF()))
        self._button.setText(action)
        self._button.setVisible(bool(action))
        set_tone(self._button, "err" if tone == "err" else "")

    def sizeHint(self) -> QSize:
        # A layout takes the hint as the greatest height; the hint of wrapped text is for a guessed width.
        hint = super().sizeHint()
        return QSize(hint.width(), max(hint.height(), self.heightForWidth(self.width())))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self.updateGeometry()


class EmptyState(QWidget):
    """What an empty view says: what will be here, what to do, and a button that does it."""

    acted = Signal()

    def __init__(self, title: str, detail: str = "", action: str = "", icon: str = "") -> None:
        super().__init__()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 24, 24, 24)
        layout.setSpacing(6)
        layout.addStretch(2)
        middle = Qt.AlignmentFlag.AlignHCenter
        if icon:
            mark = QLabel()
            mark.setPixmap(pixmap(icon, theme.colour("muted"), 28, self.devicePixelRatioF()))
            layout.addWidget(mark, 0, middle)
        self._title = label(title, "title", wrap=True)
        self._detail = label(detail, "body", "muted", wrap=True)
        for line in (self._title, self._detail):
            line.setAlignment(Qt.AlignmentFlag.AlignCenter)
            layout.addWidget(line, 0, middle)
        self._button = button(action)
        self._button.clicked.connect(self.acted)
        layout.addSpacing(8)
        layout.addWidget(self._button, 0, middle)
        layout.addStretch(3)
        self.set(title, detail, action)

    def set(self, title: str, detail: str = "", action: str = "") -> None:
        """Say something else."""
        for line, text, style in (
            (self._title, title, "title"),
            (self._detail, detail, "body"),
        ):
            line.setText(text)
            # A label that may wrap and is not stretched would be as narrow as it can be.
            width = min(_LINE, ceil(theme.text_width(text, style)) + 8)  # type: ignore[arg-type]
            line.setFixedWidth(width)
            # Nor does a layout ask a label in its middle how high it is at that width.
            line.setMinimumHeight(max(0, line.heightForWidth(width)))
        self._detail.setVisible(bool(detail))
        self._button.setText(action)
        self._button.setVisible(bool(action))

    def minimumSizeHint(self) -> QSize:
        return QSize(200, 120)
