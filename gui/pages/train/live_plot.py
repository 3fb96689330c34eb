"""A plot that a pointer or the keyboard reads and zooms."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QWheelEvent,
)
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from gui import theme
from gui.pages.train.layer import Layer
from gui.pages.train.series import logarithmic_ticks
from gui.widgets.plot import Plot

DRAG_MIN = 5
"""Pixels a pointer must move for a drag to count as a zoom."""
WHEEL_FACTOR = 0.8
RIGHT_MARGIN = 14


class LivePlot(Plot):
    """Drag marks a stretch of x to zoom into, the wheel zooms, a double click resets.

    Keys: left and right move the crosshair by a point, Home and End to the ends, plus and minus zoom,
    0 resets, Escape takes the crosshair away.
    """

    hovered = Signal(object)
    """x under the pointer, or None when it has left."""
    stepped = Signal(int)
    """The crosshair is to move by so many points; beyond all points for Home and End."""
    zoomed = Signal(float, float)
    """A new range of x is wanted."""

    TO_THE_END = 1_000_000_000

    def __init__(
        self,
        name: str,
        *,
        left_width: int,
        x_title: str,
        format_x: Callable[[float], str],
        format_y: Callable[[float], str],
    ) -> None:
        super().__init__(
            name,
            left_width=theme.grown(left_width),
            bottom_height=theme.grown(20),
            x_title=x_title,
            format_x=format_x,
            format_y=format_y,
        )
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumHeight(60)
        self.view = self.getPlotItem().vb
        self.crosshair = CrosshairLayer(self.view, 5)
        # Labels at both ends of the lower axis reach beyond it; at the right they have room to.
        self.getPlotItem().getAxis("bottom").setStyle(hideOverlappingLabels=False)
        self.getPlotItem().layout.setContentsMargins(0, 0, RIGHT_MARGIN, 0)
        self._band = _Band(self.view, 6)
        self._pressed: float | None = None
        self._ring = False

    def x_at(self, position: QPointF) -> float:
        """The x value under a point of the viewport, kept within the view."""
        low, high = self.view.viewRange()[0]
        x = self.view.mapSceneToView(self.mapToScene(position.toPoint())).x()
        return min(max(x, low), high)

    def set_x_title(self, title: str) -> None:
        """The word at the right end of the lower axis."""
        axis = self.getPlotItem().getAxis("bottom")
        if axis.title != title:
            axis.title = title
            axis.picture = None
            axis.update()

    def set_log(self, log: bool) -> None:
        """Put ticks at round numbers of a logarithmic axis; values are given as powers of ten."""
        axis = self.getPlotItem().getAxis("left")
        if log:
            axis.tickValues = logarithmic_ticks
        else:
            vars(axis).pop("tickValues", None)
        axis.picture = None
        axis.update()

    def curve_area(self) -> QRect:
        """Where the curves are, in the viewport."""
        return self.mapFromScene(self.view.sceneBoundingRect()).boundingRect()

    # Pointer --------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.setFocus(Qt.FocusReason.MouseFocusReason)
            self._pressed = self.x_at(event.position())
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        x = self.x_at(event.position())
        if self._pressed is not None and event.buttons() & Qt.MouseButton.LeftButton:
            self._band.show_range(self._pressed, x)
        self.hovered.emit(x)
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        start, self._pressed = self._pressed, None
        self._band.hide_range()
        if start is not None and event.button() == Qt.MouseButton.LeftButton:
            low, high = sorted((start, self.x_at(event.position())))
            left, right = self.view.viewRange()[0]
            pixel = (right - left) / max(self.view.width(), 1.0)
            if high - low > DRAG_MIN * pixel:
                self.zoomed.emit(low, high)
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._pressed = None
        self.reset.emit()
        event.accept()

    def leaveEvent(self, event: QEvent) -> None:
        self.hovered.emit(None)
        super().leaveEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.view.sceneBoundingRect().contains(self.mapToScene(event.position().toPoint())):
            self._zoom(self.x_at(event.position()), event.angleDelta().y() > 0)
        event.accept()

    def _zoom(self, around: float, closer: bool) -> None:
        low, high = self.view.viewRange()[0]
        factor = WHEEL_FACTOR if closer else 1 / WHEEL_FACTOR
        self.zoomed.emit(around + (low - around) * factor, around + (high - around) * factor)

    # Keyboard -------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        low, high = self.view.viewRange()[0]
        around = self.crosshair.x if self.crosshair.x is not None else (low + high) / 2
        match event.key():
            case Qt.Key.Key_Left:
                self.stepped.emit(-1)
            case Qt.Key.Key_Right:
                self.stepped.emit(1)
            case Qt.Key.Key_Home:
                self.stepped.emit(-self.TO_THE_END)
            case Qt.Key.Key_End:
                self.stepped.emit(self.TO_THE_END)
            case Qt.Key.Key_Plus | Qt.Key.Key_Equal:
                self._zoom(around, closer=True)
            case Qt.Key.Key_Minus:
                self._zoom(around, closer=False)
            case Qt.Key.Key_0:
                self.reset.emit()
            case Qt.Key.Key_Escape if self.crosshair.x is not None:
                self.hovered.emit(None)
            case _:
                event.ignore()
                return
        event.accept()

    def focusInEvent(self, event: QFocusEvent) -> None:
        by_keys = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        self._ring = event.reason() in by_keys
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._ring = False
        self.hovered.emit(None)
        super().focusOutEvent(event)
        self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._ring:
            painter = QPainter(self.viewport())
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(theme.colour("accent"), 2))
            painter.drawRoundedRect(QRectF(self.viewport().rect()).adjusted(1, 1, -1, -1), 4, 4)
            painter.end()


class CrosshairLayer(Layer):
    """A vertical line with a dot (train) or a ring (validation) on each curve."""

    def __init__(self, view: pg.ViewBox, z: float) -> None:
        super().__init__(view, z)
        self.x: float | None = None
        self._dots: tuple[tuple[float, float, QColor, bool], ...] = ()

    def place(
        self, x: float | None, dots: Sequence[tuple[float, float, QColor, bool]] = ()
    ) -> None:
        """Move to `x` (None hides it); a dot is (x, y, colour, is a ring)."""
        if x != self.x or tuple(dots) != self._dots:
            self.x, self._dots = x, tuple(dots)
            self.update()

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem,
        widget: QWidget | None = None,
    ) -> None:
        """Draw line and dots."""
        if self.x is None:
            return
        line = theme.colour("text")
        line.setAlphaF(0.55)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        across = round(self.pixel(self.x, 0.0).x())
        painter.fillRect(QRectF(across, 0, 1, self.boundingRect().height()), line)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        surface = theme.colour("surface")
        for x, y, colour, is_ring in self._dots:
            painter.setPen(QPen(colour if is_ring else surface, 1.6 if is_ring else 1))
            painter.setBrush(surface if is_ring else colour)
            radius = 2.8 if is_ring else 3.4
            painter.drawEllipse(self.pixel(x, y), radius, radius)


class _Band(Layer):
    """The stretch of x that a drag has marked."""

    def __init__(self, view: pg.ViewBox, z: float) -> None:
        super().__init__(view, z)
        self.setVisible(False)
        self._range = (0.0, 0.0)

    def show_range(self, start: float, end: float) -> None:
        """Mark from `start` to `end`."""
        self._range = (min(start, end), max(start, end))
        self.setVisible(True)
        self.update()

    def hide_range(self) -> None:
        """Take the mark away."""
        self.setVisible(False)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem,
        widget: QWidget | None = None,
    ) -> None:
        """A tint with an edge at either side."""
        low, high = (self.pixel(edge, 0.0).x() for edge in self._range)
        area = QRectF(low, 0, high - low, self.boundingRect().height())
        tint = theme.colour("accent")
        tint.setAlphaF(0.14)
        painter.fillRect(area, tint)
        painter.setPen(QPen(theme.colour("accent"), 1))
        painter.drawLine(area.topLeft(), area.bottomLeft())
        painter.drawLine(area.topRight(), area.bottomRight())
