"""The page that shows the first rows of a file while the rest is still being read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, Qt, QTimer
from PySide6.QtGui import QFontMetricsF, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QVBoxLayout,
)

from gui import theme
from gui.i18n import tr, trn
from gui.models.amounts import bytes_text, seconds_text
from gui.models.figures import whole_percent_text
from gui.models.table_model import TableModel
from gui.pages.page import Page, PageHeader
from gui.widgets.buttons import button
from gui.widgets.layout import row
from gui.widgets.progress import ProgressBar
from gui.widgets.text import label

if TYPE_CHECKING:
    from engine.data.first_rows import FirstRows
    from gui.notices import Notices
    from gui.session import Session

_ROW, _HEADER = 24, 30
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_SELECTED, _HAS_FOCUS = (
    QStyle.StateFlag.State_Selected.value,
    QStyle.StateFlag.State_HasFocus.value,
)
_NARROWEST, _WIDEST = 72, 260
_PADDING, _LETTERS = 6, 80
_MEASURED, _ROWS_MEASURED, _TEXTS_MEASURED = 100, 64, 4
"""Columns whose widths follow from their cells, the first cells that are looked at, and how many of
those with the most letters are measured; other columns keep one width."""


class ArrivingPage(Page):
    """Follows the reading under way: rows at once, bytes, time left, and a way to stop it."""

    name = "arriving"

    def __init__(self, session: Session, notices: Notices) -> None:
        super().__init__(session, notices)
        self._first: FirstRows | None = None
        self._model = TableModel(self)
        self.table = _FirstRowsView(self._model)
        self._header = PageHeader(tr("Data"))
        self.progress = label("", "small", "text2")
        self._bar = ProgressBar(tr("Reading"), 160)
        self._told = label("", "small", "muted")
        self.cancel = button(tr("Cancel"), small=True)
        self.cancel.clicked.connect(self._on_cancel)
        strip = QFrame()
        strip.setProperty("surface", True)
        strip.setProperty("rule", "bottom")
        strip.setFixedHeight(theme.grown(34))
        strip.setLayout(
            row(self._bar, self.progress, None, self._told, self.cancel, margins=(12, 0, 12, 0))
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._header)
        layout.addWidget(strip)
        layout.addWidget(self.table, 1)
        session.busyChanged.connect(self._follow)
        session.progressed.connect(self._follow)
        self._follow()

    def _follow(self) -> None:
        busy = self.session.busy
        if busy is None or busy.first is None:
            self._first = None
            self._model.set_table(None)
            return
        if busy.first is not self._first:
            self._show_rows(busy.first)
        self._bar.set_share(busy.done)
        size = busy.first.size
        words = [
            tr(
                "{done} of {all} read",
                done=bytes_text(round(busy.done * size)),
                all=bytes_text(size),
            )
            if size
            else whole_percent_text(busy.done)
        ]
        left = busy.seconds_left
        if busy.done >= 1:
            words.append(tr("looking at the columns"))
        elif left is not None:
            words.append(tr("about {time} left", time=seconds_text(left)))
        self.progress.setText(" · ".join(words))

    def _show_rows(self, first: FirstRows) -> None:
        self._first = first
        self._header.set_caption(first.path.name)
        self._model.set_table(_Cells(first))
        self.table.fit_columns_soon()
        self._told.setText(
            trn(
                "The first {count} row, as it stands in the file",
                "The first {count} rows, as they stand in the file",
                len(first.rows),
            )
        )

    def _on_cancel(self) -> None:
        if self.session.busy is not None:
            self.session.busy.cancel()


class _Cells:
    """The first rows as the table model wants them."""

    def __init__(self, first: FirstRows) -> None:
        self.names = first.names
        self.rows = len(first.rows)
        self._places = {name: place for place, name in enumerate(first.names)}
        self._cells = first.rows

    def row(self, place: int) -> int:
        """The row of the table that stands at a place."""
        return place

    def cells(self, name: str, start: int, stop: int) -> list[str | None]:
        """The cells of rows `start` to `stop` of a column."""
        place = self._places[name]
        return [cells[place] for cells in self._cells[start:stop]]


class _Cell(QStyledItemDelegate):
    """One text, cut off where it does not fit; the delegate of Qt asks ten things of every cell."""

    def __init__(self, model: TableModel, parent: QTableView) -> None:
        super().__init__(parent)
        self._model = model
        self._font, self._text = theme.font("small"), theme.colour("text")
        self._em = self._font.pixelSize() if self._font.pixelSize() > 0 else 16
        self._missing, self._muted = tr("missing"), theme.colour("muted")
        self._chosen, self._accent = theme.colour("selected"), theme.colour("accent")

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        text = self._model.cell(index.row(), index.column())
        rect: QRect = option.rect
        state = option.state.value  # a number: flags of Python cost more than the drawing
        if state & _SELECTED:
            painter.fillRect(rect, self._chosen)
        painter.setFont(self._font)
        painter.setPen(self._muted if text is None else self._text)
        words = self._missing if text is None else text[:_LETTERS].replace("\n", " ")
        inner = rect.adjusted(_PADDING, 0, -_PADDING, 0)
        if len(words) * self._em > inner.width():  # no glyph is wider than an em: others fit
            metrics = painter.fontMetrics()
            words = metrics.elidedText(words, Qt.TextElideMode.ElideRight, inner.width())
        painter.drawText(inner, _LEFT, words)
        if state & _HAS_FOCUS:
            painter.setPen(self._accent)
            painter.drawRect(rect.adjusted(0, 0, -1, -1))


class _FirstRowsView(QTableView):
    """A plain grid of text."""

    def __init__(self, model: TableModel) -> None:
        super().__init__()
        self._model = model
        self.setModel(model)
        self.setItemDelegate(_Cell(model, self))
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

    def fit_columns_soon(self) -> None:
        """Give columns the width of their cells, within bounds; then draw them, after other events."""
        self.setUpdatesEnabled(False)
        self._fitting.start()

    def _fit_columns(self) -> None:
        scale = theme.text_scale()
        header = self.horizontalHeader()
        most = round(_WIDEST * scale)
        rows = min(_ROWS_MEASURED, self._model.rowCount())
        widths = QFontMetricsF(theme.font("small"))
        for column in range(min(self._model.columnCount(), _MEASURED)):
            cells = {self._model.cell(row, column) or "" for row in range(rows)}
            longest = sorted(cells, key=len)[-_TEXTS_MEASURED:]
            widest = max((widths.horizontalAdvance(text[:_LETTERS]) for text in longest), default=0)
            wanted = max(round(widest) + 2 * _PADDING, header.sectionSizeHint(column))
            self.setColumnWidth(column, min(max(wanted, _NARROWEST), most))
        self.setUpdatesEnabled(True)
