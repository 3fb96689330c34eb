"""The plots of Evaluate: ROC curve, predicted against actual, residuals."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor

from gui import theme
from gui.i18n import tr
from gui.widgets.plot import Plot, pen
from gui.widgets.results_numbers import figure

MOST_BINS = 40


def _short(value: float) -> str:
    return f"{value:g}"


def _text(colour: QColor, anchor: tuple[float, float]) -> pg.TextItem:
    item = pg.TextItem(color=colour, anchor=anchor)
    item.setFont(theme.font("caption", 500))
    return item


def _pass_by(plot: Plot) -> None:
    """The plots here are only looked at: the keyboard passes them by."""
    plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    plot.viewport().setFocusPolicy(Qt.FocusPolicy.NoFocus)


class RocPlot(Plot):
    """Hits against false alarms, with the point of threshold 0.5 marked."""

    def __init__(self) -> None:
        super().__init__(tr("ROC curve"), format_x=_short, format_y=_short)
        _pass_by(self)
        self.setXRange(0, 1, padding=0.008)
        self.setYRange(0, 1.02, padding=0)
        for axis in ("left", "bottom"):
            self.getAxis(axis).setTickSpacing(0.25, 0.25)
            self.getAxis(axis).setStyle(hideOverlappingLabels=False)  # 0 and 1 lie on the edge
        self.line("ctl", dashed=True).setData([0, 1], [0, 1])
        self._rival = self.line("text2", dashed=True)
        self._curve = self.line("text", 2.2)
        self._mark = pg.ScatterPlotItem(size=9)
        self.addItem(self._mark)
        self._mark_text = _text(theme.colour("text2"), (0, 0))
        self._name = _text(theme.colour("text"), (1, 1))
        self._name.setPos(0.99, 0.02)
        self._rival_name = _text(theme.colour("text2"), (1, 1))
        self._rival_name.setPos(0.99, 0.09)
        for item in (self._mark_text, self._name, self._rival_name):
            self.addItem(item, ignoreBounds=True)

    def set_curve(
        self,
        points: Sequence[tuple[float, float]],
        half: tuple[float, float],
        run: str,
        area: float | None,
        hue: QColor,
    ) -> None:
        """Show a curve.

        Args:
            points: False and true positive rate at falling thresholds.
            half: Both rates at threshold 0.5.
            run: Name of the run, for the label.
            area: ROC AUC, if it is defined.
            hue: The run's colour.
        """
        x, y = np.array(points).T
        self._curve.setPen(pen(hue, 2.2))
        self._curve.setData(x, y)
        edge = pg.mkPen(theme.colour("surface"), width=1.5)
        self._mark.setData([half[0]], [half[1]], brush=hue, pen=edge)
        self._mark_text.setText(tr("threshold 0.50"))
        self._mark_text.setPos(half[0] + 0.015, half[1] - 0.01)
        self._name.setColor(hue)
        self._name.setText(tr("{run}, AUC {area}", run=run, area=figure(area)) if area else run)
        self.setAccessibleDescription(self._name.toPlainText())

    def set_rival(
        self, points: Sequence[tuple[float, float]], name: str, area: float | None
    ) -> None:
        """Show the curve of the model that the run is set beside; none without points."""
        x, y = np.array(points).T if points else (np.empty(0), np.empty(0))
        self._rival.setData(x, y)
        told = tr("{run}, AUC {area}", run=name, area=figure(area)) if area else name
        self._rival_name.setText(told if points else "")


class PredictedPlot(Plot):
    """Predicted against actual values, with the line where both are equal."""

    def __init__(self) -> None:
        super().__init__(tr("Predicted against actual"), left_width=52)
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
    """How far predictions are off: a histogram of predicted minus actual."""

    def __init__(self) -> None:
        super().__init__(tr("Residuals"))
        _pass_by(self)
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
        self.setAccessibleDescription(
            tr(
                "Mean {mean}, standard deviation {deviation}",
                mean=float(residuals.mean()),
                deviation=float(residuals.std()),
            )
        )
