"""`--preset`: a recipe with the network of a preset."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from engine.errors import PresetNotFound
from engine.paths import default_workspace
from engine.recipe.preset import load_preset
from engine.recipe.recipe import Recipe
from engine.store.presets import PresetShelf

UsePreset: TypeAlias = Annotated[
    str,
    typer.Option(
        "--preset", metavar="NAME|FILE", help="Use the network of a preset; --set may change it."
    ),
]


def with_preset(recipe: Recipe, preset: str) -> Recipe:
    """The recipe with the network of the preset of that name, or in that file; as it is for none.

    Raises `PresetNotFound`, or the errors of `load_preset`.
    """
    if not preset:
        return recipe
    try:
        return PresetShelf(default_workspace()).get(preset).used_in(recipe)
    except PresetNotFound:
        if not Path(preset).is_file():
            raise
        return load_preset(Path(preset)).used_in(recipe)
