"""The first lines of a file as they stand in it, with what each is to the reader."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QRectF, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from engine.data.reading_preview import LineRole, RawLine, ReadingPreview
from gui import theme
from gui.i18n import tr
from gui.models.table_model import Index

NUMBER, LINE, ROLE = range(3)
_ROW = 21
_LONGEST = 400
"""Characters that are painted; the tooltip has more."""
_VISIBLE = {"\t": "→", " ": "·", "\u00a0": "⍽"}
_RAW = Qt.ItemDataRole.UserRole


class RawView(QTableView):
    """Line number, text, and what the line is taken for."""

    def __init__(self) -> None:
        super().__init__()
        self._lines = _Lines(self)
        self.setModel(self._lines)
        self.setAccessibleName(tr("The first lines of the file"))
        self.setItemDelegate(_LineDelegate(self._lines, self))
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        scale = theme.text_scale()
        rows = self.verticalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(round(_ROW * scale))
        header = self.horizontalHeader()
        header.hide()
        header.setSectionResizeMode(LINE, QHeaderView.ResizeMode.Stretch)
        self.setColumnWidth(NUMBER, round(48 * scale))
        self.setColumnWidth(ROLE, round(132 * scale))

    def show_preview(self, preview: ReadingPreview) -> None:
        """Show the lines of another reading."""
        at = self.verticalScrollBar().value()
        self._lines.set(preview)
        self.verticalScrollBar().setValue(at)


class _Lines(QAbstractTableModel):
    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._lines: tuple[RawLine, ...] = ()
        self.delimiter = ""
        self.quote = ""

    def set(self, preview: ReadingPreview) -> None:
        self.beginResetModel()
        self._lines = preview.lines
        used = preview.reading
        self.delimiter = (used.delimiter or "") if used is not None else ""
        self.quote = (used.quote or "") if used is not None else ""
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else len(self._lines)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 3

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        line = self._lines[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return (str(line.number), line.text, _role_name(line.role))[index.column()]
            case Qt.ItemDataRole.ToolTipRole if index.column() == LINE:
                return line.text
            case Qt.ItemDataRole.AccessibleTextRole if index.column() == LINE:
                return f"{line.text} {_role_name(line.role)}".strip()
        return line if role == _RAW else None


class _LineDelegate(QStyledItemDelegate):
    """Text in a fixed pitch in which the delimiters are seen."""

    def __init__(self, lines: _Lines, parent: QObject) -> None:
        super().__init__(parent)
        self._lines = lines

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        line: RawLine = index.data(_RAW)
        area = QRectF(option.rect)
        if line.role is LineRole.HEADER:
            painter.fillRect(area, theme.colour("selected"))
        elif line.role is LineRole.KEPT_OUT:
            painter.fillRect(area, theme.colour("warnbg"))
        painter.save()
        match index.column():
            case 0:
                painter.setFont(theme.font("mono"))
                painter.setPen(theme.colour("muted"))
                end = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
                painter.drawText(area.adjusted(4, 0, -10, 0), end, index.data())
            case 1:
                self._paint_text(painter, area, line)
            case _:
                painter.setFont(theme.font("caption"))
                warns = line.role is LineRole.KEPT_OUT
                painter.setPen(theme.colour("warn" if warns else "muted"))
                end = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
                painter.drawText(area.adjusted(8, 0, -12, 0), end, index.data())
        painter.restore()

    def _paint_text(self, painter: QPainter, area: QRectF, line: RawLine) -> None:
        painter.setClipRect(area)
        painter.setFont(theme.font("mono", 500 if line.role is LineRole.HEADER else None))
        quiet = line.role in (LineRole.ABOVE, LineRole.COMMENT, LineRole.BLANK)
        plain = theme.colour("muted" if quiet else "text")
        start = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        left = area.left()
        for text, divides in _pieces(line.text[:_LONGEST], self._lines, quiet):
            width = painter.fontMetrics().horizontalAdvance(text)
            box = QRectF(left, area.top(), width + 1, area.height())
            if divides:
                painter.fillRect(box.adjusted(0, 3, -1, -3), theme.colour("infobg"))
            painter.setPen(theme.colour("accentText") if divides else QColor(plain))
            painter.drawText(box, start, text)
            left += width
            if left > area.right():
                return


def _pieces(text: str, lines: _Lines, quiet: bool) -> list[tuple[str, bool]]:
    """The text in stretches, with whether each is a delimiter outside of quotes."""
    mark = lines.delimiter[:1]
    pieces: list[tuple[str, bool]] = []
    held, quoted = "", False
    for character in text:
        if lines.quote and character == lines.quote:
            quoted = not quoted
        if mark and character == mark and not quoted and not quiet:
            if held:
                pieces.append((held, False))
            pieces.append((_VISIBLE.get(character, character), True))
            held = ""
        else:
            held += "→" if character == "\t" else character
    if held:
        pieces.append((held, False))
    return pieces


def _role_name(role: LineRole) -> str:
    match role:
        case LineRole.ABOVE:
            return tr("above the table")
        case LineRole.HEADER:
            return tr("header")
        case LineRole.COMMENT:
            return tr("comment")
        case LineRole.KEPT_OUT:
            return tr("kept out")
        case LineRole.MENDED:
            return tr("set right")
    return ""
