"""The recipe and the preparation of a trained model, without its network. Free of torch."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from engine.checked_archive import BROKEN, first_line
from engine.data.preparing.preparation import Preparation
from engine.errors import (
    ModelFileDamaged,
    NotAModelFile,
    RunUntrained,
    TrainyardError,
)
from engine.predictor.model_file import PREPARATION, RECIPE, Manifest, read_model_file
from engine.recipe.files import load_recipe, parse_recipe
from engine.recipe.recipe import Recipe


@dataclass(frozen=True, slots=True)
class ModelParts:
    """What a model file holds, all but the network taken apart."""

    manifest: Manifest
    recipe: Recipe
    preparation: Preparation
    entries: Mapping[str, bytes]


def fitted_recipe(path: Path) -> tuple[Recipe, Preparation]:
    """The recipe as run and what was fitted by it, from a run folder or a `.trainyard` file.

    Raises `FileMissing`, `ModelFileError`, `RunUntrained` or `RecipeError`.
    """
    if path.is_dir():
        if not (path / "run.json").exists():
            raise NotAModelFile(str(path))
        if not (path / "preparation").exists():
            raise RunUntrained(path.name)
        return load_recipe(path / "resolved.json", of_run=True), Preparation.load(
            path / "preparation"
        )
    parts = model_parts(path)
    return parts.recipe, parts.preparation


def model_parts(path: Path) -> ModelParts:
    """What a `.trainyard` file holds, every byte checked.

    Raises `FileMissing`, `NoPermission` or `ModelFileError`.
    """
    manifest, entries = read_model_file(path)
    try:
        recipe = parse_recipe(entries[RECIPE].decode("utf-8"), RECIPE)
        with tempfile.TemporaryDirectory(prefix="trainyard-") as folder:
            for name in PREPARATION:
                Path(folder, Path(name).name).write_bytes(entries[name])
            preparation = Preparation.load(Path(folder))
        _ = preparation.inputs, preparation.columns  # what follows from it must not fail later
        _ = [formula.kind for formula in preparation.derived]
    except TrainyardError as error:
        raise ModelFileDamaged(str(path), _detail(error)) from error
    except (*BROKEN, AttributeError, LookupError, ArithmeticError, AssertionError) as error:
        raise ModelFileDamaged(str(path), first_line(error)) from error
    return ModelParts(manifest, recipe, preparation, entries)


def _detail(error: TrainyardError) -> str:
    """What was found in a part of the file."""
    if isinstance(error, ModelFileDamaged):
        return first_line(f"{PREPARATION[0]}: {error.detail}")
    return first_line(error.messages()[0])
