"""Paints what happened in a run into its charts: best epoch, change by hand, early stop."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath, QPen, QPolygonF
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from gui import theme
from gui.pages.train.layer import ItemLayer


class MarkKind(Enum):
    """What happened."""

    BEST = "best"
    BY_HAND = "by_hand"
    EARLY_STOP = "early_stop"
    FAILURE = "failure"
    CHECKPOINT = "checkpoint"
    """Where the run can go on from; at the lower edge."""
    TRAIN_END = "train_end"
    """Where the training curve is now."""
    VALIDATION_END = "validation_end"


@dataclass(frozen=True, slots=True)
class Mark:
    """One mark, in the plot's coordinates; without `y` it stands at the upper edge."""

    kind: MarkKind
    x: float
    colour: QColor
    y: float | None = None
    label: str = ""
    large: bool = True


class MarkLayer(ItemLayer[Mark]):
    """The marks of a chart, above its curves."""

    def __init__(self, view: pg.ViewBox, z: float) -> None:
        super().__init__(view, z, cached=True)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem,
        widget: QWidget | None = None,
    ) -> None:
        """Draw every mark that is in view."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = self.boundingRect()
        (left, right), (bottom, top) = self.view.viewRange()
        for mark in self.items:
            if not left <= mark.x <= right:
                continue
            if mark.kind is MarkKind.CHECKPOINT:
                at = QPointF(self.pixel(mark.x, 0.0).x(), rect.height() - 5)
                painter.setPen(QPen(mark.colour, 1.4))
                painter.setBrush(theme.colour("surface"))
                painter.drawEllipse(at, 3.4, 3.4)
            elif mark.y is None:
                self._paint_at_edge(painter, rect, self.pixel(mark.x, 0.0).x(), mark)
            elif bottom <= mark.y <= top:
                self._paint_on_curve(painter, rect, self.pixel(mark.x, mark.y), mark)

    def _paint_at_edge(self, painter: QPainter, rect: QRectF, x: float, mark: Mark) -> None:
        _dotted(painter, mark.colour, x, 2, rect.height())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(mark.colour)
        if mark.kind is MarkKind.BY_HAND:
            painter.drawPolygon(flag(QPointF(x - 0.5, 0)))
        elif mark.kind is MarkKind.FAILURE:
            painter.setPen(QPen(theme.colour("err"), 2))
            painter.drawLine(QPointF(x - 3.5, 1), QPointF(x + 3.5, 8))
            painter.drawLine(QPointF(x - 3.5, 8), QPointF(x + 3.5, 1))
        else:
            middle = min(max(x, 3.5), rect.width() - 3.5)  # whole where a run ends at the edge
            painter.drawRect(QRectF(middle - 3.5, 0, 7, 7))
        self._paint_label(painter, rect, QPointF(x + 10, 26), mark, theme.colour("text2"))

    def _paint_on_curve(self, painter: QPainter, rect: QRectF, at: QPointF, mark: Mark) -> None:
        surface = theme.colour("surface")
        match mark.kind:
            case MarkKind.BEST:
                _dotted(painter, mark.colour, at.x(), at.y() + 6, rect.height())
                painter.setPen(QPen(surface, 1.4))
                painter.setBrush(mark.colour)
                painter.drawPolygon(diamond(at, 5.6 if mark.large else 4.4))
                self._paint_label(painter, rect, at + QPointF(4, -9), mark, mark.colour)
            case MarkKind.TRAIN_END:
                painter.setPen(QPen(surface, 1))
                painter.setBrush(mark.colour)
                painter.drawEllipse(at, 3.2, 3.2)
            case MarkKind.VALIDATION_END:
                painter.setPen(QPen(mark.colour, 1.6))
                painter.setBrush(surface)
                painter.drawEllipse(at, 2.8, 2.8)

    def _paint_label(
        self, painter: QPainter, rect: QRectF, at: QPointF, mark: Mark, colour: QColor
    ) -> None:
        if not mark.label:
            return
        font = theme.font("axis", 600 if mark.kind is MarkKind.BEST else 400)
        width = QFontMetricsF(font).horizontalAdvance(mark.label)
        x = min(at.x(), rect.width() - width - 2)
        text = QPainterPath()
        text.addText(QPointF(max(x, 2.0), max(at.y(), 11.0)), font, mark.label)
        painter.strokePath(text, QPen(theme.colour("surface"), 3))  # readable across curves
        painter.fillPath(text, colour)


def diamond(at: QPointF, radius: float) -> QPolygonF:
    """The mark of the best epoch, around `at`."""
    corners = ((0, -radius), (radius, 0), (0, radius), (-radius, 0))
    return QPolygonF([at + QPointF(*corner) for corner in corners])


def flag(at: QPointF) -> QPolygonF:
    """The mark of a change by hand, its pole at `at`."""
    corners = ((0, 0), (9, 0), (6.5, 3.2), (9, 6.4), (1.2, 6.4), (1.2, 9), (0, 9))
    return QPolygonF([at + QPointF(*corner) for corner in corners])


def _dotted(painter: QPainter, colour: QColor, x: float, top: float, bottom: float) -> None:
    pen = QPen(colour, 1)
    pen.setDashPattern([1.5, 2.5])
    painter.setPen(pen)
    painter.drawLine(QPointF(round(x) + 0.5, top), QPointF(round(x) + 0.5, bottom))
