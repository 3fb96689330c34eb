"""Small generated tables, prepared, for tests and benchmarks of training."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from engine.data.preparing.dataset import Dataset, prepare
from engine.recipe.columns import ColumnSpec
from engine.recipe.model import ModelSpec
from engine.recipe.recipe import Recipe
from engine.recipe.split import Split
from engine.recipe.training import Training
from engine.schema import Column, Kind, Role, Schema


def model_of(widths: tuple[int, ...], **trunk: Any) -> ModelSpec:
    """An MLP; no widths give the linear trunk."""
    if not widths:
        return ModelSpec.model_validate({"trunk": {"kind": "linear"}})
    return ModelSpec.model_validate({"trunk": {"kind": "mlp", "widths": widths, **trunk}})


def training_of(**fields: Any) -> Training:
    """Training on the CPU with the fields given."""
    return Training.model_validate({"device": "cpu", **fields})


def recipe_for(schema: Schema, target: str, split: Split | None = None) -> Recipe:
    """Every column listed."""
    columns = tuple(
        ColumnSpec(
            name=column.name,
            kind=column.kind,
            role=Role.TARGET if column.name == target else column.role,
        )
        for column in schema.columns
    )
    return Recipe(columns=columns, split=split or Split())


def schema_of(frame: pd.DataFrame, **kinds: Kind) -> Schema:
    """Numbers, unless `kinds` says otherwise."""
    columns = tuple(
        Column(name=str(name), kind=kinds.get(str(name), Kind.NUMBER)) for name in frame.columns
    )
    return Schema(columns=columns, rows=len(frame))


def binary_frame(rows: int, columns: int, seed: int = 0) -> pd.DataFrame:
    """Two classes, `no` and `yes`, that a small network can tell apart with some error."""
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(rows, columns)).astype(np.float32)
    score = values[:, 0] - values[:, 1 % columns] * values[:, 2 % columns]
    label = np.where(score + 0.5 * rng.normal(size=rows) > 0, "yes", "no")
    frame = pd.DataFrame(values, columns=[f"x{i}" for i in range(columns)])
    return frame.assign(label=label)


def binary_dataset(rows: int = 400, columns: int = 4, split: Split | None = None) -> Dataset:
    """`binary_frame`, prepared."""
    frame = binary_frame(rows, columns)
    schema = schema_of(frame, label=Kind.CATEGORY)
    return prepare(frame, recipe_for(schema, "label", split), schema)


def mixed_frame(rows: int = 300, seed: int = 0) -> pd.DataFrame:
    """A number with gaps, a category, three classes in `kind`, and a value in `amount`."""
    rng = np.random.default_rng(seed)
    size = rng.normal(size=rows)
    colour = rng.choice(["red", "green", "blue"], rows)
    amount = 100 + 20 * size + 5 * (colour == "red") + rng.normal(size=rows)
    kind = np.select([amount < 90, amount < 110], ["low", "middle"], "high")
    frame = pd.DataFrame({"size": size, "colour": colour, "kind": kind, "amount": amount})
    frame.loc[::11, "size"] = np.nan
    return frame


def mixed_dataset(target: str, rows: int = 300, split: Split | None = None) -> Dataset:
    """`mixed_frame` prepared for the target `kind` or `amount`; the other one is left out."""
    frame = mixed_frame(rows).drop(columns="amount" if target == "kind" else "kind")
    schema = schema_of(frame, colour=Kind.CATEGORY, kind=Kind.CATEGORY)
    return prepare(frame, recipe_for(schema, target, split), schema)
