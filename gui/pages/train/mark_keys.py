"""The key to the marks, below the charts."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui import theme
from gui.i18n import tr
from gui.pages.train.marks import MarkKind, diamond, flag
from gui.widgets.layout import row
from gui.widgets.text import label


class MarkKeys(QWidget):
    """All marks in a row."""

    def __init__(self) -> None:
        super().__init__()
        self.setLayout(
            row(
                MarkKey(MarkKind.BEST, tr("Best epoch")),
                MarkKey(MarkKind.BY_HAND, tr("Changed by hand")),
                MarkKey(MarkKind.EARLY_STOP, tr("Early stop")),
                MarkKey(MarkKind.CHECKPOINT, tr("Last checkpoint")),
                None,
                spacing=16,
            )
        )


class MarkKey(QWidget):
    """A mark and what it stands for."""

    def __init__(self, kind: MarkKind, text: str) -> None:
        super().__init__()
        self._kind = kind
        self._text = label(text, "caption", "muted")
        self.setLayout(row(16, self._text, spacing=0))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("text2"))
        middle = self.height() / 2
        match self._kind:
            case MarkKind.BEST:
                painter.drawPolygon(diamond(QPointF(6, middle), 5))
            case MarkKind.BY_HAND:
                painter.drawPolygon(flag(QPointF(2, middle - 4.5)))
            case MarkKind.CHECKPOINT:
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(QPen(theme.colour("text2"), 1.4))
                painter.drawEllipse(QPointF(6, middle), 3.6, 3.6)
            case _:
                painter.drawRect(QRectF(2, middle - 4, 8, 8))
