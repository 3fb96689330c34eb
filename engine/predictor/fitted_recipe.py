"""The recipe and the preparation of a trained model, without its network. Free of torch."""

from __future__ import annotations

import tempfile
from pathlib import Path

from engine.data.preparing.preparation import Preparation
from engine.errors import NotAModelFile, RunUntrained
from engine.predictor.model_file import PREPARATION, RECIPE, read_model_file
from engine.recipe.files import load_recipe, parse_recipe
from engine.recipe.recipe import Recipe


def fitted_recipe(path: Path) -> tuple[Recipe, Preparation]:
    """The recipe as run and what was fitted by it, from a run folder or a `.trainyard` file.

    Raises `FileMissing`, `NotAModelFile`, `ModelFileDamaged`, `ModelFileTooNew`, `RunUntrained` or
    `RecipeError`.
    """
    if path.is_dir():
        if not (path / "run.json").exists():
            raise NotAModelFile(str(path))
        if not (path / "preparation").exists():
            raise RunUntrained(path.name)
        return load_recipe(path / "resolved.json", of_run=True), Preparation.load(
            path / "preparation"
        )
    _, entries = read_model_file(path)
    recipe = parse_recipe(entries[RECIPE].decode("utf-8", "replace"), f"{path}: {RECIPE}")
    with tempfile.TemporaryDirectory(prefix="trainyard-") as folder:
        for name in PREPARATION:
            Path(folder, Path(name).name).write_bytes(entries[name])
        return recipe, Preparation.load(Path(folder))
