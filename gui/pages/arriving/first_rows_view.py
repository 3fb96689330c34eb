"""The grid in which the first rows of a file stand."""

from __future__ import annotations

import math

from PySide6.QtCore import QRect, QSignalBlocker, Qt, QTimer
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from gui import theme
from gui.i18n import tr
from gui.models.table_model import TableModel
from gui.widgets.cell_texts import CellTexts

_ROW, _HEADER = 24, 30
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_NARROWEST, _WIDEST = 72, 260
_PADDING, _LETTERS = 6, 80
_MEASURED, _ROWS_MEASURED, _TEXTS_MEASURED = 100, 64, 4
"""Columns whose widths follow from their cells, the first cells that are looked at, and how many of
those with the most letters are measured; other columns keep one width."""


class FirstRowsView(QTableView):
    """A plain grid of text, drawn in one go: Qt's own drawing asks ten things of every cell."""

    def __init__(self, model: TableModel) -> None:
        super().__init__()
        self._model = model
        self.setModel(model)
        self._font, self._text = theme.font("small"), theme.colour("text")
        self._texts = CellTexts(self._font)
        self._missing, self._muted = tr("missing"), theme.colour("muted")
        self._chosen, self._accent = theme.colour("selected"), theme.colour("accent")
        self._line = theme.colour("line")
        self.setAccessibleName(tr("First rows"))
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        scale = theme.text_scale()
        rows = self.verticalHeader()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(round(_ROW * scale))
        header = self.horizontalHeader()
        header.setFixedHeight(round(_HEADER * scale))
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setResizeContentsPrecision(20)
        header.setDefaultSectionSize(round(120 * scale))
        self._fitting = QTimer(self, singleShot=True, interval=0)
        self._fitting.timeout.connect(self._fit_columns)

    def paintEvent(self, event: QPaintEvent) -> None:
        area = event.rect()
        rows, columns = self._rows_in(area), self._columns_in(area)
        painter = QPainter(self.viewport())
        painter.setFont(self._font)
        self._mark_selected(painter)
        painter.setPen(self._text)
        gaps = [gap for column in columns for gap in self._draw_column(painter, column, rows)]
        painter.setPen(self._muted)
        for gap in gaps:
            painter.drawText(gap, _LEFT, self._texts.fitted(self._missing, gap.width()))
        painter.setPen(self._line)
        if rows and columns:
            right, bottom = self._cell(rows[-1], columns[-1]).bottomRight().toTuple()
            for column in columns:
                x = self._cell(rows[0], column).right()
                painter.drawLine(x, area.top(), x, min(bottom, area.bottom()))
            for place in rows:
                y = self._cell(place, columns[0]).bottom()
                painter.drawLine(area.left(), y, min(right, area.right()), y)
        painter.end()

    def _draw_column(self, painter: QPainter, column: int, rows: range) -> list[QRect]:
        """Its cells with a text; where those are that have none."""
        gaps: list[QRect] = []
        if not rows:
            return gaps
        inner = self._cell(rows[0], column).adjusted(_PADDING, 0, -_PADDING, 0)
        room, height = inner.width(), self.rowHeight(rows[0])
        for text in self._model.texts(column, rows[0], rows[-1] + 1):
            if text is None:
                gaps.append(QRect(inner))
            else:
                painter.drawText(inner, _LEFT, self._texts.fitted(text, room))
            inner.translate(0, height)
        return gaps

    def _mark_selected(self, painter: QPainter) -> None:
        selection = self.selectionModel()
        for index in selection.selectedIndexes() if selection.hasSelection() else ():
            painter.fillRect(self.visualRect(index), self._chosen)
        current = self.currentIndex()
        if current.isValid() and self.hasFocus():
            painter.setPen(self._accent)
            painter.drawRect(self.visualRect(current).adjusted(0, 0, -1, -1))

    def _cell(self, row: int, column: int) -> QRect:
        """Where a cell stands, the lines on its right and below it included."""
        return QRect(
            self.columnViewportPosition(column),
            self.rowViewportPosition(row),
            self.columnWidth(column),
            self.rowHeight(row),
        )

    def _rows_in(self, area: QRect) -> range:
        first, last = self.rowAt(area.top()), self.rowAt(area.bottom())
        return range(max(first, 0), (last if last >= 0 else self._model.rowCount() - 1) + 1)

    def _columns_in(self, area: QRect) -> range:
        first, last = self.columnAt(area.left()), self.columnAt(area.right())
        return range(max(first, 0), (last if last >= 0 else self._model.columnCount() - 1) + 1)

    def fit_columns_soon(self) -> None:
        """Give columns the width of their cells, within bounds; then draw them, after other events."""
        self.setUpdatesEnabled(False)
        self._fitting.start()

    def _fit_columns(self) -> None:
        self.executeDelayedItemsLayout()
        scale = theme.text_scale()
        header = self.horizontalHeader()
        most = round(_WIDEST * scale)
        rows = min(_ROWS_MEASURED, self._model.rowCount())
        widths = QFontMetricsF(theme.font("small"))
        found: dict[int, int] = {}
        for column in range(min(self._model.columnCount(), _MEASURED)):
            cells = {self._model.cell(row, column) or "" for row in range(rows)}
            longest = sorted(cells, key=len)[-_TEXTS_MEASURED:]
            widest = max((widths.horizontalAdvance(text[:_LETTERS]) for text in longest), default=0)
            wanted = max(math.ceil(widest) + 2 * _PADDING + 1, header.sectionSizeHint(column))
            found[column] = min(max(wanted, _NARROWEST), most)
        with QSignalBlocker(header):  # told of them the view would soon draw everything once more
            for column, width in found.items():
                header.resizeSection(column, width)
        self.updateGeometries()
        self.setUpdatesEnabled(True)
