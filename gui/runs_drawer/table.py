"""The table of runs: looks, keys, and which row is in focus."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QFont, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from gui import theme
from gui.i18n import tr
from gui.runs_drawer.columns import WIDTHS, Column
from gui.runs_drawer.delegates import (
    CellDelegate,
    EpochBarDelegate,
    NameDelegate,
    OverlayCheckDelegate,
    SparklineDelegate,
    StatusDelegate,
)
from gui.runs_drawer.model import RUN_ROLE, RunsFilter

ROW_HEIGHT = 28
HEADER_HEIGHT = 26


class RunsTable(QTableView):
    """One row per run; the selected row is the run in focus."""

    chosen = Signal(str)
    """A person put this run in focus."""
    opened = Signal(str)
    """Double click or Enter on a run."""
    deleting = Signal(str)
    """The Delete key on a run."""
    menuAsked = Signal(str, QPoint)  # noqa: N815 - Qt's naming
    """A context menu is wanted for a run at this point of the screen."""

    def __init__(self, runs: RunsFilter) -> None:
        super().__init__()
        self._filter = runs
        self.setModel(runs)
        self.setAccessibleName(tr("Runs"))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self.setFont(theme.font("small"))
        self._dress_headers()
        delegates = {
            Column.OVERLAY: OverlayCheckDelegate(self),
            Column.STATUS: StatusDelegate(self),
            Column.EPOCH: EpochBarDelegate(self),
            Column.LOSS: SparklineDelegate(self),
            Column.NAME: NameDelegate(self),
        }
        plain = CellDelegate(self)
        for column in Column:
            self.setItemDelegateForColumn(column, delegates.get(column, plain))
        self.setSortingEnabled(True)
        self.sortByColumn(Column.RUN, Qt.SortOrder.DescendingOrder)

    # The run in focus -----------------------------------------------------------------------------

    def run_at(self, index: QModelIndex | QPersistentModelIndex) -> str | None:
        """Id of the run in a row."""
        return index.data(RUN_ROLE).id if index.isValid() else None

    def current_run(self) -> str | None:
        """Id of the run in the selected row."""
        rows = self.selectionModel().selectedRows()
        return self.run_at(rows[0]) if rows else None

    def show_focus(self, run: str | None) -> None:
        """Select the row of a run, without telling anyone."""
        if run == self.current_run():
            return
        for row in range(self._filter.rowCount()):
            if self.run_at(self._filter.index(row, 0)) == run:
                column = max(self.currentIndex().column(), 0)
                blocked = self.blockSignals(True)
                self.setCurrentIndex(self._filter.index(row, column))
                self.blockSignals(blocked)
                return
        self.clearSelection()

    def currentChanged(
        self,
        current: QModelIndex | QPersistentModelIndex,
        previous: QModelIndex | QPersistentModelIndex,
    ) -> None:
        super().currentChanged(current, previous)
        run = self.run_at(current)
        if run is not None and current.row() != previous.row():
            self.chosen.emit(run)

    def rename(self, run: str) -> None:
        """Begin to edit the name of a run in place."""
        for row in range(self._filter.rowCount()):
            name = self._filter.index(row, Column.NAME)
            if self.run_at(name) == run:
                self.scrollTo(name)
                self.edit(name)
                return

    # Events ---------------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        # Space pauses the run elsewhere in the window; on a checkbox it ticks.
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() == Qt.Key.Key_Space
            and self.currentIndex().column() == Column.OVERLAY
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        run = self.current_run()
        editing = self.state() is QAbstractItemView.State.EditingState
        if run is not None and not editing:
            match event.key():
                case Qt.Key.Key_F2:
                    self.rename(run)
                    return
                case Qt.Key.Key_Delete:
                    self.deleting.emit(run)
                    return
                case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                    self.opened.emit(run)
                    return
        super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        # A checkbox is ticked without putting its run in focus.
        if self._checkbox_at(event) is None:
            super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        box = self._checkbox_at(event)
        if box is None:
            super().mouseReleaseEvent(event)
        elif event.button() == Qt.MouseButton.LeftButton:
            self.edit(box, QAbstractItemView.EditTrigger.AllEditTriggers, event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self._checkbox_at(event) is not None:
            return
        super().mouseDoubleClickEvent(event)
        run = self.run_at(self.indexAt(event.position().toPoint()))
        if run is not None:
            self.opened.emit(run)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        by_mouse = event.reason() is QContextMenuEvent.Reason.Mouse
        index = self.indexAt(event.pos()) if by_mouse else self.currentIndex()
        run = self.run_at(index)
        if run is not None:
            below = self.viewport().mapToGlobal(self.visualRect(index).bottomLeft())
            self.menuAsked.emit(run, event.globalPos() if by_mouse else below)

    def _checkbox_at(self, event: QMouseEvent) -> QModelIndex | None:
        index = self.indexAt(event.position().toPoint())
        return index if index.isValid() and index.column() == Column.OVERLAY else None

    # Looks ----------------------------------------------------------------------------------------

    def _dress_headers(self) -> None:
        scale = theme.text_scale()
        rows = self.verticalHeader()
        rows.setVisible(False)
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setMinimumSectionSize(ROW_HEIGHT)
        rows.setDefaultSectionSize(round(ROW_HEIGHT * max(1.0, scale)))
        header = self.horizontalHeader()
        header.setFixedHeight(round(HEADER_HEIGHT * max(1.0, scale)))
        header.setHighlightSections(False)
        header.setStretchLastSection(True)
        header.setMinimumSectionSize(36)
        header.setSectionsMovable(False)
        header.setFont(theme.font("caption", QFont.Weight.Medium.value))
        header.setAccessibleName(tr("Columns of the runs"))
        for column, width in WIDTHS.items():
            self.setColumnWidth(column, round(width * scale))
        header.setSectionResizeMode(Column.OVERLAY, QHeaderView.ResizeMode.Fixed)
