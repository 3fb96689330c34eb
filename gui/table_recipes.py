"""The recipe that goes with a table which has just been read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.recipe.auto.choose import as_new
from engine.recipe.reading import Reading
from engine.recipe.recipe import Recipe
from engine.schema import Schema

if TYPE_CHECKING:
    from engine.data.table import Table


def first_recipe(
    table: Table, schema: Schema, target: str | None, remembered: Recipe | None
) -> Recipe:
    """For a table that was not open: the remembered recipe as far as it fits, or a new one.

    `target` is what to predict if the remembered recipe does not say it; one is suggested where the
    table has no such column. Every column is listed.
    """
    from engine.data.columns.carry import carried_over
    from engine.data.columns.infer import complete, suggest_target

    recipe = as_new(Recipe(reading=table.reading))
    if remembered is not None:
        recipe = remembered.model_copy(update={"reading": table.reading})
        recipe, _ = carried_over(recipe, None, schema)
        target = recipe.target or target
    if target is None or target not in schema:
        target = suggest_target(schema)
    if target is not None and target != recipe.target:
        recipe = recipe.with_target(target)
    return complete(recipe, schema)


def recipe_after_rereading(
    recipe: Recipe, former: Schema | None, table: Table, schema: Schema
) -> tuple[Recipe, tuple[str, ...]]:
    """For a table that was read in another way: the recipe in force, and the columns that it lost.

    `former` is the schema before. Where the target is gone another one is suggested.
    """
    from engine.data.columns.carry import carried_over
    from engine.data.columns.infer import complete, suggest_target

    recipe = recipe.model_copy(update={"reading": table.reading})
    target_before = recipe.target
    recipe, gone = carried_over(recipe, former, schema)
    target = suggest_target(schema) if target_before in gone else None
    if target is not None:
        recipe = complete(recipe.with_target(target), schema)
    return recipe, gone


def recipe_as_read(recipe: Recipe, reading: Reading, schema: Schema) -> Recipe:
    """For a table that stays as it was read, since reading it in another way has failed."""
    from engine.data.columns.carry import carried_over

    recipe, _ = carried_over(recipe.model_copy(update={"reading": reading}), None, schema)
    return recipe
