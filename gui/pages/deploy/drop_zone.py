"""Where files are dropped to be predicted."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QFont,
    QFontMetricsF,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QFrame, QSizePolicy, QWidget

from gui import theme
from gui.icons import paint_icon


def dropped_files(mime: QMimeData) -> list[Path]:
    """The local files in what is dragged, folders left out."""
    paths = [Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile()]
    return [path for path in paths if path.is_file()]


class DropZone(QFrame):
    """A dashed frame with an icon and two lines; `dropped` carries the files."""

    dropped = Signal(list)

    def __init__(self, title: str, detail: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title, self._detail = title, detail
        self._over = False
        self.setAcceptDrops(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(title)
        self.setAccessibleDescription(detail)

    def set_detail(self, detail: str) -> None:
        """Change the second line."""
        self._detail = detail
        self.setAccessibleDescription(detail)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(300, 104)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        enabled = self.isEnabled()
        if self._over:
            painter.setPen(QPen(theme.colour("accent"), 2))
            painter.setBrush(theme.colour("selected"))
        else:
            pen = QPen(theme.colour("ctl" if enabled else "line"), 1.2)
            pen.setDashPattern([4, 3])
            painter.setPen(pen)
            painter.setBrush(theme.colour("surface"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 10, 10)
        middle = self.height() / 2
        icon = QRectF(self.width() / 2 - 10, middle - 36, 20, 20)
        paint_icon(painter, icon, "import", theme.colour("text2" if enabled else "muted"))
        self._line(painter, middle - 8, 18, theme.font("body", 600), self._title, "text")
        self._line(painter, middle + 12, 16, theme.font("small"), self._detail, "muted")

    def _line(
        self, painter: QPainter, top: float, height: float, font: QFont, text: str, token: str
    ) -> None:
        painter.setFont(font)
        painter.setPen(theme.colour(token if self.isEnabled() else "muted"))
        rect = QRectF(12, top, self.width() - 24, height)
        text = QFontMetricsF(painter.font()).elidedText(
            text, Qt.TextElideMode.ElideRight, rect.width()
        )
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, text)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self.isEnabled() and dropped_files(event.mimeData()):
            event.acceptProposedAction()
            self._set_over(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._set_over(False)

    def dropEvent(self, event: QDropEvent) -> None:
        self._set_over(False)
        files = dropped_files(event.mimeData())
        if files:
            event.acceptProposedAction()
            self.dropped.emit(files)

    def _set_over(self, over: bool) -> None:
        self._over = over
        self.update()
