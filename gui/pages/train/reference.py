"""Lines across a chart that its curves are read against: a baseline, the norm that gradients are clipped at."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from gui import theme
from gui.pages.train.layer import ItemLayer


@dataclass(frozen=True, slots=True)
class Reference:
    """A value, in the chart's scale, and what it is."""

    value: float
    label: str
    colour: str = "text2"
    """Colour of the theme."""
    dashed: bool = False
    """Dashes instead of dots."""
    at_right: bool = False


class ReferenceLayer(ItemLayer[Reference]):
    """The lines of a chart, above its curves."""

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem,
        widget: QWidget | None = None,
    ) -> None:
        """A thin line for each value in view, its label above."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = self.boundingRect()
        bottom, top = self.view.viewRange()[1]
        font = theme.font("axis")
        for reference in self.items:
            if not bottom <= reference.value <= top:
                continue
            y = round(self.pixel(0.0, reference.value).y()) + 0.5
            colour = theme.colour(reference.colour)
            pen = QPen(colour, 1)
            pen.setDashPattern([5.0, 3.0] if reference.dashed else [1.5, 2.5])
            painter.setPen(pen)
            painter.drawLine(QPointF(0, y), QPointF(rect.width(), y))
            width = QFontMetricsF(font).horizontalAdvance(reference.label)
            x = rect.width() - width - 2 if reference.at_right else 8.0
            text = QPainterPath()
            text.addText(QPointF(x, y - 4 if y > 16 else y + 13), font, reference.label)
            painter.strokePath(text, QPen(theme.colour("surface"), 3))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.fillPath(text, colour)
