"""The columns of a table with their figures as a Qt list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, Qt

from gui.models.column_facts import ColumnFacts
from gui.models.table_model import Index

if TYPE_CHECKING:
    from engine.data.profiling.profile import ColumnProfile

CARD = int(Qt.ItemDataRole.UserRole)
"""The role of a `ProfileCard`."""
_DISPLAY = int(Qt.ItemDataRole.DisplayRole)
_ACCESSIBLE = int(Qt.ItemDataRole.AccessibleTextRole)


@dataclass(frozen=True, slots=True)
class ProfileCard:
    """One column: what its header says, and its figures once they are counted."""

    facts: ColumnFacts
    figures: ColumnProfile | None
    integer: bool


class ProfileCardsModel(QAbstractListModel):
    """One item per column, in the order given."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._facts: tuple[ColumnFacts, ...] = ()
        self._figures: Mapping[str, ColumnProfile] = {}
        self._integers: frozenset[str] = frozenset()
        self._rows: dict[str, int] = {}

    def set_cards(
        self,
        facts: tuple[ColumnFacts, ...],
        figures: Mapping[str, ColumnProfile],
        integers: frozenset[str] = frozenset(),
    ) -> None:
        """Show these columns; the view keeps its place while the columns stay the same."""
        same = len(facts) == len(self._facts) and all(
            new.name == old.name for new, old in zip(facts, self._facts, strict=True)
        )
        if same:
            self._facts, self._figures, self._integers = facts, figures, integers
            if facts:
                self.dataChanged.emit(self.index(0, 0), self.index(len(facts) - 1, 0))
            return
        self.beginResetModel()
        self._facts, self._figures, self._integers = facts, figures, integers
        self._rows = {fact.name: at for at, fact in enumerate(facts)}
        self.endResetModel()

    def row_of(self, name: str | None) -> int:
        """The item of a column; −1 if there is none."""
        return self._rows.get(name, -1) if name is not None else -1

    def name(self, row: int) -> str:
        """The column of an item."""
        return self._facts[row].name

    def card(self, row: int) -> ProfileCard:
        """The column of an item with its figures."""
        facts = self._facts[row]
        figures = self._figures.get(facts.name)
        if figures is not None and figures.kind is not facts.kind:
            figures = None
        return ProfileCard(facts, figures, facts.name in self._integers)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._facts)

    def data(self, index: Index, role: int = _DISPLAY) -> Any:
        facts = self._facts[index.row()]
        if role == CARD:
            return self.card(index.row())
        if role == _DISPLAY:
            return facts.name
        if role == _ACCESSIBLE:
            return facts.sentence()
        return None
