"""What a person does on the Prepare page: each edit of the recipe as one step of Undo."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from engine.data.columns.completion import complete
from engine.data.formats.kinds import patterns
from engine.errors import TrainyardError
from engine.lookup import Last
from engine.recipe.columns import ColumnSpec
from engine.recipe.recipe import Recipe
from engine.recipe.rows import Duplicates
from engine.recipe.split import Split, SplitMethod
from engine.schema import Kind, Role, Schema
from gui.forms.json_check import JsonProblem
from gui.i18n import render, tr
from gui.models.column_words import BESIDE, kind_name
from gui.pages.prepare.json_judge import wrong_in
from gui.pages.prepare.split_card import with_method
from gui.widgets.file_choosers import choose_file, documents

if TYPE_CHECKING:
    from engine.data.problems import Problem
    from gui.session import Session


class RecipeEdits:
    """Edits of the session's recipe, asked for by the parts of the page."""

    def __init__(self, session: Session, window: QWidget) -> None:
        """`window`: what dialogs belong to."""
        self._session, self._window = session, window
        self._made_automatic = Last(_automatic)

    def set_role(self, name: str, wanted: object) -> None:
        """Use the column for something else; `BESIDE` predicts it beside other columns."""
        if wanted == BESIDE:
            self._session.add_target(name, tr("Use {column} as target too", column=name))
            return
        role = Role(str(wanted))
        labels = {
            Role.TARGET: tr("Use {column} as target", column=name),
            Role.IGNORE: tr("Ignore {column}", column=name),
        }
        words = labels.get(role, tr("Use {column} as feature", column=name))
        self._session.set_role(name, role, words)

    def set_kind(self, name: str, kind: Kind) -> None:
        """Take the column for another kind."""
        words = tr("Read {column} as {kind}", column=name, kind=kind_name(kind).lower())
        self._session.set_kind(name, kind, words)

    def mend(self, problem: Problem) -> None:
        """Do what mends a problem of the table."""
        if problem.fix is not None:
            self._session.edit(problem.fix.edit(self._session.recipe), render(problem.fix.label))

    def set_spec(self, spec: ColumnSpec, words: str) -> None:
        """Say something else of one column."""
        self._session.edit(self._session.recipe.with_column(spec), words)

    def set_specs(self, specs: Sequence[ColumnSpec], words: str) -> None:
        """Say something else of several columns."""
        recipe = self._session.recipe
        for spec in specs:
            if spec.name in recipe.targets and spec.role is not Role.TARGET:
                recipe = recipe.without_target(spec.name)
                update = {"role": spec.role, "kind": spec.kind}
                spec = recipe.column(spec.name).model_copy(update=update)
            recipe = recipe.with_column(spec)
        self._session.use_recipe(recipe, words)

    def set_targets(self, names: Sequence[str], beside: bool) -> None:
        """Predict these columns; with `beside` those that are predicted stay."""
        recipe = self._session.recipe
        for place, name in enumerate(names):
            keep = beside or place > 0
            recipe = recipe.with_target_beside(name) if keep else recipe.with_target(name)
        words = tr("Use {columns} as targets", columns=", ".join(names))
        self._session.use_recipe(recipe, words)

    def wrong_with(self, recipe: Recipe) -> TrainyardError | None:
        """What is wrong with the conditions and formulas of a recipe; no row is looked at."""
        from engine.data.preparing.row_facts import check_rows

        if self._session.table is not None:
            try:
                check_rows(self._session.table, recipe)
            except TrainyardError as error:
                return error
        return None

    def edit_split(self, split: Split, words: str) -> None:
        """Split in another way; a column is chosen where the method needs one."""
        schema = self._session.whole_schema
        if schema is not None:
            self._session.edit(with_method(self._session.recipe, schema, split), words)

    def edit_duplicates(self, duplicates: Duplicates, words: str) -> None:
        """Treat rows that are alike in another way."""
        recipe = self._session.recipe
        rows = recipe.rows.model_copy(update={"duplicates": duplicates})
        self._session.edit(recipe.model_copy(update={"rows": rows}), words)

    def choose_test_file(self) -> None:
        """Ask for the file whose rows test."""
        kinds = ";;".join((tr("Tables ({patterns})", patterns=patterns()), tr("All files (*)")))
        table = self._session.table
        folder = table.path.parent if table is not None else documents()
        path = choose_file(self._window, tr("Choose the file whose rows test"), folder, kinds)
        if path is not None:
            split = self._session.recipe.split
            update = {"method": SplitMethod.FILE, "file": str(path)}
            self.edit_split(split.model_copy(update=update), tr("split"))

    def judge(self, recipe: Recipe, text: str) -> JsonProblem | None:
        """What in a recipe that is written by hand does not go with the open table."""
        schema = self._session.schema
        if schema is None:
            return None
        return wrong_in(recipe, text, schema, self.wrong_with)

    def edit_as_json(self, recipe: Recipe) -> None:
        """Take a recipe that was written by hand."""
        self._session.use_recipe(recipe, tr("edit as JSON"))

    def reset(self) -> None:
        """Columns and split as they are chosen automatically."""
        self._session.edit(self.automatic(), tr("reset to Auto"))

    def automatic(self) -> Recipe:
        """The recipe with the columns and the split as they are chosen for this target."""
        return self._made_automatic(self._session.recipe, self._session.schema)


def _automatic(recipe: Recipe, schema: Schema | None) -> Recipe:
    automatic = recipe.model_copy(update={"columns": (), "split": Split()})
    if schema is None:
        return automatic
    for place, name in enumerate(recipe.targets):
        kind = recipe.column(name).kind
        if place == 0:
            automatic = automatic.with_target(name, kind)
        else:
            automatic = automatic.with_target_beside(name, kind)
    return complete(automatic, schema)
