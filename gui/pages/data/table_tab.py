"""The Table tab: a strip that says what is shown, and the table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QCursor, QKeySequence, QShortcut
from PySide6.QtWidgets import QStackedWidget, QToolTip, QVBoxLayout, QWidget

from engine.data.rows.filters import Filter, MissingFilter, Sort
from engine.lookup import Last
from engine.schema import Kind
from gui.i18n import tr
from gui.models.cell_tints import ColourBy
from gui.models.column_facts import facts_of_columns
from gui.models.corrected_cells import CorrectedCells
from gui.models.filter_words import bar_filter, sentence
from gui.models.finder import Match
from gui.models.table_model import TableModel
from gui.pages.data.column_list import ColumnList
from gui.pages.data.go_to_row import GoToRow
from gui.pages.data.table_copy import TableCopy
from gui.pages.data.table_find import TableFind
from gui.pages.data.table_menus import TableMenus
from gui.pages.data.table_strip import TableStrip
from gui.pages.data.table_view import DataTable
from gui.remembered import ColumnLayout
from gui.widgets.note import EmptyState

if TYPE_CHECKING:
    from gui.notices import Notices
    from gui.session import Session


class TableTab(QWidget):
    """Shows the rows of `session.view`; what a person does goes to the session."""

    problemsAsked = Signal()  # noqa: N815 - Qt's naming
    filterAsked = Signal(str)  # noqa: N815
    """A column to make a filter for."""

    def __init__(self, session: Session, notices: Notices) -> None:
        super().__init__()
        self._session = session
        self._notices = notices
        self._row_wanted: tuple[int, str | None] | None = None
        self._sorts: tuple[Sort, ...] = ()
        self._corrected_cells = Last(CorrectedCells)
        self.model = TableModel(self)
        self.view = DataTable(self.model, self)
        self.strip = TableStrip()
        self.empty = EmptyState(
            tr("No row passes the filters"),
            tr("Change one of them, or take them away."),
            tr("Clear filters"),
            "filter",
        )
        self.empty.acted.connect(session.view.clear)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.view)
        self._stack.addWidget(self.empty)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.strip)
        layout.addWidget(self._stack, 1)
        self._find = TableFind(self)
        self._columns = ColumnList(self.view.hide_columns, self)
        self._columns.resetAsked.connect(self._reset_columns)
        self._copying = TableCopy(session, self.view, notices)
        self._go_to = GoToRow(self)
        self._go_to.asked.connect(lambda row: self.show_row(row, None))
        self._menus = TableMenus(
            session,
            self.view,
            edit_filter=self.filterAsked.emit,
            copy=self._copying.copy,
            choose_columns=self.choose_columns,
            go_to_row=self.ask_row,
        )
        self._connect()
        self._on_table()

    def _connect(self) -> None:
        session, view = self._session, self.view
        self.strip.problemsAsked.connect(self.problemsAsked)
        self.strip.columnsAsked.connect(self.choose_columns)
        self.strip.heightChosen.connect(view.set_row_height)
        self.strip.coloursChosen.connect(self._colour_by)
        view.columnPicked.connect(self._pick)
        view.visibleRowsChanged.connect(lambda *_: self._say_rows())
        view.copyAsked.connect(lambda: self._copying.copy(False))
        view.menuAsked.connect(self._show_menu)
        view.layoutEdited.connect(self._remember_layout)
        view.header.sortAsked.connect(self._sort)
        view.header.barClicked.connect(self._filter_bar)
        view.header.missingClicked.connect(self._filter_missing)
        view.header.barHint.connect(self._hint_bar)
        self._find.found.connect(self._on_found)
        self._find.failed.connect(session.failed)
        session.tableChanged.connect(self._on_table)
        session.recipeChanged.connect(self._on_facts)
        session.columnChanged.connect(self._on_column)
        session.view.profileChanged.connect(self._on_facts)
        session.view.changed.connect(self._on_rows)
        session.view.asked.connect(self._show_sorts)
        for keys, act in (
            ("F3", self.find_again),
            ("Shift+F3", lambda: self.find_again(backwards=True)),
            ("Ctrl+G", self.ask_row),
        ):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.activated.connect(act)

    # Showing ------------------------------------------------------------------------------------

    def show_row(self, row: int, column: str | None) -> None:
        """Bring a row of the file (from 0) into sight, at a column if one is given."""
        shown, table = self._session.view.shown, self._session.table
        if shown is None or table is None or not 0 <= row < table.rows:
            return
        place = shown.place(row)
        if place is None:
            self._row_wanted = (row, column)
            self._notices.show(
                tr("Row {row} is hidden by the filters", row=row + 1),
                tr("It is shown again without them."),
                "info",
                (tr("Clear filters"), self._session.view.clear),
            )
            return
        names = self.model.names
        at = names.index(column) if column in names else max(self._column_at(), 0)
        if self.view.isColumnHidden(at):
            self.view.hide_columns([at], hidden=False)
        self.view.show_cell(place, at)
        self.view.setFocus()

    def ask_row(self) -> None:
        """Ask for the number of a row to go to."""
        if self._session.table is not None:
            self._go_to.begin(self._session.table.rows)
            self._go_to.open_under(self.strip.rows)

    def choose_columns(self) -> None:
        """Show the list in which columns are shown and hidden."""
        hidden = {at for at in range(len(self.model.names)) if self.view.isColumnHidden(at)}
        self._columns.begin(self.model.names, self.view.all_columns(), hidden)
        self._columns.open_under(self.strip.columns)

    def layout_state(self) -> ColumnLayout:
        """How the columns are arranged, as plain values."""
        names, view = self.model.names, self.view
        order = view.all_columns() if view.is_rearranged else ()
        return ColumnLayout(
            order=tuple(names[at] for at in order),
            hidden=tuple(n for at, n in enumerate(names) if view.isColumnHidden(at)),
            frozen=tuple(names[at] for at in view.frozen_columns()),
            widths={names[at]: width for at, width in view.widths_by_hand.items()},
        )

    def restore(self, layout: ColumnLayout) -> None:
        """Arrange the columns; names that the table does not have are left aside."""
        at = {name: position for position, name in enumerate(self.model.names)}
        frozen = [at[name] for name in layout.frozen if name in at]
        rest = [at[name] for name in layout.order if name in at]
        order = [*frozen, *(column for column in rest if column not in frozen)]
        if not rest and frozen:
            order += [column for column in at.values() if column not in frozen]
        hidden = [at[name] for name in layout.hidden if name in at]
        if len(hidden) == len(at):
            hidden = []
        widths = {at[name]: width for name, width in layout.widths.items() if name in at}
        self.view.arrange(order, hidden, len(frozen), widths)
        self.strip.say_hidden(len(hidden))

    # The session's side -------------------------------------------------------------------------

    def _on_table(self) -> None:
        self._copying.stop()
        self._find.forget()
        self._row_wanted = None
        self.strip.say_found("")
        session = self._session
        self._sorts = session.view.sorts
        self.model.set_table(session.view.shown)
        table = session.table
        self.view.set_largest_row(table.rows if table is not None else 0)
        self._on_facts()
        if table is not None:
            self.restore(session.memory.layout)
        self._show_sorts()
        self._on_column()
        self._show_rows_or_none()
        self.strip.say_kept_out(len(table.rejects) if table is not None else 0)

    def _on_rows(self) -> None:
        shown = self._session.view.shown
        if shown is None or shown.names != self.model.names:
            return  # another table: `_on_table` follows
        self._find.forget()
        current = self.view.currentIndex()
        row = self.model.row_of(current.row()) if current.isValid() else None
        self.view.show_rows_from(shown, current_row=shown.place(row) if row is not None else None)
        sorts, self._sorts = self._sorts, self._session.view.sorts
        if sorts != self._sorts:
            self.view.scrollToTop()  # who sorts wants to see what comes first
        self._show_rows_or_none()
        wanted, self._row_wanted = self._row_wanted, None
        if wanted is not None and shown.place(wanted[0]) is not None:
            self.show_row(*wanted)

    def _show_rows_or_none(self) -> None:
        view = self._session.view
        is_empty = view.is_narrowed and view.count == 0
        self._stack.setCurrentWidget(self.empty if is_empty else self.view)
        self._say_rows()

    def _on_facts(self) -> None:
        session = self._session
        self.model.set_corrected(
            self._corrected_cells(session.recipe.rows.corrections, session.table)
        )
        schema = session.schema
        if schema is None or schema.names != self.model.names:
            self.strip.say_uses(())
            return
        facts = facts_of_columns(schema, session.recipe, session.view.profile)
        self.model.set_right_aligned(
            frozenset(
                f.position
                for f, column in zip(facts, schema.columns, strict=True)
                if f.kind is Kind.NUMBER or (f.kind is Kind.CATEGORY and column.integer)
            )
        )
        self.model.set_descriptions(facts)
        self.view.set_facts(facts)
        self.view.make_room_for_corrections()
        self.view.tints.set_figures(session.profile, session.target)
        self.view.redraw()
        self.strip.say_uses([f.role for f in facts])

    def _on_column(self) -> None:
        self.view.choose_column(self._column_at())

    def _column_at(self) -> int:
        names, chosen = self.model.names, self._session.column
        return names.index(chosen) if chosen in names else -1

    def _show_sorts(self) -> None:
        sorts, names = self._session.view.sorts, self.model.names
        several = len(sorts) > 1
        said = {False: tr("sorted ascending"), True: tr("sorted descending")}
        self.model.set_sort_words({s.column: said[s.descending] for s in sorts})
        self.view.set_sorts(
            {
                names.index(s.column): (s.descending, place if several else 0)
                for place, s in enumerate(sorts, 1)
                if s.column in names
            }
        )

    def _say_rows(self) -> None:
        table = self._session.table
        first, last = self.view.visible_rows()
        self.strip.say_rows(
            first,
            last,
            self._session.view.count,
            table.rows if table is not None else 0,
            is_narrowed=self._session.view.is_narrowed,
        )

    # The person's side --------------------------------------------------------------------------

    def _pick(self, column: int) -> None:
        self._session.select_column(self.model.names[column])

    def _sort(self, column: int, more: bool) -> None:
        """Ascending, descending, as in the file."""
        name, view = self.model.names[column], self._session.view
        current = next((s for s in view.sorts if s.column == name), None)
        descending = False if current is None else None if current.descending else True
        view.sort_by(name, descending=descending, more=more)

    def _filter_bar(self, column: int, bar: int) -> None:
        filter_ = self._bar_filter(column, bar)
        if filter_ is not None:
            self._session.view.toggle(filter_)

    def _filter_missing(self, column: int) -> None:
        self._session.view.toggle(MissingFilter(column=self.model.names[column]))

    def _hint_bar(self, column: int, bar: int) -> None:
        filter_ = self._bar_filter(column, bar)
        schema = self._session.used_schema
        if filter_ is None or schema is None:
            return
        what = sentence(filter_, schema.columns[column].kind)
        count = self.view.header.count_of(column, bar)
        text = tr("{what}: {count}. Click to show only these rows.", what=what, count=count)
        QToolTip.showText(QCursor.pos(), text, self.view.header)

    def _bar_filter(self, column: int, bar: int) -> Filter | None:
        profile, schema = self._session.view.profile, self._session.used_schema
        name = self.model.names[column]
        figures = profile.columns.get(name) if profile is not None else None
        if figures is None or schema is None:
            return None
        return bar_filter(schema[name], figures.kind, figures, bar)

    def _show_menu(self, place: QPoint, row: int, column: int) -> None:
        self._pick(column)
        menus = self._menus
        menu = menus.of_header(column, self) if row < 0 else menus.of_cell(row, column, self)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(place)

    def _reset_columns(self) -> None:
        self.restore(ColumnLayout())
        self._columns.close()
        self._remember_layout()

    def _remember_layout(self) -> None:
        self._session.remember(layout=self.layout_state())
        hidden = sum(self.view.isColumnHidden(at) for at in range(len(self.model.names)))
        self.strip.say_hidden(hidden)

    def _colour_by(self, by: ColourBy) -> None:
        self.view.tints.colour_by(by)
        self.view.redraw()

    # Find ---------------------------------------------------------------------------------------

    def find_next(self, text: str, *, backwards: bool = False) -> None:
        """Go to the next column or cell with this text; the rows are searched beside the window."""
        shown = self._session.view.shown
        text = text.strip()
        if shown is None or not text:
            self.strip.say_found("")
            return
        self.strip.say_found(tr("Looking for “{sought}”", sought=text))
        self._find.go(shown, text, self.view.shown_columns(), backwards=backwards)

    def find_again(self, *, backwards: bool = False) -> None:
        """The next match of what was looked for last."""
        self.find_next(self._find.sought, backwards=backwards)

    def forget_match(self) -> None:
        """The text to find was changed."""
        self.strip.say_found("")
        self._find.forget()

    def _on_found(self, match: Match | None) -> None:
        if match is None:
            self.strip.say_found(tr("“{sought}” was not found", sought=self._find.sought))
            return
        name = self.model.names[match.column]
        if match.row is None:
            self._session.select_column(name)
            self.strip.say_found(tr("Column {name}", name=name))
        else:
            self.view.show_cell(match.row, match.column)
            row = self.model.row_of(match.row) + 1
            self.strip.say_found(tr("Row {row}, {name}", row=row, name=name))
