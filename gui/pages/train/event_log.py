"""The list of what happened in a run, newest first."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import QFont, QPainter, QTextCharFormat, QTextLayout
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from gui import theme
from gui.i18n import render, tr
from gui.pages.train.members import Members
from gui.widgets.layout import column, row
from gui.widgets.text import label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.training.happened import LogEntry

TIME_ROLE = int(Qt.ItemDataRole.UserRole)
LEAD_ROLE = TIME_ROLE + 1
"""The first words, set in bold."""
GAP = 8
LINE_GAP = 7
Index = QModelIndex | QPersistentModelIndex


class EventLog(QWidget):
    """Title with Follow, and the list."""

    def __init__(self) -> None:
        super().__init__()
        self._model = LogModel()
        self.list = QListView()
        self.list.setModel(self._model)
        self.list.setItemDelegate(LogDelegate(self.list))
        self.list.setAccessibleName(tr("Event log"))
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setResizeMode(QListView.ResizeMode.Adjust)
        self.list.setLayoutMode(QListView.LayoutMode.Batched)
        self.list.setMinimumHeight(120)
        self.list.setFrameShape(QListView.Shape.NoFrame)
        self.list.setStyleSheet("QListView { background: transparent }")
        self.follow = QCheckBox(tr("Follow"))
        self.follow.setFont(theme.font("caption"))
        self.follow.setChecked(True)
        self.follow.setToolTip(tr("Keep the newest event in view."))
        self.follow.toggled.connect(self._keep_up)
        self.setLayout(
            column(row(label(tr("Event log"), "section"), None, self.follow), self.list, spacing=6)
        )

    def show_log(self, entries: Sequence[LogEntry], members: Members = Members.EPOCHS) -> None:
        """Show these entries (oldest first); of a run that holds others an epoch is one of them."""
        self._model.members = members
        if self._model.take(entries):
            self._keep_up()

    def _keep_up(self) -> None:
        if self.follow.isChecked():
            self.list.scrollToTop()


class LogModel(QAbstractListModel):
    """Entries, newest first."""

    def __init__(self) -> None:
        super().__init__()
        self._entries: list[LogEntry] = []
        self.members = Members.EPOCHS

    def take(self, entries: Sequence[LogEntry]) -> bool:
        """Take the log over; True when something has changed."""
        known = len(self._entries)
        same = min(known, len(entries))
        while same and entries[same - 1] != self._entries[same - 1]:
            same -= 1
        if same == known == len(entries):
            return False
        if same == known - 1 and len(entries) >= known:  # the newest line was told anew
            self._entries[-1] = entries[same]
            self.dataChanged.emit(self.index(0), self.index(0))
            same = known
        if same < known:
            self.beginResetModel()
            self._entries = list(entries)
            self.endResetModel()
        elif len(entries) > known:
            self.beginInsertRows(QModelIndex(), 0, len(entries) - known - 1)
            self._entries.extend(entries[known:])
            self.endInsertRows()
        return True

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else len(self._entries)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        entry = self._entries[-1 - index.row()]
        when = time.strftime("%H:%M:%S", time.localtime(entry.time))
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return " ".join((self._lead(entry), render(entry.message))).strip()
            case Qt.ItemDataRole.AccessibleTextRole:
                return " ".join((when, self._lead(entry), render(entry.message)))
            case _ if role == TIME_ROLE:
                return when
            case _ if role == LEAD_ROLE:
                return self._lead(entry)
        return None

    def _lead(self, entry: LogEntry) -> str:
        if not entry.epoch:
            return ""
        return self.members.place(entry.epoch)


class LogDelegate(QStyledItemDelegate):
    """The time in a column of its own, the sentence wrapped beside it."""

    def __init__(self, view: QListView) -> None:
        super().__init__(view)
        self._heights: dict[tuple[str, int, int], int] = {}

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        rect: QRect = option.rect
        painter.save()
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.fillRect(rect, theme.colour("hover"))
        painter.setFont(theme.font("caption"))
        painter.setPen(theme.colour("muted"))
        when = rect.adjusted(0, 1, 0, 0)
        painter.drawText(when, Qt.AlignmentFlag.AlignLeft, index.data(TIME_ROLE))
        painter.setPen(theme.colour("text2"))
        layout, _ = self._lay_out(index, rect.width())
        layout.draw(painter, QPointF(rect.x() + self._time_width(), rect.y()))
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        view = self.parent()
        width = view.viewport().width() if isinstance(view, QListView) else 240
        key = (index.data(), len(index.data(LEAD_ROLE)), width)
        if key not in self._heights:  # the view asks for every line whenever one is added
            self._heights[key] = round(self._lay_out(index, width)[1])
        return QSize(width, self._heights[key] + LINE_GAP)

    def _lay_out(self, index: Index, width: int) -> tuple[QTextLayout, float]:
        """The sentence in lines beside the time, and its height."""
        layout = QTextLayout(index.data(), theme.font("small"))
        bold = QTextLayout.FormatRange()
        bold.start, bold.length = 0, len(index.data(LEAD_ROLE))
        look = QTextCharFormat()
        look.setFontWeight(QFont.Weight.DemiBold)
        look.setForeground(theme.colour("text"))
        bold.format = look
        layout.setFormats([bold])
        layout.beginLayout()
        height = 0.0
        while (line := layout.createLine()).isValid():
            line.setLineWidth(max(80, width - self._time_width()))
            line.setPosition(QPointF(0, height))
            height += line.height() + 1
        layout.endLayout()
        return layout, height

    def _time_width(self) -> int:
        return round(theme.text_width("00:00:00", "caption")) + GAP
