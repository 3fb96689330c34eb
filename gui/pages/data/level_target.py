"""The target at each of the most frequent values of a column: a dot with its 95% interval."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui import theme
from gui.i18n import listed, tr
from gui.models.figures import compact_text, whole_percent_text

if TYPE_CHECKING:
    from engine.data.profiling.column_profile import Estimate

_ROW = 20
_LABEL_SHARE = 0.4
_MOST = 8


class LevelTarget(QWidget):
    """One line per level on a common axis, and a dashed line at the target of all rows."""

    def __init__(self) -> None:
        super().__init__()
        self._levels: tuple[tuple[str, Estimate], ...] = ()
        self._overall = 0.0
        self._is_rate = True
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def show_levels(
        self,
        names: Sequence[str],
        estimates: Sequence[Estimate | None],
        overall: float,
        *,
        is_rate: bool,
    ) -> None:
        """Draw these levels; those without an estimate are left out."""
        pairs = zip(names, estimates, strict=False)
        known = [(name, found) for name, found in pairs if found is not None]
        self._levels = tuple(known[:_MOST])
        self._overall, self._is_rate = overall, is_rate
        self.setAccessibleName(
            tr(
                "Target by value: {values}",
                values=listed(f"{name} {self._text(found[0])}" for name, found in self._levels),
            )
        )
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(220, (len(self._levels) + 1) * self._row_height())

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._levels:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme.font("small"))
        metrics = QFontMetricsF(painter.font())
        widest = max(metrics.horizontalAdvance(name) for name, _ in self._levels)
        left = min(widest + 10, self.width() * _LABEL_SHARE)
        figure = max(metrics.horizontalAdvance(self._text(f[0])) for _, f in self._levels) + 8
        room = self.width() - left - figure - 8
        low, high = self._bounds()
        height = self._row_height()

        def place(value: float) -> float:
            return left + 4 + (value - low) / (high - low) * room

        bottom = len(self._levels) * height
        painter.setPen(QPen(theme.colour("text2"), 1, Qt.PenStyle.DashLine))
        x = place(self._overall)
        painter.drawLine(QPointF(x, 0), QPointF(x, bottom))
        painter.setFont(theme.font("axis"))
        text = tr("all {share}", share=self._text(self._overall))
        painter.drawText(QRectF(x - 60, bottom, 120, height), Qt.AlignmentFlag.AlignHCenter, text)
        painter.setFont(theme.font("small"))
        for at, (name, (value, first, last)) in enumerate(self._levels):
            middle = (at + 0.5) * height
            painter.setPen(theme.colour("text"))
            shown = metrics.elidedText(name, Qt.TextElideMode.ElideRight, left - 6)
            line = QRectF(0, at * height, self.width(), height)
            painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, shown)
            painter.setPen(theme.colour("text2"))
            painter.drawText(
                line, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, self._text(value)
            )
            painter.setPen(QPen(theme.colour("accent"), 1.4))
            painter.drawLine(QPointF(place(first), middle), QPointF(place(last), middle))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("accent"))
            painter.drawEllipse(QPointF(place(value), middle), 3.2, 3.2)

    def _bounds(self) -> tuple[float, float]:
        low = min(self._overall, *(found[1] for _, found in self._levels))
        high = max(self._overall, *(found[2] for _, found in self._levels))
        if self._is_rate:
            low = 0.0
        return (low, high) if high > low else (low - 0.5, high + 0.5)

    def _text(self, value: float) -> str:
        return whole_percent_text(value) if self._is_rate else compact_text(value)

    def _row_height(self) -> int:
        return round(_ROW * theme.text_scale())
