"""Paints the curves of a chart, of any length, as one item.

pyqtgraph's own curve items hand Qt up to ten points a pixel and wide antialiased pens, which costs 4 to
25 ms for one curve of 10,000 noisy points. Here a curve with many points in each column of pixels is
drawn by how far it reaches there: a noisy one as a band of columns (see `Raster`), a calm one as a soft
line. The painted layer is cached until curves or view change, so a moving crosshair repaints no curve.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter, QPainterPath
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from gui.pages.train.curve import Curve
from gui.pages.train.layer import Layer
from gui.pages.train.raster import Raster
from gui.pages.train.series import Numbers
from gui.pages.train.strokes import (
    dashes,
    draw_marker,
    draws_shapes,
    marker_picture,
    marker_shape,
    ratio_of,
    stroke,
)

FAR = 1e4
"""Pixels beyond which a curve out of sight is cut off, so that Qt never sees huge numbers."""
MARKER_EVERY = 10
MARKER_PIXELS = 24
"""Between two markers at least, on long curves."""
DENSE = 2.0
"""Points a column of pixels from which on only the lowest and highest of them are drawn."""
NOISY = 2.0
"""Pixels that a curve reaches up and down in a column, on average, from which on it is a band."""
THIN = 1.5
"""Pixels up to which a line with many points is drawn once: a fifth of a pixel more is not seen there."""
THICK = 0.2
"""Pixels that a band is wider than its values at either edge, as a line of 1.2 px would be."""

Places: TypeAlias = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Spans:
    """How far a curve reaches in columns of pixels, in the plot's coordinates."""

    columns: Places
    low: Numbers
    high: Numbers


@dataclass(frozen=True, slots=True)
class _Band:
    """Columns of pixels of the device from one row to another."""

    columns: Places
    top: Places
    bottom: Places


