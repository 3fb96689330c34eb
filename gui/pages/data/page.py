"""The Data page: header with tabs, the tabs, and the inspector of the chosen column."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFileDialog, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from gui.i18n import tr
from gui.models.figures import count_text
from gui.pages.data.filter_bar import FilterBar
from gui.pages.data.filter_popover import FilterPopover
from gui.pages.data.inspector import ColumnInspector
from gui.pages.data.problems_tab import ProblemsTab
from gui.pages.data.profile_tab import ProfileTab
from gui.pages.data.relations_source import RelationsSource
from gui.pages.data.relations_tab import RelationsTab
from gui.pages.data.table_tab import TableTab
from gui.pages.page import Page, PageHeader
from gui.widgets.badge import Badge
from gui.widgets.buttons import button
from gui.widgets.fields import SearchField

if TYPE_CHECKING:
    from engine.data.rows.filters import Filter
    from gui.notices import Notices
    from gui.session import Session

TABLE, PROFILE, RELATIONS, PROBLEMS = range(4)
_TAB_NAMES = ("table", "profile", "relations", "problems")
"""As they are remembered for each file."""


class DataPage(Page):
    """What is in the table, and what is wrong with it."""

    name = "data"

    def __init__(self, session: Session, notices: Notices) -> None:
        super().__init__(session, notices)
        self._path: Path | None = None
        self.table = TableTab(session, notices)
        self.profile = ProfileTab(session)
        self.problems = ProblemsTab(session, notices)
        relations = RelationsSource(session, self)
        self.relations = RelationsTab(session, relations)
        self._inspector = ColumnInspector(session, relations)
        self._stack = QStackedWidget()
        for tab in (self.table, self.profile, self.relations, self.problems):
            self._stack.addWidget(tab)
        self._make_header()
        self.filters = FilterBar(session)
        self.filter_popover = FilterPopover(session, self)
        self.filters.editAsked.connect(self._edit_filter)
        self.table.filterAsked.connect(self.ask_filter)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._header)
        layout.addWidget(self.filters)
        layout.addWidget(self._stack, 1)
        self._inspector.problemsAsked.connect(lambda _: self.show_tab(PROBLEMS))
        self.table.problemsAsked.connect(lambda: self.show_tab(PROBLEMS))
        self.problems.rowAsked.connect(self._show_row)
        self.problems.tableAsked.connect(lambda: self.show_tab(TABLE))
        session.tableChanged.connect(self._on_problems)
        session.profileChanged.connect(self._on_problems)
        session.problemsChanged.connect(self._on_problems)
        find = QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self)
        find.activated.connect(self._focus_search)
        session.tableChanged.connect(self._restore_tab)
        self._restore_tab()
        self._on_problems()

    def inspector(self) -> QWidget:
        return self._inspector

    def show_problems(self) -> None:
        """Bring the Problems tab to the front."""
        self.show_tab(PROBLEMS)

    def show_tab(self, tab: int) -> None:
        """Bring a tab to the front: `TABLE`, `PROFILE`, `RELATIONS` or `PROBLEMS`."""
        self.tabs.setCurrentIndex(tab)
        self._stack.setCurrentIndex(tab)
        self.search.setVisible(tab == TABLE)
        self.filter.setVisible(tab != PROBLEMS)
        self.add_rows.setVisible(tab == TABLE)
        self.save_bad_rows.setVisible(tab == PROBLEMS)
        self.read_again.setVisible(tab == PROBLEMS)
        self.session.remember(tab=_TAB_NAMES[tab])

    def _restore_tab(self) -> None:
        """The tab at which this file was left; what was looked for in another one is forgotten."""
        path = self.session.table.path if self.session.table is not None else None
        if path != self._path:
            self._path = path
            self.search.clear()
        name = self.session.memory.tab
        self.show_tab(_TAB_NAMES.index(name) if name in _TAB_NAMES else TABLE)

    # Header -------------------------------------------------------------------------------------

    def _make_header(self) -> None:
        self._header = PageHeader(tr("Data"))
        self.tabs = QTabBar()
        self.tabs.setDocumentMode(True)
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.tabs.setUsesScrollButtons(False)
        self.tabs.setAccessibleName(tr("Views of the data"))
        for title in (tr("Table"), tr("Profile"), tr("Relations"), tr("Problems")):
            self.tabs.addTab(title)
        self._badge = Badge("", "warn")
        self.tabs.setTabButton(PROBLEMS, QTabBar.ButtonPosition.RightSide, self._badge)
        self.tabs.currentChanged.connect(self.show_tab)
        self._header.left.addWidget(self.tabs)
        self.search = SearchField(tr("Find a column or value"), width=196)
        self.search.returnPressed.connect(lambda: self.table.find_next(self.search.text()))
        self.search.textChanged.connect(self.table.forget_match)
        self.search.previousAsked.connect(
            lambda: self.table.find_next(self.search.text(), backwards=True)
        )
        self.filter = button(tr("Filter"), icon="filter")
        self.filter.setToolTip(tr("Show only rows that pass a condition (Ctrl+Shift+F)"))
        self.filter.setShortcut(QKeySequence("Ctrl+Shift+F"))
        self.filter.clicked.connect(lambda: self.ask_filter(self.session.column))
        self.add_rows = button(tr("Add rows"), icon="import")
        self.add_rows.setToolTip(tr("Append files with the same columns"))
        self.add_rows.clicked.connect(self._choose_rows_to_add)
        self.save_bad_rows = button(tr("Save bad rows"), icon="export")
        self.save_bad_rows.clicked.connect(self.problems.save_bad_rows)
        self.read_again = button(tr("Read the file again"), icon="undo")
        self.read_again.clicked.connect(self.session.ask_reading)
        for widget in (
            self.search,
            self.filter,
            self.add_rows,
            self.save_bad_rows,
            self.read_again,
        ):
            self._header.right.addWidget(widget)

    def _on_problems(self) -> None:
        counted = self.session.open_problems
        has_errors = any(p.severity == "error" for p in counted)
        self._badge.set(count_text(len(counted)), "err" if has_errors else "warn")
        self._badge.setVisible(bool(counted))
        self.tabs.setTabText(PROBLEMS, tr("Problems"))
        self.save_bad_rows.setEnabled(self.problems.has_bad_rows)
        self.save_bad_rows.setToolTip(
            "" if self.problems.has_bad_rows else tr("No rows were kept out.")
        )

    # Filters and rows ---------------------------------------------------------------------------

    def ask_filter(self, column: str | None) -> None:
        """Let a person make a filter, for that column to begin with."""
        self.filter_popover.begin(column)
        self.filter_popover.open_under(self.filter)

    def _edit_filter(self, filter_: Filter, chip: QWidget) -> None:
        self.filter_popover.begin(None, filter_)
        self.filter_popover.open_under(chip)

    def _choose_rows_to_add(self) -> None:
        table = self.session.table
        if table is None:
            return
        chosen, _ = QFileDialog.getOpenFileNames(
            self, tr("Add rows from files"), str(table.path.parent)
        )
        if chosen:
            self.session.add_files([Path(each) for each in chosen])

    def _focus_search(self) -> None:
        self.show_tab(TABLE)
        self.search.setFocus()
        self.search.selectAll()

    def _show_row(self, row: int, column: str) -> None:
        if column:
            self.session.select_column(column)
        self.show_tab(TABLE)
        if row >= 0:
            self.table.show_row(row, column or None)
        else:
            self.table.view.setFocus()
