"""What the columns hold that the recipe derives: counted beside the window, kept while it holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from PySide6.QtCore import QObject, Signal

from engine.recipe.recipe import Recipe
from engine.recipe.rows import DerivedColumn
from engine.schema import Column, Role, Schema
from gui.jobs import ThreadJob
from gui.turns import Urgency

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.data.table import Table

Origin: TypeAlias = tuple[DerivedColumn, ...]
"""A derived column, last, after those that it may be computed from."""


class DerivedColumns(QObject):
    """Counts the derived columns of one table after the other. `changed` tells that more are known."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._base: object = None
        """The table and what is hidden of it, which derived columns see."""
        self._known: dict[Origin, Column] = {}
        self._job: ThreadJob | None = None
        self._asked: object = None

    def of(self, recipe: Recipe) -> tuple[Column, ...]:
        """The derived columns of a recipe that are known by now, in its order."""
        found = (self._known.get(origin) for origin in origins_of(recipe))
        return tuple(column for column in found if column is not None)

    def follow(self, table: Table, schema: Schema, recipe: Recipe) -> None:
        """Count what is not known yet of the columns that the recipe derives."""
        base = (table.fingerprint, hidden_in(recipe))
        if base != self._base:
            self.forget()
            self._base = base
        origins = origins_of(recipe)
        wanted = None if all(origin in self._known for origin in origins) else origins
        if wanted == self._asked:
            return
        self._drop_job()
        if wanted is None:
            return

        def work(_progress: Callable[[float], None], cancelled: Callable[[], bool]) -> Schema:
            from engine.data.preparing.derived.facts import schema_with_derived

            return schema_with_derived(schema, table, without_target(recipe), cancelled=cancelled)

        job = ThreadJob(work, self, Urgency.SHOWN)
        job.finished.connect(lambda counted: self._on_counted(origins, counted))
        job.failed.connect(lambda _error: self._drop_job())
        self._asked, self._job = wanted, job.start()

    def forget(self) -> None:
        """Another table is open, or none."""
        self._drop_job()
        self._base = None
        self._known = {}

    def close(self) -> None:
        """End the thread."""
        if self._job is not None:
            self._job.cancel()
            self._job.wait()
            self._job = None

    def _on_counted(self, origins: tuple[Origin, ...], counted: Schema) -> None:
        self._drop_job()
        self._known |= {origin: counted[origin[-1].name] for origin in origins}
        self.changed.emit()

    def _drop_job(self) -> None:
        # What cannot be computed is told beside the formula and by the report on the split.
        if self._job is not None:
            self._job.cancel()
        self._job = self._asked = None


def origins_of(recipe: Recipe) -> tuple[Origin, ...]:
    """For each derived column, what its values follow from."""
    return tuple(recipe.derived[: place + 1] for place in range(len(recipe.derived)))


def hidden_in(recipe: Recipe) -> object:
    """What is hidden, and how; derived columns see what is left."""
    return tuple((spec.name, spec.hide) for spec in recipe.columns if spec.hide is not None)


def without_target(recipe: Recipe) -> Recipe:
    """The recipe with nothing to predict: then a column may be looked at that is computed from it."""
    columns = tuple(
        spec.model_copy(update={"role": Role.IGNORE}) if spec.role is Role.TARGET else spec
        for spec in recipe.columns
    )
    return recipe.model_copy(update={"columns": columns})
