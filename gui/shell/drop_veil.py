"""An edge around the window, and words, while something is held over it."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from gui import theme


class DropVeil(QWidget):
    """Covers `host` and lets everything through."""

    def __init__(self, host: QWidget) -> None:
        super().__init__(host)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.words = ""
        """What would happen."""
        self._opens = True
        self.hide()

    def cover(self, words: str, opens: bool) -> None:
        """Show what would happen, or why nothing can be opened; without words an edge alone."""
        self.words, self._opens = words, opens
        parent = self.parentWidget()
        assert parent is not None
        self.setGeometry(parent.rect())
        self.raise_()
        self.show()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colour = theme.colour("accent" if self._opens else "warnfill")
        painter.setPen(QPen(colour, 3))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(2, 2, -2, -2), 6, 6)
        if not self.words:
            return
        painter.setFont(theme.font("title"))
        metrics = painter.fontMetrics()
        words = metrics.elidedText(self.words, Qt.TextElideMode.ElideMiddle, self.width() - 120)
        width = metrics.horizontalAdvance(words) + 40
        box = QRectF((self.width() - width) / 2, self.height() - 120, width, 44)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colour))
        painter.drawRoundedRect(box, 6, 6)
        painter.setPen(theme.colour("onaccent"))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)
