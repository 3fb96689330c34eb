"""Paints curves into a plot, in pixels, from arrays of any length.

pyqtgraph's own curve items hand Qt up to ten points a pixel and wide antialiased pens, which costs 4 to
25 ms for one curve of 10,000 noisy points. Here a curve is thinned to two points a pixel, and a line
wider than 1 px is drawn as several lines of 1 px side by side, for which Qt has a fast path: under 1 ms.
The painted layer is cached until curves or view change, so a moving crosshair repaints no curve.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import ceil, cos, pi, sin

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPaintEngine, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from gui.pages.train.layer import Layer
from gui.pages.train.levels import Levels
from gui.pages.train.series import Numbers

FAR = 1e4
"""Pixels beyond which a curve out of sight is cut off, so that Qt never sees huge numbers."""
DASH, GAP = 5.5, 3.85
MARKER_EVERY = 10
MARKER_PIXELS = 24
"""Between two markers at least, on long curves."""
DENSE = 1.5
"""Points a pixel from which on a curve is a band of strokes, where a wide line shows nothing more."""
DENSE_WIDTH = 1.2


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """One line: points in the plot's coordinates (ascending x) and how it looks."""

    x: Numbers
    y: Numbers
    colour: QColor
    width: float = 1.2
    dashed: bool = False
    opacity: float = 1.0
    marker: int = 0
    """0: none; 1, 2, 3: a square, triangle or cross on every tenth point (hues used again)."""


