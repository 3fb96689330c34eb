"""The panel in which columns are shown and hidden, found by their names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QAbstractItemView, QListView, QVBoxLayout, QWidget

from gui import theme
from gui.i18n import tr, trn
from gui.models.column_checks import ColumnChecks
from gui.pages.data.popover import Popover
from gui.widgets.buttons import link_button
from gui.widgets.fields import SearchField
from gui.widgets.layout import row
from gui.widgets.text import label

_WIDTH, _HEIGHT = 260, 340


class ColumnList(Popover):
    """A tick for each column, and what can be done to all that are listed."""

    resetAsked = Signal()  # noqa: N815 - Qt's naming
    """Columns are to stand as in the file again."""

    def __init__(self, change: Callable[[Iterable[int], bool], None], parent: QWidget) -> None:
        super().__init__(parent, tr("Columns"))
        self.model = ColumnChecks(change, self)
        self.search = SearchField(
            tr("Find a column"), width=round(_WIDTH * theme.text_scale()) - 24
        )
        self.search.textChanged.connect(self.model.seek)
        self.list = QListView()
        self.list.setModel(self.model)
        self.list.setUniformItemSizes(True)
        self.list.setSpacing(1)
        self.list.setAccessibleName(tr("Columns that are shown"))
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.list.setFixedHeight(round(_HEIGHT * theme.text_scale()) - 110)
        self._said = label("", "caption", "muted")
        self.show_all = link_button(tr("Show all"))
        self.show_all.clicked.connect(lambda: self.model.set_shown(self.model.matching, True))
        self.hide_all = link_button(tr("Hide all"))
        self.hide_all.clicked.connect(lambda: self.model.set_shown(self.model.matching, False))
        self.reset = link_button(tr("As in the file"))
        self.reset.clicked.connect(self.resetAsked)
        self.model.dataChanged.connect(self._say)
        self.model.modelReset.connect(self._say)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 12)
        layout.setSpacing(8)
        layout.addWidget(self.search)
        layout.addLayout(row(self.show_all, self.hide_all, None, self.reset, spacing=12))
        layout.addWidget(self.list)
        layout.addWidget(self._said)

    def begin(self, names: Sequence[str], order: Sequence[int], hidden: set[int]) -> None:
        """List the columns as they are now."""
        self.search.clear()
        self.model.set_columns(names, order, hidden)
        self.search.setFocus()

    def _say(self) -> None:
        said = trn("{count} column hidden", "{count} columns hidden", self.model.hidden_count)
        if not self.model.rowCount():
            sought = self.search.text()
            said = tr("No column has “{sought}” in its name.", sought=sought)
        self._said.setText(said)
