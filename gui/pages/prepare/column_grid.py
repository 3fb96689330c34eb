"""The column grid: a table whose cells are chosen by click, Enter or Space."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import (
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    Qt,
    Signal,
)
from PySide6.QtGui import QAction, QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QApplication, QHeaderView, QMenu, QTableView

from gui import theme
from gui.i18n import tr
from gui.pages.prepare.column_delegate import ROW_HEIGHT, ColumnDelegate
from gui.pages.prepare.column_model import ColumnModel, Part
from gui.pages.prepare.previews import Previews

_WIDTHS = {Part.TYPE: 56, Part.ROLE: 106, Part.MISSING: 166, Part.SCALE: 148, Part.INPUTS: 88}
"""Px at the text size of the design."""
_LEAST = {Part.MISSING: 126, Part.SCALE: 116, Part.INPUTS: 78, Part.TYPE: 50}
"""Px to which columns give way in a narrow grid."""
_CHECK, _NAME = 36, 120
_PREVIEW, _LEAST_PREVIEW = 172, 146
"""Px of the pictures, which do not grow with the text."""


class ColumnGrid(QTableView):
    """Shows a `ColumnModel`. `columnSelected` is emitted with the name of the column on the line."""

    columnSelected = Signal(str)  # noqa: N815 - Qt's naming

    def __init__(self, model: ColumnModel, previews: Previews) -> None:
        super().__init__()
        self.columns = model
        self.setModel(model)
        self.setItemDelegate(ColumnDelegate(previews, self))
        self.setAccessibleName(tr("Columns"))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setShowGrid(False)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        self.verticalHeader().setMinimumSectionSize(ROW_HEIGHT)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsClickable(False)
        header.setFixedHeight(26)
        header.setMinimumSectionSize(32)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self._showing = False
        self._pressed = QPersistentModelIndex()
        self._pressed_at = QPoint()
        self.selectionModel().currentRowChanged.connect(self._on_row)
        previews.changed.connect(self.viewport().update)
        model.modelReset.connect(self.updateGeometry)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_width(self.viewport().width())

    def _share_width(self, width: int) -> None:
        """Every column as wide as it wants to be, or nearer to its least; the name has the rest."""
        wanted = {part: theme.grown(each) for part, each in _WIDTHS.items()}
        least = {part: theme.grown(_LEAST.get(part, each)) for part, each in _WIDTHS.items()}
        wanted |= {Part.USE: _CHECK, Part.PREVIEW: _PREVIEW}
        least |= {Part.USE: _CHECK, Part.PREVIEW: _LEAST_PREVIEW}
        name = theme.grown(_NAME)
        spare = width - name - sum(least.values())
        share = min(1.0, max(0.0, spare / (sum(wanted.values()) - sum(least.values()))))
        taken = 0
        for part, each in wanted.items():
            size = round(least[part] + share * (each - least[part]))
            self.setColumnWidth(part, size)
            taken += size
        self.setColumnWidth(Part.NAME, max(name, width - taken))

    def stand_on(self, name: str, part: Part | None) -> None:
        """Put the keyboard on a cell of a column."""
        row = self.columns.row_of(name)
        if row is not None:
            self.setCurrentIndex(self.columns.index(row, part or Part.NAME))
            self.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def select_column(self, name: str | None) -> None:
        """Bring a column's line forward without announcing it."""
        row = self.columns.row_of(name)
        if row is None or row == self.currentIndex().row():
            return
        self._showing = True
        part = max(self.currentIndex().column(), Part.NAME)
        self.setCurrentIndex(self.columns.index(row, part))
        self._showing = False

    def open_choices(self, index: QModelIndex) -> QMenu | None:
        """Drop down what can be chosen in a cell; nothing where there is no choice."""
        line = self.columns.lines[index.row()]
        part = Part(index.column())
        choices = line.choices(part)
        if not choices:
            return None
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setAccessibleName(self.columns.headerData(part, Qt.Orientation.Horizontal))
        current = line.value(part)
        for value, text in choices:
            action = QAction(text, menu)
            action.setCheckable(True)
            action.setChecked(value == current)
            action.triggered.connect(self._chooser(index, value))
            menu.addAction(action)
            if value == current:
                menu.setActiveAction(action)
        area = self.visualRect(index)
        menu.setMinimumWidth(area.width() - 12)
        menu.popup(self.viewport().mapToGlobal(area.bottomLeft() + QPoint(6, -3)))
        return menu

    def chosen_rows(self) -> list[int]:
        """The lines that are selected."""
        return sorted({index.row() for index in self.selectionModel().selectedRows()})

    def _acts(self, index: QModelIndex) -> bool:
        """Whether a click in the cell does something."""
        if not index.isValid():
            return False
        part = Part(index.column())
        return part is Part.USE or bool(self.columns.lines[index.row()].choices(part))

    def _choose(self, index: QModelIndex, value: object) -> None:
        rows = self.chosen_rows()
        self.columns.choose_for(rows if index.row() in rows else [], index, value)

    def height_of_all(self) -> int:
        """Px that header, all lines and a bar below them take."""
        bar = self.horizontalScrollBar()
        below = bar.sizeHint().height() if bar.maximum() > 0 else 0
        lines = ROW_HEIGHT * max(1, self.columns.rowCount())
        return self.horizontalHeader().height() + lines + below

    def mousePressEvent(self, event: QMouseEvent) -> None:
        # Kept from before the press, which may scroll another cell under the mouse.
        self._pressed = QPersistentModelIndex(self.indexAt(event.position().toPoint()))
        self._pressed_at = event.position().toPoint()
        index = self.indexAt(self._pressed_at)
        plain = event.modifiers() == Qt.KeyboardModifier.NoModifier
        many = len(self.chosen_rows()) > 1 and index.row() in self.chosen_rows()
        if plain and many and self._acts(index):
            # What is chosen here is meant for all lines that are selected.
            self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.NoUpdate)
            return
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        moved = (event.position().toPoint() - self._pressed_at).manhattanLength()
        is_click = moved < QApplication.startDragDistance()
        pressed, self._pressed = self._pressed, QPersistentModelIndex()
        if event.button() == Qt.MouseButton.LeftButton and pressed.isValid() and is_click:
            self._act(self.columns.index(pressed.row(), pressed.column()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.currentIndex()
        key = event.key()
        opens = key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2, Qt.Key.Key_F4) or (
            key == Qt.Key.Key_Down and event.modifiers() & Qt.KeyboardModifier.AltModifier
        )
        if index.isValid() and key == Qt.Key.Key_Space:
            self._choose(self.columns.index(index.row(), Part.USE), None)
        elif index.isValid() and opens:
            self._act(index)
        else:
            super().keyPressEvent(event)

    def _act(self, index: QModelIndex) -> None:
        if index.column() == Part.USE:
            self._choose(index, None)
        else:
            self.open_choices(index)

    def _chooser(self, index: QModelIndex, value: object) -> Callable[[], None]:
        row, part = index.row(), index.column()
        return lambda: self._choose(self.columns.index(row, part), value)

    def _on_row(self, current: QModelIndex) -> None:
        if current.isValid() and not self._showing:
            self.columnSelected.emit(self.columns.lines[current.row()].column.name)
