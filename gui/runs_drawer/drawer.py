"""The Runs drawer: every run of the workspace, live, at the foot of the window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtWidgets import QMenu, QStackedWidget, QVBoxLayout, QWidget

from engine.errors import TrainyardError
from gui.i18n import tr
from gui.models.run_words import run_title
from gui.runs_drawer.model import RunsModel
from gui.runs_drawer.run_menu import add_shelf_actions, run_menu, shelf_menu
from gui.runs_drawer.table import HEADER_HEIGHT, ROW_HEIGHT, RunsTable
from gui.runs_drawer.title_line import HEIGHT as TITLE_HEIGHT
from gui.runs_drawer.title_line import TitleLine
from gui.widgets.text import label

if TYPE_CHECKING:
    from gui.notices import Notices
    from gui.session import Session

ROWS_SHOWN = 6
ANY_HEIGHT = 16_777_215


class RunsDrawer(QWidget):
    """Title line and table; collapsed, the title line alone."""

    collapsedChanged = Signal(bool)  # noqa: N815 - Qt's naming

    def __init__(self, session: Session, notices: Notices) -> None:
        super().__init__()
        self._session = session
        self._notices = notices
        self._collapsed = False
        self._shown_focus: str | None = None
        self._model = RunsModel(self)
        self.title = TitleLine()
        self.table = RunsTable(self._model)
        self._nothing = label("", "small", "muted")
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._body = QStackedWidget()
        self._body.addWidget(self.table)
        self._body.addWidget(self._nothing)
        self._body.setProperty("surface", True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.title)
        layout.addWidget(self._body, 1)
        self.setAccessibleName(tr("Runs"))

        self.title.toggled.connect(lambda: self.set_collapsed(not self._collapsed))
        self.title.filtered.connect(self._on_filtered)
        self.title.compareAsked.connect(lambda: session.show_page("compare"))
        self.title.menuAsked.connect(self._show_focus_menu)
        self._model.renamed.connect(session.rename_run)
        self._model.overlaid.connect(session.set_overlay)
        self._model.starred.connect(session.shelf.star)
        self._model.noted.connect(session.shelf.note)
        self.table.chosen.connect(session.set_focus)
        self.table.opened.connect(self.open_run)
        self.table.deleting.connect(self.delete)
        self.table.menuAsked.connect(self._show_menu)
        session.runsChanged.connect(self._on_runs_changed)
        session.overlayChanged.connect(self._on_overlay_changed)
        session.focusChanged.connect(self._on_focus_changed)
        self.title.set_collapsed(False)
        self._on_overlay_changed()
        self._on_runs_changed()

    # Collapsing -----------------------------------------------------------------------------------

    @property
    def is_collapsed(self) -> bool:
        """Whether only the title line is shown."""
        return self._collapsed

    def set_collapsed(self, collapsed: bool) -> None:
        """Hide the table and leave the title line, or show the table again."""
        if collapsed == self._collapsed:
            return
        self._collapsed = collapsed
        self._body.setVisible(not collapsed)
        self.setMaximumHeight(TITLE_HEIGHT if collapsed else ANY_HEIGHT)
        self.title.set_collapsed(collapsed)
        self.updateGeometry()
        self.collapsedChanged.emit(collapsed)

    def sizeHint(self) -> QSize:
        rows = 0 if self._collapsed else HEADER_HEIGHT + ROWS_SHOWN * ROW_HEIGHT
        return QSize(1100, TITLE_HEIGHT + rows)

    def minimumSizeHint(self) -> QSize:
        rows = 0 if self._collapsed else HEADER_HEIGHT + 2 * ROW_HEIGHT
        return QSize(480, TITLE_HEIGHT + rows)

    # What the session says ------------------------------------------------------------------------

    def _on_runs_changed(self) -> None:
        # Qt moves the selection when a row goes; the session decides what is in focus.
        blocked = self.table.blockSignals(True)
        self._model.set_runs(self._session.runs)
        self.table.blockSignals(blocked)
        self._say_counts()
        self._show_body()
        self._on_focus_changed()

    def _on_overlay_changed(self) -> None:
        self._model.set_overlay(self._session.overlay)
        self._say_counts()

    def _on_focus_changed(self) -> None:
        if self._session.focus is not None and self._shown_focus != self._session.focus:
            self._model.unfold_to(self._session.focus)
        self._shown_focus = self._session.focus
        self.table.show_focus(self._session.focus)

    def _say_counts(self) -> None:
        self.title.set_runs(self._session.runs, len(self._session.overlay))

    def _on_filtered(self, text: str) -> None:
        self._model.set_words(text)
        self._show_body()
        self._on_focus_changed()

    def _show_body(self) -> None:
        if not self._session.runs:
            self._nothing.setText(tr("No runs yet. Press Train to start one."))
        elif not self._model.rowCount():
            self._nothing.setText(tr("No run contains “{words}”.", words=self.title.filter.text()))
        shown = self.table if self._model.rowCount() else self._nothing
        self._body.setCurrentWidget(shown)

    # What a person does ---------------------------------------------------------------------------

    def open_run(self, run: str, page: str = "train") -> None:
        """Put a run in focus and show it on a page."""
        self._session.set_focus(run)
        self._session.show_page(page)

    def delete(self, run: str) -> None:
        """Move a run to the trash, with a way back; one that trains is stopped first."""
        summary = self._session.run(run)
        if summary is None:
            return
        title = run_title(summary)
        if summary.status.is_alive:
            self._notices.show(
                tr("{run} is still training", run=title),
                tr("Stop it, then delete it."),
                "warn",
                (tr("Stop"), lambda: self._session.stop(run)),
            )
            return
        failures: list[object] = []
        self._session.failed.connect(failures.append)
        self._session.delete_run(run)
        self._session.failed.disconnect(failures.append)
        if not failures:
            self._notices.show(
                tr("{run} moved to the trash", run=title),
                summary.name,
                "info",
                (tr("Undo"), lambda: self._session.restore_run(run)),
            )

    def _show_focus_menu(self, at: QPoint) -> None:
        run = self.table.current_run()
        if run is not None:
            self._show_menu(run, at)
        else:
            shelf_menu(self, self._session).popup(at)

    def _show_menu(self, run: str, at: QPoint) -> None:
        menu = self.menu_for(run)
        if menu is not None:
            menu.popup(at)

    def menu_for(self, run: str) -> QMenu | None:
        """What can be done with a run."""
        summary = self._session.run(run)
        if summary is None:
            return None
        menu = run_menu(self, self._session, summary)
        menu.addSeparator()
        add_shelf_actions(menu, self._session)
        return menu

    def use_recipe(self, run: str) -> None:
        """Make a run's recipe the one in force, for the table that is open."""
        session, summary = self._session, self._session.run(run)
        if summary is None:
            return
        title = run_title(summary)
        if session.table is None:
            self._notices.show(
                tr("No table is open"), tr("Open the table of {run} first.", run=title), "warn"
            )
            return
        try:
            recipe = session.workspace.run(run).recipe()
        except TrainyardError as error:
            session.failed.emit(error)
            return
        session.use_recipe(recipe, tr("Recipe of {run}", run=title))
        self._notices.show(tr("The recipe of {run} is in force", run=title), summary.name, "info")
