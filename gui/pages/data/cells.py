"""How a cell of the table is drawn: one text, cut off only where it does not fit.

This runs for every visible cell of every scroll step, so colours and fonts are looked up once per theme
(the page is built anew when it changes) and nothing is asked of Qt that is known already.
"""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem, QWidget

from gui import theme
from gui.i18n import tr
from gui.models.cell_tints import CellTints, ColourBy
from gui.models.table_model import TableModel

PADDING = 8
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_LONGEST_DRAWN = 400


class CellDelegate(QStyledItemDelegate):
    """Draws cells of a `TableModel`."""

    def __init__(self, model: TableModel, parent: QWidget) -> None:
        super().__init__(parent)
        self.chosen_column = -1
        """The tinted column."""
        self.shows_selection = False
        """Whether several cells are selected, so that they have to be told from the others."""
        self.current = QModelIndex()
        """The cell that has the keyboard; invalid where the view does not."""
        self._model = model
        self.tints = CellTints(model)
        self._font = theme.font("small")
        self._muted_font = theme.font("caption")
        self._em = self._font.pixelSize() if self._font.pixelSize() > 0 else 16
        self._text = theme.colour("text")
        self._muted = theme.colour("muted")
        self._tint = theme.colour("selected")
        self._accent = theme.colour("accent")
        self._wash = QColor(self._accent)
        self._wash.setAlphaF(0.16)
        self._missing = tr("missing")

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        rect: QRect = option.rect
        row = index.row()
        column = index.column()
        if column == self.chosen_column:
            painter.fillRect(rect, self._tint)
        if self.tints.by is not ColourBy.NOTHING:
            colour = self.tints.at(row, column)
            if colour is not None:
                painter.fillRect(rect, colour)
        if self.shows_selection and option.widget.selectionModel().isSelected(index):
            painter.fillRect(rect, self._wash)
        model = self._model
        text = model.cell(row, column)
        if text is None:
            text = self._missing
            painter.setFont(self._muted_font)
            painter.setPen(self._muted)
        else:
            painter.setFont(self._font)
            painter.setPen(self._text)
        room = rect.width() - 2 * PADDING
        if len(text) * self._em > room:  # no glyph is wider than an em: shorter texts fit
            text = text[:_LONGEST_DRAWN].replace("\n", " ")
            metrics = painter.fontMetrics()
            if metrics.horizontalAdvance(text) > room:
                text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room)
        flags = _RIGHT if model.is_right_aligned(column) else _LEFT
        painter.drawText(rect.adjusted(PADDING - 1, 0, -PADDING, 0), flags, text)
        if row == self.current.row() and column == self.current.column():
            painter.setPen(self._accent)
            painter.drawRect(rect.adjusted(0, 0, -1, -1))
