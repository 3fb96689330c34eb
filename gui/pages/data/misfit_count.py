"""Counts, beside the window, the cells that do not fit a kind chosen by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from engine.schema import Kind
from gui.jobs import ThreadJob

if TYPE_CHECKING:
    from collections.abc import Callable

    from gui.session import Session


class MisfitCount(QObject):
    """Emits `counted` for the last column asked about, and only for that."""

    counted = Signal(int)

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._asked: tuple[object, str, Kind] | None = None
        self._job: ThreadJob | None = None

    def forget(self) -> None:
        """Drop a count under way."""
        self._asked = None
        if self._job is not None:
            self._job.cancel()
            self._job = None

    def count(self, name: str, kind: Kind | None) -> None:
        """Count the cells of a column that are no `kind`; `None` when nothing was changed."""
        table = self._session.table
        if table is None or kind is None:
            self.forget()
            self.counted.emit(0)
            return
        asked = (table, name, kind)
        if asked == self._asked:
            return
        self.forget()
        self._asked = asked

        def work(progress: Callable[[float], None], cancelled: Callable[[], bool]) -> int:
            from engine.data.corrections.misfits import retype

            return retype(table, name, kind).count

        self.counted.emit(0)
        self._job = ThreadJob(work, self)
        self._job.finished.connect(self.counted.emit)
        self._job.failed.connect(self._session.failed)
        self._job.start()
