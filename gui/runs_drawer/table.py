"""The table of runs: looks, keys, and which row is in focus."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QFont, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from gui import theme
from gui.i18n import tr
from gui.runs_drawer.columns import WIDTHS, Column
from gui.runs_drawer.delegates import (
    CHEVRON,
    PADDING,
    CellDelegate,
    EpochBarDelegate,
    NameDelegate,
    NoteDelegate,
    OverlayCheckDelegate,
    RunDelegate,
    SparklineDelegate,
    StarDelegate,
    StatusDelegate,
)
from gui.runs_drawer.model import RunsModel

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

    def __init__(self, runs: RunsModel) -> None:
        super().__init__()
        self._runs = runs
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
            Column.STAR: StarDelegate(self),
            Column.RUN: RunDelegate(self),
            Column.NOTE: NoteDelegate(self),
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
        return self._runs.row(index.row()).run.id if index.isValid() else None

    def current_run(self) -> str | None:
        """Id of the run in the selected row."""
        rows = self.selectionModel().selectedRows()
        return self.run_at(rows[0]) if rows else None

    def show_focus(self, run: str | None) -> None:
        """Select the row of a run, without telling anyone."""
        if run == self.current_run():
            return
        row = None if run is None else self._runs.row_of(run)
        if row is None:
            self.clearSelection()
            return
        column = max(self.currentIndex().column(), 0)
        blocked = self.blockSignals(True)
        self.setCurrentIndex(self._runs.index(row, column))
        self.blockSignals(blocked)

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
        self._edit(run, Column.NAME)

    def note(self, run: str) -> None:
        """Begin to edit the note and the tags of a run in place."""
        self._edit(run, Column.NOTE)

    def _edit(self, run: str, column: Column) -> None:
        row = self._runs.row_of(run)
        if row is not None:
            cell = self._runs.index(row, column)
            self.scrollTo(cell)
            self.edit(cell)

    # Events ---------------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        # Space pauses the run elsewhere in the window; on a checkbox it ticks.
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() == Qt.Key.Key_Space
            and self.currentIndex().column() in (Column.OVERLAY, Column.STAR)
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
                case Qt.Key.Key_N:
                    self.note(run)
                    return
                case Qt.Key.Key_Asterisk | Qt.Key.Key_S:
                    row = self._runs.row(self.currentIndex().row())
                    self._runs.starred.emit(run, not row.run.favourite)
                    return
            if self._fold(event.key()):
                return
        super().keyPressEvent(event)

    def _fold(self, key: int) -> bool:
        """Plus and minus fold a head; so do the arrows, on the column with its chevron."""
        current = self.currentIndex()
        row = self._runs.row(current.row())
        on_chevron = current.column() == Column.RUN
        opens = key == Qt.Key.Key_Plus or (on_chevron and key == Qt.Key.Key_Right)
        closes = key == Qt.Key.Key_Minus or (on_chevron and key == Qt.Key.Key_Left)
        if opens and row.members and not row.unfolded:
            self._runs.set_unfolded(row.run.id, True)
            return True
        if closes and row.members and row.unfolded:
            self._runs.set_unfolded(row.run.id, False)
            return True
        if closes and row.inside and row.run.group is not None:
            head = self._runs.row_of(row.run.group)
            if head is not None:
                self.setCurrentIndex(self._runs.index(head, current.column()))
            return True
        return False

    def mousePressEvent(self, event: QMouseEvent) -> None:
        # A checkbox is ticked without putting its run in focus.
        if self._checkbox_at(event) is None and self._chevron_at(event) is None:
            super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        box, head = self._checkbox_at(event), self._chevron_at(event)
        if head is not None and event.button() == Qt.MouseButton.LeftButton:
            row = self._runs.row(head.row())
            self._runs.set_unfolded(row.run.id, not row.unfolded)
        elif box is None:
            super().mouseReleaseEvent(event)
        elif event.button() == Qt.MouseButton.LeftButton:
            self.edit(box, QAbstractItemView.EditTrigger.AllEditTriggers, event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self._checkbox_at(event) is not None or self._chevron_at(event) is not None:
            return
        super().mouseDoubleClickEvent(event)
        index = self.indexAt(event.position().toPoint())
        run = self.run_at(index)
        if run is not None and index.column() == Column.NOTE:
            self.note(run)
        elif run is not None:
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
        toggles = (Column.OVERLAY, Column.STAR)
        return index if index.isValid() and index.column() in toggles else None

    def _chevron_at(self, event: QMouseEvent) -> QModelIndex | None:
        """The head whose chevron is under the pointer."""
        at = event.position().toPoint()
        index = self.indexAt(at)
        if not index.isValid() or index.column() != Column.RUN:
            return None
        within = at.x() - self.visualRect(index).x() < PADDING + CHEVRON
        return index if within and self._runs.row(index.row()).members else None

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
        header.setMinimumSectionSize(round(WIDTHS[Column.STAR] * scale))
        header.setSectionsMovable(False)
        header.setFont(theme.font("caption", QFont.Weight.Medium.value))
        header.setAccessibleName(tr("Columns of the runs"))
        for column, width in WIDTHS.items():
            self.setColumnWidth(column, round(width * scale))
        header.setSectionResizeMode(Column.OVERLAY, QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(Column.STAR, QHeaderView.ResizeMode.Fixed)
