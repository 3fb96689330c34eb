"""What in a recipe that was written by hand does not go with the open table, and in which line."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from engine.errors import TrainyardError
from engine.recipe.recipe import Recipe
from engine.schema import Schema
from gui.forms.json_check import JsonProblem, line_of
from gui.i18n import render, tr

Path = tuple[str | int, ...]


def wrong_in(
    recipe: Recipe, text: str, schema: Schema, rows: Callable[[Recipe], TrainyardError | None]
) -> JsonProblem | None:
    """The first column that the table does not have, else what `rows` says of conditions and formulas."""
    known = {*schema.names, *(column.name for column in recipe.derived)}
    for path, name in _named(recipe):
        if name not in known:
            return JsonProblem(
                line_of(text, path), tr("The table has no column “{column}”.", column=name)
            )
    error = rows(recipe)
    if error is None:
        return None
    place = ("rows", "where") if recipe.rows.where else ("derived",)
    return JsonProblem(line_of(text, place), render(next(iter(error.messages()))))


def _named(recipe: Recipe) -> Iterator[tuple[Path, str]]:
    """Every column that is named, with the place of the name."""
    for at, spec in enumerate(recipe.columns):
        if spec.name is not None:
            yield ("columns", at, "name"), spec.name
    if recipe.split.column is not None:
        yield ("split", "column"), recipe.split.column
    for at, name in enumerate(recipe.rows.duplicates.columns):
        yield ("rows", "duplicates", "columns", at), name
