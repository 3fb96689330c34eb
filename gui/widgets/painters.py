"""Small pictures that delegates and headers paint: histograms, sparklines, bars."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from gui import theme


def paint_histogram(
    painter: QPainter, rect: QRectF, counts: Sequence[float], colour: QColor, gap: float = 1.0
) -> None:
    """Bars that stand on the lower edge of `rect`; the highest is as high as `rect`."""
    highest = max(counts, default=0)
    if highest <= 0:
        return
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
    pitch = rect.width() / len(counts)
    if pitch < 3:
        gap = 0.0
    for index, count in enumerate(counts):
        if count <= 0:
            continue
        height = max(1.0, count / highest * rect.height())
        left = round(rect.left() + index * pitch)
        right = round(rect.left() + (index + 1) * pitch - gap)
        top = round(rect.bottom() - height)
        painter.fillRect(left, top, max(1, right - left), round(rect.bottom()) - top, colour)
    painter.restore()


def paint_sparkline(
    painter: QPainter, rect: QRectF, values: Sequence[float], colour: QColor, width: float = 1.4
) -> None:
    """A line through `values`, spread over `rect`; values that are not finite are left out."""
    finite = [(i, v) for i, v in enumerate(values) if math.isfinite(v)]
    if len(finite) < 2:
        return
    low = min(v for _, v in finite)
    high = max(v for _, v in finite)
    span = high - low or 1.0
    inner = rect.adjusted(1, 2, -1, -2)
    step = inner.width() / (len(values) - 1)
    line = QPolygonF(
        [
            QPointF(inner.left() + i * step, inner.bottom() - (v - low) / span * inner.height())
            for i, v in finite
        ]
    )
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(
        QPen(
            colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin
        )
    )
    painter.drawPolyline(line)
    painter.restore()


def paint_bar(painter: QPainter, rect: QRectF, share: float, colour: QColor) -> None:
    """A progress bar: a sunken track, `share` (0 to 1) of it filled."""
    radius = rect.height() / 2
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour("sunken"))
    painter.drawRoundedRect(rect, radius, radius)
    share = min(max(share, 0.0), 1.0)
    if share > 0:
        painter.setBrush(colour)
        filled = QRectF(rect.x(), rect.y(), max(rect.height(), rect.width() * share), rect.height())
        painter.drawRoundedRect(filled, radius, radius)
    painter.restore()
