"""The window: it puts the shell around the pages and knows nothing about tables or training."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, QUrl, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QDesktopServices,
    QResizeEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QWidget

from engine.errors import Cancelled, ReadError, TrainyardError
from engine.messages import Message
from engine.recipe.reading import Reading
from gui.i18n import render, tr
from gui.inspector.dock import WIDTH as INSPECTOR_WIDTH
from gui.inspector.dock import InspectorDock
from gui.notices import Notices, NoticeTone
from gui.pages.page import Page
from gui.pages.start.page import StartPage
from gui.settings import Settings
from gui.shell.actions import Actions
from gui.shell.closing import may_close
from gui.shell.dialogs import Dialogs
from gui.shell.drops import Drops
from gui.shell.focus import Focus
from gui.shell.menus import fill_menu_bar
from gui.shell.opening import Opening
from gui.shell.page_shelf import PageShelf
from gui.shell.rail import Rail
from gui.shell.runs_dock import RunsDock
from gui.shell.stations import stations
from gui.shell.status_bar import StatusBar
from gui.shell.top_bar import TopBar

if TYPE_CHECKING:
    from gui.session import Session

INSPECTOR_BELOW, RAIL_BELOW = 1280, 1180
"""Window widths under which the inspector slides over and the rail shrinks."""
RAIL_MS = 200
"""How often at most the rail follows a run that trains."""


class MainWindow(QMainWindow):
    """Menus, top bar, rail, pages, inspector, runs, status bar and notices."""

    choiceMade = Signal(str, object)  # noqa: N815 - Qt's naming
    """A field of `gui.settings.Choices` and the value chosen for it."""

    def __init__(self, session: Session, settings: Settings) -> None:
        super().__init__()
        self.session = session
        self._settings = settings
        self._rebuilding = False
        self._rail_timer = QTimer(self, singleShot=True, interval=RAIL_MS)
        self._rail_timer.timeout.connect(self._refresh_rail)
        self.setMinimumSize(1100, 700)
        self.notices = Notices(self)
        self.actions_ = Actions(self, session, settings)
        self._dialogs = Dialogs(self, self.actions_, settings, self.choiceMade.emit)
        self._opening = Opening(self, session, self.notices, settings)
        self._focus = Focus(self)
        self._build(session, settings)
        Drops(self, self._start, self._opening, self.notices, lambda: session.table is not None)
        self.notices.keep_clear_of(self._taken)
        self._connect_actions()
        self._connect_session()
        self._refresh_rail()
        self._show_page()

    def _build(self, session: Session, settings: Settings) -> None:
        fill_menu_bar(self.menuBar(), self.actions_, settings, self._opening.open)
        self.top_bar = TopBar(session, self.actions_, settings, self._opening.open)
        self.addToolBar(Qt.ToolBarArea.TopToolBarArea, self.top_bar)
        self.rail = Rail(tr("Stations"))
        self.rail.chosen.connect(session.show_page)
        self.rail.clicked.connect(lambda _: self.pages.hide_reading())
        self._start = start = StartPage(session, self.notices, settings)
        start.open_asked.connect(self._opening.choose)
        start.paste_asked.connect(self._opening.paste)
        self.pages = PageShelf(session, self.notices, start)
        central = QWidget()
        layout = QHBoxLayout(central)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.rail)
        layout.addWidget(self.pages, 1)
        self.setCentralWidget(central)
        self.inspector = InspectorDock(self)
        self.inspector.set_wanted(settings.choices.inspector)
        self.pages.covered.connect(self._show_beside)
        self.pages.uncovered.connect(self._show_page)
        self.pages.made.connect(lambda page: self.inspector.adopt(page.inspector()))
        self.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, self.inspector)
        self.runs = RunsDock(self, session, self.notices, settings)
        self.addDockWidget(Qt.DockWidgetArea.BottomDockWidgetArea, self.runs)
        for corner in (Qt.Corner.BottomLeftCorner, Qt.Corner.BottomRightCorner):
            self.setCorner(corner, Qt.DockWidgetArea.BottomDockWidgetArea)
        self.resizeDocks([self.inspector], [INSPECTOR_WIDTH], Qt.Orientation.Horizontal)
        self.setStatusBar(StatusBar(session, self.actions_))

    def _connect_actions(self) -> None:
        actions = self.actions_
        actions.open.triggered.connect(self._opening.choose)
        actions.paste.triggered.connect(self._opening.paste)
        for action in actions.pages.values():
            action.triggered.connect(self.pages.hide_reading)
        actions.forget.triggered.connect(self._opening.forget)
        actions.close_table.triggered.connect(self.session.close_table)
        actions.quit.triggered.connect(self.close)
        actions.runs.triggered.connect(self.runs.toggle)
        actions.inspector.triggered.connect(self._toggle_inspector)
        actions.problems.triggered.connect(self._show_problems)
        actions.next_pane.triggered.connect(self._next_pane)
        actions.settings.triggered.connect(self._dialogs.show_settings)
        actions.help.triggered.connect(self._dialogs.show_help)
        actions.workspace.triggered.connect(self._open_workspace)
        for field, group in (
            ("theme", actions.themes),
            ("language", actions.languages),
            ("text_size", actions.text_sizes),
        ):
            group.triggered.connect(
                lambda action, field=field: self.choiceMade.emit(field, action.data())
            )

    def _connect_session(self) -> None:
        session = self.session
        for signal in (
            session.tableChanged,
            session.profileChanged,
            session.problemsChanged,
            session.recipeChanged,
            session.runsChanged,
            session.focusChanged,
            session.busyChanged,
            session.modelFileChanged,
        ):
            signal.connect(self._refresh_rail)
        session.runUpdated.connect(self._refresh_rail_soon)
        session.pageChanged.connect(self._show_page)
        session.tableChanged.connect(self._show_page)
        session.readingAsked.connect(self.pages.show_reading)
        session.failed.connect(self._on_failed)
        session.noticed.connect(self._on_noticed)

    def load_rest(self) -> None:
        """Make what the first paint did not need: the drawer and all pages."""
        self.runs.load()
        self.pages.prepare_all()

    def open(self, path: Path, reading: Reading | None = None) -> None:
        """Open a file that came from outside: the command line or a second start."""
        self._opening.open(path, reading=reading)

    # Pages ---------------------------------------------------------------------------------------

    def _show_page(self) -> None:
        self._show_beside(self.pages.bring(self.session.page))

    def _show_beside(self, page: Page) -> None:
        self.inspector.show_content(page.inspector())
        self._refresh_rail()
        self._refresh_inspector_button()
        self.notices.place()

    def _refresh_rail(self) -> None:
        table = self.session.table
        name = tr("{name} – Trainyard", name=table.path.name) if table else "Trainyard"
        self.setWindowTitle(name)
        self.rail.set_stations(stations(self.session), self.session.page)

    def _refresh_rail_soon(self) -> None:
        if not self._rail_timer.isActive():
            self._rail_timer.start()

    def _show_problems(self) -> None:
        self.session.show_page("data")
        self.pages.show_problems()

    def _next_pane(self) -> None:
        self._focus.go_to_next((self.rail, self.pages, self.inspector, self.runs, self.top_bar))

    # Inspector -----------------------------------------------------------------------------------

    def _toggle_inspector(self) -> None:
        shown = self.inspector.toggle()
        if self.width() >= INSPECTOR_BELOW:
            self._settings.change(inspector=shown)
        self._refresh_inspector_button()
        self.notices.place()

    def _refresh_inspector_button(self) -> None:
        narrow = self.width() < INSPECTOR_BELOW
        has_button = self.inspector.has_content and (narrow or not self.inspector.is_shown)
        self.top_bar.inspector.setVisible(has_button)
        self.actions_.inspector.setEnabled(self.inspector.has_content)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.rail.set_narrow(self.width() < RAIL_BELOW)
        self.top_bar.set_compact(self.width() < RAIL_BELOW)
        self.inspector.set_narrow(self.width() < INSPECTOR_BELOW, self._settings.choices.inspector)
        self._refresh_inspector_button()

    def _taken(self) -> tuple[int, int]:
        return self.inspector.covers, self.runs.height() + self.statusBar().height()

    # Dialogs and notices -------------------------------------------------------------------------

    def _open_workspace(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self.session.workspace_folder)))

    def _on_failed(self, error: TrainyardError) -> None:
        if not isinstance(error, Cancelled):
            notice = self.notices.show_error(error, self._opening.way_out(error))
            if isinstance(error, ReadError):
                self._opening.end_with_next_table(notice)

    def _on_noticed(self, title: Message, detail: Message | None, tone: NoticeTone) -> None:
        self.notices.show(render(title), render(detail) if detail else "", tone)

    # Closing -------------------------------------------------------------------------------------

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self._rebuilding and not may_close(self, self.session):
            event.ignore()
            return
        self._settings.set_geometry("window", self.saveGeometry())
        event.accept()

    def close_for_rebuild(self) -> None:
        """Close without asking: another window over the same session follows."""
        self._rebuilding = True
        self.close()
