"""The most frequent values of a column as bars, stacked by target class where there is one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from gui import theme
from gui.i18n import listed, tr
from gui.models.figures import count_text
from gui.pages.data.distribution_plot import MOST_CLASSES, class_colours

_ROW = 22
_LABEL_SHARE = 0.46
_GAP = 8
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True, slots=True)
class ValueBar:
    """One value: how often it occurs, and in which classes of the target."""

    text: str
    count: int
    by_class: tuple[int, ...] = ()
    is_rest: bool = False
    """All the values that are not listed."""


class TopValues(QWidget):
    """A painted list of bars.

    A click on a value, or the arrow keys and Enter, emit `valueChosen`.
    """

    valueChosen = Signal(str)  # noqa: N815 - Qt's naming

    def __init__(self) -> None:
        super().__init__()
        self._bars: tuple[ValueBar, ...] = ()
        self._current = 0
        self._hovered = -1
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def show_bars(self, bars: Sequence[ValueBar]) -> None:
        """Draw these values."""
        self._bars = tuple(bars)
        self._current = min(self._current, max(0, len(self._bars) - 1))
        self._hovered = -1
        said = listed(f"{bar.text} {count_text(bar.count)}" for bar in bars)
        self.setAccessibleName(tr("Most frequent values: {values}", values=said))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(220, len(self._bars) * self._row_height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(theme.font("small"))
        metrics = painter.fontMetrics()
        highest = max((bar.count for bar in self._bars if not bar.is_rest), default=0)
        height = self._row_height()
        widest = max((metrics.horizontalAdvance(bar.text) for bar in self._bars), default=0)
        label = min(widest + 2, round(self.width() * _LABEL_SHARE))
        counts = max(
            (metrics.horizontalAdvance(count_text(b.count)) for b in self._bars), default=0
        )
        room = self.width() - label - counts - 2 * _GAP
        for row, bar in enumerate(self._bars):
            line = QRect(0, row * height, self.width(), height)
            if row == self._hovered and not bar.is_rest:
                painter.fillRect(line, theme.colour("hover"))
            painter.setPen(theme.colour("muted" if bar.is_rest else "text"))
            text = metrics.elidedText(bar.text, Qt.TextElideMode.ElideRight, label)
            painter.drawText(line, _LEFT, text)
            painter.setPen(theme.colour("muted" if bar.is_rest else "text2"))
            painter.drawText(line, _RIGHT, count_text(bar.count))
            if highest and not bar.is_rest:
                box = QRectF(label + _GAP, line.top() + 5, room * bar.count / highest, height - 10)
                _paint_bar(painter, box, bar)

        if self.hasFocus() and self._bars:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.colour("accent"), 2))
            painter.drawRect(QRect(1, self._current * height + 1, self.width() - 2, height - 2))

    def row_centre(self, row: int) -> QPointF:
        """The middle of a line in widget coordinates."""
        return QPointF(self.width() / 2, (row + 0.5) * self._row_height())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover(self._row_at(event.position().y()))

    def leaveEvent(self, event: QEvent) -> None:
        self._hover(-1)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        row = self._row_at(event.position().y())
        if event.button() == Qt.MouseButton.LeftButton and row >= 0:
            self._choose(row)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        if step is not None and self._bars:
            self._current = min(len(self._bars) - 1, max(0, self._current + step))
            self.setAccessibleDescription(self._said(self._current))
            self.update()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._bars:
            self._choose(self._current)
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            row = self._row_at(event.pos().y())
            QToolTip.showText(event.globalPos(), self._said(row) if row >= 0 else "", self)
            return True
        return super().event(event)

    def _choose(self, row: int) -> None:
        if not self._bars[row].is_rest:
            self.valueChosen.emit(self._bars[row].text)

    def _said(self, row: int) -> str:
        bar = self._bars[row]
        return f"{bar.text}: {count_text(bar.count)}"

    def _row_at(self, y: float) -> int:
        row = int(y // self._row_height())
        return row if 0 <= row < len(self._bars) else -1

    def _hover(self, row: int) -> None:
        if row != self._hovered:
            self._hovered = row
            self.update()

    def _row_height(self) -> int:
        return round(_ROW * theme.text_scale())


def _paint_bar(painter: QPainter, box: QRectF, bar: ValueBar) -> None:
    if not 0 < len(bar.by_class) <= MOST_CLASSES or not bar.count:
        painter.fillRect(box, theme.colour("s3"))
        return
    left = box.left()
    colours = class_colours(len(bar.by_class))
    for count, colour in reversed(list(zip(bar.by_class, colours, strict=True))):
        width = box.width() * count / bar.count
        painter.fillRect(QRectF(left, box.top(), width, box.height()), colour)
        left += width
