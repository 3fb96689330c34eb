"""The most frequent values of a column as bars, stacked by target class where there is one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

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
    """A painted list of bars."""

    def __init__(self) -> None:
        super().__init__()
        self._bars: tuple[ValueBar, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def show_bars(self, bars: Sequence[ValueBar]) -> None:
        """Draw these values."""
        self._bars = tuple(bars)
        said = listed(f"{bar.text} {count_text(bar.count)}" for bar in bars)
        self.setAccessibleName(tr("Most frequent values: {values}", values=said))
        self.setToolTip("")
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
            painter.setPen(theme.colour("muted" if bar.is_rest else "text"))
            text = metrics.elidedText(bar.text, Qt.TextElideMode.ElideRight, label)
            painter.drawText(line, _LEFT, text)
            painter.setPen(theme.colour("muted" if bar.is_rest else "text2"))
            painter.drawText(line, _RIGHT, count_text(bar.count))
            if highest and not bar.is_rest:
                box = QRectF(label + _GAP, line.top() + 5, room * bar.count / highest, height - 10)
                _paint_bar(painter, box, bar)

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
