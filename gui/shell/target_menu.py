"""The list of columns from which the target is chosen, with a field to find one by name."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QIcon, QKeyEvent
from PySide6.QtWidgets import (
    QListWidget,
    QListWidgetItem,
    QMenu,
    QVBoxLayout,
    QWidget,
    QWidgetAction,
)

from engine.schema import Column, Kind
from gui.i18n import tr
from gui.icons import icon
from gui.widgets.fields import SearchField

_ROW = 26
_ICONS = {Kind.NUMBER: "num", Kind.CATEGORY: "cat", Kind.DATE: "date", Kind.TEXT: "text"}


class TargetMenu(QMenu):
    """Opens with the chosen column in view; typing filters, Enter or a click chooses."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._wanted: tuple[Sequence[Column], str | None] = ((), None)
        self._is_filled = True
        panel = QWidget()
        layout = QVBoxLayout(panel)
        layout.setContentsMargins(4, 4, 4, 4)
        layout.setSpacing(6)
        self.search = SearchField(tr("Find a column"), 240)
        self.search.textChanged.connect(self._filter)
        self.search.installEventFilter(self)
        self.columns = QListWidget()
        self.columns.setAccessibleName(tr("Columns"))
        self.columns.setFixedWidth(240)
        self.columns.setUniformItemSizes(True)
        self.columns.itemClicked.connect(self._choose)
        self.columns.itemActivated.connect(self._choose)
        layout.addWidget(self.search)
        layout.addWidget(self.columns)
        action = QWidgetAction(self)
        action.setDefaultWidget(panel)
        self.addAction(action)
        self.aboutToShow.connect(self._on_show)

    def set_columns(self, columns: Sequence[Column], target: str | None) -> None:
        """List these columns; `target` is the one chosen now."""
        self._wanted = (columns, target)
        if self.isVisible():
            self._fill()
        else:  # ten thousand lines are made when somebody wants to see them
            self._is_filled = False

    def _fill(self) -> None:
        columns, target = self._wanted
        self._is_filled = True
        icons: dict[str, QIcon] = {}
        self.columns.clear()
        for column in columns:
            name = _ICONS.get(column.kind, "text")
            if name not in icons:
                icons[name] = icon(name, "text2")
            item = QListWidgetItem(icons[name], column.name)
            item.setData(Qt.ItemDataRole.UserRole, column.name)
            item.setSizeHint(QSize(0, _ROW))
            self.columns.addItem(item)
            if column.name == target:
                self.columns.setCurrentItem(item)
        self.columns.setFixedHeight(min(12, max(1, len(columns))) * _ROW + 4)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            match event.key():
                case Qt.Key.Key_Down | Qt.Key.Key_Up:
                    self._step(1 if event.key() == Qt.Key.Key_Down else -1)
                    return True
                case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                    self._choose(self.columns.currentItem())
                    return True
        return super().eventFilter(watched, event)

    def _on_show(self) -> None:
        if not self._is_filled:
            self._fill()
        self.search.clear()
        self.search.setFocus()
        self.columns.scrollToItem(self.columns.currentItem())

    def _filter(self, text: str) -> None:
        first: QListWidgetItem | None = None
        for row in range(self.columns.count()):
            item = self.columns.item(row)
            item.setHidden(text.lower() not in item.text().lower())
            if first is None and not item.isHidden():
                first = item
        if text and first is not None:
            self.columns.setCurrentItem(first)

    def _step(self, by: int) -> None:
        row = self.columns.currentRow() + by
        while 0 <= row < self.columns.count():
            if not self.columns.item(row).isHidden():
                self.columns.setCurrentRow(row)
                return
            row += by

    def _choose(self, item: QListWidgetItem | None) -> None:
        if item is not None and not item.isHidden():
            self.close()
            self.chosen.emit(item.data(Qt.ItemDataRole.UserRole))
