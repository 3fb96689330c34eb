"""The one plot of the program: pyqtgraph in the look of the design.

Import this module only after the first paint: it brings pyqtgraph and numpy.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem, QWidget

from gui import theme

pg.setConfigOptions(antialias=True)


class Plot(pg.PlotWidget):
    """Axes at the left and below, grid lines behind, no legend, no menu.

    Pens of one pixel are the fast ones; `pen()` makes them. `reset` is emitted on a double click.
    """

    reset = Signal()

    def __init__(
        self,
        name: str,
        *,
        left_width: int = 42,
        bottom_height: int = 20,
        x_title: str = "",
        mouse: bool = False,
        format_x: Callable[[float], str] | None = None,
        format_y: Callable[[float], str] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        self._axes = {
            "left": Axis("left", format_y),
            "bottom": Axis("bottom", format_x),
        }
        super().__init__(
            parent=parent,
            background=theme.colour("surface"),
            axisItems=self._axes,
            enableMenu=False,
        )
        self.setAccessibleName(name)
        self.setFrameShape(pg.PlotWidget.Shape.NoFrame)
        self.hideButtons()
        self.setMouseEnabled(x=mouse, y=False)
        item = self.getPlotItem()
        item.setContentsMargins(0, 0, 0, 0)
        item.setClipToView(True)
        item.setDownsampling(auto=True, mode="peak")
        # pyqtgraph leaves its menu without a parent: it would outlive the plot.
        item.ctrlMenu.setParent(self, item.ctrlMenu.windowFlags())
        self._axes["left"].setWidth(left_width)
        self._axes["bottom"].setHeight(bottom_height)
        self._axes["bottom"].title = x_title
        self._grid = _Grid(self._axes)
        item.vb.addItem(self._grid, ignoreBounds=True)
        if not mouse:
            # Let the wheel scroll the page instead of swallowing it.
            self.wheelEvent = lambda event: event.ignore()

    def line(
        self, colour: str | QColor, width: float = 1.0, *, dashed: bool = False
    ) -> pg.PlotDataItem:
        """An empty curve; fill it with `setData(x, y)`."""
        curve = pg.PlotDataItem(pen=pen(colour, width, dashed=dashed))
        self.addItem(curve)
        return curve

    def mouseDoubleClickEvent(self, event: Any) -> None:
        self.reset.emit()
        super().mouseDoubleClickEvent(event)


def pen(colour: str | QColor, width: float = 1.0, *, dashed: bool = False) -> QPen:
    """A cosmetic pen in a colour of the theme; dashed is what validation curves are."""
    result = QPen(theme.colour(colour) if isinstance(colour, str) else colour, width)
    result.setCosmetic(True)
    if dashed:
        result.setDashPattern([2.5, 1.75] if width > 1.5 else [4.0, 3.0])
    return result


def format_number(value: float) -> str:
    """A tick label: up to four significant digits, a true minus."""
    return f"{value:.4g}".replace("-", "\u2212")


class Axis(pg.AxisItem):
    """Tick labels without tick marks; the lower axis has a base line and a word at its right end."""

    def __init__(self, side: str, format_value: Callable[[float], str] | None) -> None:
        super().__init__(side)
        self.title = ""
        self._format = format_value
        self._asked: tuple[float, float, float, bool] | None = None
        self._ticks: list[Any] = []
        self.enableAutoSIPrefix(False)
        self.setStyle(tickLength=0, maxTickLevel=0, hideOverlappingLabels=True, tickTextOffset=6)
        self.setTickFont(theme.font("axis"))
        self.setTextPen(theme.colour("muted"))
        self.setPen(theme.colour("axis") if side == "bottom" else theme.colour("surface"))

    def tickValues(self, minVal: float, maxVal: float, size: float) -> list[Any]:  # noqa: N803
        # The grid asks for the same ticks in the same frame.
        asked = (minVal, maxVal, size, self.logMode)
        if asked != self._asked:
            self._asked = asked
            self._ticks = super().tickValues(minVal, maxVal, size)
        return self._ticks

    def tickStrings(self, values: Sequence[float], scale: float, spacing: float) -> list[str]:
        if self._format is not None:
            return [self._format(value * scale) for value in values]
        strings: list[str] = super().tickStrings(values, scale, spacing)
        return [text.replace("-", "\u2212") for text in strings]

    def drawPicture(
        self, painter: QPainter, axis_spec: Any, tick_specs: Any, text_specs: Any
    ) -> None:
        if self.title:
            painter.setFont(theme.font("axis"))
            width = painter.fontMetrics().horizontalAdvance(self.title)
            edge = self.size().width()
            room = QRectF(edge - width, 4, width, self.size().height() - 4)
            text_specs = [spec for spec in text_specs if spec[0].right() < edge - width - 8]
        super().drawPicture(painter, axis_spec, tick_specs, text_specs)
        if self.title:
            painter.setPen(theme.colour("muted"))
            painter.drawText(
                room, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop, self.title
            )


class _Grid(QGraphicsItem):
    """Lines at the major ticks, drawn in one call (pyqtgraph's own grid costs ten times as much)."""

    def __init__(self, axes: dict[str, Axis]) -> None:
        super().__init__()
        self._axes = axes
        self.setZValue(-100)

    def boundingRect(self) -> QRectF:
        view = self.parentItem()
        if view is None:
            return QRectF()
        return self._view_box().viewRect()

    def paint(self, painter: QPainter, option: Any, widget: QWidget | None = None) -> None:
        area = self._view_box().viewRect()
        if not all(
            math.isfinite(v) for v in (area.left(), area.right(), area.top(), area.bottom())
        ):
            return
        lines = [
            QLineF(QPointF(x, area.top()), QPointF(x, area.bottom())) for x in self._ticks("bottom")
        ]
        lines += [
            QLineF(QPointF(area.left(), y), QPointF(area.right(), y)) for y in self._ticks("left")
        ]
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        painter.setPen(pen("grid"))
        painter.drawLines(lines)

    def _ticks(self, side: str) -> list[float]:
        axis = self._axes[side]
        low, high = axis.range
        size = axis.size().width() if side == "bottom" else axis.size().height()
        levels = axis.tickValues(low, high, size)
        return list(levels[0][1]) if levels else []

    def _view_box(self) -> pg.ViewBox:
        return self._axes["left"].linkedView()
