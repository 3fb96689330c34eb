"""A short word in a tinted box: the state of something, or a count."""

from __future__ import annotations

from typing import Literal, TypeAlias

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QSizePolicy

from gui import theme
from gui.widgets.text import set_tone

BadgeTone: TypeAlias = Literal["plain", "accent", "ok", "warn", "err", "info"]


class Badge(QLabel):
    """A tinted word."""

    def __init__(self, text: str = "", tone: BadgeTone = "plain") -> None:
        super().__init__(text)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setFont(theme.font("caption", 500))
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setProperty("badge", tone)

    def set(self, text: str, tone: BadgeTone = "plain") -> None:
        """Show another word in another tone."""
        self.setText(text)
        set_tone(self, tone, "badge")
