"""How often what is predicted with a probability comes: a curve with its band, and rows below."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent

from gui import theme
from gui.i18n import tr
from gui.models.figures import count_text
from gui.pages.evaluate.plot_card import PlotCard
from gui.widgets.plot import Plot, pen
from gui.widgets.results_numbers import figure

if TYPE_CHECKING:
    from engine.evaluation.result import CalibrationBin

ROOM = 0.2
"""Of the height, below 0, for the bars of rows."""


class CalibrationPlot(Plot):
    """Predicted probability against what came; `chosen` tells which bin was clicked."""

    chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__(tr("Calibration"), format_x=_short, format_y=_above)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.viewport().setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._bins: tuple[CalibrationBin, ...] = ()
        self.setXRange(0, 1, padding=0.008)
        self.setYRange(-ROOM, 1.02, padding=0)
        for side in ("left", "bottom"):
            self.getAxis(side).setTickSpacing(0.25, 0.25)
            self.getAxis(side).setStyle(hideOverlappingLabels=False)
        self._even = self.line("ctl", dashed=True)
        self._even.setData([0, 1], [0, 1])
        self._low, self._high = pg.PlotDataItem(), pg.PlotDataItem()
        self._band = pg.FillBetweenItem(self._low, self._high)
        self.addItem(self._band)
        self._bars = pg.BarGraphItem(x0=[0], x1=[0], y0=[0], height=[0])
        self.addItem(self._bars)
        base = self.line("axis")
        base.setData([0, 1], [0, 0])
        self._curve = self.line("text", 2.0)
        self._curve.setDownsampling(ds=1, auto=False)
        self._points = pg.ScatterPlotItem(size=6)
        self.addItem(self._points)

    def show_bins(self, bins: tuple[CalibrationBin, ...], hue: QColor) -> None:
        """Show other bins."""
        self._bins = bins
        xs = np.array([each.predicted for each in bins])
        ys = np.array([each.came for each in bins])
        band = QColor(hue)
        band.setAlphaF(0.16)
        self._low.setData(xs, np.array([each.came_low for each in bins]))
        self._high.setData(xs, np.array([each.came_high for each in bins]))
        self._band.setBrush(band)
        self._curve.setPen(pen(hue, 2.0))
        self._curve.setData(xs, ys)
        self._points.setData(xs, ys, brush=hue, pen=pg.mkPen(theme.colour("surface"), width=1))
        rows = np.array([each.rows for each in bins], float)
        heights = (ROOM - 0.03) * rows / rows.max()
        self._bars.setOpts(
            x0=[each.low for each in bins],
            x1=[each.high for each in bins],
            y0=np.full(len(bins), -ROOM),
            height=heights,
            brush=theme.colour("s3"),
            pen=pg.mkPen(theme.colour("surface"), width=1),
        )
        self.setAccessibleDescription(
            ", ".join(
                tr(
                    "{low} to {high}: {rows} rows, {came} came",
                    low=each.low,
                    high=each.high,
                    rows=each.rows,
                    came=figure(each.came),
                )
                for each in bins
            )
        )

    def centre_of(self, place: int) -> QPointF:
        """The middle of a bin's bar, in the plot's own pixels."""
        each = self._bins[place]
        at = QPointF((each.low + each.high) / 2, -ROOM * 0.9)
        return QPointF(self.mapFromScene(self.getPlotItem().vb.mapViewToScene(at)))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = self.getPlotItem().vb.mapSceneToView(self.mapToScene(event.position().toPoint()))
        for place, each in enumerate(self._bins):
            if each.low < at.x() <= each.high:
                self.chosen.emit(place)
        super().mousePressEvent(event)


class CalibrationCard(PlotCard[CalibrationPlot]):
    """The plot with what it says in one number."""

    chosen = Signal(object)
    """The `CalibrationBin` that was clicked."""

    def __init__(self) -> None:
        super().__init__(tr("Calibration"), "", "", CalibrationPlot)
        self._bins: tuple[CalibrationBin, ...] = ()

    def listen(self, plot: CalibrationPlot) -> None:
        plot.chosen.connect(lambda place: self.chosen.emit(self._bins[place]))

    def show_bins(
        self, bins: tuple[CalibrationBin, ...], error: float | None, of: str, hue: QColor
    ) -> None:
        """Show bins and the expected calibration error; `of` names the class."""
        self._bins = bins
        rows = sum(each.rows for each in bins)
        self.set_caption(
            tr("ECE {error}, 95% band, {rows} rows", error=figure(error), rows=count_text(rows))
        )
        self.below.setText(
            tr("Predicted probability of “{name}”", name=of)
            if of
            else tr("Probability of the predicted class")
        )
        self.plot.show_bins(bins, hue)


def _short(value: float) -> str:
    return f"{value:g}"


def _above(value: float) -> str:
    return f"{value:g}" if value >= 0 else ""
