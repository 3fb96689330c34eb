"""The table of the layer editor: choosing, keys, dragging, and the notes under the lines."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPoint,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QTableView,
    QWidget,
)

from gui import theme
from gui.i18n import tr
from gui.icons import pixmap
from gui.pages.model.layer_cells import LayerCells
from gui.pages.model.layer_lines import (
    FLOPS,
    IN,
    KIND,
    NUMBER,
    OUT,
    PARAMETERS,
    SETTING,
    LayerLines,
    LineNote,
)
from gui.pages.model.layer_painting import paint_lines
from gui.widgets import ElidedLabel, link_button

ROW = 30
_SCROLL_MARGIN = 18
_WIDTHS = {NUMBER: 38, KIND: 190, IN: 92, OUT: 92, PARAMETERS: 98, FLOPS: 108}
_COMMANDS: dict[QKeySequence.StandardKey, str] = {
    QKeySequence.StandardKey.Copy: "copy",
    QKeySequence.StandardKey.Cut: "cut",
    QKeySequence.StandardKey.Paste: "paste",
}
_KEYS: dict[tuple[Qt.KeyboardModifier, Qt.Key], str] = {
    (Qt.KeyboardModifier.NoModifier, Qt.Key.Key_Delete): "delete",
    (Qt.KeyboardModifier.NoModifier, Qt.Key.Key_Backspace): "delete",
    (Qt.KeyboardModifier.NoModifier, Qt.Key.Key_Insert): "add",
    (Qt.KeyboardModifier.ControlModifier, Qt.Key.Key_D): "duplicate",
    (Qt.KeyboardModifier.AltModifier, Qt.Key.Key_Up): "up",
    (Qt.KeyboardModifier.AltModifier, Qt.Key.Key_Down): "down",
}


class LayerTable(QTableView):
    """Layers in lines. What a person asks for is emitted; nothing is changed here."""

    commanded = Signal(str)
    """copy, cut, paste, delete, add, duplicate, up or down: by key."""
    dropped = Signal(int)
    """The chosen layers were dragged before the layer of that place."""
    mended = Signal(int, object)
    """The button of a `LineNote` of that layer was pressed."""
    chosenChanged = Signal()  # noqa: N815 - Qt's naming
    menuAsked = Signal(QPoint)  # noqa: N815

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.lines = LayerLines()
        self.setModel(self.lines)
        self.setItemDelegate(LayerCells(self))
        self._grip: QPoint | None = None
        self._drop: int | None = None
        self.setAccessibleName(tr("Layers"))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        trigger = QAbstractItemView.EditTrigger
        self.setEditTriggers(
            trigger.DoubleClicked | trigger.EditKeyPressed | trigger.SelectedClicked
        )
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(theme.grown(ROW))
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsClickable(False)
        header.setFixedHeight(theme.grown(30))
        for section, width in _WIDTHS.items():
            self.setColumnWidth(section, theme.grown(width))
        header.setSectionResizeMode(SETTING, QHeaderView.ResizeMode.Stretch)
        for signal in (
            self.lines.modelReset,
            self.lines.rowsInserted,
            self.lines.rowsRemoved,
            self.lines.dataChanged,
        ):
            signal.connect(self._place_notes)
        self.selectionModel().selectionChanged.connect(lambda *_: self.chosenChanged.emit())
        self.selectionModel().currentRowChanged.connect(lambda *_: self.chosenChanged.emit())

    # What is chosen -----------------------------------------------------------------------------

    def chosen(self) -> tuple[int, ...]:
        """The layers chosen, in their order."""
        rows = {index.row() for index in self.selectionModel().selectedRows()}
        return tuple(sorted(self.lines.layer_at(row) for row in rows))

    def current(self) -> int:
        """The layer that the keyboard is at; -1 for none."""
        index = self.currentIndex()
        return self.lines.layer_at(index.row()) if index.isValid() else -1

    def choose(self, places: Sequence[int], *, current: int | None = None) -> None:
        """Choose these layers and no others; `current` is the one that the keyboard is at."""
        selection = QItemSelection()
        for place in places:
            row = self.lines.row_of(place)
            if row >= 0:
                selection.select(self.lines.index(row, NUMBER), self.lines.index(row, FLOPS))
        flag = QItemSelectionModel.SelectionFlag
        at = self.lines.row_of(current if current is not None else (places or [-1])[0])
        if at >= 0:
            column = self.currentIndex().column() if self.currentIndex().isValid() else SETTING
            self.selectionModel().setCurrentIndex(self.lines.index(at, column), flag.NoUpdate)
            self.scrollTo(self.lines.index(at, NUMBER))
        self.selectionModel().select(selection, flag.ClearAndSelect)

    # Notes --------------------------------------------------------------------------------------

    def _place_notes(self) -> None:
        self.clearSpans()
        for row, note in self.lines.notes():
            index = self.lines.index(row, NUMBER)
            self.setSpan(row, NUMBER, 1, FLOPS + 1)
            shown = self.indexWidget(index)
            if not isinstance(shown, NoteLine) or shown.note != note:
                line = NoteLine(note)
                place = self.lines.layer_at(row)
                line.mended.connect(lambda place=place, note=note: self.mended.emit(place, note))
                self.setIndexWidget(index, line)

    def note_lines(self) -> list[NoteLine]:
        """The notes shown, from top to bottom."""
        shown = [self.indexWidget(self.lines.index(row, NUMBER)) for row, _ in self.lines.notes()]
        return [line for line in shown if isinstance(line, NoteLine)]

    # Keys ---------------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        # Keys that mean something here are not shortcuts of the window.
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and _command(event)
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        command = _command(event)
        if command:
            self.commanded.emit(command)
            event.accept()
        elif event.key() == Qt.Key.Key_Escape and self._grip is not None:
            self._end_drag()
        elif self._begins_to_type(event):
            where = self.lines.index(self.currentIndex().row(), SETTING)
            self.setCurrentIndex(where)
            self.edit(where, QAbstractItemView.EditTrigger.AllEditTriggers, event)
            editor = QApplication.focusWidget()
            if editor is not None and editor is not self:  # what was typed belongs to the editor
                QApplication.sendEvent(editor, event)
        else:
            super().keyPressEvent(event)

    def _begins_to_type(self, event: QKeyEvent) -> bool:
        index = self.currentIndex()
        if not index.isValid() or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            return False
        setting = self.lines.index(index.row(), SETTING)
        can = bool(self.lines.flags(setting) & Qt.ItemFlag.ItemIsEditable)
        return can and (event.text().isdecimal() or event.text() == ".")

    def focusInEvent(self, event: QFocusEvent) -> None:
        if not self.currentIndex().isValid() and self.lines.layers:
            self.choose([0])
        super().focusInEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menuAsked.emit(event.globalPos())
        event.accept()

    # Dragging, by the number at the left --------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        plain = event.modifiers() == Qt.KeyboardModifier.NoModifier
        if (
            event.button() == Qt.MouseButton.LeftButton
            and plain
            and index.isValid()
            and index.column() == NUMBER
            and self.lines.note_at(index.row()) is None
        ):
            self._grip = event.position().toPoint()
            self.setFocus(Qt.FocusReason.MouseFocusReason)
            place = self.lines.layer_at(index.row())
            if place not in self.chosen():
                self.choose([place])
            return
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.position().toPoint()
        if self._grip is None:
            index = self.indexAt(at)
            grips = index.isValid() and index.column() == NUMBER
            shape = Qt.CursorShape.OpenHandCursor if grips else Qt.CursorShape.ArrowCursor
            self.viewport().setCursor(shape)
            super().mouseMoveEvent(event)
            return
        far = (at - self._grip).manhattanLength() >= QApplication.startDragDistance()
        if self._drop is not None or far:
            self._drop = self._place_before(at)
            self.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
            self._scroll_towards(at.y())
            self.viewport().update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._grip is None:
            super().mouseReleaseEvent(event)
            return
        pressed, drop = self.indexAt(self._grip), self._drop
        self._end_drag()
        if drop is not None:
            self.dropped.emit(drop)
        elif pressed.isValid():
            self.choose([self.lines.layer_at(pressed.row())])

    def _end_drag(self) -> None:
        self._grip = self._drop = None
        self.viewport().unsetCursor()
        self.viewport().update()

    def _place_before(self, at: QPoint) -> int:
        """The place of the layer before which the dragged ones would stand."""
        row = self.rowAt(at.y())
        if row < 0:
            return len(self.lines.layers) if at.y() > 0 else 0
        place = self.lines.layer_at(row)
        top, height = self.rowViewportPosition(row), self.rowHeight(row)
        is_note = self.lines.note_at(row) is not None
        return place + (is_note or at.y() > top + height / 2)

    def _scroll_towards(self, y: int) -> None:
        bar = self.verticalScrollBar()
        if y < _SCROLL_MARGIN:
            bar.setValue(bar.value() - _SCROLL_MARGIN)
        elif y > self.viewport().height() - _SCROLL_MARGIN:
            bar.setValue(bar.value() + _SCROLL_MARGIN)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        paint_lines(painter, self)
        if self.hasFocus() and self.currentIndex().isValid():
            area = self.visualRect(self.currentIndex()).adjusted(1, 1, -2, -2)
            painter.setPen(QPen(theme.colour("accent"), 1))
            painter.drawRoundedRect(area, 3, 3)
        if self._drop is not None:
            painter.setPen(QPen(theme.colour("accent"), 2))
            y = self._line_before(self._drop)
            painter.drawLine(0, y, self.viewport().width(), y)

    def _line_before(self, place: int) -> int:
        row = self.lines.row_of(place)
        if row >= 0:
            return max(self.rowViewportPosition(row), 1)
        last = self.lines.rowCount() - 1
        return self.rowViewportPosition(last) + self.rowHeight(last) - 1

    def currentChanged(self, current: QModelIndex, previous: QModelIndex) -> None:
        super().currentChanged(current, previous)
        self.viewport().update()


class NoteLine(QWidget):
    """What is wrong with the layer above, and the button that mends it."""

    mended = Signal()

    def __init__(self, note: LineNote) -> None:
        super().__init__()
        self.note = note
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setObjectName("line-note")
        self.setStyleSheet(f"#line-note {{ background: {theme.colour('errbg').name()} }}")
        self.setAccessibleName(note.text)
        mark = QLabel()
        mark.setPixmap(pixmap("error", theme.colour("err"), 14, self.devicePixelRatioF()))
        mark.setFixedSize(16, 16)
        text = ElidedLabel(note.text, "small", "err")
        text.setToolTip(note.text)
        self.button = link_button(note.action)
        self.button.setFont(theme.font("small", 500))
        self.button.clicked.connect(self.mended)
        line = QHBoxLayout(self)
        line.setContentsMargins(18, 0, 12, 0)
        line.setSpacing(8)
        line.addWidget(mark)
        line.addWidget(text)
        line.addWidget(self.button)
        line.addStretch(1)


def _command(event: QKeyEvent) -> str:
    for standard, command in _COMMANDS.items():
        if event.matches(standard):
            return command
    modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    return _KEYS.get((modifiers, Qt.Key(event.key())), "")
