"""`--target`: the column to predict, or several of them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Annotated, TypeAlias

import typer

from engine.recipe.recipe import Recipe

Targets: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--target",
        "-t",
        metavar="COLUMN",
        help="The column to predict. Repeat it to predict several numbers, or several yes/no answers.",
    ),
]


def with_targets(recipe: Recipe, names: Collection[str], edits: Collection[str] = ()) -> Recipe:
    """The recipe with these targets and no others; as it is without a name, or if it has just these.

    Args:
        recipe: What was asked for.
        names: The columns.
        edits: Of the command line: a kind that they give to a target holds.
    """
    if len(names) > 1 and set(names) == set(recipe.targets):
        return recipe
    named = {edit.partition("=")[0].strip() for edit in edits}
    for place, name in enumerate(names):
        kind = recipe.column(name).kind if f"columns.{name}.kind" in named else None
        if place == 0:
            recipe = recipe.with_target(name, kind)
        else:
            recipe = recipe.with_target_beside(name, kind)
    return recipe
