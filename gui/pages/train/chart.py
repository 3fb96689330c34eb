"""A card with one chart: the curves of all runs shown, their marks, and a crosshair."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from math import ceil, log10

import numpy as np
from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QMouseEvent, QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QGraphicsItem,
    QGraphicsView,
    QSizePolicy,
    QWidget,
)

from gui.i18n import tr
from gui.models.run_words import NOTHING, rate
from gui.pages.train.band import Band, BandLayer
from gui.pages.train.chart_menu import ChartMenu, menu_button
from gui.pages.train.curves import Curve, CurveLayer
from gui.pages.train.line_key import LineKey
from gui.pages.train.lines import RunLines, value_at
from gui.pages.train.live_plot import LivePlot
from gui.pages.train.marks import Mark, MarkLayer
from gui.pages.train.quantities import Quantity
from gui.pages.train.readout import Readout, ReadoutRow
from gui.pages.train.reference import Reference, ReferenceLayer
from gui.pages.train.series import Numbers, extent, logarithm, settled
from gui.widgets.card import Card
from gui.widgets.text import label

FOCUS_WIDTH, OVERLAY_WIDTH, RAW_WIDTH = 2.2, 1.2, 1.0
RAW_OPACITY, TAIL_OPACITY = 0.22, 0.5
MIN_DECADES = 0.4
"""Powers of ten that a logarithmic axis spans at least, so that it has labels."""
NEAR = 0.6
"""Of the span of the curves that a reference may be off them and still be brought into view."""
HEADER = 36
LONGEST_TICK = 1e5
"""From here on tick labels have an exponent; the axis has no room for more figures."""


class Chart(Card):
    """One chart. Curves come through `set_lines`; the range of x through `set_x_range`."""

    hovered = Signal(object)
    stepped = Signal(int)
    zoomed = Signal(float, float)
    reset = Signal()
    dragged = Signal(QPoint)
    """The card is held by its header, the pointer at a point of the screen."""
    dropped = Signal(QPoint)

    def __init__(
        self,
        title: str,
        *,
        format_value: Callable[[float], str],
        unit: float = 1.0,
        two_parts: bool,
        left_width: int,
        from_zero: bool = False,
        title_widget: QWidget | None = None,
    ) -> None:
        super().__init__(title, padding=0)
        self.format_value = format_value
        self._unit = unit
        self._from_zero = from_zero
        self._held: QPoint | None = None
        self._is_dragged = False
        self._format_x: Callable[[float], str] = lambda value: f"{value:g}"
        self._two_parts = two_parts
        self._log = False
        self._extents: dict[tuple[Curve, float, float], tuple[float, float] | None] = {}
        self._range = (0.0, 0.0)
        """Lowest and highest value of the curves, with air."""
        self._shown: list[float] = []
        """The range that was set for it."""
        self._given: tuple[RunLines, ...] = ()
        self._lines: tuple[RunLines, ...] = ()
        self._curves: dict[int, tuple[RunLines, tuple[Curve, ...]]] = {}
        self.value = label("", "small", weight=500)
        if title_widget is not None:
            self.title.setText("")  # its height stays
            self.header.insertWidget(0, title_widget)
        keys = (LineKey(tr("train"), dashed=False), LineKey(tr("validation"), dashed=True))
        self._aside: tuple[QWidget, ...] = keys if two_parts else (self.value,)
        for part in self._aside:
            self.header.addWidget(part)
        self.plot = LivePlot(
            tr("{title} chart", title=title),
            left_width=left_width,
            x_title="",
            format_x=self._x_text,
            format_y=self._tick,
        )
        self.plot.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.body.setContentsMargins(4, 2, 0, 8)
        self.body.addWidget(self.plot)
        self._bands = BandLayer(self.plot.view, 0.5)
        self._behind = CurveLayer(self.plot.view, 1)
        self._front = CurveLayer(self.plot.view, 2)
        self._marks = MarkLayer(self.plot.view, 3)
        self._references = ReferenceLayer(self.plot.view, 2.5)
        self._given_references: tuple[Reference, ...] = ()
        self._readout = Readout(self.plot)
        self.menu = ChartMenu(title)
        self.menu_button = menu_button(self.menu, title)
        self.header.addWidget(self.menu_button)
        self.header.setContentsMargins(12, 0, 6, 0)
        self._waiting = label(tr("After the first epoch"), "small", "muted")
        self._waiting.setParent(self.plot)
        self._waiting.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._waiting.hide()
        self.plot.hovered.connect(self.hovered)
        self.plot.stepped.connect(self.stepped)
        self.plot.zoomed.connect(self.zoomed)
        self.plot.reset.connect(self.reset)

    # What is shown --------------------------------------------------------------------------------

    @property
    def lines(self) -> tuple[RunLines, ...]:
        """The runs shown, the focused one last."""
        return self._lines

    @property
    def curves(self) -> tuple[Curve, ...]:
        """Every curve as it is painted, lowest first."""
        return (*self._behind.curves, *self._front.curves)

    @property
    def marks(self) -> tuple[Mark, ...]:
        """The marks as they are painted."""
        return self._marks.marks

    def set_quantity(self, quantity: Quantity) -> None:
        """Show something else: its scale, and how its values read."""
        self.format_value, self._unit = quantity.format_value, quantity.unit
        self._from_zero = quantity.from_zero
        self._forget()
        self.set_log(quantity.log)
        self.name_plot(tr(quantity.title))

    def name_plot(self, title: str) -> None:
        """Say what the chart shows to a screen reader."""
        self.plot.setAccessibleName(tr("{title} chart", title=title))

    def set_log(self, log: bool) -> None:
        """Use a logarithmic axis for the values."""
        if log != self._log:
            self._log = log
            self._forget()
            self.plot.set_log(log)
            self.set_references(self._given_references)

    def _forget(self) -> None:
        self._lines = ()
        self._curves.clear()
        self._extents.clear()
        self._range = (0.0, 0.0)

    @property
    def references(self) -> tuple[Reference, ...]:
        """The lines across the chart, in its scale."""
        return self._references.references

    @property
    def bands(self) -> tuple[Band, ...]:
        """The bands as they are painted."""
        return self._bands.bands

    def set_references(self, references: Sequence[Reference]) -> None:
        """Show values to compare with; lines that are near the curves are in view too."""
        self._given_references = tuple(references)
        placed = [replace(each, value=self._placed_value(each.value)) for each in references]
        self._references.set_references([each for each in placed if np.isfinite(each.value)])

    @contextmanager
    def as_drawing(self) -> Iterator[None]:
        """What is painted inside consists of lines, not of pictures of them, and has no controls."""
        layers = (self._bands, self._behind, self._front, self._marks)
        for layer in layers:
            layer.setCacheMode(QGraphicsItem.CacheMode.NoCache)
        self.menu_button.hide()
        cached = self.plot.cacheMode()
        self.plot.setCacheMode(QGraphicsView.CacheModeFlag.CacheNone)
        try:
            yield
        finally:
            self.plot.setCacheMode(cached)
            self.menu_button.show()
            for layer in layers:
                layer.setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)

    def set_x_axis(self, title: str, format_x: Callable[[float], str]) -> None:
        """Label the lower axis."""
        self._format_x = format_x
        self.plot.set_x_title(title)

    def set_lines(self, lines: Sequence[RunLines]) -> None:
        """Show these runs; only what has changed is computed again."""
        self._given = tuple(lines)
        ordered = sorted(lines, key=lambda line: line.focused)
        if len(ordered) == len(self._lines) and all(
            a is b for a, b in zip(ordered, self._lines, strict=True)
        ):
            return
        before = list(self._curves.values())
        self._lines = tuple(ordered)
        self._curves = {}
        for place, line in enumerate(ordered):
            known = next((curves for old, curves in before if old.same_lines(line)), None)
            self._curves[place] = (line, known or tuple(self._curves_of(line)))
        self._show()

    def set_x_range(self, low: float, high: float) -> None:
        """Look at this stretch of x; the range of values follows."""
        self.plot.setXRange(low, high, padding=0)
        self._fit_values(low, high)

    def _show(self) -> None:
        behind = [c for line, curves in self._curves.values() if not line.focused for c in curves]
        front = [c for line, curves in self._curves.values() if line.focused for c in curves]
        self._bands.set_bands([self._placed_band(b) for line in self._lines if (b := line.band)])
        self._behind.set_curves(behind)
        self._front.set_curves(front)
        self._marks.set_marks([self._placed(m) for line in self._lines for m in line.marks])
        self._fit_values(*self.plot.view.viewRange()[0])
        self._waiting.setVisible(bool(self._lines) and not self.curves)
        self._waiting.adjustSize()
        self._waiting.move(self.plot.curve_area().center() - self._waiting.rect().center())

    def _curves_of(self, line: RunLines) -> list[Curve]:
        width = FOCUS_WIDTH if line.focused else OVERLAY_WIDTH
        curves: list[Curve] = []
        for part, dashed in ((line.validation, True), (line.train, False)):
            if part is None:
                continue
            if line.focused and part.drawn is not part.raw:
                raw = self._scaled(part.raw)
                curves.append(Curve(part.x, raw, line.colour, RAW_WIDTH, opacity=RAW_OPACITY))
            drawn = self._scaled(part.drawn)
            curves.append(Curve(part.x, drawn, line.colour, width, dashed, marker=line.marker))
        if line.tail is not None:
            x, y = line.tail
            curves.append(Curve(x, self._scaled(y), line.colour, RAW_WIDTH, opacity=TAIL_OPACITY))
        if line.plan is not None:
            x, y = line.plan
            curves.append(
                Curve(x, self._scaled(y), line.colour, RAW_WIDTH, True, opacity=TAIL_OPACITY)
            )
        return sorted(curves, key=lambda curve: curve.opacity)

    def _scaled(self, values: Numbers) -> Numbers:
        return logarithm(values) if self._log else values

    def _placed(self, mark: Mark) -> Mark:
        if mark.y is None or not self._log:
            return mark
        return replace(mark, y=self._placed_value(mark.y))

    def _placed_value(self, value: float) -> float:
        return float(self._scaled(np.array([value]))[0])

    def _placed_band(self, band: Band) -> Band:
        if not self._log:
            return band
        return Band(band.x, self._scaled(band.low), self._scaled(band.high), band.colour)

    def _fit_values(self, low: float, high: float) -> None:
        known, self._extents = self._extents, {}
        for curve in self.curves:
            if curve.opacity == 1.0:
                key = (curve, low, high)
                self._extents[key] = (
                    known[key] if key in known else extent(curve.x, curve.y, low, high)
                )
        found = [each for each in self._extents.values() if each]
        for band in self._bands.bands:
            edges = (extent(band.x, values, low, high) for values in (band.low, band.high))
            found += [edge for edge in edges if edge]
        span = settled([*found, *self._near(found)], self._range)
        if span is None or (span == self._range and self.plot.view.viewRange()[1] == self._shown):
            return
        self._range = span
        bottom, top = span
        if self._from_zero and not self._log:
            bottom, top = min(0.0, bottom), top * 1.1
        if self._log and top - bottom < MIN_DECADES:
            middle = (bottom + top) / 2
            bottom, top = middle - MIN_DECADES / 2, middle + MIN_DECADES / 2
        self.plot.setYRange(bottom, top, padding=0)
        self._shown = self.plot.view.viewRange()[1]

    def _near(self, found: list[tuple[float, float]]) -> list[tuple[float, float]]:
        """Values of references that the view can hold without squeezing the curves."""
        if not found:
            return []
        low, high = min(low for low, _ in found), max(high for _, high in found)
        room = NEAR * ((high - low) or abs(high) or 1.0)
        return [
            (each.value, each.value)
            for each in self._references.references
            if low - room <= each.value <= high + room
        ]

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit_header()

    def fit_header(self) -> None:
        """Where the title has no room beside them, the keys and the value are the first to go."""
        for part in self._aside:
            part.setVisible(True)
        self.header.invalidate()
        if self.header.minimumSize().width() > self.width():
            for part in self._aside:
                part.hide()

    # Moving the card ------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and event.position().y() < HEADER:
            self._held = event.globalPosition().toPoint()
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._held is not None:
            at = event.globalPosition().toPoint()
            far = (at - self._held).manhattanLength() >= QApplication.startDragDistance()
            if far and not self._is_dragged:
                self._is_dragged = True
                self.setCursor(Qt.CursorShape.ClosedHandCursor)
            if self._is_dragged:
                self.dragged.emit(at)
        super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        was_dragged, self._held, self._is_dragged = self._is_dragged, None, False
        self.unsetCursor()
        if was_dragged:
            self.dropped.emit(event.globalPosition().toPoint())
        super().mouseReleaseEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.position().y() < HEADER:
            self.menu.enlargeAsked.emit()
        super().mouseDoubleClickEvent(event)

    def _x_text(self, value: float) -> str:
        return self._format_x(value)

    def _tick(self, value: float) -> str:
        if self._log:
            return rate(10**value, 2)
        bottom, top = self.plot.view.viewRange()[1]
        if max(abs(bottom), abs(top)) * self._unit >= LONGEST_TICK:
            return rate(value * self._unit, 3)
        span = (top - bottom) * self._unit
        decimals = max(0, ceil(-log10(span / 8))) if span > 0 else 2
        return f"{value * self._unit:,.{min(decimals, 8)}f}".replace("-", "\u2212")

    # The crosshair ---------------------------------------------------------------------------------

    def set_crosshair(self, x: float | None) -> None:
        """Put the crosshair at `x` with a dot on each curve; None takes it away."""
        dots = []
        for line in self._lines if x is not None else ():
            for part, is_ring in ((line.train, False), (line.validation, True)):
                found = value_at(part, x, drawn=True)
                if found is not None:
                    y = float(self._scaled(np.array([found[1]]))[0])
                    if np.isfinite(y):
                        dots.append((found[0], y, line.colour, is_ring))
        self.plot.crosshair.place(x, dots)
        if x is None:
            self._readout.hide()

    def show_readout(self, title: str, x: float) -> str:
        """Tell the values at `x` beside the crosshair; returns them as text."""
        rows = []
        for line in self._given:
            parts = (line.train, line.validation) if self._two_parts else (line.train,)
            found = [value_at(part, x, drawn=False) for part in parts]
            if any(found):
                values = (self.format_value(value[1]) if value else NOTHING for value in found)
                rows.append(ReadoutRow(line.colour, line.name, tuple(values)))
        heads = (tr("train"), tr("val")) if self._two_parts else ("",)
        area = self.plot.curve_area()
        at = area.left() + self.plot.crosshair.pixel(x, 0.0).x()
        self._readout.show_values(title, heads, rows, area, at)
        return self._readout.text()

    def hide_readout(self) -> None:
        """Take the box away."""
        self._readout.hide()
