"""Tables made for one finding, and all findings about a table by code and column."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import numpy as np
import pandas as pd
import pytest

from engine.data.columns.infer import complete, infer_schema
from engine.data.open import open_table
from engine.data.problems import Problem, find_problems
from engine.data.profiling.profile import profile
from engine.data.table import Table
from engine.recipe.recipe import Recipe
from engine.schema import Role, Schema

Found: TypeAlias = dict[tuple[str, str | None], Problem]
Opened: TypeAlias = Callable[..., Table]


@pytest.fixture
def opened(tmp_path: Path) -> Opened:
    """Writes a frame as CSV (and more text below it) and opens it."""

    def make(frame: pd.DataFrame, extra: str = "") -> Table:
        path = tmp_path / "data.csv"
        path.write_text(frame.to_csv(index=False) + extra, encoding="utf-8")
        return open_table(path)

    return make


def frame_of(rows: int = 500, seed: int = 3) -> pd.DataFrame:
    """Numbers, words, dates and a target that depends on them a little."""
    random = np.random.default_rng(seed)
    frame = pd.DataFrame({"value": random.normal(10, 4, rows).round(4)})
    frame["whole"] = random.integers(0, 9, rows)
    frame["word"] = random.choice(["a", "b", "c"], rows, p=[0.6, 0.3, 0.1])
    frame["day"] = pd.date_range("2020-01-01", periods=rows).strftime("%Y-%m-%d")
    frame["target"] = (frame["value"] + random.normal(0, 3, rows) > 10).astype(int)
    frame.loc[:19, "value"] = np.nan
    return frame


def recipe_for(table: Table, target: str | None = "target", **roles: Role) -> Recipe:
    """The recipe that a person starts with, with some roles changed."""
    recipe = Recipe() if target is None else Recipe().with_target(target)
    recipe = complete(recipe, infer_schema(table))
    for name, role in roles.items():
        recipe = recipe.with_column(recipe.column(name).model_copy(update={"role": role}))
    return recipe


def problems_of(table: Table, target: str | None = "target", **roles: Role) -> Found:
    """All findings, by code and column."""
    recipe = recipe_for(table, target, **roles)
    used = _as_used(infer_schema(table), recipe)
    found = find_problems(table, used, profile(table, used, target=target), recipe)
    by_name = {(problem.code, problem.column): problem for problem in found}
    assert len({problem.key for problem in found}) == len(found)
    return by_name


def _as_used(schema: Schema, recipe: Recipe) -> Schema:
    columns = tuple(
        c.model_copy(update={"kind": recipe.column(c.name).kind}) for c in schema.columns
    )
    return schema.model_copy(update={"columns": columns})
