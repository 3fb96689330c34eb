"""How far several runs are apart: a tinted band behind the curve of their mean."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPolygonF
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from gui.pages.train.layer import ItemLayer
from gui.pages.train.series import Numbers, clipped

OPACITY = 0.16
FAR = 1e4


@dataclass(frozen=True, slots=True, eq=False)
class Band:
    """From the lowest to the highest of several curves, over ascending x."""

    x: Numbers
    low: Numbers
    high: Numbers
    colour: QColor


class BandLayer(ItemLayer[Band]):
    """The bands of a chart, behind its curves."""

    def __init__(self, view: pg.ViewBox, z: float) -> None:
        super().__init__(view, z, cached=True)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem,
        widget: QWidget | None = None,
    ) -> None:
        """A filled area for each band."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        left, right = self.view.viewRange()[0]
        for band in self.items:
            known = np.isfinite(band.low) & np.isfinite(band.high)
            if known.sum() < 2:
                continue
            edges = []
            for values in (band.high[known], band.low[known]):
                x, y = clipped(band.x[known], values, left, right)
                points = [self.pixel(float(a), float(b)) for a, b in zip(x, y, strict=True)]
                edges.append([QPointF(at.x(), min(max(at.y(), -FAR), FAR)) for at in points])
            tint = QColor(band.colour)
            tint.setAlphaF(OPACITY)
            painter.setBrush(tint)
            painter.drawPolygon(QPolygonF([*edges[0], *reversed(edges[1])]))
