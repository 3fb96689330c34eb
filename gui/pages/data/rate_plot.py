"""The target along a column with a 95% band: the rate of the last of two classes, or the mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor

from engine.schema import Kind
from gui import theme
from gui.i18n import tr
from gui.models.figures import compact_text, date_text, whole_percent_text
from gui.pages.data.distribution_plot import (
    drawn_edges,
    show_end_labels,
    shown_range,
    words_on_plot,
)
from gui.widgets.plot import Plot, pen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.data.profiling.column_profile import ColumnProfile, Point

_HEIGHT = 104


class RatePlot(Plot):
    """A line through the rates or means, their band, and that of all rows."""

    def __init__(self) -> None:
        super().__init__(
            tr("Target along the column"),
            left_width=42,
            bottom_height=19,
            format_x=self._format_x,
            format_y=self._format_y,
        )
        self._is_rate = True
        self.setFixedHeight(round(_HEIGHT * theme.text_scale()))
        show_end_labels(self)
        self._date_span = 0.0
        accent = theme.colour("accent")
        band = QColor(accent)
        band.setAlphaF(0.16)
        self._low = pg.PlotCurveItem(pen=None)
        self._high = pg.PlotCurveItem(pen=None)
        self._band = pg.FillBetweenItem(self._low, self._high, brush=band)
        self._line = self.line(accent, 1.4)
        self._dots = pg.ScatterPlotItem(size=7, brush=accent, pen=pen("surface", 1.4))
        self._all = pg.InfiniteLine(angle=0, pen=pen("text2", 1.0, dashed=True))
        self._all_text = words_on_plot()
        for item in (self._low, self._high, self._band, self._dots, self._all, self._all_text):
            self.addItem(item, ignoreBounds=True)
        self._dots.setZValue(5)

    def sizeHint(self) -> QSize:
        return QSize(220, round(_HEIGHT * theme.text_scale()))

    def _format_x(self, value: float) -> str:
        return date_text(value, self._date_span) if self._date_span else compact_text(value)

    def _format_y(self, value: float) -> str:
        return whole_percent_text(value) if self._is_rate else compact_text(value)

    def show_figures(self, figures: ColumnProfile, overall: float, *, integer: bool) -> None:
        """Draw the rates or means of a column; `overall` is that of all rows."""
        points: Sequence[Point] = figures.target_rate or figures.target_mean
        self._is_rate = bool(figures.target_rate)
        x, rate, low, high = (
            np.asarray(values, dtype=float) for values in zip(*points, strict=True)
        )
        self._low.setData(x, low)
        self._high.setData(x, high)
        self._line.setData(x, rate)
        self._dots.setData(x, rate)
        edges = drawn_edges(figures, integer=integer)
        first, last = float(edges[0]), float(edges[-1])
        self._date_span = last - first if figures.kind is Kind.DATE else 0.0
        self.setXRange(*shown_range(first, last), padding=0.0)
        if self._is_rate:
            top = min(1.0, max(float(high.max()), overall) * 1.05)
            self.setYRange(0, max(top, 0.05), padding=0.0)
        else:
            self.setYRange(*_around(min(low.min(), overall), max(high.max(), overall)), padding=0.0)
        self._all.setValue(overall)
        self._all_text.setText(tr("all {share}", share=self._format_y(overall)))
        low_end, high_end = shown_range(first, last)
        # The words stand at the end of the line where no points are.
        at_right = x[-1] < low_end + 0.8 * (high_end - low_end)
        self._all_text.setAnchor((1, 0) if at_right else (0, 0))
        self._all_text.setPos(high_end if at_right else low_end, overall)


def _around(low: float, high: float) -> tuple[float, float]:
    """The range of an axis: from zero where that is not far off."""
    room = 0.06 * (high - low) or 0.5
    return (0.0 if 0 <= low < 0.5 * high else low - room), high + room
