"""A small table of ready-made texts: largest errors, scores per class, first predicted rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from gui import theme
from gui.i18n import tr

ROW = 25
GAP = 8
"""Padding of header sections in the style sheet."""
PADDING = 2 * GAP + 4
WIDEST = 200
MEASURED = 24
"""Rows by which the width of columns is found."""
Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class TableColumn:
    """A column: its title, and whether its texts are figures (then right-aligned)."""

    title: str
    figures: bool = False
    muted: bool = False
    strong: bool = False


class _Texts(QAbstractTableModel):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.columns: tuple[TableColumn, ...] = ()
        self.rows: tuple[Sequence[str | None], ...] = ()

    def set_rows(
        self, columns: Sequence[TableColumn], rows: Sequence[Sequence[str | None]]
    ) -> None:
        self.beginResetModel()
        self.columns, self.rows = tuple(columns), tuple(rows)
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        column = self.columns[index.column()]
        text = self.rows[index.row()][index.column()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return tr("missing") if text is None else text
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{column.title}: {tr('missing') if text is None else text}"
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._alignment(index.column())
        if role == Qt.ItemDataRole.ForegroundRole and (column.muted or text is None):
            return theme.colour("muted")
        if role == Qt.ItemDataRole.FontRole and column.strong:
            return theme.font("small", 600)
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation is not Qt.Orientation.Horizontal or section >= len(self.columns):
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self.columns[section].title
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._alignment(section)
        return None

    def _alignment(self, column: int) -> Qt.AlignmentFlag:
        side = (
            Qt.AlignmentFlag.AlignRight
            if self.columns[column].figures
            else Qt.AlignmentFlag.AlignLeft
        )
        return side | Qt.AlignmentFlag.AlignVCenter


class _LinedDelegate(QStyledItemDelegate):
    """Cells with a line below them and none between columns; texts start where the header's do."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        self.initStyleOption(option, index)
        text, option.text = option.text, ""
        style = option.widget.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, option.widget)
        room = option.rect.adjusted(GAP, 0, -GAP, -1)
        painter.save()
        painter.setFont(option.font)
        painter.setPen(option.palette.text().color())
        shown = option.fontMetrics.elidedText(text, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, option.displayAlignment, shown)
        painter.setPen(QPen(theme.colour("line"), 1))
        painter.drawLine(option.rect.bottomLeft(), option.rect.bottomRight())
        painter.restore()


class ResultTable(QTableView):
    """A read-only table, one row selected at a time, its columns as wide as their texts."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._natural: list[int] = []
        self._texts = _Texts(self)
        self.setModel(self._texts)
        self.setAccessibleName(name)
        self.setFont(theme.font("small"))
        self.setShowGrid(False)
        self.setItemDelegate(_LinedDelegate(self))
        self.setWordWrap(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        rows = self.verticalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(ROW)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setFixedHeight(26)
        header.setMinimumSectionSize(36)

    def set_rows(
        self, columns: Sequence[TableColumn], rows: Sequence[Sequence[str | None]]
    ) -> None:
        """Show other texts; `None` is a missing value. A cell is asked for when it comes into sight."""
        self._texts.set_rows(columns, rows)
        self._fit_columns()
        self.updateGeometry()

    def columns(self) -> tuple[TableColumn, ...]:
        """The columns shown."""
        return self._texts.columns

    def rows(self) -> tuple[tuple[str | None, ...], ...]:
        """The texts shown."""
        return tuple(tuple(row) for row in self._texts.rows)

    def sizeHint(self) -> QSize:
        return QSize(300, self.horizontalHeader().height() + ROW * min(self._texts.rowCount(), 8))

    def minimumSizeHint(self) -> QSize:
        return QSize(160, self.horizontalHeader().height() + ROW * 2)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._spread()

    def _fit_columns(self) -> None:
        body = QFontMetricsF(theme.font("small", 600))
        head = QFontMetricsF(theme.font("caption", 500))
        self._natural = []
        for index, column in enumerate(self._texts.columns):
            texts = (
                body.horizontalAdvance(row[index] or tr("missing"))
                for row in self._texts.rows[:MEASURED]
            )
            widest = max(head.horizontalAdvance(column.title), max(texts, default=0.0))
            self._natural.append(round(min(max(widest, 28), WIDEST)) + PADDING)
        self._spread()

    def _spread(self) -> None:
        """Give every column its natural width and an equal share of the room that is left."""
        if not self._natural:
            return
        spare = max(0, self.viewport().width() - sum(self._natural))
        share, rest = divmod(spare, len(self._natural))
        for index, width in enumerate(self._natural):
            self.setColumnWidth(index, width + share + (1 if index < rest else 0))
