"""A card with one chart: the curves of all runs shown, their marks, and a crosshair."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGraphicsItem, QGraphicsView, QSizePolicy, QWidget

from gui.i18n import tr
from gui.models.run_words import NOTHING
from gui.pages.train.band import Band, BandLayer
from gui.pages.train.chart_menu import ChartMenu, menu_button
from gui.pages.train.curve import Curve
from gui.pages.train.curves import CurveLayer
from gui.pages.train.levels import Levels
from gui.pages.train.line_key import LineKey
from gui.pages.train.lines import Pointed, RunLines
from gui.pages.train.live_plot import LivePlot
from gui.pages.train.marks import Mark, MarkLayer
from gui.pages.train.movable_card import MovableCard
from gui.pages.train.quantities import Quantity
from gui.pages.train.readout import Readout, ReadoutRow
from gui.pages.train.reference import Reference, ReferenceLayer
from gui.pages.train.series import extent
from gui.pages.train.value_axis import ValueAxis
from gui.widgets.text import label

FOCUS_WIDTH, OVERLAY_WIDTH, RAW_WIDTH = 2.2, 1.2, 1.0
RAW_OPACITY, TAIL_OPACITY = 0.22, 0.5


class Chart(MovableCard):
    """One chart. Curves come through `set_lines`; the range of x through `set_x_range`."""

    hovered = Signal(object)
    stepped = Signal(int)
    zoomed = Signal(float, float)
    reset = Signal()

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
        super().__init__(title)
        self.format_value = format_value
        self._axis = ValueAxis(unit, from_zero=from_zero)
        self._format_x: Callable[[float], str] = lambda value: f"{value:g}"
        self._two_parts = two_parts
        self._given: tuple[RunLines, ...] = ()
        self._lines: tuple[RunLines, ...] = ()
        self._curves: list[tuple[RunLines, tuple[Curve, ...]]] = []
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
            format_y=lambda value: self._axis.tick(value, tuple(self.plot.view.viewRange()[1])),
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
        self.headerDoubleClicked.connect(self.menu.enlargeAsked)
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
        return self._marks.items

    def set_quantity(self, quantity: Quantity) -> None:
        """Show something else: its scale, and how its values read."""
        self.format_value = quantity.format_value
        self._axis.unit, self._axis.from_zero = quantity.unit, quantity.from_zero
        self._forget()
        self.set_log(quantity.log)
        self.name_plot(tr(quantity.title))

    def name_plot(self, title: str) -> None:
        """Say what the chart shows to a screen reader."""
        self.plot.setAccessibleName(tr("{title} chart", title=title))

    def set_log(self, log: bool) -> None:
        """Use a logarithmic axis for the values."""
        if log != self._axis.log:
            self._axis.log = log
            self._forget()
            self.plot.set_log(log)
            self.set_references(self._given_references)

    def _forget(self) -> None:
        self._lines = ()
        self._curves.clear()
        self._axis.forget()

    @property
    def references(self) -> tuple[Reference, ...]:
        """The lines across the chart, in its scale."""
        return self._references.items

    @property
    def bands(self) -> tuple[Band, ...]:
        """The bands as they are painted."""
        return self._bands.items

    def set_references(self, references: Sequence[Reference]) -> None:
        """Show values to compare with; lines that are near the curves are in view too."""
        self._given_references = tuple(references)
        placed = [replace(each, value=self._axis.place(each.value)) for each in references]
        self._references.set_items([each for each in placed if np.isfinite(each.value)])

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
        before = {id(line): curves for line, curves in self._curves}
        changed = [each for each in self._curves if each[0] not in ordered]
        self._lines = tuple(ordered)
        self._curves = []
        for line in ordered:
            known = before.get(id(line)) or next(
                (curves for old, curves in changed if old.same_lines(line)), None
            )
            self._curves.append((line, known or tuple(self._curves_of(line))))
        self._show()

    def set_x_range(self, low: float, high: float) -> None:
        """Look at this stretch of x; the range of values follows."""
        if self.plot.view.viewRange()[0] != [low, high]:
            self.plot.setXRange(low, high, padding=0)
        self._fit_values()

    def _show(self) -> None:
        behind = [c for line, curves in self._curves if not line.focused for c in curves]
        front = [c for line, curves in self._curves if line.focused for c in curves]
        self._bands.set_items([self._placed_band(b) for line in self._lines if (b := line.band)])
        self._behind.set_curves(behind)
        self._front.set_curves(front)
        self._marks.set_items([self._placed(m) for line in self._lines for m in line.marks])
        self._fit_values()
        self._waiting.setVisible(bool(self._lines) and not self.curves)
        self._waiting.adjustSize()
        self._waiting.move(self.plot.curve_area().center() - self._waiting.rect().center())

    def _curves_of(self, line: RunLines) -> list[Curve]:
        width = FOCUS_WIDTH if line.focused else OVERLAY_WIDTH
        colour, log = line.colour, self._axis.log
        curves: list[Curve] = []
        for part, dashed in ((line.validation, True), (line.train, False)):
            if part is None:
                continue
            if line.focused and part.drawn is not part.raw:
                curves.append(
                    Curve(
                        part.x, part.raw, part.raw_levels, colour, RAW_WIDTH,
                        opacity=RAW_OPACITY, log=log,
                    )
                )  # fmt: skip
            curves.append(
                Curve(
                    part.x, part.drawn, part.drawn_levels, colour, width, dashed,
                    marker=line.marker, log=log,
                )
            )  # fmt: skip
        for points, dashed in ((line.tail, False), (line.plan, True)):
            if points is not None:
                x, y = points
                curves.append(
                    Curve(x, y, Levels(y), colour, RAW_WIDTH, dashed, TAIL_OPACITY, log=log)
                )
        return sorted(curves, key=lambda curve: curve.opacity)

    def _placed(self, mark: Mark) -> Mark:
        if mark.y is None or not self._axis.log:
            return mark
        return replace(mark, y=self._axis.place(mark.y))

    def _placed_band(self, band: Band) -> Band:
        if not self._axis.log:
            return band
        scaled = self._axis.scaled
        return Band(band.x, scaled(band.low), scaled(band.high), band.colour)

    def _fit_values(self) -> None:
        low, high = self.plot.view.viewRange()[0]
        edges = [
            extent(band.x, values, low, high)
            for band in self._bands.items
            for values in (band.low, band.high)
        ]
        self._axis.fit(
            self.plot,
            self.curves,
            [edge for edge in edges if edge],
            [each.value for each in self._references.items],
        )

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

    def _x_text(self, value: float) -> str:
        return self._format_x(value)

    # The crosshair ---------------------------------------------------------------------------------

    def set_crosshair(self, pointed: Pointed | None) -> None:
        """Put the crosshair somewhere with a dot on each curve; None takes it away."""
        x = pointed.x if pointed is not None else None
        dots = []
        for line in self._lines if pointed is not None else ():
            for part, is_ring in ((line.train, False), (line.validation, True)):
                found = pointed.value(part, drawn=True)
                if found is not None:
                    y = self._axis.place(found[1]) if self._axis.log else found[1]
                    if np.isfinite(y):
                        dots.append((found[0], y, line.colour, is_ring))
        self.plot.crosshair.place(x, dots)
        if x is None:
            self._readout.hide()

    def show_readout(self, title: str, pointed: Pointed) -> str:
        """Tell the values there beside the crosshair; returns them as text."""
        rows = []
        for line in self._given:
            parts = (line.train, line.validation) if self._two_parts else (line.train,)
            found = [pointed.value(part, drawn=False) for part in parts]
            if any(found):
                values = (self.format_value(value[1]) if value else NOTHING for value in found)
                rows.append(ReadoutRow(line.colour, line.name, tuple(values)))
        heads = (tr("train"), tr("val")) if self._two_parts else ("",)
        area = self.plot.curve_area()
        at = area.left() + self.plot.crosshair.pixel(pointed.x, 0.0).x()
        self._readout.show_values(title, heads, rows, area, at)
        return self._readout.text()

    def hide_readout(self) -> None:
        """Take the box away."""
        self._readout.hide()
