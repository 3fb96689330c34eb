"""The recipe that a sweep starts from."""

from __future__ import annotations

from engine.data.table import Table
from engine.pipeline.resolving import matched
from engine.recipe.recipe import Recipe
from engine.schema import Task


def fixed_recipe(recipe: Recipe, table: Table) -> tuple[Recipe, Task]:
    """The recipe with what is left to Auto in network and training fixed, and what it predicts.

    The trials of a sweep differ in what is tried and in nothing else; and only a field that is not left to
    Auto can be tried. Of several networks the first one is taken. Needs no torch.

    Raises as `engine.pipeline.resolving.matched`.
    """
    from engine.data.preparing.table_facts import table_facts
    from engine.recipe.auto.choose import portfolio

    found = matched(recipe, table)
    facts = table_facts(found.recipe, found.schema, found.task, "cpu")
    first = portfolio(found.recipe, facts)[0].recipe
    update = {"networks": 1, "time_budget": recipe.training.time_budget}
    training = first.training.model_copy(update=update)
    return recipe.model_copy(update={"model": first.model, "training": training}), found.task
