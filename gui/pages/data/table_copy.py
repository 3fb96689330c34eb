"""Copying the cells that are selected, beside the window."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication

from gui.i18n import tr, trn
from gui.jobs import ThreadJob
from gui.models.copying import Copied, copy_blocks
from gui.models.figures import count_text
from gui.pages.data.table_view import DataTable

if TYPE_CHECKING:
    from gui.notices import Notices
    from gui.session import Session


class TableCopy(QObject):
    """Puts the cells selected in a view on the clipboard; the next copying cancels the one under way."""

    def __init__(self, session: Session, view: DataTable, notices: Notices) -> None:
        super().__init__(view)
        self._session = session
        self._view = view
        self._notices = notices
        self._job: ThreadJob | None = None

    def stop(self) -> None:
        """Nobody waits for it any more."""
        if self._job is not None:
            self._job.cancel()
            self._job = None

    def copy(self, with_names: bool) -> None:
        """Copy what is selected, under the names of its columns if wanted."""
        shown = self._session.view.shown
        blocks = self._view.selected_blocks()
        if shown is None or not blocks:
            return
        self.stop()
        order = self._view.shown_columns()

        def work(progress: Callable[[float], None], cancelled: Callable[[], bool]) -> Copied:
            return copy_blocks(shown, blocks, order=order, with_names=with_names)

        self._job = ThreadJob(work, self)
        self._job.finished.connect(self._on_copied)
        self._job.failed.connect(self._session.failed)
        self._job.start()

    def _on_copied(self, copied: Copied) -> None:
        self._job = None
        QGuiApplication.clipboard().setText(copied.text)
        if copied.is_cut:
            self._notices.show(
                tr(
                    "Copied the first {rows} of {all} rows",
                    rows=copied.rows,
                    all=copied.rows_selected,
                ),
                tr("A clipboard takes no more cells than that."),
                "warn",
            )
        elif copied.rows * copied.columns > 1:
            cells = copied.rows * copied.columns
            self._notices.show(
                trn("Copied {cells} cell", "Copied {cells} cells", cells, cells=count_text(cells))
            )
