"""The page that shows the first rows of a file while the rest is still being read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFrame, QVBoxLayout

from gui import theme
from gui.i18n import tr, trn
from gui.models.amounts import bytes_text, seconds_text
from gui.models.figures import whole_percent_text
from gui.models.table_model import TableModel
from gui.pages.arriving.first_rows_view import FirstRowsView
from gui.pages.page import Page, PageHeader
from gui.widgets.buttons import button
from gui.widgets.layout import row
from gui.widgets.progress import ProgressBar
from gui.widgets.text import label

if TYPE_CHECKING:
    from engine.data.first_rows import FirstRows
    from gui.notices import Notices
    from gui.session import Session


class ArrivingPage(Page):
    """Follows the reading under way: rows at once, bytes, time left, and a way to stop it."""

    name = "arriving"

    def __init__(self, session: Session, notices: Notices) -> None:
        super().__init__(session, notices)
        self._first: FirstRows | None = None
        self._model = TableModel(self)
        self.table = FirstRowsView(self._model)
        self._header = PageHeader(tr("Data"))
        self.progress = label("", "small", "text2")
        self._bar = ProgressBar(tr("Reading"), 160)
        self._told = label("", "small", "muted")
        self.cancel = button(tr("Cancel"), small=True)
        self.cancel.clicked.connect(self._on_cancel)
        strip = QFrame()
        strip.setProperty("surface", True)
        strip.setProperty("rule", "bottom")
        strip.setFixedHeight(theme.grown(34))
        strip.setLayout(
            row(self._bar, self.progress, None, self._told, self.cancel, margins=(12, 0, 12, 0))
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._header)
        layout.addWidget(strip)
        layout.addWidget(self.table, 1)
        session.busyChanged.connect(self._follow)
        session.progressed.connect(self._follow)
        self._follow()

    def _follow(self) -> None:
        busy = self.session.busy
        if busy is None or busy.first is None:
            self._first = None
            self._model.set_table(None)
            return
        if busy.first is not self._first:
            self._show_rows(busy.first)
        self._bar.set_share(busy.done)
        size = busy.first.size
        words = [
            tr(
                "{done} of {all} read",
                done=bytes_text(round(busy.done * size)),
                all=bytes_text(size),
            )
            if size
            else whole_percent_text(busy.done)
        ]
        left = busy.seconds_left
        if busy.done >= 1:
            words.append(tr("looking at the columns"))
        elif left is not None:
            words.append(tr("about {time} left", time=seconds_text(left)))
        self.progress.setText(" · ".join(words))

    def _show_rows(self, first: FirstRows) -> None:
        self._first = first
        self._header.set_caption(first.path.name)
        self._model.set_table(_Cells(first))
        self.table.fit_columns_soon()
        self._told.setText(
            trn(
                "The first {count} row, as it stands in the file",
                "The first {count} rows, as they stand in the file",
                len(first.rows),
            )
        )

    def _on_cancel(self) -> None:
        if self.session.busy is not None:
            self.session.busy.cancel()


class _Cells:
    """The first rows as the table model wants them."""

    def __init__(self, first: FirstRows) -> None:
        self.names = first.names
        self.rows = len(first.rows)
        self._places = {name: place for place, name in enumerate(first.names)}
        self._cells = first.rows

    def row(self, place: int) -> int:
        """The row of the table that stands at a place."""
        return place

    def cells(self, name: str, start: int, stop: int) -> list[str | None]:
        """The cells of rows `start` to `stop` of a column."""
        place = self._places[name]
        return [cells[place] for cells in self._cells[start:stop]]
