"""Small tables and runs trained on them, for tests of what comes after training."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from engine.data.open import open_table
from engine.pipeline.training import train_run
from engine.recipe.recipe import Recipe
from engine.store.run_folder import RunFolder
from engine.store.workspace import Workspace

SMALL = {
    "model": {"trunk": {"kind": "mlp", "widths": [16]}},
    "training": {
        "epochs": 4,
        "batch_size": 32,
        "optimizer": {"kind": "adam", "learning_rate": 0.01},
        "device": "cpu",
    },
}


def write_csv(path: Path, header: Sequence[str] | None, rows: Sequence[Sequence[Any]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        if header:
            writer.writerow(header)
        writer.writerows(rows)
    return path


def read_csv(path: Path, delimiter: str = ",") -> tuple[list[str], list[list[str]]]:
    with path.open(newline="", encoding="utf-8") as file:
        header, *rows = csv.reader(file, delimiter=delimiter)
    return header, rows


def flowers(path: Path, rows: int = 240, classes: int = 3) -> Path:
    """Classes that two numbers and a category tell apart, with noise, and a text column."""
    generator = np.random.default_rng(7)
    lines = []
    for row in range(rows):
        kind = int(generator.integers(classes))
        length = round(float(generator.normal(kind * 2.0, 1.0)), 3)
        width = round(float(generator.normal(-kind, 1.0)), 3)
        place = generator.choice(["island", "coast", "hills"]) if kind else "coast"
        lines.append([f"note {row}, seen", length, width, place, f"kind {kind}"])
    return write_csv(path, ["note", "length", "width", "place", "kind"], lines)


def prices(path: Path, rows: int = 240) -> Path:
    """A number that follows from two others."""
    generator = np.random.default_rng(8)
    lines = []
    for _ in range(rows):
        size, age = generator.uniform(20, 200), generator.uniform(0, 50)
        price = 1000 + 30 * size - 10 * age + generator.normal(0, 50)
        lines.append([round(float(v), 2) for v in (size, age, price)])
    return write_csv(path, ["size", "age", "price"], lines)


def new_run(
    folder: Path, path: Path, target: str, changes: dict[str, Any] | None = None
) -> RunFolder:
    """A run waiting to be trained."""
    recipe = Recipe.model_validate(merged(SMALL, changes or {})).with_target(target)
    workspace = Workspace(folder)
    try:
        return workspace.create(recipe, open_table(path, recipe.reading))
    finally:
        workspace.close()


def trained_run(
    folder: Path, path: Path, target: str, changes: dict[str, Any] | None = None
) -> RunFolder:
    """A run that is done."""
    run = new_run(folder, path, target, changes)
    train_run(run)
    return run


def merged(base: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """Nested settings with changes; a part of another kind replaces the former one whole."""
    result = dict(base)
    for key, value in changes.items():
        former = result.get(key)
        if isinstance(value, dict) and isinstance(former, dict) and "kind" not in value:
            value = merged(former, value)
        result[key] = value
    return result
