"""The floating box that tells the values under the crosshair."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from gui import theme

PADDING = 10
CHIP = 10
GAP = 16
DISTANCE = 14
"""Pixels between the crosshair and the box."""


@dataclass(frozen=True, slots=True)
class ReadoutRow:
    """One run: its hue, its short name and a value per column."""

    colour: QColor
    name: str
    values: tuple[str, ...]


class Readout(QWidget):
    """A title, column heads, and a row per run; never in the way of the pointer."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()
        self._title = ""
        self._heads: tuple[str, ...] = ()
        self._rows: tuple[ReadoutRow, ...] = ()
        self._widths: tuple[float, ...] = ()
        self._line = 17.0

    def show_values(
        self, title: str, heads: Sequence[str], rows: Sequence[ReadoutRow], area: QRect, at: float
    ) -> None:
        """Show beside the pixel column `at` of `area` (in the parent's coordinates)."""
        self._title, self._heads, self._rows = title, tuple(heads), tuple(rows)
        self._measure()
        width = round(sum(self._widths) + GAP * len(self._heads) + 2 * PADDING)
        height = round(self._line * (len(self._rows) + 1) + 2 * PADDING - 4)
        left = round(at) + DISTANCE
        if left + width > area.right():
            left = round(at) - DISTANCE - width
        left = max(area.left(), min(left, area.right() - width))
        parent = self.parentWidget()
        left = max(0, min(left, parent.width() - width)) if parent is not None else left
        self.setGeometry(left, area.top() + 6, width, height)
        self.show()
        self.raise_()
        self.update()

    def text(self) -> str:
        """All that is shown, for a screen reader."""
        lines = [self._title]
        for row in self._rows:
            pairs = zip(self._heads, row.values, strict=True)
            lines.append(" ".join((row.name, *(" ".join(pair) for pair in pairs))))
        return "; ".join(lines)

    def _measure(self) -> None:
        bold = QFontMetricsF(theme.font("small", 600))
        small = QFontMetricsF(theme.font("small"))
        names = [small.horizontalAdvance(row.name) + CHIP + 7 for row in self._rows]
        widths = [max([bold.horizontalAdvance(self._title), *names])]
        for column, head in enumerate(self._heads):
            cells = [small.horizontalAdvance(row.values[column]) for row in self._rows]
            widths.append(max([small.horizontalAdvance(head), *cells]))
        self._widths = tuple(widths)
        self._line = small.height() + 2

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.colour("line2"), 1))
        painter.setBrush(theme.colour("raised"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        top = PADDING - 2.0
        self._paint_cells(painter, top, self._title, self._heads, is_head=True)
        for row in self._rows:
            top += self._line
            chip = QRectF(PADDING, top + (self._line - CHIP) / 2, CHIP, CHIP)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(row.colour)
            painter.drawRoundedRect(chip, 2, 2)
            self._paint_cells(painter, top, row.name, row.values, is_head=False)

    def _paint_cells(
        self, painter: QPainter, top: float, name: str, values: Sequence[str], *, is_head: bool
    ) -> None:
        middle = Qt.AlignmentFlag.AlignVCenter
        left = PADDING if is_head else PADDING + CHIP + 7.0
        painter.setFont(theme.font("small", 600 if is_head else 400))
        painter.setPen(theme.colour("text"))
        area = QRectF(left, top, self._widths[0], self._line)
        painter.drawText(area, Qt.AlignmentFlag.AlignLeft | middle, name)
        painter.setFont(theme.font("small"))
        painter.setPen(theme.colour("muted" if is_head else "text"))
        right = PADDING + self._widths[0]
        for width, value in zip(self._widths[1:], values, strict=True):
            right += GAP + width
            area = QRectF(right - width - 2, top, width + 2, self._line)
            painter.drawText(area, Qt.AlignmentFlag.AlignRight | middle, value)
