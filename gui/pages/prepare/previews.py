"""Before and after of the number columns, computed beside the window and kept until they change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from engine.data.preparing.column_steps import in_force, kind_in_force
from engine.data.preparing.plan import is_used, part_sizes, rows_to_split
from engine.lookup import Last
from engine.recipe.column_families import ColumnStep
from engine.recipe.recipe import Recipe
from engine.schema import Kind, Schema
from gui.derived_columns import hidden_in, origins_of, without_target
from gui.jobs import ThreadJob

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.data.preparing.preview import NumberPreview
    from gui.session import Session

MOST_ROWS = 20_000
DELAY_MS = 60
Steps = tuple[ColumnStep | None, ...]
Key = tuple[str, str, Steps, bool | None, int, int, object]
"""Table, column, what is done to it, whether missing values are flagged, rows of the sample, seed, and
what its values follow from: how it is hidden, or its formula and all that is hidden."""
_STEPS = ("missing", "clip", "scale")


def _sample_size(recipe: Recipe, schema: Schema) -> int:
    return min(MOST_ROWS, part_sizes(recipe.split, rows_to_split(recipe, schema))[0])


class Previews(QObject):
    """Previews of the columns used, by name. `changed` tells that there are more or other ones."""

    changed = Signal()

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._known: dict[Key, NumberPreview] = {}
        self._sample_size = Last(_sample_size)
        self._job: ThreadJob | None = None
        self._delay = QTimer(self, singleShot=True, interval=DELAY_MS)
        self._delay.timeout.connect(self._start)
        self._active = False
        session.recipeChanged.connect(self._later)
        session.profileChanged.connect(self._later)
        session.tableChanged.connect(self._known.clear)

    def set_active(self, active: bool) -> None:
        """Compute only while someone looks."""
        self._active = active
        if active:
            self._later()
        else:
            self._delay.stop()

    def of(self, name: str) -> NumberPreview | None:
        """The preview of a column as the recipe has it; None while there is none."""
        key = self._key(name)
        return self._known.get(key) if key is not None else None

    def close(self) -> None:
        """End what runs beside the window."""
        self._delay.stop()
        if self._job is not None:
            self._job.cancel()
            self._job.wait()
            self._job = None

    def _key(self, name: str) -> Key | None:
        session = self._session
        schema = session.whole_schema
        if session.table is None or schema is None or name not in schema:
            return None
        column = schema[name]
        spec = session.recipe.column(name)
        kind = kind_in_force(spec, column)
        if kind is not Kind.NUMBER or not is_used(spec, column):
            return None
        steps = tuple(in_force(step, kind, spec) for step in _STEPS)
        size = self._sample_size(session.recipe, schema)
        seed = session.recipe.split.seed
        made = next((each for each in origins_of(session.recipe) if each[-1].name == name), None)
        origin = spec.hide if made is None else (made, hidden_in(session.recipe))
        return (session.table.fingerprint, name, steps, spec.flag, size, seed, origin)

    def _later(self) -> None:
        if self._active:
            self._delay.start()

    def _start(self) -> None:
        table, schema = self._session.table, self._session.whole_schema
        if table is None or schema is None or self._job is not None:
            return
        keys = [key for name in schema.names if (key := self._key(name)) is not None]
        wanted = [key for key in keys if key not in self._known]
        if not wanted:
            return
        recipe = self._session.recipe

        def work(
            progress: Callable[[float], None], cancelled: Callable[[], bool]
        ) -> dict[Key, NumberPreview]:
            from engine.data.preparing.columnar import typed_cells
            from engine.data.preparing.derived.source import derived_source
            from engine.data.preparing.hidden import hidden_source
            from engine.data.preparing.preview import preview_number, sample_rows

            found: dict[Key, NumberPreview] = {}
            rows = sample_rows(table.rows, wanted[0][4], wanted[0][5])
            shown = {key[1] for key in wanted}
            if shown.isdisjoint(column.name for column in recipe.derived):
                columns = tuple(spec for spec in recipe.columns if spec.name in shown)
                seen = hidden_source(table, recipe.model_copy(update={"columns": columns}))
            else:  # which see what is left of every column
                seen = derived_source(hidden_source(table, recipe), without_target(recipe))
            for key in wanted:
                if cancelled():
                    break
                spec = recipe.column(key[1])
                values, cell_type = typed_cells(seen, spec, recipe, schema, rows)
                found[key] = preview_number(values, spec, cell_type)
            return found

        self._job = ThreadJob(work, self)
        self._job.finished.connect(self._on_found)
        self._job.failed.connect(self._on_failed)
        self._job.start()

    def _on_found(self, found: dict[Key, NumberPreview]) -> None:
        self._job = None
        self._known |= found
        self.changed.emit()
        self._later()

    def _on_failed(self, error: object) -> None:
        self._job = None
        self._session.failed.emit(error)
