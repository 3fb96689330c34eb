"""The columns that a model needs as a painted list: icon, name, and what values it knows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from engine.schema import Kind
from gui import theme
from gui.i18n import tr
from gui.icons import paint_icon
from gui.models.column_words import KIND_ICONS

ROW = 23


@dataclass(frozen=True, slots=True)
class SchemaLine:
    """A column as the list shows it."""

    name: str
    kind: Kind
    detail: str


class SchemaList(QWidget):
    """One line per column; the detail is muted and at the right."""

    def __init__(self) -> None:
        super().__init__()
        self._lines: tuple[SchemaLine, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(tr("Columns that the model needs"))

    def set_lines(self, lines: Sequence[SchemaLine]) -> None:
        """Show other columns."""
        self._lines = tuple(lines)
        self.setAccessibleDescription(
            "; ".join(f"{line.name} {line.detail}".strip() for line in self._lines)
        )
        self.updateGeometry()
        self.update()

    def lines(self) -> tuple[SchemaLine, ...]:
        """What is shown."""
        return self._lines

    def sizeHint(self) -> QSize:
        return QSize(220, ROW * len(self._lines))

    def minimumSizeHint(self) -> QSize:
        return QSize(120, ROW * len(self._lines))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        small, caption = theme.font("small"), theme.font("caption")
        caption_metrics = QFontMetricsF(caption)
        first = max(0, event.rect().top() // ROW)
        last = min(len(self._lines) - 1, event.rect().bottom() // ROW)
        for index in range(first, last + 1):
            line, top = self._lines[index], index * ROW
            paint_icon(
                painter, QRectF(0, top + 4, 15, 15), KIND_ICONS[line.kind], theme.colour("text2")
            )
            room = self.width() * 0.5
            detail = caption_metrics.elidedText(line.detail, Qt.TextElideMode.ElideRight, room)
            width = caption_metrics.horizontalAdvance(detail)
            painter.setFont(caption)
            painter.setPen(theme.colour("muted"))
            painter.drawText(
                QRectF(self.width() - width - 1, top, width + 1, ROW),
                Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
                detail,
            )
            painter.setFont(small)
            painter.setPen(theme.colour("text"))
            space = self.width() - 24 - width - 10
            name = QFontMetricsF(small).elidedText(line.name, Qt.TextElideMode.ElideRight, space)
            painter.drawText(
                QRectF(24, top, space, ROW),
                Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter,
                name,
            )
