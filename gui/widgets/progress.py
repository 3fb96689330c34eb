"""A thin bar that says how far something is."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QProgressBar, QSizePolicy

from gui import theme
from gui.widgets.painters import paint_bar

_TONES = {"muted": "c0", "warn": "warnfill"}
"""Tones whose fill has another name among the colours."""


class ProgressBar(QProgressBar):
    """A bar of 6 px without text; tones: accent, text2, muted, warn, err."""

    def __init__(self, name: str, width: int = 0, tone: str = "accent") -> None:
        super().__init__()
        self._tone = tone
        self.setRange(0, 1000)
        self.setTextVisible(False)
        self.setAccessibleName(name)
        self.setFixedHeight(6)
        if width:
            self.setFixedWidth(width)
        else:
            self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_share(self, share: float, tone: str | None = None) -> None:
        """Fill `share` (0 to 1) of the bar; painted with the next frame."""
        value = round(1000 * min(max(share, 0.0), 1.0))
        if value != self.value():
            # Left to itself, a progress bar paints at once, and all else that waits for it: 10 ms.
            self.setUpdatesEnabled(False)
            self.setValue(value)
            self.setUpdatesEnabled(True)
        if tone is not None and tone != self._tone:
            self._tone = tone
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(self.width() if self.minimumWidth() == self.maximumWidth() else 120, 6)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        fill = theme.colour(_TONES.get(self._tone, self._tone))
        paint_bar(painter, QRectF(self.rect()), self.value() / 1000, fill)
