"""Prepared rows as files, and other files beside what is prepared: asked of a worker."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from engine.data.formats.kinds import patterns
from engine.data.preparing.match_report import FileMatch
from engine.errors import TrainyardError
from engine.export.result import ExportedRows
from engine.tasks import PrepareTask
from gui.i18n import tr, trn
from gui.widgets.file_choosers import choose_destination, choose_file, documents

if TYPE_CHECKING:
    from gui.jobs import TaskJob
    from gui.notices import Notices
    from gui.session import Session


class PreparedFiles(QObject):
    """Asks for files, has them made or compared, and tells what came of it."""

    matched = Signal(object)
    """An `engine.data.preparing.match_report.FileMatch`."""
    busyChanged = Signal(str)  # noqa: N815 - Qt's naming
    """What is under way, in words; empty when nothing is any more."""

    def __init__(self, session: Session, notices: Notices, parent: QWidget) -> None:
        super().__init__(parent)
        self._session, self._notices, self._window = session, notices, parent
        self._folder: Path | None = None
        self._job: TaskJob | None = None
        session.tableChanged.connect(self.cancel)

    def export(self, other: Path | None = None) -> None:
        """Choose a place and write the prepared rows there: of the table, or of another file."""
        table = self._session.table
        if table is None:
            return
        stem = (other or table.path).stem
        proposed = self._place() / f"{stem}-prepared.csv"
        kinds = ";;".join(("CSV (*.csv)", "Parquet (*.parquet)"))
        path = choose_destination(self._window, tr("Save prepared rows as"), proposed, kinds)
        if path is not None:
            self.export_to(path, other)

    def export_to(self, path: Path, other: Path | None = None) -> None:
        """Write the prepared rows."""
        self._folder = path.parent
        self._ask(other, path, tr("Writing {name}", name=path.name))

    def compare(self) -> None:
        """Choose a file and compare it."""
        kinds = ";;".join((tr("Tables ({patterns})", patterns=patterns()), tr("All files (*)")))
        path = choose_file(self._window, tr("Apply to this other file"), self._place(), kinds)
        if path is not None:
            self.compare_with(path)

    def compare_with(self, path: Path) -> None:
        """Compare a file with what is prepared here."""
        self._folder = path.parent
        self._ask(path, None, tr("Comparing {name}", name=path.name))

    def cancel(self) -> None:
        """Give up what is under way."""
        if self._job is not None:
            self._job.cancel()
            self._end()

    def _ask(self, other: Path | None, destination: Path | None, words: str) -> None:
        table = self._session.table
        if table is None:
            return
        self.cancel()
        task = PrepareTask(
            folder=str(table.folder),
            source=str(table.path),
            recipe=self._session.recipe,
            other=str(other) if other is not None else None,
            destination=str(destination) if destination is not None else None,
        )
        self._job = self._session.ask(task)
        self._job.finished.connect(self._on_done)
        self._job.failed.connect(self._on_failed)
        self.busyChanged.emit(words)

    def _on_done(self, value: dict[str, object]) -> None:
        self._end()
        if value.get("exported"):
            written = ExportedRows.model_validate(value["exported"])
            rows = trn("{count} row written", "{count} rows written", written.rows)
            self._notices.show(rows, written.path, "ok")
        elif value.get("match"):
            self.matched.emit(FileMatch.model_validate(value["match"]))

    def _on_failed(self, error: TrainyardError) -> None:
        self._end()
        self._session.failed.emit(error)

    def _end(self) -> None:
        self._job = None
        self.busyChanged.emit("")

    def _place(self) -> Path:
        table = self._session.table
        return self._folder or (table.path.parent if table is not None else documents())
