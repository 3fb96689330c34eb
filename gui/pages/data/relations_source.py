"""Relations of the rows in view, computed in threads when somebody looks at them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from engine.schema import Schema
from gui.jobs import ThreadJob
from gui.table_loader import schema_of
from gui.turns import Urgency

if TYPE_CHECKING:
    from engine.data.relations.pair import Pair
    from engine.data.relations.relations import Relation, Relations
    from gui.session import Session

_PAUSE_MS = 120


class RelationsSource(QObject):
    """Keeps the relations of `session.view` up to date for those who have asked for them.

    `wake` says that the matrix is looked at; until then, and while its tab is hidden, nothing of it is
    computed. `relate` and `draw` ask for one column and for one pair.
    """

    changed = Signal()
    """`relations` is another one, or is no longer that of the rows in view."""
    related = Signal(str, object)
    """A column and its `Relation` to each of the others."""
    drawn = Signal(object)
    """A `Pair`."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.relations: Relations | None = None
        self.chosen: tuple[str, ...] | None = None
        """Columns of the matrix chosen by hand."""
        self._jobs: dict[str, ThreadJob] = {}
        self._known: dict[str, tuple[object, ...]] = {}
        self._looked_at = False
        self._column: str | None = None
        self._pair: tuple[str, str] | None = None
        self._timers = {
            what: QTimer(self, singleShot=True, interval=_PAUSE_MS) for what in ("all", "one")
        }
        self._timers["all"].timeout.connect(self._compute)
        self._timers["one"].timeout.connect(self._relate)
        session.tableChanged.connect(self._on_table)
        session.view.changed.connect(self._refresh)
        session.view.busyChanged.connect(self._refresh)
        session.recipeChanged.connect(self._refresh)
        jobs = self._jobs
        self.destroyed.connect(lambda: [job.cancel() for job in jobs.values()])

    @property
    def is_busy(self) -> bool:
        """Whether the matrix is being computed."""
        return "all" in self._jobs or self._timers["all"].isActive()

    def wake(self, awake: bool) -> None:
        """Compute the matrix from now on, or no longer."""
        self._looked_at = awake
        if awake:
            self._refresh()

    def choose(self, columns: Sequence[str] | None) -> None:
        """Put these columns into the matrix; `None`: those that go best with the target."""
        self.chosen = tuple(columns) if columns is not None else None
        self._refresh()

    def relate(self, column: str | None) -> None:
        """Ask for the relations of one column; they come again whenever the rows change."""
        self._column = column
        self._known.pop("one", None)
        self._timers["one"].stop()
        self._cancel("one")
        self._refresh()

    def draw(self, x: str, y: str) -> None:
        """Ask for the picture of two columns; it comes again whenever the rows change."""
        self._pair = (x, y)
        self._known.pop("pair", None)
        self._refresh()

    def close(self) -> None:
        """Cancel everything."""
        for what in tuple(self._jobs):
            self._cancel(what)
        for timer in self._timers.values():
            timer.stop()

    # Work ---------------------------------------------------------------------------------------

    def _on_table(self) -> None:
        self.close()
        self._known.clear()
        self.chosen = self._pair = self._column = None
        self.relations = None
        self.changed.emit()
        self._refresh()

    def _refresh(self) -> None:
        if self._session.table is None or self._session.view.is_busy:
            return
        state = self._state()
        if self._looked_at and self._is_new("all", (*state, self.chosen)):
            self._cancel("all")
            self._timers["all"].start()
            self.changed.emit()
        if self._column is not None and self._is_new("one", (*state, self._column)):
            self._cancel("one")
            self._timers["one"].start()
        pair = self._pair
        if pair is not None and self._looked_at and self._is_new("pair", (*state, pair)):
            self._draw(*pair)

    def _is_new(self, what: str, state: tuple[object, ...]) -> bool:
        if self._known.get(what) == state:
            return False
        self._known[what] = state
        return True

    def _state(self) -> tuple[object, ...]:
        """Whatever relations depend on."""
        session = self._session
        kinds = tuple((spec.name, spec.kind) for spec in session.recipe.columns)
        path = session.table.fingerprint if session.table is not None else None
        return (path, kinds, session.target, session.view.filters)

    def _draw(self, x: str, y: str) -> None:
        def work(table: Any, schema: Schema, rows: Any, cancelled: Callable[[], bool]) -> Pair:
            from engine.data.relations.pair import pair

            return pair(table, schema, x, y, rows=rows, cancelled=cancelled)

        self._start("pair", work, self.drawn.emit)

    def _compute(self) -> None:
        target, chosen = self._session.target, self.chosen

        def work(table: Any, schema: Schema, rows: Any, cancelled: Callable[[], bool]) -> Relations:
            from engine.data.relations.relations import relations

            return relations(
                table, schema, target=target, rows=rows, columns=chosen, cancelled=cancelled
            )

        def done(found: Relations) -> None:
            self.relations = found
            self.changed.emit()

        self._start("all", work, done)

    def _relate(self) -> None:
        name = self._column
        assert name is not None  # the timer runs for a column only

        def work(
            table: Any, schema: Schema, rows: Any, cancelled: Callable[[], bool]
        ) -> tuple[Relation, ...]:
            from engine.data.relations.relations import relations_of

            return relations_of(table, schema, name, rows=rows, cancelled=cancelled)

        self._start("one", work, lambda found: self.related.emit(name, found))

    def _start(
        self,
        what: str,
        work: Callable[[Any, Schema, Any, Callable[[], bool]], Any],
        done: Callable[[Any], None],
    ) -> None:
        self._cancel(what)
        session = self._session
        table, schema, recipe = session.table, session.schema, session.recipe
        rows = session.view.rows if session.view.is_narrowed else None
        if table is None or schema is None:
            return

        def run(progress: Callable[[float], None], cancelled: Callable[[], bool]) -> Any:
            return work(table, schema_of(schema, recipe), rows, cancelled)

        def finished(found: Any) -> None:
            self._jobs.pop(what, None)
            done(found)

        def failed(error: object) -> None:
            self._jobs.pop(what, None)
            self._known.pop(what, None)  # whatever changes next tries again
            session.failed.emit(error)

        job = ThreadJob(run, self, Urgency.SHOWN if what == "pair" else Urgency.BESIDE)
        job.finished.connect(finished)
        job.failed.connect(failed)
        self._jobs[what] = job
        job.start()

    def _cancel(self, what: str) -> None:
        job = self._jobs.pop(what, None)
        if job is not None:
            job.cancel()
