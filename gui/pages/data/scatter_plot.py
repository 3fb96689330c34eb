"""Two columns of numbers or dates as points, or as a map of density when they are many."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor

from engine.schema import Kind
from gui import theme
from gui.i18n import tr
from gui.models.figures import compact_text, date_text
from gui.widgets import heat
from gui.widgets.plot import Plot, pen

if TYPE_CHECKING:
    from engine.data.relations.pair import Scatter


class ScatterPlot(Plot):
    """Points or a density, and the straight line through them."""

    def __init__(self) -> None:
        super().__init__(
            tr("Two columns"),
            left_width=46,
            bottom_height=20,
            format_x=lambda value: self._format(value, self._spans[0]),
            format_y=lambda value: self._format(value, self._spans[1]),
        )
        self._spans = (0.0, 0.0)
        self._density = pg.ImageItem(axisOrder="col-major")
        self._density.setZValue(-10)
        brush = QColor(theme.colour("s4"))
        brush.setAlphaF(0.55)
        self._points = pg.ScatterPlotItem(size=5, brush=brush, pen=None)
        self._fit = pg.PlotCurveItem(pen=pen("pos", 1.4))
        for item in (self._density, self._points, self._fit):
            self.addItem(item, ignoreBounds=True)

    def show_scatter(self, scatter: Scatter, x_kind: Kind, y_kind: Kind) -> None:
        """Draw two columns of these kinds."""
        empty = not len(scatter.x)
        for item in (self._density, self._points, self._fit):
            item.setVisible(not empty)
        if empty:
            return
        low_x, high_x = _room(scatter.x, scatter.x_edges)
        low_y, high_y = _room(scatter.y, scatter.y_edges)
        self._spans = (
            high_x - low_x if x_kind is Kind.DATE else 0.0,
            high_y - low_y if y_kind is Kind.DATE else 0.0,
        )
        is_map = scatter.density.size > 0
        self._density.setVisible(is_map)
        self._points.setVisible(not is_map)
        if is_map:
            self._show_density(scatter)
        else:
            self._points.setData(scatter.x, scatter.y)
        self._fit.setVisible(scatter.line is not None)
        if scatter.line is not None:
            slope, start = scatter.line
            ends = np.array((low_x, high_x))
            self._fit.setData(ends, slope * ends + start)
        self.setXRange(low_x, high_x, padding=0.02)
        self.setYRange(low_y, high_y, padding=0.02)
        for axis in ("left", "bottom"):
            self.getAxis(axis).picture = None

    def _show_density(self, scatter: Scatter) -> None:
        counts = np.sqrt(scatter.density / max(1, int(scatter.density.max())))
        steps = np.array([heat.fill(0.12 + 0.88 * at / 255).getRgb() for at in range(256)])
        pixels = steps[(counts * 255).astype(np.intp)].astype(np.ubyte)
        pixels[scatter.density == 0, 3] = 0
        self._density.setImage(pixels, autoLevels=False, levels=(0, 255))
        x, y = scatter.x_edges, scatter.y_edges
        self._density.setRect(QRectF(x[0], y[0], x[-1] - x[0], y[-1] - y[0]))

    @staticmethod
    def _format(value: float, span: float) -> str:
        return date_text(value, span) if span else compact_text(value)


def _room(values: np.ndarray, edges: np.ndarray) -> tuple[float, float]:
    low, high = float(values.min()), float(values.max())
    if len(edges) > 1:
        low, high = min(low, float(edges[0])), max(high, float(edges[-1]))
    return (low, high) if high > low else (low - 0.5, high + 0.5)
