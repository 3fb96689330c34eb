"""The table of lines to be set right: checked with a click or Space, chosen from a menu, edited in place."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QHeaderView,
    QMenu,
    QSizePolicy,
    QTableView,
)

from gui import theme
from gui.i18n import tr
from gui.models.fix_lines import FixLinesModel, Part
from gui.pages.data.fix_delegate import CELL_HEIGHT, LINE_HEIGHT, FixDelegate

_HEADER = 26
_MOST_HEIGHT = 420
_WIDTHS = {Part.CHECK: 40, Part.LINE: 62, Part.WHY: 170, Part.FIX: 176}


class FixTable(QTableView):
    """Shows a `FixLinesModel`; as high as its lines up to a bound, then it scrolls."""

    rowAsked = Signal(int, str)  # noqa: N815 - Qt's naming
    """The table's row and column of a cell."""

    def __init__(self, model: FixLinesModel, name: str) -> None:
        super().__init__()
        model.setParent(self)
        self.lines = model
        self.setModel(model)
        self.setItemDelegate(FixDelegate(self))
        self.setAccessibleName(name)
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        cells = bool(model.all_lines) and model.all_lines[0].is_cell
        self._row_height = theme.grown(CELL_HEIGHT if cells else LINE_HEIGHT)
        rows = self.verticalHeader()
        rows.hide()
        rows.setMinimumSectionSize(24)
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(self._row_height)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsClickable(False)
        header.setMinimumSectionSize(24)
        header.setFixedHeight(theme.grown(_HEADER))
        for part, width in _WIDTHS.items():
            self.setColumnWidth(part, theme.grown(width))
        if any(line.file for line in model.all_lines[:1]):
            self.setColumnWidth(Part.LINE, theme.grown(150))
        header.setSectionResizeMode(Part.TEXT, QHeaderView.ResizeMode.Stretch)
        if not model.can_fix:
            self.setColumnHidden(Part.CHECK, True)
            self.setColumnHidden(Part.FIX, True)
        self._pressed = QPersistentModelIndex()
        self._pressed_at = QPoint()
        model.modelReset.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        header = self.horizontalHeader().height()
        rows = max(1, self.lines.rowCount()) * self._row_height
        return QSize(400, min(header + rows + 2, theme.grown(_MOST_HEIGHT)))

    def minimumSizeHint(self) -> QSize:
        return QSize(200, self.sizeHint().height())

    # The choice of a fix ------------------------------------------------------------------------

    def open_choices(self, row: int) -> QMenu | None:
        """Drop down the ways to set a line right; nothing where lines are only looked at."""
        if not self.lines.can_fix:
            return None
        line = self.lines.line(row)
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setAccessibleName(tr("Fix"))
        for option in line.options or ():
            if option.text:
                chosen = not line.by_hand and line.choice == option.text
                self._add(menu, option.label, chosen, self._chooser(row, option.text))
        edited = self._add(menu, tr("Edit by hand …"), line.by_hand, lambda: self.edit_line(row))
        leave = tr("Leave missing") if line.is_cell else tr("Leave out")
        left = not line.by_hand and not line.choice and line.touched
        self._add(menu, leave, left, self._chooser(row, ""))
        if menu.activeAction() is None:
            menu.setActiveAction(menu.actions()[0] if len(menu.actions()) > 2 else edited)
        area = self.visualRect(self.lines.index(row, Part.FIX))
        menu.setMinimumWidth(area.width() - 12)
        menu.popup(self.viewport().mapToGlobal(area.bottomLeft() + QPoint(6, -8)))
        return menu

    def edit_line(self, row: int) -> None:
        """Write a line anew in place."""
        if self.lines.can_fix:
            index = self.lines.index(row, Part.TEXT)
            self.setCurrentIndex(index)
            self.edit(index)

    def _add(self, menu: QMenu, text: str, checked: bool, act: Callable[[], None]) -> QAction:
        action = QAction(text, menu)
        action.setCheckable(True)
        action.setChecked(checked)
        action.triggered.connect(act)
        menu.addAction(action)
        if checked:
            menu.setActiveAction(action)
        return action

    def _chooser(self, row: int, text: str) -> Callable[[], None]:
        return lambda: self.lines.choose(row, text)

    # Mouse and keys -----------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed = QPersistentModelIndex(self.indexAt(event.position().toPoint()))
        self._pressed_at = event.position().toPoint()
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        moved = (event.position().toPoint() - self._pressed_at).manhattanLength()
        pressed, self._pressed = self._pressed, QPersistentModelIndex()
        is_click = moved < QApplication.startDragDistance()
        if event.button() != Qt.MouseButton.LeftButton or not pressed.isValid() or not is_click:
            return
        if pressed.column() == Part.CHECK:
            self.lines.toggle(pressed.row())
        elif pressed.column() == Part.FIX:
            self.open_choices(pressed.row())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        if index.isValid() and index.column() == Part.TEXT:
            self._show_or_edit(index)
        else:
            super().mouseDoubleClickEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.currentIndex()
        key = event.key()
        drops = key == Qt.Key.Key_F4 or (
            key == Qt.Key.Key_Down and bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        )
        # What the editor leaves aside comes here too: Enter, when it is done with it.
        if not index.isValid() or self.state() == self.State.EditingState:
            super().keyPressEvent(event)
        elif key == Qt.Key.Key_Space:
            self.lines.toggle(index.row())
        elif key == Qt.Key.Key_F2:
            self.edit_line(index.row())
        elif drops:
            self.open_choices(index.row())
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if index.column() == Part.TEXT:
                self._show_or_edit(index)
            elif index.column() == Part.CHECK:
                self.lines.toggle(index.row())
            else:
                self.open_choices(index.row())
        else:
            super().keyPressEvent(event)

    def _show_or_edit(self, index: QModelIndex) -> None:
        line = self.lines.line(index.row())
        if line.row is not None:
            self.rowAsked.emit(line.row, line.column)
        else:
            self.edit_line(index.row())
