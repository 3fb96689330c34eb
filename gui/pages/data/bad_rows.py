"""Saves the rows that were kept out into a file, beside the window."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QWidget

from gui.i18n import tr, translate, trn
from gui.jobs import ThreadJob

if TYPE_CHECKING:
    from gui.notices import Notices
    from gui.session import Session


class BadRowsSaver(QObject):
    """Asks where to, writes, and says how many rows went there."""

    def __init__(self, session: Session, notices: Notices, parent: QWidget) -> None:
        super().__init__(parent)
        self._session = session
        self._notices = notices
        self._window = parent
        self._job: ThreadJob | None = None

    def ask(self) -> None:
        """Ask for a file and write the rows kept out into it."""
        table = self._session.table
        if table is None:
            return
        proposed = table.path.with_name(tr("{name} bad rows.csv", name=table.path.stem))
        chosen, _ = QFileDialog.getSaveFileName(
            self._window, tr("Save bad rows"), str(proposed), tr("CSV files (*.csv)")
        )
        if not chosen:
            return
        destination = Path(chosen)

        def work(progress: Callable[[float], None], cancelled: Callable[[], bool]) -> int:
            from engine.data.problems import export_rejects

            return export_rejects(table, destination, translate)

        self._job = ThreadJob(work, self)
        self._job.finished.connect(lambda count: self._on_saved(count, destination))
        self._job.failed.connect(self._session.failed)
        self._job.start()

    def _on_saved(self, count: int, destination: Path) -> None:
        self._job = None
        self._notices.show(
            trn("{count} row saved", "{count} rows saved", count), str(destination), "ok"
        )
