"""Trainyard's networks, trained as a person trains them: a recipe, a run, its best weights.

`RECIPES` holds what the authors of each network publish, as far as it is known (the trunks' docstrings
and `published` name the papers): sizes, encoders, preparation and training. `auto` is the recipe of
someone who presses Train and changes nothing: Auto.
"""

from __future__ import annotations

import math
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from engine.data.columns.infer import infer_schema
from engine.data.open import open_table
from engine.events import RunFailed
from engine.pipeline.tables import table_of
from engine.pipeline.training import train_run
from engine.predictor.part import part_rows
from engine.predictor.predictor import Predictor
from engine.recipe.auto.choose import as_new
from engine.recipe.recipe import Recipe
from engine.schema import Kind, Role, Task
from engine.store.workspace import Workspace
from tests.benchmarks.quality_parts.data_sets import PART, DataSet
from tests.benchmarks.quality_parts.rivals import Scored

Settings = dict[str, Any]

BINS: Settings = {"kind": "piecewise_linear", "bins": 48, "width": 16}
RESNET: Settings = {"kind": "resnet", "blocks": 4, "width": 256, "hidden_dropout": 0.2}
TABM: Settings = {"kind": "tabm", "k": 32, "width": 512, "dropout": 0.1}

RECIPES: dict[str, Settings] = {
    "auto": {},
    "mlp": {
        "scale": "quantile",
        "model": {"trunk": {"kind": "mlp", "widths": [384, 384], "dropout": 0.2}},
        "training": {"optimizer": {"kind": "adamw", "learning_rate": 5e-4, "weight_decay": 1e-4}},
    },
    "mlp_plr": {
        "scale": "quantile",
        "model": {
            "trunk": {"kind": "mlp", "widths": [384, 384], "dropout": 0.2},
            "numbers": {"kind": "periodic", "form": "lite", "deviation": 0.1},
        },
        "training": {"optimizer": {"kind": "adamw", "learning_rate": 5e-4, "weight_decay": 1e-4}},
    },
    "resnet": {
        "scale": "quantile",
        "model": {"trunk": RESNET},
        "training": {"optimizer": {"kind": "adamw", "learning_rate": 3e-4, "weight_decay": 1e-4}},
    },
    "ft_transformer": {"scale": "quantile", "model": {"trunk": {"kind": "ft_transformer"}}},
    "tabm": {
        "scale": "quantile",
        "model": {"trunk": TABM | {"blocks": 3}, "categories": "one_hot"},
    },
    "tabm_bins": {
        "scale": "quantile",
        "model": {"trunk": TABM | {"blocks": 2}, "numbers": BINS, "categories": "one_hot"},
    },
    "tabm_small": {
        "scale": "quantile",
        "model": {
            "trunk": {"kind": "tabm", "k": 16, "width": 128, "blocks": 3, "dropout": 0.1},
            "numbers": BINS,
            "categories": "one_hot",
        },
    },
    "realmlp": {
        "scale": "smooth_clip",
        "model": {
            "trunk": {"kind": "realmlp"},
            "numbers": {"kind": "periodic", "form": "dense"},
            "categories": {"kind": "embedding", "width": 8, "one_hot_up_to": 9},
        },
        "smoothing": 0.1,
    },
}
"""`scale` is every number column's; the rest is a recipe's. Training starts from the trunk's `suggested`."""


def recipe_for(name: str, data: DataSet, frame: pd.DataFrame, seed: int) -> Recipe:
    """The recipe of that name for a data set."""
    settings = RECIPES[name]
    classes = 0 if data.is_numeric else frame[data.target].nunique()
    task = {0: Task.REGRESSION, 2: Task.BINARY}.get(classes, Task.MULTICLASS)
    recipe = Recipe.model_validate(
        {
            "columns": [_column(name, data, frame, settings.get("scale")) for name in frame],
            "split": {"method": "column", "column": PART},
            "model": settings.get("model", {}),
        }
    )
    if not settings:
        recipe = as_new(recipe)
    training = recipe.training.model_copy(update={"seed": seed})
    trunk = recipe.model.trunk
    if trunk is not None:  # one of the published
        training = trunk.suggested(training, task)
        changes = settings.get("training", {})
        if settings.get("smoothing") and not data.is_numeric:
            changes = changes | {
                "loss": {"kind": "cross_entropy", "smoothing": settings["smoothing"]}
            }
        training = training.model_validate(merged(training.model_dump(mode="json"), changes))
        # The authors keep the epoch that is best by the metric that they report.
        stopping = training.early_stopping.model_copy(update={"metric": data.metric})
        epochs = training.epochs if trunk.kind == "realmlp" else 400
        training = training.model_copy(update={"early_stopping": stopping, "epochs": epochs})
        if data.is_numeric and trunk.kind == "realmlp":
            trunk = trunk.model_copy(update={"activation": "mish"})
    model = recipe.model.model_copy(update={"trunk": trunk})
    return recipe.model_copy(update={"model": model, "training": training})


def merged(base: Settings, changes: Settings) -> Settings:
    """Settings with changes; a part of another kind, or named whole, replaces the former one."""
    return base | {
        key: merged(base[key], value)
        if isinstance(value, dict) and isinstance(base.get(key), dict) and "kind" not in value
        else value
        for key, value in changes.items()
    }


def _column(name: str, data: DataSet, frame: pd.DataFrame, scale: str | None) -> Settings:
    if name == PART:
        return {"name": name, "role": Role.IGNORE}
    numeric = pd.api.types.is_numeric_dtype(frame[name])
    if name == data.target:
        kind = Kind.NUMBER if data.is_numeric else Kind.CATEGORY
        return {"name": name, "role": Role.TARGET, "kind": kind}
    column = {"name": name, "role": Role.FEATURE, "kind": Kind.NUMBER if numeric else Kind.CATEGORY}
    return column | ({"scale": scale} if scale and numeric else {})


def train_own(
    name: str, data: DataSet, path: Path, workspace: Path, seed: int, budget: float, networks: int
) -> Scored:
    """Train a run of that recipe in `workspace` and predict the test rows.

    `budget`, in seconds, is the time budget of the recipe: schedules are fitted to it, and Auto trains
    several networks in it. Without one Auto trains so many `networks`, however busy the machine is.
    """
    table = open_table(path)
    recipe = recipe_for(name, data, pd.read_csv(path), seed)
    if math.isfinite(budget):
        training = recipe.training.model_copy(update={"time_budget": budget / 60})
        recipe = recipe.model_copy(update={"training": training})
    elif recipe.model.trunk is None:
        training = recipe.training.model_copy(update={"networks": networks})
        recipe = recipe.model_copy(update={"training": training})
    runs = Workspace(workspace)
    run = runs.create(recipe, table, f"{data.name} {name} {seed}")
    runs.close()
    began = time.process_time()
    ending = train_run(run)
    if isinstance(ending, RunFailed):
        raise RuntimeError(f"{run.id}: {ending.error} {ending.facts}")
    seconds = time.process_time() - began
    predictor = Predictor.load(run.path)
    found = part_rows(predictor, table_of(run), infer_schema(table), "test")
    outputs = predictor.outputs(found.arrays)
    shares = predictor.preparation.probabilities(outputs)
    if shares is None:
        predictions = predictor.preparation.predictions(outputs)
    else:
        predictions = shares[:, np.argsort(predictor.preparation.classes)]
    return Scored(predictions, seconds, ending.epoch)