class CurveLayer(Layer):
    """All curves of one kind in a view box, painted as one item and cached."""

    def __init__(self, view: pg.ViewBox, z: float) -> None:
        super().__init__(view, z, cached=True)
        self._curves: tuple[Curve, ...] = ()
        self._spans: dict[Curve, _Spans | None] = {}
        """What is left of each curve at this range of x and width; None: all of its points."""
        self._cuts: dict[int, tuple[Numbers, Places]] = {}
        """Where the columns of pixels begin in arrays of x, which curves share, by their ids."""
        self._borders = np.empty(0)
        """The x of the columns."""
        self._sketches: dict[Curve, _Band | QPainterPath] = {}
        """In pixels, for this range of both axes."""
        self._seen = (0.0, 0.0, 0.0, 1.0)
        """Range of x, width and pixel ratio that `_spans` are good for."""

    def set_curves(self, curves: Sequence[Curve]) -> None:
        """Show these; curves that were shown before (the same objects) are not computed again."""
        kept = set(curves) & set(self._curves)
        if len(kept) == len(curves) == len(self._curves):
            return
        self._sketches = {key: each for key, each in self._sketches.items() if key in kept}
        self._spans = {key: spans for key, spans in self._spans.items() if key in kept}
        self._cuts.clear()
        self._curves = tuple(curves)
        self.update()

    @property
    def curves(self) -> tuple[Curve, ...]:
        """What is shown, last drawn on top."""
        return self._curves

    def view_changed(self) -> None:
        """All is drawn anew; how far curves reach is found anew only for another stretch of x."""
        self._sketches.clear()
        self.update()

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem,
        widget: QWidget | None = None,
    ) -> None:
        """Draw every curve, in order."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ratio = ratio_of(painter)
        rect = self.boundingRect()
        self._look(ratio)
        size = round(rect.width() * ratio), round(rect.height() * ratio)
        raster = Raster(*size)
        for curve in self._curves:
            sketch = self._shape(curve) if draws_shapes(painter) else self._sketch(curve)
            alone = curve.opacity < 1.0  # in a raster, what is above hides what is below
            if not raster.is_empty and (
                alone or raster.is_full or isinstance(sketch, QPainterPath)
            ):
                self._put(painter, raster, 1.0)
                raster = Raster(*size)
            if isinstance(sketch, QPainterPath):
                painter.setOpacity(curve.opacity)
                self._draw(painter, curve, sketch)
                continue
            self._fill(raster, curve, sketch)
            if alone:
                self._put(painter, raster, curve.opacity)
                raster = Raster(*size)
        if not raster.is_empty:
            self._put(painter, raster, 1.0)

    def pixels(self, x: Numbers, y: Numbers) -> tuple[Numbers, Numbers]:
        """Coordinates of the plot as pixels of this item."""
        (left, right), (bottom, top) = self.view.viewRange()
        rect = self.boundingRect()
        across = rect.width() / (right - left or 1.0)
        up = rect.height() / (top - bottom or 1.0)
        return (x - left) * across, np.clip((top - y) * up, -FAR, FAR)

    # What is left of a curve ----------------------------------------------------------------------

    def _look(self, ratio: float) -> None:
        seen = (*self.view.viewRange()[0], self.boundingRect().width(), ratio)
        if seen != self._seen:
            self._seen = seen
            self._spans.clear()
            self._cuts.clear()
            self._borders = np.empty(0)
            self._sketches.clear()

    def _sketch(self, curve: Curve) -> _Band | QPainterPath:
        found = self._sketches.get(curve)
        if found is None:
            spans = self._spans_of(curve)
            band = self._band(spans) if spans is not None else None
            found = self._sketches[curve] = band or self._shape(curve)
        return found

    def _spans_of(self, curve: Curve) -> _Spans | None:
        if curve not in self._spans:
            self._spans[curve] = self._found_spans(curve)
        return self._spans[curve]

    def _found_spans(self, curve: Curve) -> _Spans | None:
        left, right, width, ratio = self._seen
        columns = round(width * ratio)
        if len(curve.x) < DENSE or columns < 1 or not right > left:
            return None
        cuts = self._cuts_of(curve.x)
        points = int(cuts[-1] - cuts[0])
        inside = min(right, float(curve.x[-1])) - max(left, float(curve.x[0]))
        if points <= DENSE * max(1.0, columns * inside / (right - left)):
            return None
        places, low, high = curve.spans(cuts)
        known = low == low
        if not known.all():
            places, low, high = places[known], low[known], high[known]
        return _Spans(places, low, high)

    def _cuts_of(self, x: Numbers) -> Places:
        """Which point of ascending `x` is the first in each column of pixels, and the first beyond."""
        known = self._cuts.get(id(x))
        if known is None:
            left, right, width, ratio = self._seen
            columns = max(1, round(width * ratio))
            if len(self._borders) != columns + 1:
                self._borders = np.linspace(left, right, columns + 1)
            known = self._cuts[id(x)] = x, x.searchsorted(self._borders)
        return known[1]

    def _band(self, spans: _Spans) -> _Band | None:
        """A noisy curve in pixels of the device; None for one that a line shows better."""
        if not len(spans.columns):
            return None
        bottom, top = self.view.viewRange()[1]
        ratio = self._seen[-1]
        up = self.boundingRect().height() * ratio / (top - bottom or 1.0)
        if float((spans.high - spans.low).sum()) * up < NOISY * ratio * len(spans.columns):
            return None
        first = np.floor(np.clip((top - spans.high) * up - THICK, -FAR, FAR)).astype(np.int64)
        last = np.floor(np.clip((top - spans.low) * up + THICK, -FAR, FAR)).astype(np.int64)
        # From column to column there is no gap but where values are missing.
        tops, bottoms = first.copy(), last.copy()
        if spans.columns[-1] - spans.columns[0] + 1 == len(spans.columns):
            np.minimum(tops[:-1], last[1:] + 1, out=tops[:-1])
            np.maximum(bottoms[:-1], first[1:] - 1, out=bottoms[:-1])
        else:
            before = np.flatnonzero(np.diff(spans.columns) == 1)
            tops[before] = np.minimum(tops[before], last[before + 1] + 1)
            bottoms[before] = np.maximum(bottoms[before], first[before + 1] - 1)
        return _Band(spans.columns, tops, bottoms)

    def _shape(self, curve: Curve) -> QPainterPath:
        """The curve as a line."""
        spans = self._spans_of(curve)
        if spans is None:
            left, right = self._seen[:2]
            x, y = self.pixels(*curve.part(left, right))
        else:
            x, y = self._line_through(spans)
        seen = np.isfinite(y)
        if seen.sum() == 1:
            path = QPainterPath()
            path.moveTo(float(x[seen][0]), float(y[seen][0]))
            return path
        return pg.arrayToQPath(x, y, connect="all" if seen.all() else "finite")

    def _line_through(self, spans: _Spans) -> tuple[Numbers, Numbers]:
        """Through both ends of each column, or their middle where they are next to each other."""
        left, right, width, ratio = self._seen
        columns = round(width * ratio)
        pairs = np.column_stack((spans.low, spans.high))
        pairs[1::2] = pairs[1::2, ::-1]  # up, down, up: the strokes join without crossing a column
        x, y = self.pixels(left + (spans.columns + 0.5) * (right - left) / columns, pairs.ravel())
        ends = y.reshape(-1, 2)
        flat = np.abs(ends[:, 0] - ends[:, 1]) < 0.5
        ends[flat, 0] = (ends[flat, 0] + ends[flat, 1]) / 2
        kept = np.ones_like(ends, bool)
        kept[flat, 1] = False
        wide = np.flatnonzero(np.diff(spans.columns) > 1) + 1
        x, y = np.repeat(x, 2)[kept.ravel()], ends[kept]
        if len(wide):
            places = np.cumsum(kept.sum(axis=1))[wide - 1]
            x, y = np.insert(x, places, np.nan), np.insert(y, places, np.nan)
        return x, y

    # Drawing --------------------------------------------------------------------------------------

    def _put(self, painter: QPainter, raster: Raster, opacity: float) -> None:
        painter.setOpacity(opacity)
        painter.drawImage(QPointF(), raster.image(self._seen[-1]))

    def _fill(self, raster: Raster, curve: Curve, band: _Band) -> None:
        ratio = self._seen[-1]
        columns, top, bottom = band.columns, band.top, band.bottom
        if curve.dashed:
            dash, gap = dashes(curve.width, ratio)
            shown = columns % round(dash + gap) < round(dash)
            columns, top, bottom = columns[shown], top[shown], bottom[shown]
        raster.add(columns, top, bottom, curve.colour)
        if curve.marker:
            x, y = self._marked(curve)
            if len(x):
                at = (np.floor(x * ratio).astype(np.int64), np.floor(y * ratio).astype(np.int64))
                raster.stamp(*at, marker_shape(curve.marker, ratio))

    def _draw(self, painter: QPainter, curve: Curve, path: QPainterPath) -> None:
        if path.elementCount() == 1:
            point = path.elementAt(0)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(curve.colour)
            painter.drawEllipse(QPointF(point.x, point.y), 2.5, 2.5)
        else:
            is_thin = curve.width < THIN and self._spans_of(curve) is not None
            stroke(painter, path, curve.colour, 1.0 if is_thin else curve.width, curve.dashed)
        if not curve.marker:
            return
        x, y = self._marked(curve)
        if draws_shapes(painter):
            for at in map(QPointF, x, y):
                draw_marker(painter, curve.marker, at, curve.colour)
            return
        picture = marker_picture(curve.marker, curve.colour.rgba(), ratio_of(painter))
        middle = picture.width() / picture.devicePixelRatio() / 2
        for across, down in zip((x - middle).tolist(), (y - middle).tolist(), strict=True):
            painter.drawImage(QPointF(across, down), picture)

    def _marked(self, curve: Curve) -> tuple[Numbers, Numbers]:
        """The points in view that have a marker, in pixels."""
        every = max(1, round(self.boundingRect().width() / MARKER_PIXELS))
        cuts = self._cuts_of(curve.x)
        first, last = int(cuts[0]), int(cuts[-1])
        step = max(MARKER_EVERY, -(-(last - first) // every))
        places = np.arange(-(-first // step) * step, last, step)
        x, y = self.pixels(*curve.at(places))
        known = np.isfinite(y)
        return x[known], y[known]
