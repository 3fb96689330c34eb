"""One metric: its value, its 95% interval and the baseline, all on one axis."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui import theme
from gui.i18n import listed, tr
from gui.widgets.results_numbers import figure, interval

PADDING = 12


@dataclass(frozen=True, slots=True)
class MetricFacts:
    """What a card shows; `low`, `high` and `baseline` may be missing."""

    title: str
    value: float
    low: float | None = None
    high: float | None = None
    baseline: float | None = None
    baseline_title: str = ""
    higher_is_better: bool = True
    rival: float | None = None
    """The same metric of the model that the run is set beside."""
    rival_title: str = ""

    @property
    def has_interval(self) -> bool:
        """Whether both ends of the interval are known."""
        return all(x is not None and math.isfinite(x) for x in (self.low, self.high))

    @property
    def has_baseline(self) -> bool:
        """Whether the baseline has this metric."""
        return self.baseline is not None and math.isfinite(self.baseline)

    @property
    def has_rival(self) -> bool:
        """Whether the other model has this metric."""
        return self.rival is not None and math.isfinite(self.rival)


def axis_range(facts: MetricFacts) -> tuple[float, float]:
    """A range that holds value, interval and baseline with room at both ends."""
    marks = [facts.value, facts.low, facts.high, facts.baseline, facts.rival]
    known = [mark for mark in marks if mark is not None and math.isfinite(mark)]
    if not known:
        return 0.0, 1.0
    low, high = min(known), max(known)
    room = (high - low) * 0.16 or abs(high) * 0.1 or 1.0
    return low - room, high + room


class MetricCard(QWidget):
    """A painted card, 98 px high; the mark on the axis has the hue of the run."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._facts = MetricFacts("", math.nan)
        self._hue = QColor()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def set_facts(self, facts: MetricFacts, hue: QColor) -> None:
        """Show another metric, its mark drawn in `hue`."""
        self._facts, self._hue = facts, hue
        self.setAccessibleName(self._spoken())
        self.setToolTip(self._spoken())
        self.updateGeometry()
        self.update()

    def facts(self) -> MetricFacts:
        """What is shown now."""
        return self._facts

    def _spoken(self) -> str:
        facts = self._facts
        parts = [tr("{metric}: {value}", metric=facts.title, value=figure(facts.value))]
        if facts.has_interval:
            parts.append(
                tr("95% interval {low} to {high}", low=figure(facts.low), high=figure(facts.high))
            )
        if facts.has_baseline:
            parts.append(f"{facts.baseline_title} {figure(facts.baseline)}")
        if facts.has_rival:
            parts.append(f"{facts.rival_title} {figure(facts.rival)}")
        if not facts.higher_is_better:
            parts.append(tr("lower is better"))
        return listed(parts)

    def sizeHint(self) -> QSize:
        return QSize(190, 98)

    def minimumSizeHint(self) -> QSize:
        return QSize(150, 98)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        edge = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(QPen(theme.colour("line"), 1))
        painter.setBrush(theme.colour("surface"))
        painter.drawRoundedRect(edge, 6, 6)
        inner = QRectF(self.rect()).adjusted(PADDING, 9, -PADDING, -9)
        self._paint_title(painter, inner)
        self._paint_value(painter, inner)
        self._paint_axis(painter, inner)

    def _paint_title(self, painter: QPainter, inner: QRectF) -> None:
        line = QRectF(inner.left(), inner.top(), inner.width(), 16)
        hint = "" if self._facts.higher_is_better else tr("lower is better")
        painter.setFont(theme.font("caption"))
        hint_width = QFontMetricsF(painter.font()).horizontalAdvance(hint)
        title_font = theme.font("small")
        title_width = QFontMetricsF(title_font).horizontalAdvance(self._facts.title)
        if hint and title_width + hint_width + 8 <= line.width():
            painter.setPen(theme.colour("muted"))
            painter.drawText(
                line, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, hint
            )
        painter.setFont(title_font)
        painter.setPen(theme.colour("text2"))
        title = QFontMetricsF(title_font).elidedText(
            self._facts.title, Qt.TextElideMode.ElideRight, line.width()
        )
        painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, title)

    def _paint_value(self, painter: QPainter, inner: QRectF) -> None:
        font = theme.font("number")
        text = figure(self._facts.value)
        baseline_y = inner.top() + 38
        painter.setFont(font)
        painter.setPen(theme.colour("text"))
        painter.drawText(QPointF(inner.left(), baseline_y), text)
        left = inner.left() + QFontMetricsF(font).horizontalAdvance(text) + 8
        caption = theme.font("caption")
        span = interval(self._facts.low, self._facts.high)
        if QFontMetricsF(caption).horizontalAdvance(span) <= inner.right() - left:
            painter.setFont(caption)
            painter.setPen(theme.colour("muted"))
            painter.drawText(QPointF(left, baseline_y), span)

    def _paint_axis(self, painter: QPainter, inner: QRectF) -> None:
        facts = self._facts
        low, high = axis_range(facts)
        y = inner.top() + 55

        def x_of(value: float) -> float:
            return inner.left() + (value - low) / (high - low) * inner.width()

        painter.setPen(QPen(theme.colour("line2"), 1))
        painter.drawLine(QPointF(inner.left(), y), QPointF(inner.right(), y))
        painter.setPen(Qt.PenStyle.NoPen)
        if facts.low is not None and facts.high is not None and facts.has_interval:
            band = QColor(self._hue)
            band.setAlphaF(0.3)
            painter.setBrush(band)
            left, right = x_of(facts.low), x_of(facts.high)
            painter.drawRoundedRect(QRectF(left, y - 5, max(right - left, 3.0), 10), 2, 2)
        if facts.baseline is not None and facts.has_baseline:
            x = x_of(facts.baseline)
            painter.setPen(QPen(theme.colour("text2"), 1.6))
            painter.drawLine(QPointF(x, y - 6), QPointF(x, y + 6))
        if facts.rival is not None and facts.has_rival:
            paint_diamond(painter, QPointF(x_of(facts.rival), y))
        if math.isfinite(facts.value):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._hue)
            painter.drawEllipse(QPointF(x_of(facts.value), y), 3.6, 3.6)
        self._paint_baseline(painter, inner)

    def _paint_baseline(self, painter: QPainter, inner: QRectF) -> None:
        facts = self._facts
        painter.setFont(theme.font("caption"))
        painter.setPen(theme.colour("muted"))
        line = QRectF(inner.left(), inner.bottom() - 14, inner.width(), 14)
        metrics = QFontMetricsF(painter.font())
        middle = Qt.AlignmentFlag.AlignVCenter
        if facts.has_rival:
            text = f"{facts.rival_title} {figure(facts.rival)}"
            room = line.width() * (0.5 if facts.has_baseline else 1.0)
            text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room)
            painter.drawText(line, Qt.AlignmentFlag.AlignRight | middle, text)
            line.setRight(line.right() - metrics.horizontalAdvance(text) - 8)
        if facts.has_baseline:
            text = f"{facts.baseline_title} {figure(facts.baseline)}"
            text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, line.width())
            painter.drawText(line, Qt.AlignmentFlag.AlignLeft | middle, text)


def paint_diamond(painter: QPainter, middle: QPointF) -> None:
    """The mark of the model that a run is set beside."""
    painter.setPen(QPen(theme.colour("text"), 1.4))
    painter.setBrush(theme.colour("surface"))
    reach = 4.6
    painter.drawPolygon(
        QPolygonF(
            [
                middle + QPointF(0, -reach),
                middle + QPointF(reach, 0),
                middle + QPointF(0, reach),
                middle + QPointF(-reach, 0),
            ]
        )
    )
