"""Finding a text in the rows that are shown, beside the window."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from gui.jobs import ThreadJob
from gui.models.finder import Match, next_match, previous_match

if TYPE_CHECKING:
    from engine.data.rows.shown_rows import ShownRows


class TableFind(QObject):
    """Goes from match to match; the next search cancels the one under way."""

    found = Signal(object)
    """A `Match`, or `None` where there is none."""
    failed = Signal(object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.sought = ""
        self._match: Match | None = None
        self._job: ThreadJob | None = None

    @property
    def is_searching(self) -> bool:
        """Whether a match is being looked for."""
        return self._job is not None

    def forget(self) -> None:
        """Begin again at the top."""
        self.stop()
        self._match = None

    def stop(self) -> None:
        """Leave the search under way."""
        if self._job is not None:
            self._job.cancel()
            self._job = None

    def go(
        self, rows: ShownRows, text: str, order: Sequence[int], *, backwards: bool = False
    ) -> None:
        """Look for the next match, or the one before."""
        self.stop()
        if text != self.sought:
            self.sought, self._match = text, None
        search, start = (previous_match if backwards else next_match), self._match

        def work(progress: Callable[[float], None], cancelled: Callable[[], bool]) -> Match | None:
            return search(rows, text, start, cancelled, order=order)

        self._job = ThreadJob(work, self)
        self._job.finished.connect(self._on_found)
        self._job.failed.connect(self._on_failed)
        self._job.start()

    def _on_found(self, match: Match | None) -> None:
        self._job = None
        self._match = match
        self.found.emit(match)

    def _on_failed(self, error: object) -> None:
        self._job = None
        self.failed.emit(error)
