"""Errors against any column of the table: a point for each row, or a bar for each value."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent

from gui import theme
from gui.i18n import tr, trn
from gui.pages.evaluate.plots import short
from gui.widgets.card import Card
from gui.widgets.choice import ComboBox
from gui.widgets.plot import Plot, pen
from gui.widgets.text import label

if TYPE_CHECKING:
    from engine.evaluation.residuals import Residuals

REACH = 14
"""Px within which a click belongs to a point."""
MOST_LABELS = 12


class ColumnErrorsPlot(Plot):
    """`row_chosen` carries the row of the table whose point was clicked."""

    row_chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__(
            tr("Errors against a column"), left_width=48, format_x=short, format_y=short
        )
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.viewport().setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._found: Residuals | None = None
        self._points = pg.ScatterPlotItem(size=5, pxMode=True)
        self.addItem(self._points)
        self._whiskers = pg.ErrorBarItem(beam=0.2)
        self.addItem(self._whiskers)
        self._mean = self.line("text", 1.8)
        self._mean.setDownsampling(ds=1, auto=False)
        self._means = pg.ScatterPlotItem(size=7)
        self.addItem(self._means)
        zero = pg.InfiniteLine(0, angle=0, pen=pen("ctl", dashed=True))
        self.addItem(zero, ignoreBounds=True)

    def show_errors(self, found: Residuals, hue: QColor) -> None:
        """Show another column."""
        self._found = found
        places = np.array(
            [
                (each.low + each.high) / 2
                if found.is_number and each.low is not None and each.high is not None
                else place
                for place, each in enumerate(found.groups)
            ],
            float,
        )
        means = np.array([each.mean for each in found.groups])
        low = np.array([each.mean_low for each in found.groups])
        high = np.array([each.mean_high for each in found.groups])
        fill = QColor(hue)
        fill.setAlphaF(0.35)
        self._points.setData(
            np.array([each.at for each in found.points]),
            np.array([each.error for each in found.points]),
            brush=fill,
            pen=pg.mkPen(None),
        )
        ink = theme.colour("text")
        self._whiskers.setData(
            x=places, y=means, top=high - means, bottom=means - low, pen=pen("text", 1.2), beam=0.0
        )
        self._means.setData(places, means, brush=ink, pen=pg.mkPen(theme.colour("surface")))
        self._mean.setData(places if found.is_number else [], means if found.is_number else [])
        self._fit(found, places, low, high)
        axis = self.getAxis("bottom")
        if found.is_number:
            axis.setTicks(None)
        else:
            every = max(1, math.ceil(len(found.groups) / MOST_LABELS))
            shown = list(enumerate(found.groups))[::every]
            axis.setTicks([[(place, each.label[:14]) for place, each in shown]])
        self.setAccessibleDescription(
            ", ".join(
                tr("{label}: mean {mean}", label=each.label, mean=f"{each.mean:.3g}")
                for each in found.groups
            )
        )

    def _fit(self, found: Residuals, places: np.ndarray, low: np.ndarray, high: np.ndarray) -> None:
        errors = [each.error for each in found.points]
        ends = [*errors, *low.tolist(), *high.tolist(), 0.0]
        self.setYRange(min(ends), max(ends), padding=0.05)
        if found.is_number and found.points:
            at = [each.at for each in found.points]
            self.setXRange(min(at), max(at), padding=0.03)
        else:
            self.setXRange(-0.5, max(0.5, len(places) - 0.5), padding=0.02)

    def point_at(self, place: int) -> QPointF:
        """Where a point is, in the plot's own pixels."""
        assert self._found is not None
        point = self._found.points[place]
        scene = self.getPlotItem().vb.mapViewToScene(QPointF(point.at, point.error))
        return QPointF(self.mapFromScene(scene))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        found = self._found
        if found is not None and found.points:
            box = self.getPlotItem().vb
            at = box.mapSceneToView(self.mapToScene(event.position().toPoint()))
            wide, high = box.viewPixelSize()
            xs = np.array([each.at for each in found.points])
            ys = np.array([each.error for each in found.points])
            off = np.hypot((xs - at.x()) / wide, (ys - at.y()) / high)
            nearest = int(off.argmin())
            if off[nearest] <= REACH:
                self.row_chosen.emit(found.points[nearest].row)
        super().mousePressEvent(event)


class ColumnErrorsCard(Card):
    """`column_wanted` carries the column that is chosen, `row_chosen` the row of a point."""

    column_wanted = Signal(str)
    row_chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__(tr("Errors against a column"))
        self._plot: ColumnErrorsPlot | None = None
        self.column = ComboBox(small=True, name=tr("Column"))
        self.column.setFixedWidth(150)
        self.column.changed.connect(self._on_column)
        self.header.addWidget(self.column)
        self.body.setSpacing(2)
        self.below = label("", "caption", "muted")
        self.below.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.body.addStretch(1)
        self.body.addWidget(self.below)

    @property
    def plot(self) -> ColumnErrorsPlot:
        """The plot; made on the first call."""
        if self._plot is None:
            self._plot = ColumnErrorsPlot()
            self._plot.row_chosen.connect(self.row_chosen)
            self.body.takeAt(0)
            self.body.insertWidget(0, self._plot, 1)
        return self._plot

    def offer(self, columns: Sequence[str]) -> None:
        """Offer these columns; the chosen one stays where it is among them."""
        self.column.set_choices([(name, name) for name in columns])

    def show_waiting(self) -> None:
        """Another column is being looked at."""
        self.below.setText(tr("Reading “{column}”", column=self.column.value() or ""))

    def show_error(self, text: str) -> None:
        """It could not be read."""
        self.below.setText(text)

    def show_errors(self, found: Residuals, hue: QColor) -> None:
        """Show the errors against a column."""
        self.plot.show_errors(found, hue)
        is_residual = found.kind == "residual"
        what = tr("predicted − actual") if is_residual else tr("loss")
        text = tr("{column}; {what}, mean with its 95% interval", column=found.column, what=what)
        if found.missing:
            missing = trn("{count} row without", "{count} rows without", found.missing)
            text = f"{text} · {missing}"
        self.below.setText(text)

    def _on_column(self, column: str) -> None:
        self.column_wanted.emit(column)
