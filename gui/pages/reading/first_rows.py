"""The first rows of a file as they would be read."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from engine.data.cells.cell_types import CellKind
from engine.data.reading_preview import ReadingPreview
from gui import theme
from gui.i18n import tr
from gui.icons import icon
from gui.models.table_model import Index

_ROW, _HEADER = 23, 28
_NARROW, _WIDE = 64, 260
_SHOWN = 200
"""Characters of a cell."""
_MEASURED = 4
"""Texts of a column: the longest one is not always the widest."""
_AROUND = 26
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_ICONS = {
    CellKind.INTEGER: "num",
    CellKind.NUMBER: "num",
    CellKind.DATE: "date",
    CellKind.BOOLEAN: "bool",
    CellKind.TEXT: "text",
}


class FirstRows(QTableView):
    """A table of text cells; numbers stand at the right, missing ones are told in words."""

    def __init__(self) -> None:
        super().__init__()
        self._cells = _Cells(self)
        self.setModel(self._cells)
        self.setAccessibleName(tr("The first rows as they would be read"))
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.setTabKeyNavigation(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        scale = theme.text_scale()
        rows = self.verticalHeader()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(round(_ROW * scale))
        rows.setDefaultAlignment(_RIGHT)
        header = self.horizontalHeader()
        header.setFixedHeight(round(_HEADER * scale))
        header.setHighlightSections(False)
        header.setResizeContentsPrecision(20)
        header.setMaximumSectionSize(round(600 * scale))

    def show_preview(self, preview: ReadingPreview) -> None:
        """Show the rows of another reading; the same columns only become wider, where they have to."""
        same = self._cells.names == preview.names
        self._cells.set(preview)
        widest = round(_WIDE * theme.text_scale())
        for column in range(min(len(preview.names), 200)):
            wanted = max(self._cells_width(preview, column), self._header_width(column), _NARROW)
            least = self.columnWidth(column) if same else 0
            self.setColumnWidth(column, max(least, min(wanted, widest)))

    def _cells_width(self, preview: ReadingPreview, column: int) -> int:
        """Of the longest texts of a column: to lay out all of its cells would hold the window up."""
        texts = [row[column] for row in preview.rows if column < len(row)]
        told = {_text(cell) for cell in texts}
        longest = sorted(told, key=lambda text: len(text.encode(errors="replace")))[-_MEASURED:]
        metrics = QFontMetrics(theme.font("small"))
        return max((metrics.horizontalAdvance(text) for text in longest), default=0) + _AROUND

    def _header_width(self, column: int) -> int:
        return self.horizontalHeader().sectionSizeHint(column)


def _text(cell: str | None) -> str:
    return tr("missing") if cell is None else cell[:_SHOWN].replace("\n", " ⏎ ")


class _Cells(QAbstractTableModel):
    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._shown: ReadingPreview | None = None

    @property
    def names(self) -> tuple[str, ...]:
        return self._shown.names if self._shown is not None else ()

    def set(self, preview: ReadingPreview) -> None:
        self.beginResetModel()
        self._shown = preview
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() or self._shown is None else len(self._shown.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.names)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        assert self._shown is not None
        cell = self._shown.rows[index.row()][index.column()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return _text(cell)
            case Qt.ItemDataRole.ToolTipRole:
                return cell
            case Qt.ItemDataRole.ForegroundRole:
                return theme.colour("muted" if cell is None else "text")
            case Qt.ItemDataRole.FontRole:
                return theme.font("small")
            case Qt.ItemDataRole.TextAlignmentRole:
                return _RIGHT if self._is_number(index.column()) else _LEFT
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if self._shown is None:
            return None
        if orientation is Qt.Orientation.Vertical:
            return (
                str(self._shown.row_lines[section]) if role == Qt.ItemDataRole.DisplayRole else None
            )
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.ToolTipRole:
                return self.names[section]
            case Qt.ItemDataRole.DecorationRole:
                name = _ICONS.get(self._kind(section))
                return icon(name, "text2") if name else None
            case Qt.ItemDataRole.TextAlignmentRole:
                return _LEFT
        return None

    def _kind(self, column: int) -> CellKind | None:
        kinds = self._shown.kinds if self._shown is not None else ()
        return kinds[column] if column < len(kinds) else None

    def _is_number(self, column: int) -> bool:
        return self._kind(column) in (CellKind.INTEGER, CellKind.NUMBER)
