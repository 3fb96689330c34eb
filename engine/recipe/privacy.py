"""What a recipe tells of the values that it hides, and the same recipe without it."""

from __future__ import annotations

from engine.recipe.recipe import Recipe


def hidden_names(recipe: Recipe) -> tuple[str, ...]:
    """Names of the columns whose values the recipe hides."""
    return tuple(c.name for c in recipe.columns if c.hide is not None and c.name is not None)


def hides(recipe: Recipe) -> bool:
    """Whether any column is hidden."""
    return any(column.hide is not None for column in recipe.columns)


def without_values(recipe: Recipe) -> Recipe:
    """The recipe as it is kept with a run, when it hides columns; else the recipe itself.

    Corrections of rows hold lines of the file, and those of cells hold values: corrections of rows, and
    those of hidden columns, are left out.
    """
    if not hides(recipe):
        return recipe
    hidden = set(hidden_names(recipe))
    columns = tuple(
        column.model_copy(update={"fixes": ()}) if column.name in hidden else column
        for column in recipe.reading.columns
    )
    if not recipe.reading.fixes and columns == recipe.reading.columns:
        return recipe
    reading = recipe.reading.model_copy(update={"fixes": (), "columns": columns})
    return recipe.model_copy(update={"reading": reading})
