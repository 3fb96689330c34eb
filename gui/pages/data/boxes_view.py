"""Numbers by category: a box for the quartiles of each level, whiskers, and what lies beyond them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QHelpEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from engine.data.profiling.histogram import round_edges
from engine.schema import Kind
from gui import theme
from gui.i18n import listed, tr, trn
from gui.models.figures import compact_text, date_text

if TYPE_CHECKING:
    from engine.data.relations.pair import Box, Boxes

_AXIS = 20
_LABEL_SHARE = 0.32
_ROW = 34.0


class BoxesView(QWidget):
    """Levels below each other, their numbers along a common axis. A click names a level."""

    levelClicked = Signal(str, str)  # noqa: N815 - Qt's naming
    """A category and one of its levels."""

    def __init__(self) -> None:
        super().__init__()
        self._boxes: Boxes | None = None
        self._kind = Kind.NUMBER
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_boxes(self, boxes: Boxes, kind: Kind) -> None:
        """Draw these; `kind` is that of the numbers."""
        self._boxes, self._kind = boxes, kind
        said = listed(self._sentence(box) for box in boxes.boxes)
        self.setAccessibleName(
            tr("{number} by {category}", number=boxes.number, category=boxes.category)
        )
        self.setAccessibleDescription(said)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(300, 240)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._boxes is None or not self._boxes.boxes:
            return
        painter = QPainter(self)
        painter.setFont(theme.font("caption"))
        metrics = QFontMetricsF(painter.font())
        left, height = self._left(metrics), self._row_height()
        low, high = self._bounds()
        room = self.width() - left - 12

        def place(value: float) -> float:
            return left + (value - low) / (high - low) * room

        bottom = height * len(self._boxes.boxes)
        ticks = round_edges(low, high, whole=False, bins=max(2, int(room / 80))).tolist()
        for tick in (tick for tick in ticks if low <= tick <= high):
            painter.setPen(QPen(theme.colour("grid"), 1))
            painter.drawLine(QPointF(place(tick), 0), QPointF(place(tick), bottom))
            painter.setPen(theme.colour("muted"))
            box = QRectF(place(tick) - 50, bottom + 3, 100, _AXIS)
            painter.drawText(box, Qt.AlignmentFlag.AlignHCenter, self._text(tick))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for at, box_ in enumerate(self._boxes.boxes):
            line = QRectF(0, at * height, self.width(), height)
            painter.setPen(theme.colour("text2"))
            name = metrics.elidedText(box_.level, Qt.TextElideMode.ElideRight, left - 10)
            painter.drawText(
                QRectF(0, line.top(), left - 8, height),
                Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
                name,
            )
            self._paint_box(painter, line, box_, place)
        if self._boxes.left_out:
            painter.setPen(theme.colour("muted"))
            more = trn("{count} more level", "{count} more levels", self._boxes.left_out)
            painter.drawText(QPointF(0, bottom + 14), more)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            box = self._box_at(event.pos().y())
            QToolTip.showText(event.globalPos(), self._sentence(box) if box else "", self)
            return True
        return super().event(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        box = self._box_at(event.position().y())
        if event.button() == Qt.MouseButton.LeftButton and box is not None and self._boxes:
            self.levelClicked.emit(self._boxes.category, box.level)

    def _box_at(self, y: float) -> Box | None:
        boxes = self._boxes.boxes if self._boxes is not None else ()
        at = int(y // self._row_height())
        return boxes[at] if 0 <= at < len(boxes) else None

    def _paint_box(self, painter: QPainter, line: QRectF, box: Box, place: object) -> None:
        assert callable(place)
        middle, half = line.center().y(), min(9.0, line.height() * 0.32)
        painter.setPen(QPen(theme.colour("text2"), 1))
        painter.drawLine(QPointF(place(box.low), middle), QPointF(place(box.first), middle))
        painter.drawLine(QPointF(place(box.third), middle), QPointF(place(box.high), middle))
        for end in (box.low, box.high):
            x = place(end)
            painter.drawLine(QPointF(x, middle - half / 2), QPointF(x, middle + half / 2))
        painter.setBrush(theme.colour("s2"))
        painter.setPen(QPen(theme.colour("s4"), 1))
        width = max(1.0, place(box.third) - place(box.first))
        painter.drawRect(QRectF(place(box.first), middle - half, width, 2 * half))
        painter.setPen(QPen(theme.colour("text"), 2))
        x = place(box.median)
        painter.drawLine(QPointF(x, middle - half), QPointF(x, middle + half))
        faint = QColor(theme.colour("text2"))
        faint.setAlphaF(0.5)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(faint)
        for value in box.outliers:
            painter.drawEllipse(QPointF(place(value), middle), 1.6, 1.6)

    def _left(self, metrics: QFontMetricsF) -> float:
        boxes = self._boxes.boxes if self._boxes is not None else ()
        widest = max((metrics.horizontalAdvance(box.level) for box in boxes), default=0.0)
        return min(widest + 14, self.width() * _LABEL_SHARE)

    def _row_height(self) -> float:
        count = len(self._boxes.boxes) if self._boxes is not None else 1
        room = (self.height() - _AXIS - 4) / max(1, count)
        return max(8.0, min(_ROW * theme.text_scale(), room))

    def _bounds(self) -> tuple[float, float]:
        assert self._boxes is not None
        ends = [(box.low, box.high, *box.outliers) for box in self._boxes.boxes]
        low = min(min(values) for values in ends)
        high = max(max(values) for values in ends)
        return (low, high) if high > low else (low - 0.5, high + 0.5)

    def _text(self, value: float) -> str:
        if self._kind is not Kind.DATE:
            return compact_text(value)
        low, high = self._bounds()
        return date_text(value, high - low)

    def _sentence(self, box: Box) -> str:
        return tr(
            "{level}: median {median}, half of {rows} rows from {first} to {third}",
            level=box.level,
            median=self._text(box.median),
            rows=box.rows,
            first=self._text(box.first),
            third=self._text(box.third),
        )
