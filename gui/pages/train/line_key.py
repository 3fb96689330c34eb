"""A key to solid and dashed lines, in the header of a chart."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui import theme
from gui.i18n import tr


class LineKey(QWidget):
    """A short stroke and what it stands for."""

    STROKE = 18

    def __init__(self, text: str, *, dashed: bool) -> None:
        super().__init__()
        self._text = text
        self._dashed = dashed
        self.setFont(theme.font("caption", 500))
        self.setAccessibleName(
            tr("{part}: dashed line", part=text) if dashed else tr("{part}: solid line", part=text)
        )
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        text = self.fontMetrics().horizontalAdvance(self._text)
        return QSize(self.STROKE + 5 + text, self.fontMetrics().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        pen = QPen(theme.colour("text2"), 2)
        if self._dashed:
            pen.setDashPattern([2.5, 1.4])
        painter.setPen(pen)
        middle = self.height() // 2
        painter.drawLine(0, middle, self.STROKE, middle)
        painter.setPen(theme.colour("text2"))
        painter.drawText(
            self.rect().adjusted(self.STROKE + 5, 0, 0, 0),
            Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter,
            self._text,
        )
