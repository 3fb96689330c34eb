"""The edits that mend problems: every one is a change of the recipe, and can be undone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from engine.data.problems.problem import Fix
from engine.data.table import Table
from engine.messages import message, message_n
from engine.recipe.reading import CellFix, ColumnReading, DateOrder
from engine.recipe.recipe import Recipe
from engine.recipe.rows import DuplicatePolicy, Duplicates
from engine.schema import Role


def ignore(*names: str) -> Fix:
    """Leave columns out of training."""
    gone = frozenset(names)

    def edit(recipe: Recipe) -> Recipe:
        columns = tuple(
            spec.model_copy(update={"role": Role.IGNORE}) if spec.name in gone else spec
            for spec in recipe.columns
        )
        return recipe.model_copy(update={"columns": columns})

    if len(names) == 1:
        return Fix(message("Ignore “{column}”", column=names[0]), edit)
    return Fix(message_n("Ignore {count} column", "Ignore {count} columns", len(names)), edit)


def use_as(column: str, role: Role) -> Fix:
    """Give a column a role of its own: group, time or weight."""

    def edit(recipe: Recipe) -> Recipe:
        spec = recipe.column(column).model_copy(update={"role": role})
        return recipe.with_column(spec)

    labels = {
        Role.GROUP: message("Use “{column}” as group", column=column),
        Role.TIME: message("Use “{column}” as time", column=column),
    }
    weight = message("Use “{column}” as row weight", column=column)
    return Fix(labels.get(role, weight), edit)


def balance_classes() -> Fix:
    """Give rare classes the same say as frequent ones."""

    def edit(recipe: Recipe) -> Recipe:
        training = recipe.training.model_copy(update={"class_weights": "balanced"})
        return recipe.model_copy(update={"training": training})

    return Fix(message("Give every class the same weight"), edit)


def drop_copies(count: int) -> Fix:
    """Use one of the rows that are the same in every column."""

    def edit(recipe: Recipe) -> Recipe:
        duplicates = Duplicates(policy=DuplicatePolicy.DROP)
        rows = recipe.rows.model_copy(update={"duplicates": duplicates})
        return recipe.model_copy(update={"rows": rows})

    return Fix(message_n("Drop {count} copy", "Drop {count} copies", count), edit)


def keep_damaged_rows_out() -> Fix:
    """Set no row right without being asked."""

    def edit(recipe: Recipe) -> Recipe:
        return _reading(recipe, repair=False)

    return Fix(message("Keep them out instead"), edit)


def read_as_missing(table: Table, column: str, shown: str, texts: Sequence[str]) -> Fix:
    """Take texts of one column for "no value"; `shown` stands for them in the name of the fix."""

    def edit(recipe: Recipe) -> Recipe:
        reading = recipe.reading.column(column)
        before = reading.missing
        if before is None:
            before = table.cell_type(column).missing
        missing = tuple(dict.fromkeys((*before, *texts)))
        return _column(recipe, reading.model_copy(update={"missing": missing}))

    return Fix(message("Read “{value}” as missing", value=shown), edit)


def read_cells_as(column: str, values: Mapping[str, str]) -> Fix:
    """Read texts of one column as other texts."""

    def edit(recipe: Recipe) -> Recipe:
        reading = recipe.reading.column(column)
        kept = tuple(fix for fix in reading.fixes if fix.found not in values)
        fixes = tuple(CellFix(found=found, value=value) for found, value in values.items())
        return _column(recipe, reading.model_copy(update={"fixes": (*kept, *fixes)}))

    return Fix(message("Read them as one"), edit)


def read_dates(column: str, order: DateOrder) -> Fix:
    """Read the dates of a column day first or month first."""

    def edit(recipe: Recipe) -> Recipe:
        reading = recipe.reading.column(column)
        return _column(recipe, reading.model_copy(update={"dates": order}))

    if order is DateOrder.DAY_FIRST:
        return Fix(message("Read the day first"), edit)
    return Fix(message("Read the month first"), edit)


def _column(recipe: Recipe, column: ColumnReading) -> Recipe:
    reading = recipe.reading.with_column(column)
    return recipe.model_copy(update={"reading": reading})


def _reading(recipe: Recipe, **changed: object) -> Recipe:
    reading = recipe.reading.model_copy(update=changed)
    return recipe.model_copy(update={"reading": reading})


def take_fixes_back(*, left_out: bool) -> Fix:
    """Read lines as they stand in the file again: those left out by choice, or those written anew."""

    def edit(recipe: Recipe) -> Recipe:
        kept = tuple(fix for fix in recipe.reading.fixes if (not fix.text) is not left_out)
        return _reading(recipe, fixes=kept)

    label = message("Take them back in") if left_out else message("Read them as they stand again")
    return Fix(label, edit)
