"""Row numbers at the left of the table: those of the file, whatever is filtered and sorted."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QMouseEvent, QPainter
from PySide6.QtWidgets import QHeaderView, QWidget

from gui import theme
from gui.models.table_model import TableModel

_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_PADDING = 8
_LEAST = 38


class RowHeader(QHeaderView):
    """Numbers drawn in muted text; rows all have one height."""

    def __init__(self, model: TableModel, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Vertical, parent)
        self._model = model
        self._largest = 0
        self.is_pressed = False
        """Whether rows are being selected with the mouse right now."""
        self.setSectionsClickable(True)
        self.setHighlightSections(False)
        self.setMinimumSectionSize(1)
        self.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        # Looked up once: this is drawn for every visible row of every scroll step.
        self._font = theme.font("caption")
        self._surface = theme.colour("surface")
        self._line = theme.colour("line")
        self._muted = theme.colour("muted")

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.is_pressed = True
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        self.is_pressed = False

    def set_largest(self, row: int) -> None:
        """The largest number that may have to be shown: rows keep the numbers of the file."""
        if row != self._largest:
            self._largest = row
            self.updateGeometry()

    def sizeHint(self) -> QSize:
        largest = f"{max(self.count(), self._largest, 1):,}"
        width = theme.text_width(largest, "caption") + 2 * _PADDING + 1
        return QSize(max(_LEAST, round(width)), super().sizeHint().height())

    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:  # noqa: N803
        right, bottom = rect.right(), rect.bottom()
        painter.fillRect(rect, self._surface)
        painter.fillRect(right, rect.top(), 1, rect.height(), self._line)
        painter.fillRect(rect.left(), bottom, rect.width(), 1, self._line)
        painter.setFont(self._font)
        painter.setPen(self._muted)
        painter.drawText(
            rect.adjusted(0, 0, -_PADDING - 1, 0),
            _RIGHT,
            f"{self._model.row_of(logicalIndex) + 1:,}",
        )
