"""The recipe in force: its history, the edits that a person makes to it, and what follows from it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from engine.data.columns.completion import task_of
from engine.errors import TrainyardError, UnknownColumn
from engine.lookup import Last
from engine.recipe.checks import Finding, findings
from engine.recipe.reading import Reading
from engine.recipe.recipe import Recipe
from engine.schema import Column, Kind, Role, Schema, Task
from gui.derived_columns import DerivedColumns
from gui.recipe_history import RecipeHistory
from gui.table_loader import schema_of


class RecipeDesk(QObject):
    """Recipes over the columns of one table, one after the other; Undo and Redo go through them."""

    changed = Signal()
    """Another recipe is in force, by an edit, by Undo or by Redo."""
    failed = Signal(object)
    """A `TrainyardError` to be shown."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.schema: Schema | None = None
        self.derived = DerivedColumns(self)
        self._history = RecipeHistory(Recipe())
        self._used_schema, self._task_of = Last(schema_of), Last(task_of)
        self._whole_schema = Last(_with_columns)
        self._findings = Last(findings)

    def begin(self, recipe: Recipe, schema: Schema | None) -> None:
        """Start over with this recipe for the columns of `schema`; there is nothing to undo."""
        self.schema = schema
        self._history = RecipeHistory(recipe)

    def amend(self, recipe: Recipe, schema: Schema | None) -> None:
        """Put `recipe` in place of the current one, as the same step of the history."""
        self.schema = schema
        self._history.amend(recipe)

    # What is in force ---------------------------------------------------------------------------

    @property
    def recipe(self) -> Recipe:
        """The recipe in force; every column is listed while a table is open."""
        return self._history.recipe

    @property
    def used_schema(self) -> Schema | None:
        """The schema with the kinds and roles that the recipe gives."""
        return None if self.schema is None else self._used_schema(self.schema, self.recipe)

    @property
    def whole_schema(self) -> Schema | None:
        """The table's columns, then those that the recipe derives, as far as they have been counted."""
        if self.schema is None:
            return None
        return self._whole_schema(self.schema, *self.derived.of(self.recipe))

    @property
    def task(self) -> Task | None:
        """What would be trained; None too while a derived target has not been counted."""
        schema, target = self.whole_schema, self.recipe.target
        if schema is None or target is None or target not in schema:
            return None
        return self._task_of(self.recipe, schema)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Rules that the recipe breaks."""
        return self._findings(self.recipe)

    @property
    def undo_label(self) -> str | None:
        """What Undo would take back; `None` when there is nothing."""
        return self._history.undo_label

    @property
    def redo_label(self) -> str | None:
        """What Redo would do again; `None` when there is nothing."""
        return self._history.redo_label

    # Edits --------------------------------------------------------------------------------------

    def edit(self, recipe: Recipe, label: str) -> None:
        """Make `recipe` the current one; `label` (translated) names the step in Undo."""
        if self._history.edit(recipe, label):
            self.changed.emit()

    def undo(self) -> None:
        """Take the last edit back."""
        if self._history.undo():
            self.changed.emit()

    def redo(self) -> None:
        """Do the edit that was taken back again."""
        if self._history.redo():
            self.changed.emit()

    def set_target(self, name: str, label: str) -> None:
        """Make `name` the column to predict."""
        self.edit_columns(self.recipe.with_target(name), label)

    def set_kind(self, name: str, kind: Kind, label: str) -> None:
        """Take the column for another kind."""
        spec = self.recipe.column(name).model_copy(update={"kind": kind})
        self.edit_columns(self.recipe.with_column(spec), label)

    def set_role(self, name: str, role: Role, label: str) -> None:
        """Use the column for something else."""
        if role is Role.TARGET:
            self.set_target(name, label)
            return
        recipe, kind = self.recipe, self.recipe.column(name).kind
        if name in recipe.targets:
            recipe = recipe.without_target(name)
        spec = recipe.column(name).model_copy(update={"role": role, "kind": kind})
        self.edit_columns(recipe.with_column(spec), label)

    def add_target(self, name: str, label: str) -> None:
        """Predict the column too, beside what is predicted."""
        self.edit_columns(self.recipe.with_target_beside(name), label)

    def open_file(self, path: Path, reading: Reading) -> None:
        """Use a recipe file; `reading` takes the place of what it does not say of reading."""
        from engine.recipe.files import load_recipe

        try:
            recipe = load_recipe(path)
        except TrainyardError as error:
            self.failed.emit(error)
            return
        if recipe.reading == Reading():
            recipe = recipe.model_copy(update={"reading": reading})
        self.edit_columns(recipe, path.name)

    def edit_columns(self, recipe: Recipe, label: str) -> None:
        """Make `recipe` the current one, with every column of the table listed in it."""
        from engine.data.columns.infer import complete

        if self.schema is None:
            return
        try:
            self.edit(complete(recipe, self.schema), label)
        except UnknownColumn as error:
            self.failed.emit(error)


def _with_columns(schema: Schema, *columns: Column) -> Schema:
    """The schema with those columns at its end."""
    more = tuple(column for column in columns if column.name not in schema)
    return schema.model_copy(update={"columns": (*schema.columns, *more)}) if more else schema
