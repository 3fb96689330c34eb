"""What the split really makes of the rows, counted by a worker while the page is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from engine.errors import TrainyardError
from engine.tasks import SplitTask

if TYPE_CHECKING:
    from engine.data.preparing.split_report.finding import SplitReport
    from engine.recipe.recipe import Recipe
    from gui.jobs import TaskJob
    from gui.session import Session

DELAY_MS = 200
_LONG = 500_000
"""Rows from which a look that nobody wants any more is worth ending: it takes longer than starting
another worker does."""


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
        self._job: TaskJob | None = None
        self._is_long = False
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
            if self._is_long:
                self._drop_job()

    def close(self) -> None:
        """End what is under way."""
        self._delay.stop()
        self._drop_job()

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
        if self._job is not None:
            if key == self._asked or not self._is_long:
                return  # when it is over, what is wanted then is looked at
            self._drop_job()
        if key is None or table is None or schema is None:
            self._clear()
            return
        task = SplitTask(
            folder=str(table.folder), source=str(table.path), columns=schema, recipe=recipe
        )
        self._asked, self._is_long = key, table.rows >= _LONG
        self._job = self._session.ask(task)
        self._job.finished.connect(self._on_answer)
        self._job.failed.connect(lambda error: self._tell(None, error))

    def _on_answer(self, value: object) -> None:
        from engine.data.preparing.split_report.finding import SplitAnswer

        self._tell(SplitAnswer.model_validate(value).root, None)

    def _tell(self, report: SplitReport | None, error: TrainyardError | None) -> None:
        self._job = None
        if self._asked is not None:  # of the table that is open
            self.report, self.error, self._told = report, error, self._asked
            self.changed.emit()
        self._later()

    def _drop_job(self) -> None:
        if self._job is not None:
            self._job.cancel()
            self._job = None
        self._is_long = False

    def _clear(self) -> None:
        had_something = self.report is not None or self.error is not None
        self.report = self.error = self._told = self._asked = None
        if had_something:
            self.changed.emit()

    def _forget(self) -> None:
        if self._is_long:
            self._drop_job()
        self.report = self.error = self._told = self._asked = None
        self.changed.emit()
        self._later()


def _deciding(recipe: Recipe) -> object:
    return recipe.model_dump(exclude={"model", "training"})
