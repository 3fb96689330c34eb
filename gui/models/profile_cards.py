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


class ProfileCards:
    """Columns in the order of a view, with what is known of each."""

    def __init__(
        self,
        facts: tuple[ColumnFacts, ...] = (),
        figures: Mapping[str, ColumnProfile] | None = None,
        integers: frozenset[str] = frozenset(),
    ) -> None:
        """`figures` by column, as far as they are counted; `integers` are columns of whole numbers."""
        self.facts = facts
        self._figures = figures or {}
        self._integers = integers
        self._rows = {fact.name: at for at, fact in enumerate(facts)}

    def __len__(self) -> int:
        return len(self.facts)

    def __getitem__(self, row: int) -> ProfileCard:
        facts = self.facts[row]
        figures = self._figures.get(facts.name)
        if figures is not None and figures.kind is not facts.kind:
            figures = None
        return ProfileCard(facts, figures, facts.name in self._integers)

    def row_of(self, name: str | None) -> int:
        """Where a column stands; −1 if it is not there."""
        return self._rows.get(name, -1) if name is not None else -1

    def are_of_columns_of(self, other: ProfileCards) -> bool:
        """Whether both have the same columns in the same order."""
        return [fact.name for fact in self.facts] == [fact.name for fact in other.facts]


class ProfileCardsModel(QAbstractListModel):
    """One item per column, in the order given."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._cards = ProfileCards()

    def set_cards(
        self,
        facts: tuple[ColumnFacts, ...],
        figures: Mapping[str, ColumnProfile],
        integers: frozenset[str] = frozenset(),
    ) -> None:
        """Show these columns; the view keeps its place while the columns stay the same."""
        cards = ProfileCards(facts, figures, integers)
        if cards.are_of_columns_of(self._cards):
            self._cards = cards
            if facts:
                self.dataChanged.emit(self.index(0, 0), self.index(len(facts) - 1, 0))
            return
        self.beginResetModel()
        self._cards = cards
        self.endResetModel()

    def row_of(self, name: str | None) -> int:
        """The item of a column; −1 if there is none."""
        return self._cards.row_of(name)

    def name(self, row: int) -> str:
        """The column of an item."""
        return self._cards.facts[row].name

    def card(self, row: int) -> ProfileCard:
        """The column of an item with its figures."""
        return self._cards[row]

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._cards)

    def data(self, index: Index, role: int = _DISPLAY) -> Any:
        facts = self._cards.facts[index.row()]
        if role == CARD:
            return self.card(index.row())
        if role == _DISPLAY:
            return facts.name
        if role == _ACCESSIBLE:
            return facts.sentence()
        return None
