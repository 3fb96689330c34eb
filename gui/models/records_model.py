"""A tuple of records as a read-only Qt table: each column is a title and a way to get its text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt
from PySide6.QtGui import QBrush, QFont

from gui import theme
from gui.models.table_model import Index

Record = TypeVar("Record")

_DISPLAY = int(Qt.ItemDataRole.DisplayRole)
_TOOLTIP = int(Qt.ItemDataRole.ToolTipRole)
_FONT = int(Qt.ItemDataRole.FontRole)
_ALIGNMENT = int(Qt.ItemDataRole.TextAlignmentRole)
_FOREGROUND = int(Qt.ItemDataRole.ForegroundRole)
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)


@dataclass(frozen=True)
class Field(Generic[Record]):
    """One column of records."""

    title: str
    text: Callable[[Record], str]
    style: theme.TextStyle = "small"
    tone: str = "text"
    """Colour token."""
    right: bool = False


class RecordsModel(QAbstractTableModel, Generic[Record]):
    """Shows records; texts are made when they are drawn."""

    def __init__(
        self,
        fields: Sequence[Field[Record]],
        records: Sequence[Record] = (),
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._fields = tuple(fields)
        self._records = records
        self._fonts: list[QFont] = [theme.font(field.style) for field in self._fields]

    def record(self, row: int) -> Record:
        """The record shown in a row."""
        return self._records[row]

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._records)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._fields)

    def data(self, index: Index, role: int = _DISPLAY) -> Any:
        field = self._fields[index.column()]
        if role in (_DISPLAY, _TOOLTIP):
            return field.text(self._records[index.row()])
        if role == _FONT:
            return self._fonts[index.column()]
        if role == _ALIGNMENT:
            return _RIGHT if field.right else _LEFT
        if role == _FOREGROUND:
            return QBrush(theme.colour(field.tone))
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _DISPLAY) -> Any:
        if orientation == Qt.Orientation.Vertical:
            return None
        if role == _DISPLAY:
            return self._fields[section].title
        if role == _ALIGNMENT:
            return _RIGHT if self._fields[section].right else _LEFT
        return None
