"""The Profile tab: the figures of every column, as cards or as a table, of the rows in view."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtWidgets import QFrame, QStackedWidget, QVBoxLayout, QWidget

from engine.schema import Role
from gui.i18n import tr, trn
from gui.models.column_facts import ColumnFacts, facts_of_columns
from gui.models.profile_cards import ProfileCardsModel
from gui.models.profile_figures import FIGURES, ordered_facts
from gui.pages.data.card_delegate import CardDelegate
from gui.pages.data.card_grid import CardGrid
from gui.pages.data.figure_menu import figure_menu
from gui.pages.data.profile_table import ProfileTable
from gui.pages.page import RefreshWhenShown
from gui.widgets.buttons import icon_button
from gui.widgets.choice import ComboBox, Segmented
from gui.widgets.fields import SearchField
from gui.widgets.layout import row
from gui.widgets.note import EmptyState
from gui.widgets.text import ElidedLabel, label

if TYPE_CHECKING:
    from engine.data.profiling.profile import Profile
    from engine.data.rows.filters import Filter
    from gui.models.profile_cards import ProfileCard
    from gui.session import Session

CARDS, TABLE = "cards", "table"
_FILE_ORDER = -2
"""The choice of the sorting list that is no figure and not the name (−1)."""


class ProfileTab(QWidget):
    """The columns of the open table; the chosen one is the session's."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.model = ProfileCardsModel(self)
        self.view = CardGrid(self)
        self.view.setModel(self.model)
        self.view.setItemDelegate(CardDelegate(self.view))
        self.table = ProfileTable(self)
        self._facts: tuple[ColumnFacts, ...] = ()
        self._sort: int | None = None
        self._descending = False
        self._make_bar()
        self._waiting = EmptyState(tr("Counting values"), tr("The figures come in a moment."))
        self._none = EmptyState(tr("No such column"), tr("No name holds what you search for."))
        self._stack = QStackedWidget()
        for view in (self.view, self.table, self._waiting, self._none):
            self._stack.addWidget(view)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._bar)
        layout.addWidget(self._stack, 1)
        self._connect()
        self._stack.setCurrentWidget(self._waiting)

    def _make_bar(self) -> None:
        self._bar = QFrame()
        self._bar.setProperty("rule", "bottom")
        self._bar.setProperty("surface", True)
        self._bar.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._bar.setFixedHeight(36)
        self._about = ElidedLabel("", "small", "text2")
        self.search = SearchField(tr("Find a column"), width=170, small=True)
        choices: list[tuple[object, str]] = [(_FILE_ORDER, tr("File order")), (-1, tr("Name"))]
        choices += [(at, tr(figure.title)) for at, figure in enumerate(FIGURES)]
        self.sort = ComboBox(choices, small=True, name=tr("Sort by"))
        self.turn = icon_button("down", tr("Largest first"))
        self.turn.setCheckable(True)
        self.shape = Segmented([(CARDS, tr("Cards")), (TABLE, tr("Table"))], small=True)
        self.shape.setAccessibleName(tr("Cards or table"))
        caption = label(tr("Sort by"), "small", "text2")
        caption.setBuddy(self.sort)
        self._bar.setLayout(
            row(
                self._about,
                None,
                self.search,
                caption,
                self.sort,
                self.turn,
                self.shape,
                margins=(16, 0, 12, 0),
            )
        )

    def _connect(self) -> None:
        session = self._session
        self.view.selectionModel().currentChanged.connect(self._pick)
        self.table.selectionModel().currentChanged.connect(self._pick_row)
        self.view.filterAsked.connect(self._add_filter)
        self.view.menuAsked.connect(self._show_menu)
        self.table.menuAsked.connect(self._show_menu)
        self.table.sortAsked.connect(self._sort_by)
        self.search.textChanged.connect(lambda _: self._arrange())
        self.sort.changed.connect(self._on_sort)
        self.turn.toggled.connect(self._on_turned)
        self.shape.changed.connect(lambda _: self._arrange())
        RefreshWhenShown(
            self,
            self._refresh,
            session.tableChanged,
            session.view.profileChanged,
            session.recipeChanged,
        )
        RefreshWhenShown(self, self._on_column, session.columnChanged)

    # Showing ------------------------------------------------------------------------------------

    def _refresh(self) -> None:
        schema, profile = self._session.schema, self._session.view.profile
        if schema is None or profile is None:
            self._facts = ()
            self.model.set_cards((), {})
            self.table.figures.set_columns((), {}, frozenset())
            self._about.set_text("")
            self._stack.setCurrentWidget(self._waiting)
            return
        self._facts = facts_of_columns(schema, self._session.recipe, profile)
        used = sum(fact.role is Role.FEATURE for fact in self._facts)
        self._about.set_text(_about(profile, len(self._facts), used))
        self._arrange()

    def _arrange(self) -> None:
        """Show the columns searched for in the order asked for."""
        schema, profile = self._session.schema, self._session.view.profile
        if schema is None or profile is None:
            return
        integers = frozenset(column.name for column in schema.columns if column.integer)
        shown = ordered_facts(
            self._facts,
            profile.columns,
            self.search.text(),
            self._sort,
            descending=self._descending,
        )
        is_table = self.shape.value() == TABLE
        if is_table:
            self.table.figures.set_columns(shown, profile.columns, integers)
            self.table.show_order(self._sort, descending=self._descending)
        else:
            self.model.set_cards(shown, profile.columns, integers)
        chosen = self.table if is_table else self.view
        self._stack.setCurrentWidget(chosen if shown else self._none)
        self._on_column()

    def _on_column(self) -> None:
        name = self._session.column
        at = self.model.row_of(name)
        if at >= 0 and at != self.view.currentIndex().row():
            self.view.setCurrentIndex(self.model.index(at, 0))
        at = self.table.figures.row_of(name)
        if at >= 0 and at != self.table.currentIndex().row():
            self.table.setCurrentIndex(self.table.figures.index(at, 0))

    # Choosing -----------------------------------------------------------------------------------

    def _pick(self, current: QModelIndex, previous: QModelIndex) -> None:
        if current.isValid():
            self._session.select_column(self.model.name(current.row()))

    def _pick_row(self, current: QModelIndex, previous: QModelIndex) -> None:
        if current.isValid():
            self._session.select_column(self.table.figures.card(current.row()).facts.name)

    def _on_sort(self, choice: int) -> None:
        self._sort = None if choice == _FILE_ORDER else choice
        # Of a figure the largest is what people look for, of names the first.
        self._set_descending(self._sort is not None and self._sort >= 0)

    def _sort_by(self, figure: int) -> None:
        """A heading was clicked: once for its order, again to turn it round, then as in the file."""
        if self._sort != figure:
            self.sort.set_value(figure)
            self._on_sort(figure)
        elif self._descending == (figure >= 0):
            self._set_descending(not self._descending)
        else:
            self.sort.set_value(_FILE_ORDER)
            self._on_sort(_FILE_ORDER)

    def _set_descending(self, descending: bool) -> None:
        self._descending = descending
        self.turn.blockSignals(True)
        self.turn.setChecked(descending)
        self.turn.blockSignals(False)
        self._arrange()

    def _on_turned(self, checked: bool) -> None:
        self._descending = checked
        self._arrange()

    # Doing --------------------------------------------------------------------------------------

    def _add_filter(self, wanted: Filter) -> None:
        self._session.view.add(wanted)

    def _show_menu(self, name: str, place: QPoint) -> None:
        card = self._card(name)
        if card is not None:
            figure_menu(self, self._session, card).popup(place)

    def _card(self, name: str) -> ProfileCard | None:
        at = self.table.figures.row_of(name)
        if self.shape.value() == TABLE:
            return self.table.figures.card(at) if at >= 0 else None
        at = self.model.row_of(name)
        return self.model.card(at) if at >= 0 else None


def _about(profile: Profile, columns: int, used: int) -> str:
    parts = [
        trn("{count} column", "{count} columns", columns),
        trn("{count} feature", "{count} features", used),
        trn("{count} row", "{count} rows", profile.rows),
    ]
    sample = max((found.sample for found in profile.columns.values()), default=0)
    if sample:
        parts.append(tr("≈ from a random sample of {rows}", rows=sample))
    return "  ·  ".join(parts)
