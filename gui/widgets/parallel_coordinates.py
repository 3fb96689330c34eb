"""Parallel coordinates: one line per run across one axis per field, and intervals that choose among them.

Import this module only after the first paint: it brings pyqtgraph and numpy.
Drag along an axis to keep the lines that pass there; click the axis to let go, double-click for all axes.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QGraphicsRectItem, QWidget

from gui import theme
from gui.widgets.plot import Plot, format_number, pen

GRADES = 4
"""Kinds of lines from the worst to the best."""
_GRADE_COLOURS = ("s2", "s3", "s4", "s5")
_REACH = 14
"""Px beside an axis that belong to it."""
_HALF = 5
"""Half the width in px of what marks an interval."""
_LEAST = 0.01
"""A shorter drag is a click."""
_EDGE = 0.06


@dataclass(frozen=True, slots=True)
class Scale:
    """One axis: numbers from low to high, or names at equal distances."""

    title: str
    low: float = 0.0
    high: float = 1.0
    log: bool = False
    names: tuple[str, ...] = ()

    @classmethod
    def over(cls, title: str, values: Sequence[float], *, log: bool = False) -> Scale:
        """An axis from the least to the greatest value."""
        known = [value for value in values if math.isfinite(value)]
        low, high = (min(known), max(known)) if known else (0.0, 1.0)
        if low == high:
            apart = abs(low) * 0.1 or 0.5
            low, high = low - (0 if log else apart), high + apart
        return cls(title, low, high, log=log and low > 0)

    def place(self, value: float | str | None) -> float:
        """Where on the axis a value stands, from 0 to 1; NaN for none."""
        if self.names:
            if not isinstance(value, str) or value not in self.names:
                return math.nan
            last = len(self.names) - 1
            return self.names.index(value) / last if last else 0.5
        if not isinstance(value, int | float) or not math.isfinite(value):
            return math.nan
        if self.log:
            if value <= 0:
                return math.nan
            return math.log(value / self.low) / math.log(self.high / self.low)
        return (value - self.low) / (self.high - self.low)

    def marks(self) -> list[tuple[float, str]]:
        """What is written beside it: place and text."""
        if self.names:
            return [(self.place(name), name) for name in self.names]
        mean = (self.low + self.high) / 2
        middle = math.sqrt(self.low * self.high) if self.log else mean
        ends = [(self.place(end), format_number(end)) for end in (self.low, self.high)]
        return [*ends, (self.place(middle), format_number(float(f"{middle:.3g}")))]


@dataclass(frozen=True, slots=True)
class Line:
    """One run: a value for each axis."""

    key: str
    values: tuple[float | str | None, ...]
    grade: int | None = None
    """How good it is, from 0 to `GRADES` − 1; None for one that does not count."""


class ParallelCoordinates(Plot):
    """Lines across axes; `brushed` tells the keys of the lines that pass through all intervals."""

    brushed = Signal(object)
    """A frozenset of keys; of all lines while there is no interval."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(name, left_width=0, bottom_height=0, parent=parent)
        for side in ("left", "bottom"):
            self.getPlotItem().hideAxis(side)
        self._grid.setVisible(False)
        self._scales: tuple[Scale, ...] = ()
        self._lines: tuple[Line, ...] = ()
        self._places = np.empty((0, 0))
        self._intervals: dict[int, tuple[float, float]] = {}
        self._drag: tuple[int, float] | None = None
        self._marked: str | None = None
        self._faded = self.line("line2")
        self._pruned = self.line("c0", dashed=True)
        self._grades = [self.line(colour) for colour in _GRADE_COLOURS]
        self._best = self.line("text", 2.2)
        self._axes_lines = self.line("axis")
        self._words: list[pg.TextItem] = []
        self._rects: dict[int, QGraphicsRectItem] = {}
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setMinimumHeight(140)

    # What is shown --------------------------------------------------------------------------------

    @property
    def scales(self) -> tuple[Scale, ...]:
        """The axes from left to right."""
        return self._scales

    @property
    def chosen(self) -> frozenset[str]:
        """Keys of the lines that pass through all intervals."""
        inside = self._inside()
        return frozenset(line.key for line, kept in zip(self._lines, inside, strict=True) if kept)

    @property
    def intervals(self) -> dict[int, tuple[float, float]]:
        """The intervals by axis, each from 0 to 1."""
        return dict(self._intervals)

    def show_lines(
        self, scales: Sequence[Scale], lines: Sequence[Line], marked: str | None = None
    ) -> None:
        """Show these lines; the one of the key `marked` stands out. Intervals stay with their axes."""
        if tuple(scale.title for scale in scales) != tuple(s.title for s in self._scales):
            self._intervals.clear()
        changed = tuple(scales) != self._scales
        self._scales, self._lines, self._marked = tuple(scales), tuple(lines), marked
        self._places = np.array(
            [
                [scale.place(value) for scale, value in zip(scales, line.values, strict=True)]
                for line in lines
            ]
        ).reshape(len(lines), len(scales))
        self._places = np.clip(self._places, 0.0, 1.0)  # beyond an axis is at its end
        if changed:
            self._draw_axes()
        self._draw_lines()

    def clear_intervals(self) -> None:
        """Choose all lines again."""
        if self._intervals:
            self._intervals.clear()
            self._draw_lines()
            self.brushed.emit(self.chosen)

    def position(self, axis: int, place: float) -> QPointF:
        """Where in the widget a place of an axis is, in px."""
        box = self.getPlotItem().vb
        return QPointF(self.mapFromScene(box.mapViewToScene(QPointF(axis, place))))

    # Painting -------------------------------------------------------------------------------------

    def _draw_axes(self) -> None:
        for word in self._words:
            self.removeItem(word)
        self._words = []
        last = max(1, len(self._scales) - 1)
        margin = 0.06 * last + 0.04
        self.setXRange(-margin, last + margin, padding=0)
        self.setYRange(-_EDGE, 1 + 4 * _EDGE, padding=0)
        xs = np.repeat(np.arange(len(self._scales), dtype=float), 2)
        ys = np.tile((0.0, 1.0), len(self._scales))
        self._axes_lines.setData(xs, ys, connect="pairs")
        for at, scale in enumerate(self._scales):
            is_last = at == len(self._scales) - 1 and at > 0
            for place, text in scale.marks():
                self._write(text, at, place, (1.12 if is_last else -0.12, 0.5), "muted", "axis")
            anchor = 0.0 if at == 0 else 1.0 if is_last else 0.5
            self._write(scale.title, at, 1 + 1.2 * _EDGE, (anchor, 1.0), "text2", "small")

    def _write(
        self, text: str, at: int, place: float, anchor: tuple[float, float], tone: str, style: str
    ) -> None:
        if not math.isfinite(place):
            return
        behind = theme.colour("surface")
        behind.setAlphaF(0.8)
        word = pg.TextItem(text, color=theme.colour(tone), anchor=anchor, fill=behind)
        word.setFont(theme.font(style))  # type: ignore[arg-type]
        word.setPos(at, place)
        self.addItem(word, ignoreBounds=True)
        self._words.append(word)

    def _draw_lines(self) -> None:
        inside = self._inside()
        grades = [line.grade for line in self._lines]
        counted = np.array([grade is not None for grade in grades], dtype=bool)
        graded = np.array([-1 if grade is None else grade for grade in grades], dtype=int)
        self._fill(self._faded, ~inside)
        self._fill(self._pruned, inside & ~counted)
        for grade, curve in enumerate(self._grades):
            self._fill(curve, inside & counted & (graded == grade))
        marked = np.array([line.key == self._marked for line in self._lines], dtype=bool)
        self._fill(self._best, marked)
        self._draw_intervals()

    def _fill(self, curve: pg.PlotDataItem, which: np.ndarray) -> None:
        places = self._places[which]
        rows, columns = places.shape
        if not rows or not columns:
            curve.setData([], [])
            return
        xs = np.tile(np.arange(columns, dtype=float), rows)
        connect = np.ones((rows, columns), dtype=np.int32)
        connect[:, -1] = 0
        connect[:, :-1] &= np.isfinite(places[:, :-1]) & np.isfinite(places[:, 1:])
        ys = np.nan_to_num(places, nan=0.0).ravel()
        curve.setData(xs, ys, connect=connect.ravel())

    def _draw_intervals(self) -> None:
        for rect in self._rects.values():
            self.removeItem(rect)
        self._rects.clear()
        box = self.getPlotItem().vb
        width, _ = box.viewPixelSize()
        for at, (low, high) in self._intervals.items():
            rect = QGraphicsRectItem(QRectF(at - _HALF * width, low, 2 * _HALF * width, high - low))
            fill = theme.colour("accent")
            fill.setAlphaF(0.25)
            rect.setBrush(fill)
            rect.setPen(pen("accent"))
            self.addItem(rect, ignoreBounds=True)
            self._rects[at] = rect

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if hasattr(self, "_rects"):
            self._draw_intervals()

    # Choosing -------------------------------------------------------------------------------------

    def _inside(self) -> np.ndarray:
        kept = np.ones(len(self._lines), dtype=bool)
        for at, (low, high) in self._intervals.items():
            if at < self._places.shape[1]:
                places = self._places[:, at]
                kept &= np.isfinite(places) & (places >= low - 1e-9) & (places <= high + 1e-9)
        return kept

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = self._axis_at(event)
        if event.button() == Qt.MouseButton.LeftButton and at is not None:
            self._drag = (at, self._place_at(event))
            event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._drag is None:
            return
        at, start = self._drag
        end = self._place_at(event)
        if abs(end - start) >= _LEAST:
            self._intervals[at] = (min(start, end), max(start, end))
            self._draw_lines()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._drag is None:
            return
        at, start = self._drag
        self._drag = None
        if abs(self._place_at(event) - start) < _LEAST:
            self._intervals.pop(at, None)
            self._draw_lines()
        self.brushed.emit(self.chosen)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._drag = None
        self.clear_intervals()

    def _axis_at(self, event: QMouseEvent) -> int | None:
        point = event.position()
        apart = [
            (abs(self.position(at, 0.5).x() - point.x()), at) for at in range(len(self._scales))
        ]
        nearest = min(apart, default=(math.inf, 0))
        return nearest[1] if nearest[0] <= _REACH else None

    def _place_at(self, event: QMouseEvent) -> float:
        box = self.getPlotItem().vb
        found = box.mapSceneToView(self.mapToScene(event.position().toPoint()))
        return min(1.0, max(0.0, float(found.y())))
