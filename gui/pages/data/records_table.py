"""A plain table of records inside a card: as high as its rows up to a bound, then it scrolls."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from gui import theme
from gui.models.records_model import RecordsModel

PADDING = 8
_ROW = 30
_HEADER = 26
_MOST_ROWS = 14
_LONGEST = 1000


class _RecordDelegate(QStyledItemDelegate):
    """One line of text per cell, at the same distance from the edge as the header's, a rule below."""

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        self.initStyleOption(option, index)
        rect: QRect = option.rect
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        if selected:
            painter.fillRect(rect, theme.colour("selected"))
        if index.row() < index.model().rowCount() - 1:
            painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, theme.colour("line"))
        painter.setFont(option.font)
        painter.setPen(index.data(Qt.ItemDataRole.ForegroundRole).color())
        inner = rect.adjusted(PADDING, 0, -PADDING, 0)
        text = painter.fontMetrics().elidedText(
            option.text[:_LONGEST], Qt.TextElideMode.ElideRight, inner.width()
        )
        painter.drawText(inner, option.displayAlignment, text)
        painter.restore()


class RecordsTable(QTableView):
    """Shows a `RecordsModel`; one column takes the room that is left."""

    def __init__(
        self, model: RecordsModel[Any], name: str, *, stretched: int, widths: Sequence[int]
    ) -> None:
        super().__init__()
        model.setParent(self)
        self.setModel(model)
        self.setAccessibleName(name)
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setItemDelegate(_RecordDelegate(self))
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        scale = theme.text_scale()
        rows = self.verticalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(round(_ROW * scale))
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setFixedHeight(round(_HEADER * scale))
        for column, width in enumerate(widths):
            if column == stretched:
                header.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
            else:
                self.setColumnWidth(column, round(width * scale))

    def sizeHint(self) -> QSize:
        scale = theme.text_scale()
        rows = min(self.model().rowCount(), _MOST_ROWS)
        return QSize(400, round(_HEADER * scale) + rows * round(_ROW * scale) + 2)

    def minimumSizeHint(self) -> QSize:
        return QSize(200, self.sizeHint().height())
