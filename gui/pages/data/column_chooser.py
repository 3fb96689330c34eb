"""A list of columns to tick, with a field to search in."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QListWidget, QListWidgetItem, QWidget

from gui.i18n import tr, trn
from gui.widgets.buttons import button
from gui.widgets.fields import SearchField
from gui.widgets.layout import column, row
from gui.widgets.text import label

_SIZE = (260, 340)


class ColumnChooser(QFrame):
    """Floats below a button until it is closed; `chosen` carries the names ticked, `None` for "automatic"."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget, most: int) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setProperty("card", True)
        self.setAccessibleName(tr("Columns of the matrix"))
        self.setFixedSize(*_SIZE)
        self._most = most
        self.search = SearchField(tr("Find a column"), width=_SIZE[0] - 24, small=True)
        self.list = QListWidget()
        self.list.setAccessibleName(tr("Columns"))
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setUniformItemSizes(True)
        self._count = label("", "caption", "muted")
        self.automatic = button(tr("Choose by itself"), small=True)
        self.use = button(tr("Show"), primary=True, small=True)
        self.setLayout(
            column(
                self.search,
                self.list,
                self._count,
                row(self.automatic, None, self.use),
                margins=12,
            )
        )
        self.search.textChanged.connect(self._filter)
        self.list.itemChanged.connect(lambda _: self._tell())
        self.use.clicked.connect(self._use)
        self.automatic.clicked.connect(self._choose_automatic)

    def open_below(self, widget: QWidget, names: Sequence[str], ticked: Sequence[str]) -> None:
        """Show the columns `names`, those in `ticked` with a tick."""
        known = frozenset(ticked)
        self.list.blockSignals(True)
        self.list.clear()
        for name in names:
            item = QListWidgetItem(name)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            state = Qt.CheckState.Checked if name in known else Qt.CheckState.Unchecked
            item.setCheckState(state)
            self.list.addItem(item)
        self.list.blockSignals(False)
        self.search.clear()
        self._tell()
        corner = widget.mapToGlobal(QPoint(widget.width() - self.width(), widget.height() + 4))
        self.move(corner)
        self.show()
        self.search.setFocus()

    def ticked(self) -> tuple[str, ...]:
        """The names with a tick."""
        items = (self.list.item(at) for at in range(self.list.count()))
        return tuple(item.text() for item in items if item.checkState() == Qt.CheckState.Checked)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close()
            return
        super().keyPressEvent(event)

    def _filter(self, text: str) -> None:
        wanted = text.casefold()
        for at in range(self.list.count()):
            item = self.list.item(at)
            item.setHidden(wanted not in item.text().casefold())

    def _tell(self) -> None:
        count = len(self.ticked())
        text = trn("{count} column", "{count} columns", count)
        if count > self._most:
            text = tr("{count} columns; at most {most} can be shown", count=count, most=self._most)
        self._count.setText(text)
        self.use.setEnabled(2 <= count <= self._most)

    def _use(self) -> None:
        self.close()
        self.chosen.emit(self.ticked())

    def _choose_automatic(self) -> None:
        self.close()
        self.chosen.emit(None)
