"""The view of the table: one tinted column, cells that can be selected and copied, any number of rows."""

from __future__ import annotations

from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPoint,
    QSignalBlocker,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QKeyEvent,
    QKeySequence,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QTableView, QWidget

from gui import theme
from gui.i18n import tr
from gui.models.cell_tints import CellTints
from gui.models.copying import Block
from gui.models.table_model import Cells, TableModel
from gui.pages.data.cells import PADDING
from gui.pages.data.row_header import RowHeader
from gui.pages.data.sized_table import SizedTable

COMPACT = 23
ROOMY = 28


class DataTable(SizedTable):
    """A `TableModel` on screen. Emits what a person does; knows nothing of the session."""

    columnPicked = Signal(int)  # noqa: N815 - Qt's naming
    visibleRowsChanged = Signal(int, int)  # noqa: N815
    """First and last row in sight; −1 for none."""
    copyAsked = Signal()  # noqa: N815
    menuAsked = Signal(QPoint, int, int)  # noqa: N815
    """Where on the screen, the row (−1: the header) and the column."""

    def __init__(self, model: TableModel, parent: QWidget | None = None) -> None:
        super().__init__(model, parent)
        self._in_sight = (-1, -1)
        self._row_header = RowHeader(model, self)
        self.setVerticalHeader(self._row_header)
        self.setModel(model)
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
        self.set_row_height(COMPACT)
        self.verticalScrollBar().valueChanged.connect(self._tell_visible_rows)
        for header in (self.header, self._row_header):
            header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.header.customContextMenuRequested.connect(self._ask_header_menu)
        self._row_header.customContextMenuRequested.connect(self._ask_row_menu)
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

    def choose_column(self, column: int) -> None:
        """Tint a column and bring it into sight; −1 for none."""
        if column == self._cells.chosen_column:
            return
        self._cells.chosen_column = column
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
        if not self._in_free_area(index):
            hint = QTableView.ScrollHint.PositionAtCenter
        self.scrollTo(index, hint)

    def show_rows_from(self, table: Cells, *, current_row: int | None) -> None:
        """Show other rows of the same table; the cell in hand goes with its row, if that is shown."""
        column = self.currentIndex().column()
        top = self.rowAt(0)
        # Qt would keep every selected cell by itself: with ten million of them it would never end.
        with QSignalBlocker(self.selectionModel()):
            self.selectionModel().clear()
        self._cells.current = QModelIndex()
        self._cells.shows_selection = False
        self._model.show_rows(table)
        self._cells.tints.forget()
        self.updateGeometries()  # the scroll bar has to know the new rows before it is moved
        if current_row is not None and column >= 0 and table.rows:
            self._set_current(current_row, column)
            if top > 0:
                self.scrollTo(self._model.index(current_row, column))
        elif table.rows:
            self.scrollToTop()
        self.viewport().update()
        self._row_header.viewport().update()
        self._in_sight = (-2, -2)
        self._tell_visible_rows()

    def set_largest_row(self, row: int) -> None:
        """The largest number that the row header may have to show."""
        self._row_header.set_largest(row)

    @property
    def tints(self) -> CellTints:
        """The colours behind cells; `redraw` after a change."""
        return self._cells.tints

    def redraw(self) -> None:
        """Draw all cells anew."""
        self.viewport().update()

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

    # Selection ----------------------------------------------------------------------------------

    def currentChanged(self, current: QModelIndex, previous: QModelIndex) -> None:
        super().currentChanged(current, previous)
        self._mark_current()
        # Selecting a whole row makes its first cell the current one: no choice of a column.
        by_row = self._row_header.is_pressed
        if current.isValid() and current.column() != self._cells.chosen_column and not by_row:
            self.columnPicked.emit(current.column())

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        super().selectionChanged(selected, deselected)
        rows = self._model.rowCount()
        chosen = self._cells.chosen_column
        # One cell has its frame, one whole column its tint; only the rest needs a wash of colour.
        self._cells.shows_selection = any(
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
        self._cells.current = self.currentIndex() if self.hasFocus() else QModelIndex()

    # Menus ---------------------------------------------------------------------------------------

    def _ask_header_menu(self, position: QPoint) -> None:
        column = self.header.section_at(position)
        if column >= 0:
            self.menuAsked.emit(self.header.viewport().mapToGlobal(position), -1, column)

    def _ask_row_menu(self, position: QPoint) -> None:
        row = self._row_header.logicalIndexAt(position)
        if row >= 0:
            column = max(self._cells.chosen_column, 0)
            self.menuAsked.emit(self._row_header.viewport().mapToGlobal(position), row, column)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if event.reason() is QContextMenuEvent.Reason.Keyboard:
            index = self.currentIndex()
            position = self.visualRect(index).bottomLeft()
        else:
            index = self.indexAt(event.pos())
            position = event.pos()
            if index.isValid() and not self.selectionModel().isSelected(index):
                self._set_current(index.row(), index.column())
        if index.isValid():
            place = self.viewport().mapToGlobal(position)
            self.menuAsked.emit(place, index.row(), index.column())
        event.accept()

    # Events -------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copyAsked.emit()
            event.accept()
            return
        super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        # Before Qt does: it would take the first column, which would then be the chosen one.
        if not self.currentIndex().isValid() and self._model.rowCount():
            self._set_current(max(self.rowAt(0), 0), max(self._cells.chosen_column, 0))
        super().focusInEvent(event)
        self._mark_current()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._mark_current()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._tell_visible_rows()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._cells.chosen_column >= 0:
            self._reveal_column(self._cells.chosen_column)

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip:
            return self._show_cut_text(event)
        return super().viewportEvent(event)

    def _show_cut_text(self, event: QEvent) -> bool:
        """A tooltip only where a text is cut off, or another one than is read."""
        position = event.pos()  # type: ignore[attr-defined]
        index = self.indexAt(position)
        if not index.isValid():
            return False
        if self._model.correction(index.row(), index.column()) is not None:
            self.setToolTip(index.data(Qt.ItemDataRole.ToolTipRole)[:2000])
            return super().viewportEvent(event)
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
        self.forget_widths()
        self._frozen = 0
        self.header.set_frozen(())
        self.header.set_sorts({})
        self._cells.tints.forget()
        self._cells.chosen_column = -1
        self._cells.shows_selection = False
        self._cells.current = QModelIndex()
        self.header.set_chosen(-1)
        self.header.set_facts(())
        self.scrollToTop()
        self._tell_visible_rows()
