"""The Profile tab: a card for every column. Cards are painted, so any number of columns will do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QStackedWidget, QVBoxLayout, QWidget

from gui import theme
from gui.i18n import tr
from gui.models.column_facts import facts_of_columns
from gui.models.profile_cards import ProfileCardsModel
from gui.pages.data.card_delegate import CardDelegate
from gui.widgets.note import EmptyState

if TYPE_CHECKING:
    from gui.session import Session

_GAP = 12


class ProfileTab(QWidget):
    """The columns of the open table as cards; the chosen one is the session's."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.model = ProfileCardsModel(self)
        self.view = CardGrid(self)
        self.view.setModel(self.model)
        self.view.setItemDelegate(CardDelegate(self.view))
        self._waiting = EmptyState(tr("Counting values"), tr("The figures come in a moment."))
        self._stack = QStackedWidget()
        self._stack.addWidget(self.view)
        self._stack.addWidget(self._waiting)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._stack)
        self.view.selectionModel().currentChanged.connect(self._pick)
        session.tableChanged.connect(self._refresh)
        session.profileChanged.connect(self._refresh)
        session.recipeChanged.connect(self._refresh)
        session.columnChanged.connect(self._on_column)
        self._refresh()

    def _refresh(self) -> None:
        schema, profile = self._session.schema, self._session.profile
        self._stack.setCurrentWidget(self._waiting if profile is None else self.view)
        if schema is None or profile is None:
            self.model.set_cards((), {})
            return
        facts = facts_of_columns(schema, self._session.recipe, profile)
        integers = frozenset(column.name for column in schema.columns if column.integer)
        self.model.set_cards(facts, profile.columns, integers)
        self._on_column()

    def _on_column(self) -> None:
        row = self.model.row_of(self._session.column)
        index = self.model.index(row, 0)
        if index.isValid() and row != self.view.currentIndex().row():
            self.view.setCurrentIndex(index)

    def _pick(self, current: QModelIndex, previous: QModelIndex) -> None:
        if current.isValid():
            self._session.select_column(self.model.name(current.row()))


class CardGrid(QListView):
    """As many cards in a row as fit, all of one size."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName(tr("Columns"))
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setFlow(QListView.Flow.LeftToRight)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMovement(QListView.Movement.Static)
        self.setUniformItemSizes(True)
        self.setSpacing(_GAP)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setMouseTracking(True)
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setStyleSheet(f"QListView {{ background: {theme.colour('window').name()} }}")
        self.setViewportMargins(4, 0, 0, 0)

    def card_size(self, least: int, height: int) -> QSize:
        """Cards share the width evenly."""
        room = self.viewport().width() - _GAP - 1
        beside = max(1, room // (least + _GAP))
        return QSize(room // beside - _GAP, height)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Tab leaves the grid instead of walking through thousands of cards.
        if event.key() in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
            event.ignore()
            return
        super().keyPressEvent(event)
