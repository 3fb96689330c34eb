"""The pages behind each other; each is imported and made when first needed, or in an idle moment."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from gui.pages.page import Page
from gui.pages.start.page import StartPage

if TYPE_CHECKING:
    from engine.recipe.reading import Reading
    from gui.notices import Notices
    from gui.pages.data.page import DataPage
    from gui.pages.reading.page import ReadingPage
    from gui.session import Session

_PAGES = {
    "data": ("gui.pages.data.page", "DataPage"),
    "prepare": ("gui.pages.prepare.page", "PreparePage"),
    "model": ("gui.pages.model.page", "ModelPage"),
    "train": ("gui.pages.train.page", "TrainPage"),
    "evaluate": ("gui.pages.evaluate.page", "EvaluatePage"),
    "explain": ("gui.pages.explain.page", "ExplainPage"),
    "deploy": ("gui.pages.deploy.page", "DeployPage"),
    "sweep": ("gui.pages.sweep.page", "SweepPage"),
    "queue": ("gui.pages.queue.page", "QueuePage"),
    "compare": ("gui.pages.compare.page", "ComparePage"),
    "reading": ("gui.pages.reading.page", "ReadingPage"),
    "arriving": ("gui.pages.arriving.page", "ArrivingPage"),
}
"""Imported by name: they bring pandas and pyqtgraph, which have to wait for the first paint."""

_BREATH_MS = 20
"""Between two pages, so that what changed meanwhile is laid out and painted."""


class PageShelf(QStackedWidget):
    """Start page at first, then the page that the session shows."""

    made = Signal(object)
    """A page that is new."""
    covered = Signal(object)
    """A page that is no station covers the one of the session."""
    uncovered = Signal()
    """The page of the session has to be shown again."""

    def __init__(self, session: Session, notices: Notices, start: StartPage) -> None:
        super().__init__()
        self._session = session
        self._notices = notices
        self._start = start
        self._pages: dict[str, Page] = {}
        self._reading_is_connected = False
        self._is_arriving = False
        session.busyChanged.connect(self._follow_reading)
        self.addWidget(start)

    def bring(self, name: str) -> Page:
        """Bring a page to the front; others stand in for Data while no table is open or one arrives."""
        self._is_arriving = self._has_first_rows()
        if name == "data" and self._is_arriving:
            page = self._page("arriving")
        elif name == "data" and self._session.table is None:
            page = self._start
        else:
            page = self._page(name)
        self.setCurrentWidget(page)
        return page

    def show_problems(self) -> None:
        """Turn the Data page to the problems of the table."""
        page = self.bring("data")
        if page is self._pages.get("data"):
            cast("DataPage", page).show_problems()

    def show_reading(self, path: Path, asked: Reading) -> None:
        """Cover the page with the panel that shows how a file is read, until that is done with."""
        page = cast("ReadingPage", self._page("reading"))
        if not self._reading_is_connected:
            self._reading_is_connected = True
            page.closed.connect(self.hide_reading)
        page.show_file(path, asked)
        self.setCurrentWidget(page)
        self.covered.emit(page)

    def hide_reading(self) -> None:
        """Back to the page of the session."""
        if self.currentWidget() is self._pages.get("reading"):
            self.uncovered.emit()

    def prepare_all(self) -> None:
        """Make the pages that are missing, one per idle moment."""
        missing = next((name for name in _PAGES if name not in self._pages), None)
        if missing is not None:
            self._lay_out_ahead(self._page(missing))
            QTimer.singleShot(_BREATH_MS, self, self.prepare_all)

    def _lay_out_ahead(self, page: Page) -> None:
        """Style and place everything on a page while nobody waits for it."""
        for widget in (page, *page.findChildren(QWidget)):
            widget.ensurePolished()
        page.resize(self.size())
        layout = page.layout()
        if layout is not None:
            layout.activate()

    def _follow_reading(self) -> None:
        """Show the first rows of a file that is being read, and take them away when it is done."""
        is_arriving = self._has_first_rows()
        if is_arriving != self._is_arriving:
            self._is_arriving = is_arriving
            if self.currentWidget() is not self._pages.get("reading"):
                self.uncovered.emit()

    def _has_first_rows(self) -> bool:
        busy = self._session.busy
        return busy is not None and busy.first is not None

    def _page(self, name: str) -> Page:
        page = self._pages.get(name)
        if page is None:
            module, class_name = _PAGES[name]
            page_class: type[Page] = getattr(import_module(module), class_name)
            page = page_class(self._session, self._notices)
            self._pages[name] = page
            self.addWidget(page)
            self.made.emit(page)
        return page
