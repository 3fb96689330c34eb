"""The plots of numbers: predicted against actual, residuals, errors by predicted value."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent

from gui import theme
from gui.i18n import tr
from gui.widgets.plot import Plot, pen

if TYPE_CHECKING:
    from engine.evaluation.result import ErrorBin, Histogram

MOST_BINS = 40


def short(value: float) -> str:
    """A number with three digits at most: thousands and millions by their letters."""
    for size, letter in ((1e9, "G"), (1e6, "M"), (1e4, "k")):
        if abs(value) >= size:
            unit = 1e3 if letter == "k" else size
            return f"{value / unit:.3g}{letter}".replace("-", "\u2212")
    return f"{value:.3g}".replace("-", "\u2212")


def _pass_by(plot: Plot) -> None:
    """The plots here are only looked at: the keyboard passes them by."""
    plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    plot.viewport().setFocusPolicy(Qt.FocusPolicy.NoFocus)


class PredictedPlot(Plot):
    """Predicted against actual values, with the line where both are equal."""

    def __init__(self) -> None:
        super().__init__(
            tr("Predicted against actual"), left_width=48, format_x=short, format_y=short
        )
        _pass_by(self)
        self._identity = self.line("ctl", dashed=True)
        # Thinning two points out fails when the next run's values are of quite another size.
        self._identity.setDownsampling(ds=1, auto=False)
        self._points = pg.ScatterPlotItem(size=6, pxMode=True)
        self.addItem(self._points)

    def set_points(self, points: Sequence[tuple[float, float]], hue: QColor) -> None:
        """Show (predicted, actual) pairs."""
        predicted, actual = np.array(points).T
        low = float(min(predicted.min(), actual.min()))
        high = float(max(predicted.max(), actual.max()))
        fill = QColor(hue)
        fill.setAlphaF(0.5)
        self._points.setData(actual, predicted, brush=fill, pen=pg.mkPen(None))
        self._identity.setData([low, high], [low, high])
        self.setXRange(low, high, padding=0.04)
        self.setYRange(low, high, padding=0.04)
        self.setAccessibleDescription(
            tr("{count} rows from {low} to {high}", count=len(points), low=low, high=high)
        )


class ResidualPlot(Plot):
    """How far predictions are off: a histogram of predicted minus actual.

    `chosen` carries the bounds of the bar that was clicked; the outermost bars have no outer bound.
    """

    chosen = Signal(float, float)

    def __init__(self) -> None:
        super().__init__(tr("Residuals"), format_x=short)
        _pass_by(self)
        self._edges: tuple[float, ...] = ()
        self._bars = pg.BarGraphItem(x0=[0], x1=[0], height=[0])
        self.addItem(self._bars)
        zero = pg.InfiniteLine(0, pen=pen("text2", dashed=True))
        self.addItem(zero, ignoreBounds=True)

    def set_points(self, points: Sequence[tuple[float, float]]) -> None:
        """Count the residuals of (predicted, actual) pairs."""
        predicted, actual = np.array(points).T
        residuals = predicted - actual
        bins = int(np.clip(np.sqrt(len(residuals)) * 1.2, 8, MOST_BINS))
        counts, edges = np.histogram(residuals, bins=bins)
        self._draw(counts, edges)
        self.setAccessibleDescription(
            tr(
                "Mean {mean}, standard deviation {deviation}",
                mean=float(residuals.mean()),
                deviation=float(residuals.std()),
            )
        )

    def set_histogram(self, found: Histogram) -> None:
        """Show rows that are counted already."""
        self._draw(np.array(found.counts), np.array(found.edges))
        self.setAccessibleDescription(
            tr(
                "{count} rows from {low} to {high}",
                count=sum(found.counts),
                low=found.edges[0],
                high=found.edges[-1],
            )
        )

    def _draw(self, counts: np.ndarray, edges: np.ndarray) -> None:
        self._edges = tuple(edges.tolist())
        self._bars.setOpts(
            x0=edges[:-1],
            x1=edges[1:],
            height=counts,
            brush=theme.colour("s3"),
            pen=pg.mkPen(theme.colour("surface"), width=1),
        )
        reach = float(np.abs(edges).max()) or 1.0
        self.setXRange(-reach, reach, padding=0.02)
        self.setYRange(0, float(counts.max()) * 1.06, padding=0)
        self.getAxis("left").setStyle(maxTickLevel=0)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = self.getPlotItem().vb.mapSceneToView(self.mapToScene(event.position().toPoint())).x()
        bars = list(zip(self._edges, self._edges[1:], strict=False))
        for place, (low, high) in enumerate(bars):
            if low <= at < high:
                first, last = place == 0, place == len(bars) - 1
                self.chosen.emit(-math.inf if first else low, math.inf if last else high)
        super().mousePressEvent(event)


class QuantilePlot(Plot):
    """Residuals in their order against those of a normal distribution."""

    def __init__(self) -> None:
        super().__init__(tr("Residuals against a normal distribution"))
        _pass_by(self)
        self._even = self.line("ctl", dashed=True)
        self._even.setDownsampling(ds=1, auto=False)
        self._points = pg.ScatterPlotItem(size=5)
        self.addItem(self._points)

    def set_points(self, points: Sequence[tuple[float, float]], hue: QColor) -> None:
        """Show (expected, found) pairs in deviations."""
        expected, found = np.array(points).T
        fill = QColor(hue)
        fill.setAlphaF(0.6)
        self._points.setData(expected, found, brush=fill, pen=pg.mkPen(None))
        reach = float(max(np.abs(expected).max(), np.abs(found).max()))
        self._even.setData([-reach, reach], [-reach, reach])
        self.setXRange(float(expected.min()), float(expected.max()), padding=0.04)
        self.setYRange(-reach, reach, padding=0.02)
        self.setAccessibleDescription(
            tr("Largest residual {size} deviations", size=round(reach, 1))
        )


class ErrorByValuePlot(Plot):
    """The mean absolute error of tenths of the rows by predicted value, and their bias.

    `chosen` carries the bounds of the tenth that was clicked.
    """

    chosen = Signal(float, float)

    def __init__(self) -> None:
        super().__init__(tr("Error by predicted value"), left_width=48, format_y=short)
        _pass_by(self)
        self._bins: tuple[ErrorBin, ...] = ()
        self._bars = pg.BarGraphItem(x0=[0], x1=[0], height=[0])
        self.addItem(self._bars)
        self._bias = self.line("text", 1.6)
        self._bias.setDownsampling(ds=1, auto=False)
        zero = pg.InfiniteLine(0, angle=0, pen=pen("axis"))
        self.addItem(zero, ignoreBounds=True)
        self.getAxis("bottom").setStyle(hideOverlappingLabels=True)

    def set_bins(self, bins: tuple[ErrorBin, ...], hue: QColor) -> None:
        """Show other tenths."""
        self._bins = bins
        places = np.arange(len(bins))
        errors = np.array([each.mae for each in bins])
        bias = np.array([each.bias for each in bins])
        self._bars.setOpts(
            x0=places + 0.04,
            x1=places + 0.96,
            height=errors,
            brush=theme.colour("s3"),
            pen=pg.mkPen(None),
        )
        self._bias.setPen(pen(hue, 1.6))
        self._bias.setData(places + 0.5, bias)
        self.getAxis("bottom").setTicks(
            [[(place + 0.5, short(each.low)) for place, each in list(enumerate(bins))[::2]]]
        )
        self.setXRange(0, len(bins), padding=0.01)
        top = float(errors.max()) or 1.0
        self.setYRange(min(0.0, float(bias.min())) * 1.05, top * 1.06, padding=0)
        self.setAccessibleDescription(
            ", ".join(
                tr("{low} to {high}: error {mae}", low=each.low, high=each.high, mae=each.mae)
                for each in bins
            )
        )

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = self.getPlotItem().vb.mapSceneToView(self.mapToScene(event.position().toPoint())).x()
        if 0 <= at < len(self._bins):
            found = self._bins[int(at)]
            self.chosen.emit(found.low, found.high)
        super().mousePressEvent(event)
