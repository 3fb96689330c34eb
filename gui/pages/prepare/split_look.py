"""What the split really makes of the rows, counted beside the window while the page is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from engine.errors import TrainyardError
from gui.jobs import ThreadJob
from gui.turns import Urgency

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.data.preparing.split_report.finding import SplitReport
    from engine.recipe.recipe import Recipe
    from gui.session import Session

DELAY_MS = 200


class SplitLook(QObject):
    """The report on the split of the recipe in force. `changed` tells of another one, or of an error."""

    changed = Signal()

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.report: SplitReport | None = None
        self.error: TrainyardError | None = None
        """Why there is no report."""
        self._told: object = None
        self._asked: object = None
        self._job: ThreadJob | None = None
        self._active = False
        self._delay = QTimer(self, singleShot=True, interval=DELAY_MS)
        self._delay.timeout.connect(self._start)
        session.recipeChanged.connect(self._later)
        session.tableChanged.connect(self._forget)

    @property
    def is_current(self) -> bool:
        """Whether the report is on the recipe in force."""
        return self._told is not None and self._told == self._key()

    def set_active(self, active: bool) -> None:
        """Count only while someone looks."""
        self._active = active
        if active:
            self._later()
        else:
            self._delay.stop()

    def close(self) -> None:
        """End what runs beside the window."""
        self._delay.stop()
        self._drop_job(wait=True)

    def _key(self) -> object:
        table, recipe = self._session.table, self._session.recipe
        if table is None or recipe.target is None:
            return None
        # Whatever decides which rows are where: not the network, nor how it is trained.
        return (table.fingerprint, _deciding(recipe))

    def _later(self) -> None:
        if self._active and not self.is_current:
            self._delay.start()

    def _start(self) -> None:
        key = self._key()
        table, schema, recipe = self._session.table, self._session.schema, self._session.recipe
        if key == self._asked and self._job is not None:
            return
        self._drop_job()
        if key is None or table is None or schema is None:
            self._tell(None, None)
            return

        def work(_progress: Callable[[float], None], cancelled: Callable[[], bool]) -> SplitReport:
            from engine.data.preparing.split_report.report import split_report

            return split_report(table, recipe, schema, cancelled=cancelled)

        self._asked = key
        job = ThreadJob(work, self, Urgency.SHOWN)
        job.finished.connect(lambda report: self._tell(report, None))
        job.failed.connect(lambda error: self._tell(None, error))
        self._job = job.start()

    def _tell(self, report: SplitReport | None, error: TrainyardError | None) -> None:
        self._job = None
        self.report, self.error, self._told = report, error, self._asked
        self.changed.emit()
        self._later()

    def _drop_job(self, *, wait: bool = False) -> None:
        if self._job is not None:
            self._job.cancel()
            if wait:
                self._job.wait()
            self._job = None

    def _forget(self) -> None:
        self._drop_job()
        self.report = self.error = self._told = self._asked = None
        self.changed.emit()
        self._later()


def _deciding(recipe: Recipe) -> object:
    return recipe.model_dump(exclude={"model", "training"})
