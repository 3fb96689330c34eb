"""Which rows of the open table are looked at: filters, sorts, and the profile of what they leave.

Filtering, sorting and profiling run in threads, one of each at a time: what is asked for last wins, and
what was under way is cancelled.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from engine.errors import TrainyardError
from engine.schema import Kind, Schema
from gui.jobs import ThreadJob
from gui.turns import Urgency

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from engine.data.profiling.profile import Profile
    from engine.data.rows.filters import Filter, Sort
    from engine.data.rows.shown_rows import ShownRows
    from engine.data.table import Table

PROFILE_DELAY_MS = 60
"""Other rows are drawn before they are profiled: a thread that computes makes drawing slower."""

Progress = Callable[[float], None]
IsCancelled = Callable[[], bool]


class RowView(QObject):
    """The filters and sorts in force, and the rows that they leave."""

    asked = Signal()
    """Filters or sorts were changed; the rows follow."""
    changed = Signal()
    """The rows that are shown, or their order, are others now."""
    busyChanged = Signal()  # noqa: N815 - Qt's naming
    profileChanged = Signal()  # noqa: N815
    failed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.filters: tuple[Filter, ...] = ()
        self.sorts: tuple[Sort, ...] = ()
        self.shown: ShownRows | None = None
        """The rows in force, with their cells; `None` while no table is open."""
        self.rows: NDArray[np.int64] | None = None
        """The same as numbers of rows in the table; `None`: all, in the order of the file."""
        self._passing: tuple[tuple[Filter, ...], NDArray[np.int64] | None] = ((), None)
        self._applied: tuple[tuple[Filter, ...], tuple[Sort, ...]] = ((), ())
        self._table: Table | None = None
        self._schema: Schema | None = None
        self._target: str | None = None
        self._whole: Profile | None = None
        self._profile: Profile | None = None
        self._job: ThreadJob | None = None
        self._profiling: ThreadJob | None = None
        self._soon = QTimer(self, singleShot=True, interval=PROFILE_DELAY_MS)
        self._soon.timeout.connect(self._start_profiling)

    # The session's side -------------------------------------------------------------------------

    def show_table(self, table: Table | None, *, keep: bool = False) -> None:
        """Look at another table; `keep` what filters and sorts of its columns there are."""
        self._cancel()
        self._table = table
        self._schema = self._whole = self._profile = None
        filters, sorts = (self.filters, self.sorts) if keep and table is not None else ((), ())
        names = table.names if table is not None else ()
        self.filters = tuple(f for f in filters if getattr(f, "column", None) in (None, *names))
        self.sorts = tuple(s for s in sorts if s.column in names)
        self._passing = ((), None)
        self._apply(None, (), ())
        if self.filters or self.sorts:
            self._start()

    def show_profile(self, profile: Profile | None, schema: Schema, target: str | None) -> None:
        """The profile of all rows, with the kinds and the target that it was made for."""
        kinds_before = self._kinds()
        self._whole, self._schema, self._target = profile, schema, target
        if kinds_before != self._kinds() and (self.filters or self.sorts):
            self._passing = ((), None)
            self._start()  # a column that is taken for numbers now has another order
        self._profile_rows()

    def close(self) -> None:
        """Cancel everything and wait for the threads."""
        self._soon.stop()
        for job in (self._job, self._profiling):
            if job is not None:
                job.cancel()
                job.wait()
        self._job = self._profiling = None

    # What is shown ------------------------------------------------------------------------------

    @property
    def count(self) -> int:
        """How many rows are shown."""
        return self.shown.rows if self.shown is not None else 0

    @property
    def is_busy(self) -> bool:
        """Whether rows are being looked for, so that those shown are not yet those asked for."""
        return self._job is not None

    @property
    def is_narrowed(self) -> bool:
        """Whether filters leave rows out."""
        return bool(self._applied[0])

    @property
    def profile(self) -> Profile | None:
        """The profile of the rows shown; until it is known, that of the rows shown before."""
        return self._profile if self.is_narrowed and self._profile is not None else self._whole

    @property
    def is_profiling(self) -> bool:
        """Whether `profile` is about to become that of the rows shown."""
        return self._profiling is not None or self._soon.isActive()

    # The person's side --------------------------------------------------------------------------

    def add(self, filter_: Filter) -> None:
        """Narrow the rows further; a filter of the same column and sort is replaced."""
        same = [f for f in self.filters if _same_place(f, filter_)]
        if same:
            self.replace(same[0], filter_)
        else:
            self.set_filters((*self.filters, filter_))

    def replace(self, old: Filter, new: Filter) -> None:
        """Put a filter in the place of another."""
        self.set_filters(tuple(new if f == old else f for f in self.filters))

    def remove(self, filter_: Filter) -> None:
        """Take a filter away."""
        self.set_filters(tuple(f for f in self.filters if f != filter_))

    def toggle(self, filter_: Filter) -> None:
        """Take a filter away if it is in force, else put it there."""
        if filter_ in self.filters:
            self.remove(filter_)
        else:
            self.add(filter_)

    def clear(self) -> None:
        """Take all filters away; the order stays."""
        self.set_filters(())

    def set_filters(self, filters: Sequence[Filter]) -> None:
        """Replace all filters."""
        self.restore(filters, self.sorts)

    def set_sorts(self, sorts: Sequence[Sort]) -> None:
        """Replace all sorts."""
        self.restore(self.filters, sorts)

    def restore(self, filters: Sequence[Filter], sorts: Sequence[Sort]) -> None:
        """Replace filters and sorts; those that do not fit the table are told by `failed`."""
        wanted = (tuple(dict.fromkeys(filters)), tuple(sorts))
        if self._table is not None and wanted != (self.filters, self.sorts):
            self.filters, self.sorts = wanted
            self._start()
            self.asked.emit()

    def sort_by(self, column: str, *, descending: bool | None, more: bool = False) -> None:
        """Order by a column (`None`: no longer by it); with `more` beside the sorts in force."""
        from engine.data.rows.filters import Sort

        others = tuple(s for s in self.sorts if s.column != column) if more else ()
        if descending is None:
            self.set_sorts(others)
            return
        sort = Sort(column=column, descending=descending)
        if more and any(s.column == column for s in self.sorts):
            self.set_sorts(tuple(sort if s.column == column else s for s in self.sorts))
        else:
            self.set_sorts((*others, sort))

    # Work ---------------------------------------------------------------------------------------

    def _kinds(self) -> dict[str, Kind]:
        return {c.name: c.kind for c in self._schema.columns} if self._schema is not None else {}

    def _start(self) -> None:
        table = self._table
        if table is None:
            return
        if self._job is not None:
            self._job.cancel()
        filters, sorts, kinds = self.filters, self.sorts, self._kinds()
        known_filters, known = self._passing

        def work(progress: Progress, cancelled: IsCancelled) -> tuple[object, object, ShownRows]:
            from engine.data.rows.row_order import ordered
            from engine.data.rows.row_view import passing_rows
            from engine.data.rows.shown_rows import ShownRows

            passing = known
            if filters != known_filters:
                passing = passing_rows(table, filters, kinds=kinds, cancelled=cancelled)
            rows = ordered(table, passing, sorts, kinds=kinds, cancelled=cancelled)
            return passing, rows, ShownRows(table, rows)

        job = ThreadJob(work, self)
        job.finished.connect(lambda found: self._on_rows(*found, filters, sorts))
        job.failed.connect(self._on_failed)
        self._job = job
        job.start()
        self.busyChanged.emit()

    def _on_rows(
        self,
        passing: NDArray[np.int64] | None,
        rows: NDArray[np.int64] | None,
        shown: ShownRows,
        filters: tuple[Filter, ...],
        sorts: tuple[Sort, ...],
    ) -> None:
        self._job = None
        # Found anew, too, where the kinds became known after the first look at a table.
        narrowed_otherwise = filters != self._applied[0] or filters != self._passing[0]
        self._passing = (filters, passing)
        self.rows = rows
        self._apply(shown, filters, sorts)
        self.busyChanged.emit()
        if narrowed_otherwise:
            self._profile_rows()

    def _apply(
        self, shown: ShownRows | None, filters: tuple[Filter, ...], sorts: tuple[Sort, ...]
    ) -> None:
        if shown is None:
            self.rows = None
            if self._table is not None:
                from engine.data.rows.shown_rows import ShownRows

                shown = ShownRows(self._table, None)
        self.shown = shown
        self._applied = (filters, sorts)
        self.changed.emit()

    def _on_failed(self, error: TrainyardError) -> None:
        """What cannot be applied is taken back: the rows in force stay."""
        self._job = None
        self.filters, self.sorts = self._applied
        self.asked.emit()
        self.busyChanged.emit()
        self.failed.emit(error)

    def _profile_rows(self) -> None:
        if self._profiling is not None:
            self._profiling.cancel()
            self._profiling = None
        is_known = self._table is not None and self._schema is not None and self._whole is not None
        if is_known and self._passing[1] is not None:
            self._soon.start()
        else:
            self._soon.stop()
            self._profile = None
        self.profileChanged.emit()  # at least it is no longer that of filters taken away

    def _start_profiling(self) -> None:
        table, schema, target = self._table, self._schema, self._target
        rows = self._passing[1]
        if table is None or schema is None or rows is None:
            return

        def work(progress: Progress, cancelled: IsCancelled) -> Profile:
            from engine.data.profiling.profile import profile

            return profile(table, schema, target=target, rows=rows, cancelled=cancelled)

        job = ThreadJob(work, self, Urgency.SHOWN)
        job.finished.connect(self._on_profiled)
        job.failed.connect(self._on_profile_failed)
        self._profiling = job
        job.start()

    def _on_profiled(self, profile: Profile) -> None:
        self._profiling = None
        self._profile = profile
        self.profileChanged.emit()

    def _on_profile_failed(self, error: TrainyardError) -> None:
        self._profiling = None
        self.failed.emit(error)

    def _cancel(self) -> None:
        self._soon.stop()
        for job in (self._job, self._profiling):
            if job is not None:
                job.cancel()
        self._job = self._profiling = None


def _same_place(one: Filter, other: Filter) -> bool:
    """Whether one filter would stand in the way of the other: two ranges of one column, say."""
    if type(one) is not type(other) or getattr(one, "column", None) != getattr(
        other, "column", None
    ):
        return False
    return one.filter in ("range", "missing", "levels") and getattr(
        one, "exclude", False
    ) == getattr(other, "exclude", False)
