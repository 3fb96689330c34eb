"""The values of one column as a small painted chart: a histogram, or bars of the most frequent ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui import theme
from gui.i18n import listed, tr
from gui.models.figures import compact_text, percent_text
from gui.widgets.painters import paint_bar, paint_histogram

if TYPE_CHECKING:
    from engine.data.profiling.profile import ColumnProfile

HISTOGRAM = 84
AXIS = 18
BAR_ROW = 21
MOST_BARS = 8


class ValuesChart(QWidget):
    """A column's profile as a picture; nothing while there is none."""

    def __init__(self) -> None:
        super().__init__()
        self._profile: ColumnProfile | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(tr("Values of the column"))

    def set_profile(self, profile: ColumnProfile | None) -> None:
        """Show the values of another column."""
        self._profile = profile
        self.setVisible(profile is not None and bool(profile.histogram or profile.top))
        self.setAccessibleDescription(self._spoken())
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        if self._profile is None:
            return QSize(200, 0)
        if self._profile.histogram:
            return QSize(200, HISTOGRAM + AXIS)
        return QSize(200, BAR_ROW * min(len(self._profile.top), MOST_BARS))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def _spoken(self) -> str:
        if self._profile is None:
            return ""
        if self._profile.histogram:
            low, high = self._profile.edges[0], self._profile.edges[-1]
            return tr(
                "Histogram from {low} to {high}", low=compact_text(low), high=compact_text(high)
            )
        shown = self._profile.top[:MOST_BARS]
        return listed(f"{value} {percent_text(self._share(rows))}" for value, rows in shown)

    def _share(self, rows: int) -> float:
        profile = self._profile
        known = profile.counted if profile is not None else 0
        return rows / known if known else 0.0

    def paintEvent(self, event: QPaintEvent) -> None:
        profile = self._profile
        if profile is None:
            return
        painter = QPainter(self)
        if profile.histogram:
            self._paint_histogram(painter, profile)
        else:
            self._paint_top(painter, profile)

    def _paint_histogram(self, painter: QPainter, profile: ColumnProfile) -> None:
        rect = QRectF(0, 2, self.width(), HISTOGRAM - 2)
        paint_histogram(painter, rect, profile.histogram, theme.colour("s3"))
        painter.setPen(theme.colour("axis"))
        painter.drawLine(0, HISTOGRAM, self.width(), HISTOGRAM)
        painter.setFont(theme.font("axis"))
        painter.setPen(theme.colour("muted"))
        below = QRectF(0, HISTOGRAM + 2, self.width(), AXIS - 2)
        middle = (profile.edges[0] + profile.edges[-1]) / 2
        for value, side in (
            (profile.edges[0], Qt.AlignmentFlag.AlignLeft),
            (middle, Qt.AlignmentFlag.AlignHCenter),
            (profile.edges[-1], Qt.AlignmentFlag.AlignRight),
        ):
            painter.drawText(below, side | Qt.AlignmentFlag.AlignVCenter, compact_text(value))

    def _paint_top(self, painter: QPainter, profile: ColumnProfile) -> None:
        painter.setFont(theme.font("small"))
        metrics = QFontMetricsF(painter.font())
        names = self.width() * 0.42
        figures = metrics.horizontalAdvance(percent_text(1.0)) + 8
        highest = max((rows for _, rows in profile.top), default=1) or 1
        for index, (value, rows) in enumerate(profile.top[:MOST_BARS]):
            top = index * BAR_ROW
            painter.setPen(theme.colour("text"))
            text = metrics.elidedText(value, Qt.TextElideMode.ElideRight, names - 8)
            painter.drawText(
                QRectF(0, top, names, BAR_ROW),
                Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter,
                text,
            )
            bar = QRectF(names, top + BAR_ROW / 2 - 4, self.width() - names - figures, 8)
            paint_bar(painter, bar, rows / highest, theme.colour("s3"))
            painter.setPen(theme.colour("text2"))
            painter.drawText(
                QRectF(self.width() - figures, top, figures, BAR_ROW),
                Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
                percent_text(self._share(rows)),
            )
