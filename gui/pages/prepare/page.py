"""The Prepare page: the split above, the columns below, one column at the right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QFrame,
    QScrollArea,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from engine.data.preparing.plan import part_sizes, rows_to_split
from engine.recipe.recipe import Recipe
from engine.schema import Kind, Role
from gui.forms.json_view import JsonView
from gui.i18n import render, tr
from gui.pages.page import Page, RefreshWhenShown
from gui.pages.prepare.beside import Beside
from gui.pages.prepare.column_grid import ColumnGrid
from gui.pages.prepare.column_model import ColumnModel
from gui.pages.prepare.deidentify_card import DeidentifyCard
from gui.pages.prepare.deidentify_desk import DeidentifyDesk
from gui.pages.prepare.duplicates_card import DuplicatesCard
from gui.pages.prepare.edits import RecipeEdits
from gui.pages.prepare.finder import ColumnFinder
from gui.pages.prepare.header import COLUMNS, JSON, NEXT_KEY, STEPS, PrepareHeader
from gui.pages.prepare.inspector import PrepareInspector
from gui.pages.prepare.match_view import MatchView
from gui.pages.prepare.prepared_files import PreparedFiles
from gui.pages.prepare.previews import Previews
from gui.pages.prepare.recipe_files import RecipeFiles
from gui.pages.prepare.rows_card import RowsCard
from gui.pages.prepare.split_card import SplitCard, SplitState
from gui.pages.prepare.split_look import SplitLook
from gui.pages.prepare.steps_view import StepsView
from gui.pages.prepare.suggestion import suggested
from gui.pages.prepare.target_section import counts_of_target
from gui.widgets import Card, EmptyState

if TYPE_CHECKING:
    from engine.data.preparing.match_report import FileMatch
    from engine.data.preparing.split_report.finding import SplitReport
    from gui.notices import Notices
    from gui.session import Session


_OF_ROWS = (("split",), ("columns",), ("rows",), ("derived",))
"""Where findings are that are shown beside the split."""
_LEAST_GRID = 520
"""Px of the grid of columns below which the page scrolls."""


class PreparePage(Page):
    """Which rows train, what each column is used for, what is done to its values."""

    name = "prepare"

    def __init__(self, session: Session, notices: Notices) -> None:
        super().__init__(session, notices)
        self.previews = Previews(session, self)
        self.edits = RecipeEdits(session, self)
        self.destroyed.connect(self.previews.close)
        self.columns = ColumnModel()
        self.grid = ColumnGrid(self.columns, self.previews)
        self.finder = ColumnFinder()
        self.search, self.shown = self.finder.search, self.finder.shown
        self.split = SplitCard()
        self.rows = RowsCard(self.edits.wrong_with)
        self.duplicates = DuplicatesCard()
        self.people = DeidentifyCard()
        self.look = SplitLook(session, self)
        self.destroyed.connect(self.look.close)
        self._people = DeidentifyDesk(session, self.people)
        self.destroyed.connect(self._people.close)
        self.steps = StepsView()
        self.json = JsonView(Recipe(), tr("Recipe as JSON"), judge=self.edits.judge)
        self.recipes = RecipeFiles(session, notices, self)
        self.match = MatchView()
        self.files = PreparedFiles(session, notices, self)
        self._inspector = PrepareInspector()
        self._make_header()
        self._lay_out()
        self._connect()
        self._on_page()

    def inspector(self) -> QWidget:
        return self._inspector

    def _make_header(self) -> None:
        self.header = PrepareHeader()
        self.view, self.undo, self.reset = self.header.view, self.header.undo, self.header.reset
        self.busy, self.export = self.header.busy, self.header.export
        self.header.menu.addAction(tr("Export prepared data…"), self._export)
        self.header.menu.addAction(tr("Apply to another file…"), self.files.compare)
        self.header.attention.clicked.connect(self.go_to_next_choice)
        QShortcut(QKeySequence(NEXT_KEY), self).activated.connect(self.go_to_next_choice)

    def _lay_out(self) -> None:
        self._card = Card(padding=0)
        self._card.setAccessibleName(tr("Columns"))
        self._card.body.addWidget(self.finder)
        self._card.body.addWidget(self.grid)
        self._card.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        cards = Beside(self.duplicates, self.people)
        for part in (self.split, self.rows, cards):
            part.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        inside = QWidget()
        content = QVBoxLayout(inside)
        content.setContentsMargins(16, 12, 16, 12)
        content.setSpacing(12)
        content.addWidget(self.split)
        content.addWidget(self._card, 1)
        content.addWidget(self.rows)
        content.addWidget(cards)
        content.addStretch(0)
        self._content = QScrollArea()
        self._content.setWidgetResizable(True)
        self._content.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._content.setAccessibleName(tr("Prepare"))
        self._content.setFrameShape(QFrame.Shape.NoFrame)
        self._content.setWidget(inside)
        self._empty = EmptyState(
            tr("Nothing to prepare yet"), tr("Open a table on the Data page first."), icon="prepare"
        )
        self._views = QStackedWidget()
        for view in (self._content, self.steps, self.json, self.match, self._empty):
            self._views.addWidget(view)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(self.header)
        outer.addWidget(self._views, 1)

    def _narrow(self) -> None:
        self.columns.narrow(self.finder.text, self.finder.wants)
        self._fit_grid()
        self._show_column()

    def _fit_grid(self) -> None:
        around = self._card.sizeHint().height() - self.grid.sizeHint().height()
        height = self.grid.height_of_all() + around
        self._card.setMaximumHeight(height)
        self._card.setMinimumHeight(min(height, _LEAST_GRID))
        self.finder.tell(len(self.columns.lines), len(self.columns.all_lines))

    def _connect(self) -> None:
        session = self.session
        self.finder.changed.connect(self._narrow)
        self.grid.horizontalScrollBar().rangeChanged.connect(lambda *_ends: self._fit_grid())
        self.view.changed.connect(lambda _view: self._close_match())
        self.match.closed.connect(self._close_match)
        self.match.writeWanted.connect(self.files.export)
        self.files.matched.connect(self._show_match)
        self.files.busyChanged.connect(self._show_busy)
        self.json.edited.connect(self.edits.edit_as_json)
        self.steps.edited.connect(session.edit)
        self.steps.columnWanted.connect(session.select_column)
        self.steps.openWanted.connect(self.recipes.open)
        self.steps.saveWanted.connect(self.recipes.save)
        self.steps.fileWanted.connect(self.recipes.compare_with_file)
        self.steps.runWanted.connect(self.recipes.compare_with_run)
        self.recipes.compared.connect(self.steps.compare_with)
        self.undo.clicked.connect(session.undo)
        self.reset.clicked.connect(self.edits.reset)
        self.split.edited.connect(self.edits.edit_split)
        self.split.fixed.connect(lambda recipe: session.edit(recipe, tr("fix")))
        self.split.mended.connect(session.use_recipe)
        self.split.fileWanted.connect(self.edits.choose_test_file)
        self.rows.wanted.connect(session.use_recipe)
        self.duplicates.edited.connect(self.edits.edit_duplicates)
        self.duplicates.fixed.connect(session.use_recipe)
        self.look.changed.connect(self._show_rows)
        RefreshWhenShown(self.duplicates, self._show_rows, session.problemsChanged)
        for source in (self.columns, self._inspector):
            source.roleWanted.connect(self.edits.set_role)
            source.specWanted.connect(self.edits.set_spec)
        self.columns.specsWanted.connect(self.edits.set_specs)
        self.columns.targetsWanted.connect(self.edits.set_targets)
        self._inspector.kindWanted.connect(self.edits.set_kind)
        self._inspector.suggestion.wanted.connect(self.edits.mend)
        self._inspector.target.wanted.connect(session.edit)
        self.grid.columnSelected.connect(session.select_column)
        self.previews.changed.connect(self._show_column)
        RefreshWhenShown(
            self,
            self._refresh,
            session.tableChanged,
            session.recipeChanged,
            session.profileChanged,
            session.problemsChanged,
        )
        RefreshWhenShown(self, self._show_column, session.columnChanged)
        RefreshWhenShown(self.steps, self._show_steps, session.recipeChanged, session.runsChanged)
        RefreshWhenShown(self.json, self._show_json, session.recipeChanged)
        session.pageChanged.connect(self._on_page)

    # What is shown --------------------------------------------------------------------------------

    def _refresh(self) -> None:
        session = self.session
        schema, recipe = session.whole_schema, session.recipe
        self.columns.show_columns(schema, recipe, session.profile, self._people.undecided())
        self._fit_grid()
        self.undo.setEnabled(session.can_undo)
        label = session.undo_label
        self.undo.setToolTip(tr("Undo {step}", step=label) if label else tr("Nothing to undo"))
        if not self.busy.text():
            self._show_busy("")
        self.reset.setEnabled(schema is not None and recipe != self.edits.automatic())
        if schema is not None:
            lines = self.columns.all_lines
            caption = tr(
                "{used} of {all} columns used",
                used=sum(line.used for line in lines),
                all=sum(line.role is not Role.TARGET for line in lines),
            )
            self.header.say(caption, sum(line.needs_choice for line in lines))
            self._show_rows()
        else:
            self.header.say("", 0)
        self._show_column()
        self._show_view()

    def _show_rows(self) -> None:
        """How rows are dealt, and which of them are alike."""
        session, schema, recipe = self.session, self.session.whole_schema, self.session.recipe
        if schema is None or session.schema is None:
            return
        findings = [f for f in session.findings if f.path[:1] in _OF_ROWS]
        report = self.look.report if self.look.is_current else None
        error = self.look.error if self.look.is_current else None
        rows = rows_to_split(recipe, schema)
        problem = render(error) if error is not None else ""
        state = SplitState(recipe, schema, rows, session.task, findings, report, problem)
        self.split.show_state(state)
        exact = next((p.count for p in session.problems if p.code == "duplicates"), 0)
        self.duplicates.show_duplicates(
            recipe.rows.duplicates,
            session.schema.names,
            None if session.is_searching and not exact else exact,
            report.warnings if report is not None else (),
        )
        self._show_target(report)
        self.rows.show_recipe(recipe)

    def _show_target(self, report: SplitReport | None) -> None:
        session = self.session
        recipe = session.recipe
        name = session.column if session.column in recipe.targets else recipe.target
        counts = {} if name is None else counts_of_target(name, recipe, session.profile, report)
        self._inspector.target.show_target(
            recipe,
            name,
            classified=name is not None and recipe.column(name).kind is Kind.CATEGORY,
            counts=counts,
            findings=session.findings,
        )

    def _show_steps(self) -> None:
        session = self.session
        self.steps.show_recipe(session.recipe, session.whole_schema)
        self.steps.set_runs([(run.id, run.name) for run in session.runs])

    def _show_json(self) -> None:
        self.json.set_model(self.session.recipe)

    def _show_view(self) -> None:
        self.view.setVisible(self.session.schema is not None)
        if self.session.schema is None:
            self._views.setCurrentWidget(self._empty)
        else:
            if self.match.found is not None:
                self._views.setCurrentWidget(self.match)
                return
            views = {COLUMNS: self._content, STEPS: self.steps, JSON: self.json}
            self._views.setCurrentWidget(views[self.view.value()])

    def _show_column(self) -> None:
        session = self.session
        row = self.columns.row_of(session.column)
        self.grid.select_column(session.column)
        if row is None or session.schema is None:
            self._inspector.show_line(None, None, 0)
            return
        line = self.columns.lines[row]
        self._inspector.show_suggestion(
            suggested(line.column.name, session.problems, session.memory.dismissed)
        )
        rows = rows_to_split(session.recipe, session.schema)
        train_rows, _, _ = part_sizes(session.recipe.split, rows)
        self._inspector.show_line(line, self.previews.of(line.column.name), train_rows)
        if line.role is Role.TARGET:
            self._show_target(self.look.report if self.look.is_current else None)

    def _export(self) -> None:
        self.files.export()

    def _show_match(self, found: FileMatch) -> None:
        self.match.show_match(found)
        self._show_view()

    def _close_match(self) -> None:
        self.match.show_match(None)
        self._show_view()

    def _show_busy(self, words: str) -> None:
        self.export.setEnabled(not words and self._can_prepare())
        self.busy.setText(words)
        self.header.fit()

    def _can_prepare(self) -> bool:
        session = self.session
        return session.schema is not None and session.target is not None and not session.findings

    def _on_page(self) -> None:
        is_shown = self.session.page == self.name
        self.previews.set_active(is_shown)
        self.look.set_active(is_shown)

    def go_to_next_choice(self) -> None:
        """Go to the next column about which nobody has decided."""
        lines = self.columns.all_lines
        names = [line.column.name for line in lines]
        here = names.index(self.session.column) if self.session.column in names else -1
        following = [*lines[here + 1 :], *lines[: here + 1]]
        found = next((line for line in following if line.needs_choice), None)
        if found is None:
            return
        self.match.show_match(None)
        self.view.set_value(COLUMNS)
        self._show_view()
        if self.columns.row_of(found.column.name) is None:
            self.finder.show_all()
        self.session.select_column(found.column.name)
        self.grid.stand_on(found.column.name, found.undecided_part)
        self._content.ensureWidgetVisible(self.finder)
