"""The columns of a table by how well they go with the target, as a Qt list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, Qt

from gui.models.relation_words import relation_sentence
from gui.models.table_model import Index

if TYPE_CHECKING:
    from engine.data.relations.relations import Relation

RELATION = int(Qt.ItemDataRole.UserRole)
"""The role of a `Relation`."""
_DISPLAY = int(Qt.ItemDataRole.DisplayRole)
_SAID = (int(Qt.ItemDataRole.AccessibleTextRole), int(Qt.ItemDataRole.ToolTipRole))


class RankingModel(QAbstractListModel):
    """One item per column, the strongest first."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._ranking: tuple[Relation, ...] = ()
        self._other = ""

    def set_ranking(self, ranking: Sequence[Relation], other: str) -> None:
        """Show these relations to the column `other`."""
        self.beginResetModel()
        self._ranking, self._other = tuple(ranking), other
        self.endResetModel()

    def relation(self, row: int) -> Relation:
        """The relation of an item."""
        return self._ranking[row]

    def row_of(self, name: str) -> int:
        """The item of a column; −1 if there is none."""
        return next((at for at, found in enumerate(self._ranking) if found.name == name), -1)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._ranking)

    def data(self, index: Index, role: int = _DISPLAY) -> Any:
        relation = self._ranking[index.row()]
        if role == RELATION:
            return relation
        if role == _DISPLAY:
            return relation.name
        if role in _SAID:
            return relation_sentence(relation, self._other)
        return None
