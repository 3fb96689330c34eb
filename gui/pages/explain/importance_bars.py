"""Importance per column as a painted list of bars with whiskers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QFont,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui import theme
from gui.i18n import tr

LOWEST, HIGHEST = 24, 46
"""Rows share the height that there is, within these bounds (px)."""
THICKEST = 18
LABEL_SHARE = 0.28


@dataclass(frozen=True, slots=True)
class Bar:
    """One column: the mean over the repeats, and the smallest and largest of them."""

    name: str
    mean: float
    low: float
    high: float


def decimals_for(largest: float) -> int:
    """As many decimals as show two digits of the largest bar, three at least, eight at most."""
    if largest <= 0:
        return 3
    return min(max(1 - math.floor(math.log10(largest)), 3), 8)


class ImportanceBars(QWidget):
    """A list of bars in the given order; one is current. `selected` carries its name.

    Up, Down, Home and End move; a click selects.
    """

    selected = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bars: tuple[Bar, ...] = ()
        self._current = -1
        self._decimals = 3
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(tr("Importance of the columns"))

    def set_bars(self, bars: Sequence[Bar]) -> None:
        """Show other bars; none is current."""
        self._bars, self._current = tuple(bars), -1
        self._decimals = decimals_for(max((abs(bar.mean) for bar in bars), default=0.0))
        self.setAccessibleDescription("")
        self.updateGeometry()
        self.update()

    def bars(self) -> tuple[Bar, ...]:
        """What is shown now."""
        return self._bars

    def current(self) -> str | None:
        """Name of the current column."""
        return self._bars[self._current].name if self._current >= 0 else None

    def select(self, name: str) -> None:
        """Make the column of that name current; a name that is not shown changes nothing."""
        for index, bar in enumerate(self._bars):
            if bar.name == name:
                self._move(index)

    def row_centre(self, index: int) -> QPointF:
        """The middle of a row in widget coordinates."""
        return QPointF(self.width() / 2, (index + 0.5) * self._row())

    def sizeHint(self) -> QSize:
        return QSize(480, max(1, len(self._bars)) * HIGHEST)

    def minimumSizeHint(self) -> QSize:
        return QSize(260, max(1, len(self._bars)) * LOWEST)

    def _row(self) -> int:
        return min(max(self.height() // max(len(self._bars), 1), LOWEST), HIGHEST)

    def _move(self, index: int) -> None:
        if index == self._current:
            return
        self._current = index
        bar = self._bars[index]
        self.setAccessibleDescription(self.describe(bar))
        QAccessible.updateAccessibility(
            QAccessibleEvent(self, QAccessible.Event.DescriptionChanged)
        )
        self.update()
        self.selected.emit(bar.name)

    def describe(self, bar: Bar) -> str:
        """The bar in words."""
        return tr(
            "{column}: {mean}, from {low} to {high}",
            column=bar.name,
            mean=self._figure(bar.mean),
            low=self._figure(bar.low),
            high=self._figure(bar.high),
        )

    def _figure(self, value: float) -> str:
        # Rounded first, so that noise around zero has no sign.
        return f"{round(value, self._decimals) + 0.0:.{self._decimals}f}".replace("-", "\u2212")

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._bars:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        body = theme.font("small")
        strong = QFont(body)
        strong.setWeight(QFont.Weight.DemiBold)
        wide = QFontMetricsF(strong)
        widest = max(wide.horizontalAdvance(bar.name) for bar in self._bars)
        label = min(widest, self.width() * LABEL_SHARE)
        figures = max(wide.horizontalAdvance(self._figure(bar.mean)) for bar in self._bars)
        left, right = 12 + label + 10, self.width() - 12 - figures - 8
        low = min(0.0, *(min(bar.low, bar.mean) for bar in self._bars))
        high = max(0.0, *(max(bar.high, bar.mean) for bar in self._bars)) or 1.0
        scale = (right - left) / (high - low)
        zero = left - low * scale
        row = self._row()
        clip = event.rect()
        first = max(0, clip.top() // row)
        last = min(len(self._bars) - 1, clip.bottom() // row)
        for index in range(first, last + 1):
            bar, top = self._bars[index], index * row
            current = index == self._current
            if current:
                painter.fillRect(QRectF(0, top, self.width(), row), theme.colour("selected"))
            painter.setFont(strong if current else body)
            painter.setPen(theme.colour("text"))
            metrics = QFontMetricsF(painter.font())
            text = metrics.elidedText(bar.name, Qt.TextElideMode.ElideRight, label)
            rect = QRectF(12, top, label, row)
            painter.drawText(
                rect, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text
            )
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("accent" if current else "s3"))
            x = zero + bar.mean * scale
            middle = top + row / 2
            thick = min(row - 12, THICKEST)
            painter.drawRoundedRect(
                QRectF(min(zero, x), middle - thick / 2, max(abs(x - zero), 1.5), thick), 2, 2
            )
            painter.setPen(QPen(theme.colour("text"), 1.2))
            painter.drawLine(
                QPointF(zero + bar.low * scale, middle), QPointF(zero + bar.high * scale, middle)
            )
            painter.setFont(body)
            painter.setPen(theme.colour("text2"))
            value = QRectF(max(x, zero + bar.high * scale, zero) + 8, top, figures + 8, row)
            painter.drawText(
                value,
                Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter,
                self._figure(bar.mean),
            )

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = int(event.position().y() // self._row())
        if event.button() == Qt.MouseButton.LeftButton and 0 <= index < len(self._bars):
            self._move(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        last = len(self._bars) - 1
        targets = {
            Qt.Key.Key_Up: max(self._current - 1, 0),
            Qt.Key.Key_Down: min(self._current + 1, last),
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
        }
        key = Qt.Key(event.key())
        if key in targets and self._bars:
            self._move(targets[key])
        else:
            super().keyPressEvent(event)
