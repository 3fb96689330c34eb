"""The runs that the harness kills: small, and as different as training can be."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from engine.data.open import open_table
from engine.recipe.families import Optimizer, Schedule
from engine.recipe.recipe import Recipe
from engine.recipe.training import Training
from engine.store.run_folder import RunFolder
from engine.store.workspace import Workspace

TARGET = "kind"
_ROWS = 120
_EPOCHS = 14


def write_table(folder: Path) -> Path:
    """Two numbers and a category that tell three classes apart."""
    generator = np.random.default_rng(5)
    kinds = generator.integers(0, 3, _ROWS)
    places = generator.choice(["island", "coast", "hills"], _ROWS)
    lines = ["length,width,place,kind"]
    for kind, place in zip(kinds, places, strict=True):
        length, width = generator.normal(kind * 2.0, 1.0), generator.normal(-kind, 1.0)
        lines.append(f"{length:.3f},{width:.3f},{place},kind {kind}")
    path = folder / "flowers.csv"
    path.write_text("\n".join(lines) + "\n")
    return path


def configurations() -> dict[str, dict[str, Any]]:
    """Recipes by name: each optimizer, each schedule, then what else a checkpoint has to hold."""
    found: dict[str, dict[str, Any]] = {}
    for optimizer in Optimizer.members():
        found[optimizer.kind_name()] = {"optimizer": {"kind": optimizer.kind_name()}}
    for schedule in Schedule.members():
        found[f"adamw, {schedule.kind_name()}"] = {"schedule": {"kind": schedule.kind_name()}}
    rest: dict[str, dict[str, Any]] = {
        "accumulated": {"accumulate": 3},
        "clipped": {"clip_norm": 0.5},
        "averaged (ema)": {"averaging": {"kind": "ema"}},
        "averaged (swa)": {"averaging": {"kind": "swa"}},
        "augmented": {"augmentation": {"mixup": 0.3, "noise": 0.1, "swap": 0.1}},
        "early stopping": {"early_stopping": {"enabled": True, "patience": 3}},
        "kept epochs": {"keep": {"best": 2, "every": 3}},
        "folds": {"split": {"folds": 2}, "epochs": 5},
    }
    return {name: _recipe(fields) for name, fields in {**found, **rest}.items()}


def _recipe(training: dict[str, Any]) -> dict[str, Any]:
    fields = dict(training)
    split = fields.pop("split", None)
    keep = {"seconds": 0.0, **fields.pop("keep", {})}  # saved whenever there is something new
    base = {
        "epochs": _EPOCHS,
        "batch_size": 8,
        "device": "cpu",
        "precision": "float32",
        "early_stopping": {"enabled": False},
        "keep": keep,
    }
    model = {"trunk": {"kind": "mlp", "widths": [12, 8], "dropout": 0.2}}
    known = {name: value for name, value in base.items() if name in Training.model_fields}
    recipe: dict[str, Any] = {"model": model, "training": {**known, **fields}}
    return recipe if split is None else {**recipe, "split": split}


def new_run(workspace: Path, table: Path, fields: dict[str, Any]) -> RunFolder:
    """A run of such a recipe, waiting to be trained."""
    recipe = Recipe.model_validate(fields).with_target(TARGET)
    opened = Workspace(workspace)
    try:
        return opened.create(recipe, open_table(table, recipe.reading))
    finally:
        opened.close()
