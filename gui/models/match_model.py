"""How another file matches, as a table: one line per column, what is the matter in words."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from engine.data.preparing.match_report import ColumnMatch, FileMatch
from gui.i18n import render, sentences, tr
from gui.models.figures import count_text

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
_COUNTS = ("missing", "misfits", "unseen", "far")


class MatchModel(QAbstractTableModel):
    """The columns of a `FileMatch`, those with something to tell first."""

    def __init__(self) -> None:
        super().__init__()
        self._columns: Sequence[ColumnMatch] = ()

    def show_match(self, found: FileMatch | None) -> None:
        """Show a report; None: nothing."""
        self.beginResetModel()
        columns = found.columns if found is not None else ()
        self._columns = sorted(columns, key=lambda column: column.is_as_in_training)
        self.endResetModel()

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._columns)

    def columnCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else 2 + len(_COUNTS) + 1

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation == Qt.Orientation.Vertical:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return (
                tr("Column"),
                tr("In the file"),
                tr("Missing"),
                tr("Not of its kind"),
                tr("Unseen"),
                tr("Far outside"),
                tr("What is done"),
            )[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(section)
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        column, place = self._columns[index.row()], index.column()
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return _text(column, place)
            case Qt.ItemDataRole.ToolTipRole:
                return _remarks(column) or None
            case Qt.ItemDataRole.AccessibleTextRole:
                return f"{column.name}: {_text(column, place)}"
            case Qt.ItemDataRole.TextAlignmentRole:
                return _alignment(place)
            case _:
                return None


def _alignment(place: int) -> Qt.AlignmentFlag:
    is_count = 2 <= place < 2 + len(_COUNTS)
    side = Qt.AlignmentFlag.AlignRight if is_count else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter


def _text(column: ColumnMatch, place: int) -> str:
    if place == 0:
        return column.name
    if place == 1:
        names = {"matched": tr("there"), "missing": tr("not there"), "extra": tr("not needed")}
        return names[column.state]
    if place < 2 + len(_COUNTS):
        count = getattr(column, _COUNTS[place - 2]) if column.state == "matched" else 0
        return count_text(count) if count else ""
    return _remarks(column)


def _remarks(column: ColumnMatch) -> str:
    return sentences(render(remark) for remark in column.remarks)