class CurveLayer(Layer):
    """All curves of one kind in a view box, painted as one item and cached."""

    def __init__(self, view: pg.ViewBox, z: float) -> None:
        super().__init__(view, z, cached=True)
        self._curves: tuple[Curve, ...] = ()
        self._thinned: dict[Curve, tuple[Numbers, Numbers]] = {}
        """What is left of each curve at this range of x and width, in the plot's coordinates."""
        self._levels: dict[Curve, Levels] = {}
        self._paths: dict[Curve, QPainterPath] = {}
        self._seen = (0.0, 0.0, 0.0)
        """Range of x and width that `_thinned` is good for."""

    def set_curves(self, curves: Sequence[Curve]) -> None:
        """Show these; curves that were shown before (the same objects) are not computed again."""
        kept = set(curves) & set(self._curves)
        if len(kept) == len(curves) == len(self._curves):
            return
        self._paths = {key: path for key, path in self._paths.items() if key in kept}
        self._thinned = {key: points for key, points in self._thinned.items() if key in kept}
        self._levels = {key: levels for key, levels in self._levels.items() if key in kept}
        self._curves = tuple(curves)
        self.update()

    @property
    def curves(self) -> tuple[Curve, ...]:
        """What is shown, last drawn on top."""
        return self._curves

    def view_changed(self) -> None:
        """Every path has to be made anew; what is left of the curves only for another stretch of x."""
        self._paths.clear()
        seen = (*self.view.viewRange()[0], self.boundingRect().width())
        if seen != self._seen:
            self._seen = seen
            self._thinned.clear()
        self.update()

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem,
        widget: QWidget | None = None,
    ) -> None:
        """Draw every curve, in order."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for curve in self._curves:
            path = self._paths.get(curve)
            if path is None:
                path = self._paths[curve] = self._path(curve)
            painter.setOpacity(curve.opacity)
            if path.elementCount() == 1:
                point = path.elementAt(0)
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(curve.colour)
                painter.drawEllipse(QPointF(point.x, point.y), 2.5, 2.5)
            else:
                width = min(curve.width, DENSE_WIDTH) if _is_dense(path) else curve.width
                stroke(painter, path, curve.colour, width, curve.dashed)
            if curve.marker:
                self._paint_markers(painter, curve)

    def pixels(self, x: Numbers, y: Numbers) -> tuple[Numbers, Numbers]:
        """Coordinates of the plot as pixels of this item."""
        (left, right), (bottom, top) = self.view.viewRange()
        rect = self.boundingRect()
        across = rect.width() / (right - left or 1.0)
        up = rect.height() / (top - bottom or 1.0)
        return (x - left) * across, np.clip((top - y) * up, -FAR, FAR)

    def _path(self, curve: Curve) -> QPainterPath:
        points = self._thinned.get(curve)
        if points is None:
            left, right, width = self._seen
            pixel = (right - left) / width if width > 0 else 1.0
            levels = self._levels.get(curve)
            if levels is None:
                levels = self._levels[curve] = Levels(curve.x, curve.y)
            points = levels.thinned(left, right, pixel or 1.0)
            self._thinned[curve] = points
        x, y = self.pixels(*points)
        seen = np.isfinite(y)
        if seen.sum() == 1:
            path = QPainterPath()
            path.moveTo(float(x[seen][0]), float(y[seen][0]))
            return path
        return pg.arrayToQPath(x, y, connect="all" if seen.all() else "finite")

    def _paint_markers(self, painter: QPainter, curve: Curve) -> None:
        every = max(1, round(self.boundingRect().width() / MARKER_PIXELS))
        left, right = self.view.viewRange()[0]
        first, last = np.searchsorted(curve.x, (left, right))
        step = max(MARKER_EVERY, -(-int(last - first) // every))
        places = np.arange(-(-int(first) // step) * step, last, step)
        x, y = self.pixels(curve.x[places], curve.y[places])
        painter.setPen(QPen(curve.colour, 1.2))
        painter.setBrush(curve.colour if curve.marker != 3 else Qt.BrushStyle.NoBrush)
        for at in map(QPointF, x, y):
            if curve.marker == 1:
                painter.drawRect(QRectF(at.x() - 2.5, at.y() - 2.5, 5, 5))
            elif curve.marker == 2:
                painter.drawPolygon([at + QPointF(*d) for d in ((0, -3), (3, 2.5), (-3, 2.5))])
            else:
                painter.drawLine(at + QPointF(-3, -3), at + QPointF(3, 3))
                painter.drawLine(at + QPointF(-3, 3), at + QPointF(3, -3))


def _is_dense(path: QPainterPath) -> bool:
    points = path.elementCount()
    if points < 200:
        return False
    return points > DENSE * (path.elementAt(points - 1).x - path.elementAt(0).x)


def stroke(
    painter: QPainter, path: QPainterPath, colour: QColor, width: float, dashed: bool
) -> None:
    """Draw a path `width` px wide from lines of one pixel: 4 to 20 times as fast as with a wide pen."""
    if painter.paintEngine().type() == QPaintEngine.Type.SVG:
        pen = QPen(colour, width)
        if dashed:
            pen.setDashPattern([DASH / width, GAP / width])
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(path)
        return
    device = painter.device()
    ratio = device.devicePixelRatioF() if device is not None else 1.0
    pen = QPen(colour, 1)
    pen.setCosmetic(True)  # one pixel of the device, whatever its ratio
    if dashed:
        length = ratio * (1.0 if width > 1.6 else 0.7)
        pen.setDashPattern([DASH * length, GAP * length])
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for dx, dy in _offsets(round(width * ratio, 2)):
        painter.translate(dx / ratio, dy / ratio)
        painter.drawPath(path)
        painter.translate(-dx / ratio, -dy / ratio)


@lru_cache(maxsize=32)
def _offsets(width: float) -> tuple[tuple[float, float], ...]:
    """Where to put lines of one pixel so that together they look like one of `width` pixels."""
    radius = (width - 1) / 2
    if radius <= 0:
        return ((0.0, 0.0),)
    places: list[tuple[float, float]] = []
    while radius > 0:
        copies = 2 if radius < 0.3 else max(8, ceil(7 * radius))
        turns = (2 * pi * turn / copies + pi / 4 for turn in range(copies))
        places += [(radius * cos(angle), radius * sin(angle)) for angle in turns]
        radius -= 0.9
    return tuple(places)
