"""The Compare page: the runs that are ticked in the Runs drawer, side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QSplitter, QStackedWidget, QVBoxLayout, QWidget

from engine.errors import TrainyardError
from gui.i18n import tr, trn
from gui.pages.compare.side_by_side import Compared, coordinates, recipe_rows, score_rows
from gui.pages.page import Page, PageHeader, RefreshWhenShown
from gui.widgets import Card, EmptyState, button, column, link_button
from gui.widgets.parallel_coordinates import ParallelCoordinates
from gui.widgets.results_table import ResultTable

if TYPE_CHECKING:
    from engine.recipe.recipe import Recipe
    from gui.notices import Notices
    from gui.session import Session

REDRAW_MS = 400


class ComparePage(Page):
    """Scores, what is set differently, and parallel coordinates."""

    name: ClassVar[str] = "compare"

    def __init__(self, session: Session, notices: Notices) -> None:
        super().__init__(session, notices)
        self._recipes: dict[tuple[str, str], Recipe] = {}
        self._compared: tuple[Compared, ...] = ()
        self._chosen: frozenset[str] | None = None
        self.header = PageHeader(tr("Compare"))
        self.curves = button(tr("Show the curves"), "train", small=True)
        self.curves.clicked.connect(lambda: session.show_page("train"))
        self.all = button(tr("Choose all of this table"), small=True)
        self.all.clicked.connect(self._on_all)
        self.header.right.addWidget(self.all)
        self.header.right.addWidget(self.curves)
        self.scores = ResultTable(tr("Scores"))
        self.scores.doubleClicked.connect(self._on_open)
        self.recipes = ResultTable(tr("Differences between the recipes"))
        self.lines = ParallelCoordinates(tr("Parallel coordinates of the runs"))
        self.lines.brushed.connect(self._on_brushed)
        self.clear = link_button(tr("Show all"))
        self.clear.clicked.connect(self.lines.clear_intervals)
        self.clear.hide()
        self._nothing = EmptyState(
            tr("Tick at least two runs in the Runs drawer."),
            tr("Their scores and recipes stand here side by side."),
            icon="evaluate",
        )
        self._body = QStackedWidget()
        self._body.addWidget(self._nothing)
        self._body.addWidget(self._make_body())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.header)
        layout.addWidget(self._body, 1)
        self._pace = QTimer(self, singleShot=True, interval=REDRAW_MS)
        self._pace.timeout.connect(self._on_pace)
        RefreshWhenShown(self, self.refresh, session.overlayChanged, session.runsChanged)
        session.runUpdated.connect(self._on_updated)

    def _make_body(self) -> QWidget:
        scores = Card(tr("Scores"), tr("validation in the best epoch; test at the end"))
        scores.body.addWidget(self.scores, 1)
        self._recipe_card = Card(tr("Settings that differ"))
        self._recipe_card.body.addWidget(self.recipes, 1)
        lines = Card(tr("Parallel coordinates"), tr("drag along an axis to choose runs"))
        lines.header.addWidget(self.clear)
        lines.body.addWidget(self.lines, 1)
        parts = QSplitter(Qt.Orientation.Vertical)
        parts.setHandleWidth(12)
        parts.setStyleSheet("QSplitter::handle { background: transparent }")
        parts.setChildrenCollapsible(False)
        for card in (scores, lines, self._recipe_card):
            parts.addWidget(card)
        parts.setSizes([200, 260, 200])
        body = QWidget()
        body.setLayout(column(parts, margins=(16, 12, 16, 12)))
        return body

    # What is shown --------------------------------------------------------------------------------

    @property
    def compared(self) -> tuple[Compared, ...]:
        """The runs side by side, the one in focus first."""
        return self._compared

    def refresh(self) -> None:
        """Show the runs that are ticked now."""
        session = self.session
        keys = sorted(session.overlay, key=lambda run: (run != session.focus, session.overlay[run]))
        found = []
        for key in keys:
            run = session.run(key)
            recipe = None if run is None else self._recipe_of(key, run.status.value)
            if run is not None and recipe is not None:
                found.append(Compared(run, recipe, session.history(key)))
        self._compared = tuple(found)
        self.header.set_caption(trn("{count} run", "{count} runs", len(found)))
        self._body.setCurrentIndex(1 if len(found) > 1 else 0)
        if len(found) < 2:
            return
        marked = found[0].run.id if session.focus == found[0].run.id else None
        self.lines.show_lines(*coordinates(found), marked)
        columns, rows = recipe_rows(found)
        self.recipes.set_rows(columns, rows)
        self._recipe_card.set_caption(
            trn("{count} setting", "{count} settings", len(rows))
            if rows
            else tr("the recipes are the same")
        )
        self._show_scores()

    def _show_scores(self) -> None:
        chosen = self._chosen
        shown = [each for each in self._compared if chosen is None or each.run.id in chosen]
        columns, rows = score_rows(shown)
        if rows != list(self.scores.rows()) or columns != self.scores.columns():
            self.scores.set_rows(columns, rows)

    def _recipe_of(self, run: str, status: str) -> Recipe | None:
        key = (run, status)
        if key not in self._recipes:
            try:
                self._recipes[key] = self.session.workspace.run(run).resolved()
            except TrainyardError:
                return None  # the drawer says that it is damaged
        return self._recipes[key]

    def _on_updated(self, run: str) -> None:
        if run in self.session.overlay and self.isVisible() and not self._pace.isActive():
            self._pace.start()

    def _on_pace(self) -> None:
        if self.isVisible():
            self._show_scores()

    # What a person does ---------------------------------------------------------------------------

    def _on_brushed(self, keys: frozenset[str]) -> None:
        self._chosen = keys if self.lines.intervals else None
        self.clear.setVisible(self._chosen is not None)
        self._show_scores()

    def _on_open(self) -> None:
        at = self.scores.currentIndex().row()
        chosen = self._chosen
        shown = [each for each in self._compared if chosen is None or each.run.id in chosen]
        if 0 <= at < len(shown):
            self.session.set_focus(shown[at].run.id)
            self.session.show_page("train")

    def _on_all(self) -> None:
        """Tick the runs of the same table and target as the one in focus, at most thirty of them."""
        focus = self.session.run(self.session.focus or "")
        if focus is None:
            return
        alike = [
            run
            for run in self.session.runs
            if (run.dataset, run.target) == (focus.dataset, focus.target)
            and run.best is not None
            and run.group is None
        ]
        for run in alike[:30]:
            self.session.set_overlay(run.id, True)
