"""Opening and profiling tables in threads, one of each at a time."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from engine.errors import TrainyardError
from engine.messages import Message
from engine.recipe.recipe import Recipe
from engine.schema import Schema
from gui.jobs import ThreadJob
from gui.turns import Urgency

if TYPE_CHECKING:
    from engine.data.first_rows import FirstRows
    from engine.data.problems import Problem
    from engine.data.profiling.profile import Profile
    from engine.data.table import Table

PROFILE_DELAY_MS = 150
SEARCHED_AT_ONCE = 300_000
"""Rows up to which all problems are found together with the profile; beyond they come later."""
_FEW_COLUMNS = 300
"""Columns up to which they are."""
FIRST_ROWS_AFTER_MS = 300
"""The first rows of a small file are shown only if the rest takes longer than this."""
_LARGE = 8 << 20
_TOLD_FROM = 0.02
"""The share that has to be done before the rest can be guessed."""

Progress = Callable[[float], None]
IsCancelled = Callable[[], bool]
TellFirst = Callable[[object], None]
Read = Callable[[Progress, IsCancelled, TellFirst], "tuple[Table, Schema]"]
"""Reads a table and what its columns are; tells of its first rows."""


class BusyState:
    """A long call under way that concerns the whole window."""

    def __init__(self, label: Message, cancel: Callable[[], None]) -> None:
        self.label = label
        self.done = 0.0
        self.cancel = cancel
        self.first: FirstRows | None = None
        """The rows that can be looked at meanwhile, once they are there."""
        self._started = time.monotonic()

    @property
    def seconds_left(self) -> float | None:
        """How long it will take at the pace so far; None as long as that cannot be told."""
        passed = time.monotonic() - self._started
        if self.done < _TOLD_FROM or passed < 1 or self.done >= 1:
            return None
        return passed * (1 - self.done) / self.done


class TableLoader(QObject):
    """Reads a table and its schema, later its profile and problems."""

    opened = Signal(object, object, object)
    """Table, schema and the target asked for (or `None`); that it ends `busy` is for the receiver to say."""
    profiled = Signal(object, object)
    """Profile and problems; `None` instead of problems where those known stand until `searched`."""
    searched = Signal(object)
    """All problems of a table that is too long for them to be found together with the profile."""
    failed = Signal(object)
    stopped = Signal()
    """An opening was cancelled."""
    busyChanged = Signal()  # noqa: N815 - Qt's naming
    progressed = Signal()
    """More of the file has been read; told apart because it comes often and changes little."""
    _first = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.busy: BusyState | None = None
        self._opening: ThreadJob | None = None
        self._profiling: ThreadJob | None = None
        self._searching: ThreadJob | None = None
        self._searched: Table | None = None
        self._wanted: tuple[Table, Schema, Recipe] | None = None
        self._first.connect(self._on_first, Qt.ConnectionType.QueuedConnection)
        self._timer = QTimer(self, singleShot=True, interval=PROFILE_DELAY_MS)
        self._timer.timeout.connect(self._profile_now)

    def close(self) -> None:
        """Cancel everything and wait for the threads."""
        self._timer.stop()
        for job in (self._opening, self._profiling, self._searching):
            if job is not None:
                job.cancel()
                job.wait()

    def open(
        self,
        label: Message,
        read: Read,
        target: str | None,
    ) -> None:
        """Read a table; an opening under way is cancelled."""
        if self._opening is not None:
            self._opening.cancel()

        def work(progress: Progress, cancelled: IsCancelled) -> tuple[Table, Schema]:
            table, schema = read(progress, cancelled, lambda first: self._first.emit(job, first))
            # The window asks for these at once, and of very many it would wait.
            _ = table.rejects, table.repairs, table.misfits
            return table, schema

        job = ThreadJob(work, self)
        job.progress.connect(self._on_progress)
        job.finished.connect(lambda pair: self._on_opened(pair[0], pair[1], target))
        job.failed.connect(self._on_failed)
        self._opening = job
        self.busy = BusyState(label, self.cancel)
        self.busyChanged.emit()
        job.start()

    def cancel(self) -> None:
        """Stop reading; the table open before stays."""
        if self._opening is not None:
            self._opening.cancel()
        self._end_opening()
        self.stopped.emit()

    def profile(self, table: Table, schema: Schema, recipe: Recipe, *, soon: bool = False) -> None:
        """Compute profile and problems; with `soon` after a pause, so that typing costs one run."""
        self._wanted = (table, schema, recipe)
        if soon:
            self._timer.start()
        else:
            self._timer.stop()
            self._profile_now()

    @property
    def is_searching(self) -> bool:
        """Whether more problems may come."""
        return self._searching is not None

    def forget(self) -> None:
        """The table was closed: deliver nothing more about it."""
        self._timer.stop()
        self._wanted = self._searched = None
        if self._profiling is not None:
            self._profiling.cancel()
            self._profiling = None  # it holds the table
        self._stop_searching()

    def _profile_now(self) -> None:
        if self._wanted is None:
            return
        table, schema, recipe = self._wanted
        if self._profiling is not None:
            self._profiling.cancel()
        self._stop_searching()
        as_used = schema_of(schema, recipe)
        at_once = table.rows <= SEARCHED_AT_ONCE and len(table.names) <= _FEW_COLUMNS

        def work(progress: Progress, cancelled: IsCancelled) -> tuple[Profile, tuple[Problem, ...]]:
            from engine.data.problems import find_problems
            from engine.data.profiling.profile import profile

            figures = profile(table, as_used, target=recipe.target, cancelled=cancelled)
            return figures, find_problems(
                table, as_used, figures, recipe, thorough=at_once, cancelled=cancelled
            )

        def done(found: tuple[Profile, tuple[Problem, ...]]) -> None:
            figures, problems = found
            if not at_once:
                self._search(table, as_used, figures, recipe)
            known = not at_once and self._searched is table
            self.profiled.emit(figures, None if known else problems)

        job = ThreadJob(work, self, Urgency.SHOWN)
        job.finished.connect(done)
        job.failed.connect(self.failed)
        self._profiling = job
        job.start()

    def _search(self, table: Table, as_used: Schema, figures: Profile, recipe: Recipe) -> None:
        def work(progress: Progress, cancelled: IsCancelled) -> tuple[Problem, ...]:
            from engine.data.problems import find_problems

            return find_problems(table, as_used, figures, recipe, cancelled=cancelled)

        def done(problems: tuple[Problem, ...]) -> None:
            self._searching, self._searched = None, table
            self.searched.emit(problems)

        self._searching = ThreadJob(work, self, Urgency.LATER)
        self._searching.finished.connect(done)
        self._searching.failed.connect(self.failed)
        self._searching.start()

    def _stop_searching(self) -> None:
        if self._searching is not None:
            self._searching.cancel()
            self._searching = None

    def _end_opening(self) -> None:
        self._opening = None
        self.busy = None
        self.busyChanged.emit()

    def _on_first(self, job: ThreadJob, first: FirstRows) -> None:
        busy = self.busy
        if job is not self._opening or busy is None:
            return

        def show() -> None:
            if self.busy is busy:
                busy.first = first
                self.busyChanged.emit()

        if first.size >= _LARGE:
            show()
        else:
            QTimer.singleShot(FIRST_ROWS_AFTER_MS, self, show)

    def _on_progress(self, done: float) -> None:
        if self.busy is not None:
            self.busy.done = done
            self.progressed.emit()

    def _on_opened(self, table: Table, schema: Schema, target: str | None) -> None:
        self._opening = self.busy = None
        self.opened.emit(table, schema, target)

    def _on_failed(self, error: TrainyardError) -> None:
        self._end_opening()
        self.failed.emit(error)


def schema_of(schema: Schema, recipe: Recipe) -> Schema:
    """The schema with the kinds and roles that the recipe gives to its columns."""
    columns = []
    for column in schema.columns:
        spec = recipe.column(column.name)
        kind, role = spec.kind or column.kind, spec.role or column.role
        same = kind is column.kind and role is column.role
        columns.append(column if same else column.model_copy(update={"kind": kind, "role": role}))
    return schema.model_copy(update={"columns": tuple(columns)})
