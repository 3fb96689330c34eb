"""Columns with a tick each, for choosing which ones are shown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

Index = QModelIndex | QPersistentModelIndex


class ColumnChecks(QAbstractListModel):
    """Names; a tick means that the column is shown."""

    def __init__(
        self, change: Callable[[Iterable[int], bool], None], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._change = change
        self._names: Sequence[str] = ()
        self._hidden: set[int] = set()
        self._matching: list[int] = []
        self._sought = ""

    def set_columns(self, names: Sequence[str], order: Sequence[int], hidden: set[int]) -> None:
        """Show the columns in this order."""
        self._names, self._hidden = names, hidden
        self._order = order
        self.seek(self._sought)

    def seek(self, text: str) -> None:
        """Leave only the names with this text."""
        self.beginResetModel()
        self._sought = text
        needle = text.strip().casefold()
        self._matching = [c for c in self._order if needle in self._names[c].casefold()]
        self.endResetModel()

    @property
    def matching(self) -> tuple[int, ...]:
        """The columns that are listed."""
        return tuple(self._matching)

    @property
    def hidden_count(self) -> int:
        """How many columns are hidden."""
        return len(self._hidden)

    def set_shown(self, columns: Iterable[int], shown: bool) -> None:
        """Show columns, or hide them; the last one that is shown stays."""
        wanted = list(columns)
        if not shown and len(self._hidden | set(wanted)) == len(self._names):
            wanted = wanted[1:]
        self._change(wanted, not shown)
        self._hidden = self._hidden - set(wanted) if shown else self._hidden | set(wanted)
        if self._matching:
            self.dataChanged.emit(self.index(0), self.index(len(self._matching) - 1))

    # Qt's side ----------------------------------------------------------------------------------

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._matching)

    def flags(self, index: Index) -> Qt.ItemFlag:
        return super().flags(index) | Qt.ItemFlag.ItemIsUserCheckable

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        column = self._matching[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self._names[column]
        if role == Qt.ItemDataRole.CheckStateRole:
            is_hidden = column in self._hidden
            return Qt.CheckState.Unchecked if is_hidden else Qt.CheckState.Checked
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.CheckStateRole:
            return False
        shown = Qt.CheckState(value) is Qt.CheckState.Checked
        self.set_shown([self._matching[index.row()]], shown)
        return True
