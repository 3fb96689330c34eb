"""What is said before fitting is what fitting does."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.data.columns.infer import complete, infer_schema, task_of
from engine.data.open import open_table
from engine.data.preparing.column_steps import (
    automatic,
    choices,
    in_force,
    why,
)
from engine.data.preparing.plan import (
    expected_inputs,
    has_times,
    part_sizes,
    rows_to_split,
)
from engine.data.preparing.preparation import Preparation
from engine.data.preparing.split import split_rows
from engine.data.profiling.profile import profile
from engine.data.table import Table
from engine.recipe.columns import STEPS, ColumnSpec
from engine.recipe.recipe import Recipe
from engine.recipe.split import Split
from engine.schema import Kind, Role, Schema


@pytest.fixture
def table(tmp_path: Path) -> Table:
    lines = ["size,weight,colour,day,label"]
    for i in range(60):
        weight = "" if i % 7 == 0 else f"{i * 1.5}"
        colour = "" if i % 9 == 0 else ("red", "green", "blue")[i % 3]
        lines.append(f"{i * 37 % 101 / 4},{weight},{colour},2024-01-{i % 28 + 1:02d},{i % 2}")
    path = tmp_path / "table.csv"
    path.write_text("\n".join(lines) + "\n")
    return open_table(path)


def recipe_for(schema: Schema, **specs: ColumnSpec) -> Recipe:
    columns = tuple(spec.model_copy(update={"name": name}) for name, spec in specs.items())
    return complete(Recipe(columns=columns).with_target("label"), schema)


@pytest.mark.parametrize(
    "steps",
    [
        {},
        {"missing": "median"},
        {"missing": "median+flag"},
        {"missing": "zero"},
        {"missing": "drop_row"},
        {"flag": True},
        {"scale": {"kind": "bins", "count": 4}},
        {"scale": {"kind": "bins", "count": 4}, "missing": "mean"},
    ],
)
def test_expected_inputs_are_those_of_the_fitted_preparation(
    table: Table, steps: dict[str, Any]
) -> None:
    expect_as_fitted(table, weight=ColumnSpec.model_validate(steps))


@pytest.mark.parametrize(
    "steps",
    [
        {"encode": "embedding"},
        {"encode": "one_hot", "missing": "most_frequent"},
        {"encode": "ordinal"},
        {"encode": {"kind": "hashed", "count": 7}},
        {"encode": "target", "flag": True},
        {"missing": "drop_row"},
    ],
)
def test_expected_inputs_of_categories_are_those_of_the_fitted_preparation(
    table: Table, steps: dict[str, Any]
) -> None:
    expect_as_fitted(table, colour=ColumnSpec.model_validate(steps))


@pytest.mark.parametrize(
    "steps",
    [
        {"dates": "elapsed"},
        {"dates": {"kind": "calendar", "parts": ["hour"], "elapsed": False}},
        {"dates": {"kind": "calendar", "parts": ["day", "week"], "cyclic": False, "weekend": True}},
        {"missing": "median", "flag": True},
    ],
)
def test_expected_inputs_of_dates_are_those_of_the_fitted_preparation(
    table: Table, steps: dict[str, Any]
) -> None:
    expect_as_fitted(table, day=ColumnSpec.model_validate(steps))


def expect_as_fitted(table: Table, **specs: ColumnSpec) -> None:
    schema = infer_schema(table)
    recipe = recipe_for(schema, **specs)
    task = task_of(recipe, schema)
    assert task is not None
    fitted = Preparation.fit(table, recipe, schema, np.arange(table.rows))
    assert expected_inputs(recipe, schema, task) == fitted.inputs


def test_ignored_columns_are_no_inputs(table: Table) -> None:
    schema = infer_schema(table)
    recipe = recipe_for(schema, weight=ColumnSpec(role=Role.IGNORE))
    task = task_of(recipe, schema)
    assert task is not None
    assert not any(n.startswith("weight") for n in expected_inputs(recipe, schema, task).numbers)


def test_auto_is_the_first_choice_and_a_step_of_another_kind_counts_as_auto() -> None:
    for kind in (Kind.NUMBER, Kind.CATEGORY, Kind.DATE):
        taken = automatic("missing", kind)
        assert type(taken) is choices("missing", kind)[0]
        assert in_force("missing", kind, ColumnSpec()) == taken
    mean = ColumnSpec.model_validate({"missing": "mean"})
    assert in_force("missing", Kind.CATEGORY, mean) == automatic("missing", Kind.CATEGORY)
    assert in_force("missing", Kind.NUMBER, mean) == mean.missing
    assert in_force("missing", Kind.TEXT, ColumnSpec()) is None
    assert in_force("scale", Kind.CATEGORY, ColumnSpec.model_validate({"scale": "log"})) is None


def test_missing_may_be_a_bin_of_its_own_only_where_there_are_bins() -> None:
    bins = ColumnSpec.model_validate({"scale": "bins"})
    own = ColumnSpec.model_validate({"missing": "own_level"})
    assert getattr(in_force("missing", Kind.NUMBER, bins), "kind", "") == "own_level"
    assert getattr(in_force("missing", Kind.NUMBER, own), "kind", "") == "median"


def test_every_automatic_choice_has_its_reason(table: Table) -> None:
    for column in infer_schema(table).columns:
        for step in STEPS:
            some = bool(choices(step, column.kind))
            assert (why(step, column.kind, column) is not None) == some


@pytest.mark.parametrize("rows", [10, 99, 100, 891, 1000])
@pytest.mark.parametrize(
    ("validation", "test"), [(0.15, 0.15), (0.07, 0.2), (0.0, 0.3), (0.5, 0.4)]
)
def test_part_sizes_are_those_of_the_split(rows: int, validation: float, test: float) -> None:
    split = Split(validation=validation, test=test, method="random")
    parts = split_rows(split, np.arange(rows), None)
    assert part_sizes(split, rows) == (len(parts.train), len(parts.validation), len(parts.test))


def test_rows_without_a_target_are_not_split(tmp_path: Path) -> None:
    path = tmp_path / "holes.csv"
    path.write_text("a,b\n" + "".join(f"{i},{'' if i % 4 == 0 else i % 2}\n" for i in range(40)))
    table = open_table(path)
    schema = infer_schema(table)
    recipe = complete(Recipe().with_target("b"), schema)
    assert rows_to_split(recipe, schema) == 30


@pytest.mark.parametrize("clock", ["", " 08:30:00"])
def test_dates_with_times_of_day_become_two_inputs_more(tmp_path: Path, clock: str) -> None:
    path = tmp_path / "dates.csv"
    path.write_text(
        "day,label\n" + "".join(f"2024-01-{i % 28 + 1:02d}{clock},{i % 2}\n" for i in range(60))
    )
    table = open_table(path)
    schema = infer_schema(table)
    recipe = complete(Recipe().with_target("label"), schema)
    task = task_of(recipe, schema)
    assert task is not None
    figures = profile(table, schema).columns["day"]
    timed = ("day",) if has_times((figures.minimum, figures.maximum)) else ()
    fitted = Preparation.fit(table, recipe, schema, np.arange(table.rows))
    assert expected_inputs(recipe, schema, task, timed) == fitted.inputs
