"""A thin bar that says how far something is."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QProgressBar, QSizePolicy

from gui.widgets.text import set_tone


class ProgressBar(QProgressBar):
    """A bar of 6 px without text; tones: accent, text2, muted, warn, err."""

    def __init__(self, name: str, width: int = 0, tone: str = "accent") -> None:
        super().__init__()
        self.setRange(0, 1000)
        self.setTextVisible(False)
        self.setAccessibleName(name)
        self.setProperty("tone", tone)
        self.setFixedHeight(6)
        if width:
            self.setFixedWidth(width)
        else:
            self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_share(self, share: float, tone: str | None = None) -> None:
        """Fill `share` (0 to 1) of the bar."""
        self.setValue(round(1000 * min(max(share, 0.0), 1.0)))
        if tone is not None:
            set_tone(self, tone)

    def sizeHint(self) -> QSize:
        return QSize(self.width() if self.minimumWidth() == self.maximumWidth() else 120, 6)
