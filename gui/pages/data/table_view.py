"""The view of the table: one tinted column, cells that can be selected and copied, any number of rows."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import (
    QFocusEvent,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QTableView, QWidget

from engine.schema import Kind
from gui import theme
from gui.i18n import tr
from gui.models.column_facts import ColumnFacts
from gui.models.copying import Block
from gui.models.table_model import TableModel
from gui.pages.data.cells import PADDING, CellDelegate
from gui.pages.data.column_header import ColumnHeader
from gui.pages.data.row_header import RowHeader

COMPACT = 23
ROOMY = 28
_SAMPLE_ROWS = 64
_NARROWEST = 50
_WIDEST = 156
_WITH_HISTOGRAM = 56
"""A histogram narrower than this says nothing."""
_TEXT_AT_LEAST = 76
"""Columns of text give way down to this, so that a table that nearly fits does fit."""
_COLUMNS_PER_TICK = 100


class DataTable(QTableView):
    """A `TableModel` on screen. Emits what a person does; knows nothing of the session."""

    columnPicked = Signal(int)  # noqa: N815 - Qt's naming
    visibleRowsChanged = Signal(int, int)  # noqa: N815
    """First and last row in sight; −1 for none."""
    copyAsked = Signal()  # noqa: N815

    def __init__(self, model: TableModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._delegate = CellDelegate(model, self)
        self._facts: tuple[ColumnFacts, ...] = ()
        self._unsized = 0
        self._natural_widths: list[int] = []
        self._sizes_itself = False
        self._sized_by_hand = False
        self._in_sight = (-1, -1)
        self._sizing = QTimer(self, interval=0)
        self._sizing.timeout.connect(self._size_some_columns)
        self.header = ColumnHeader(self)
        self.setHorizontalHeader(self.header)
        self._row_header = RowHeader(self)
        self.setVerticalHeader(self._row_header)
        self.setModel(model)
        self.setItemDelegate(self._delegate)
        self.setAccessibleName(tr("Table"))
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.setTabKeyNavigation(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectItems)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.horizontalScrollBar().setSingleStep(24)
        # A style sheet makes the viewport transparent to Qt, so that each step would draw every cell anew.
        # As `paintEvent` fills it, the rows that stay in sight are moved instead.
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._ground = theme.colour("surface")
        self.set_row_height(COMPACT)
        self.verticalScrollBar().valueChanged.connect(self._tell_visible_rows)
        self.header.sectionResized.connect(self._on_resized)
        model.modelReset.connect(self._on_reset)

    # What is shown ------------------------------------------------------------------------------

    def set_row_height(self, pixels: int) -> None:
        """One height for all rows, in px at normal text size."""
        height = round(pixels * theme.text_scale())
        top = self.rowAt(0)
        self.verticalHeader().setDefaultSectionSize(height)
        self.verticalScrollBar().setSingleStep(height)
        if top > 0:
            self.verticalScrollBar().setValue(top * height)
        self._tell_visible_rows()

    def set_facts(self, facts: Sequence[ColumnFacts]) -> None:
        """What the header says of each column; the first facts of a table also set the widths."""
        first = not self._facts
        gained_bars = any(
            new.bars and not old.bars for new, old in zip(facts, self._facts, strict=False)
        )
        self._facts = tuple(facts)
        self.header.set_facts(self._facts)
        if (first or gained_bars) and not self._sized_by_hand:
            self._unsized = 0
            self._natural_widths.clear()
            self._size_some_columns()

    def choose_column(self, column: int) -> None:
        """Tint a column and bring it into sight; −1 for none."""
        if column == self._delegate.chosen_column:
            return
        self._delegate.chosen_column = column
        self.header.set_chosen(column)
        self.viewport().update()
        if column < 0 or not self._model.rowCount():
            return
        if self.currentIndex().column() != column:
            current = self.currentIndex()
            self._set_current(current.row() if current.isValid() else max(self.rowAt(0), 0), column)
        if self.isVisible():
            self._reveal_column(column)

    def show_cell(self, row: int, column: int) -> None:
        """Make a cell the current one and bring it into sight."""
        index = self._model.index(row, column)
        self._set_current(row, column)
        hint = QTableView.ScrollHint.EnsureVisible
        if not self.viewport().rect().contains(self.visualRect(index)):
            hint = QTableView.ScrollHint.PositionAtCenter
        self.scrollTo(index, hint)

    def selected_blocks(self) -> list[Block]:
        """What is selected, as rectangles (never cell by cell: a column may have 10 million)."""
        return [
            Block(r.top(), r.left(), r.bottom(), r.right())
            for r in self.selectionModel().selection()
            if r.isValid()
        ]

    def visible_rows(self) -> tuple[int, int]:
        """First and last row in sight, from 0; (−1, −1) for none."""
        first = self.rowAt(0)
        if first < 0:
            return (-1, -1)
        height = self.viewport().height()
        last = self.rowAt(height - 1)
        if last < 0:
            return (first, self._model.rowCount() - 1)
        is_cut = self.rowViewportPosition(last) + self.rowHeight(last) > height
        return (first, max(first, last - is_cut))

    # Widths -------------------------------------------------------------------------------------

    def _size_some_columns(self) -> None:
        """Set the widths of the next columns; a table of 10,000 of them is done between events."""
        stop = min(self._unsized + _COLUMNS_PER_TICK, len(self._facts))
        self._sizes_itself = True
        for column in range(self._unsized, stop):
            width = self._fitting_width(column)
            self._natural_widths.append(width)
            self.setColumnWidth(column, width)
        self._sizes_itself = False
        self._unsized = stop
        if stop < len(self._facts):
            self._sizing.start()
        else:
            self._sizing.stop()
            self._squeeze_texts()

    def _squeeze_texts(self) -> None:
        """Make columns of text narrower where that spares the sideways scrolling."""
        if self._sized_by_hand or len(self._natural_widths) != len(self._facts):
            return
        widths = self._natural_widths
        room = {
            column: max(0, widths[column] - max(_TEXT_AT_LEAST, self.header.width_of(facts)))
            for column, facts in enumerate(self._facts)
            if facts.kind is Kind.TEXT
        }
        lacking = sum(widths) - self.viewport().width()
        available = sum(room.values())
        share = lacking / available if 0 < lacking <= available else 0.0
        self._sizes_itself = True
        for column, spare in room.items():
            self.setColumnWidth(column, widths[column] - math.ceil(spare * share))
        self._sizes_itself = False

    def _on_resized(self) -> None:
        if not self._sizes_itself:
            self._sized_by_hand = True

    def _fitting_width(self, column: int) -> int:
        facts = self._facts[column]
        rows = min(_SAMPLE_ROWS, self._model.rowCount())
        texts = {self._model.cell(row, column) or tr("missing") for row in range(rows)}
        widest = max((theme.text_width(text[:60], "small") for text in texts), default=0)
        least = _WITH_HISTOGRAM if len(facts.bars) > 3 else _NARROWEST
        wanted = max(self.header.width_of(facts), round(widest) + 2 * PADDING + 2, least)
        scale = theme.text_scale()
        return min(wanted, max(round(_WIDEST * scale), self.header.width_of_name(facts)))

    def _reveal_column(self, column: int) -> None:
        """Scroll sideways only: choosing a column keeps the rows where they are."""
        bar = self.horizontalScrollBar()
        left = self.columnViewportPosition(column)
        right = left + self.columnWidth(column)
        if left < 0:
            bar.setValue(bar.value() + left)
        elif right > self.viewport().width():
            bar.setValue(bar.value() + min(left, right - self.viewport().width()))

    # Selection ----------------------------------------------------------------------------------

    def currentChanged(self, current: QModelIndex, previous: QModelIndex) -> None:
        super().currentChanged(current, previous)
        self._mark_current()
        # Selecting a whole row makes its first cell the current one: no choice of a column.
        by_row = self._row_header.is_pressed
        if current.isValid() and current.column() != self._delegate.chosen_column and not by_row:
            self.columnPicked.emit(current.column())

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        super().selectionChanged(selected, deselected)
        rows = self._model.rowCount()
        chosen = self._delegate.chosen_column
        # One cell has its frame, one whole column its tint; only the rest needs a wash of colour.
        self._delegate.shows_selection = any(
            (r.height() > 1 or r.width() > 1)
            and not (r.height() == rows and r.left() == r.right() == chosen)
            for r in self.selectionModel().selection()
        )
        self.viewport().update()

    def _set_current(self, row: int, column: int) -> None:
        self.selectionModel().setCurrentIndex(
            self._model.index(row, column), QItemSelectionModel.SelectionFlag.ClearAndSelect
        )

    def _mark_current(self) -> None:
        self._delegate.current = self.currentIndex() if self.hasFocus() else QModelIndex()

    # Events -------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copyAsked.emit()
            event.accept()
            return
        super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if not self.currentIndex().isValid() and self._model.rowCount():
            self._set_current(max(self.rowAt(0), 0), max(self._delegate.chosen_column, 0))
        self._mark_current()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._mark_current()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._squeeze_texts()
        self._tell_visible_rows()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._delegate.chosen_column >= 0:
            self._reveal_column(self._delegate.chosen_column)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), self._ground)
        painter.end()
        super().paintEvent(event)

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip:
            return self._show_cut_text(event)
        return super().viewportEvent(event)

    def _show_cut_text(self, event: QEvent) -> bool:
        """A tooltip only where a text is cut off."""
        position = event.pos()  # type: ignore[attr-defined]
        index = self.indexAt(position)
        if not index.isValid():
            return False
        text = self._model.cell(index.row(), index.column())
        if (
            text
            and theme.text_width(text, "small") > self.columnWidth(index.column()) - 2 * PADDING
        ):
            self.setToolTip(text[:2000])
            return super().viewportEvent(event)
        return True

    def _tell_visible_rows(self) -> None:
        rows = self.visible_rows()
        if rows != self._in_sight:
            self._in_sight = rows
            self.visibleRowsChanged.emit(*rows)

    def _on_reset(self) -> None:
        self._facts = ()
        self._natural_widths.clear()
        self._sized_by_hand = False
        self._sizing.stop()
        self._delegate.chosen_column = -1
        self._delegate.shows_selection = False
        self._delegate.current = QModelIndex()
        self.header.set_chosen(-1)
        self.header.set_facts(())
        self.scrollToTop()
        self._tell_visible_rows()
