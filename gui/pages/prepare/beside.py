"""Two widgets side by side, or below each other where they have no room."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

_GAP = 12


class Beside(QWidget):
    """Two cards side by side, or below each other where they have no room."""

    def __init__(self, *cards: QWidget) -> None:
        super().__init__()
        self._cards = cards
        self._line = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._line.setContentsMargins(0, 0, 0, 0)
        self._line.setSpacing(_GAP)
        for card in cards:
            self._line.addWidget(card, 1)

    def minimumSizeHint(self) -> QSize:
        widest = max(card.minimumSizeHint().width() for card in self._cards)
        return QSize(widest, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        widest = max(card.minimumSizeHint().width() for card in self._cards)
        fits = self.width() >= len(self._cards) * widest + _GAP
        wanted = QBoxLayout.Direction.LeftToRight if fits else QBoxLayout.Direction.TopToBottom
        if self._line.direction() is not wanted:
            self._line.setDirection(wanted)
