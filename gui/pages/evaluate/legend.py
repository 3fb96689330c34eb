"""What the marks on the metric cards mean, said once in the page's header."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui import theme
from gui.i18n import listed, tr
from gui.pages.evaluate.metric_card import paint_diamond

GLYPH, GAP, SPACE = 14, 6, 16


class MetricLegend(QWidget):
    """A short bar for the baseline, a diamond for the model beside it, a band for the interval."""

    def __init__(self) -> None:
        super().__init__()
        self._baseline = ""
        self._rival = ""
        self._interval = tr("95% interval")
        self._hue = QColor()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set(self, baseline: str, hue: QColor, rival: str = "") -> None:
        """Name the baseline and the model that the run is set beside, and take the run's hue."""
        self._baseline, self._rival, self._hue = baseline, rival, hue
        self.setAccessibleName(listed(self._texts()))
        self.updateGeometry()
        self.update()

    def _texts(self) -> list[str]:
        return [text for text in (self._baseline, self._rival, self._interval) if text]

    def sizeHint(self) -> QSize:
        texts = self._texts()
        width = sum(GLYPH + GAP + theme.text_width(text, "caption") for text in texts)
        return QSize(round(width + SPACE * (len(texts) - 1)) + 2, 20)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme.font("caption"))
        middle = self.height() / 2
        metrics = painter.fontMetrics()
        baseline = middle + (metrics.ascent() - metrics.descent()) / 2
        x = 0.0
        painter.setPen(QPen(theme.colour("text2"), 1.6))
        painter.drawLine(QPointF(x + GLYPH / 2, middle - 6), QPointF(x + GLYPH / 2, middle + 6))
        painter.setPen(theme.colour("text2"))
        painter.drawText(QPointF(x + GLYPH + GAP - 3, baseline), self._baseline)
        x += GLYPH + GAP + metrics.horizontalAdvance(self._baseline) + SPACE - 3
        if self._rival:
            paint_diamond(painter, QPointF(x + GLYPH / 2, middle))
            painter.setPen(theme.colour("text2"))
            painter.drawText(QPointF(x + GLYPH + GAP - 3, baseline), self._rival)
            x += GLYPH + GAP + metrics.horizontalAdvance(self._rival) + SPACE - 3
        band = QColor(self._hue)
        band.setAlphaF(0.3)
        painter.setPen(theme.colour("surface"))
        painter.fillRect(QRectF(x, middle - 5, GLYPH, 10), band)
        painter.setBrush(self._hue)
        painter.drawEllipse(QPointF(x + GLYPH / 2, middle), 3.4, 3.4)
        painter.setPen(theme.colour("text2"))
        painter.drawText(QPointF(x + GLYPH + GAP, baseline), self._interval)
