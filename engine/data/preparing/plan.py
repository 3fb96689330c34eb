"""What the preparation will do by a recipe, known before anything is fitted.

Light to import: names, policies and counts only. `engine.data.preparing.fitted` does what is said here.
"""

from __future__ import annotations

import math
from collections.abc import Container, Iterable

from engine.data.preparing.categories.encodings.target import TargetEncoding
from engine.data.preparing.column_steps import (
    dates_in_force,
    encode_in_force,
    is_flagged,
    kind_in_force,
    makes_codes,
    missing_in_force,
    scale_in_force,
)
from engine.data.preparing.dates.parts import input_names, parts_used
from engine.data.preparing.inputs import Inputs, OutputForm
from engine.data.preparing.numbers.scales.bins import Bins
from engine.recipe.columns import ColumnSpec
from engine.recipe.families import CategoryEncoder
from engine.recipe.recipe import Recipe
from engine.recipe.split import Split, SplitMethod
from engine.schema import Column, Kind, Role, Schema, Task

USABLE = (Kind.NUMBER, Kind.CATEGORY, Kind.DATE)
"""Kinds that a network can be fed with."""


def is_used(spec: ColumnSpec, column: Column) -> bool:
    """Whether the column feeds the network."""
    return (spec.role or column.role) is Role.FEATURE and kind_in_force(spec, column) in USABLE


def number_inputs(
    spec: ColumnSpec, column: Column, *, with_times: bool = False, means: int = 1
) -> tuple[str, ...]:
    """Names of the number inputs that a column becomes, if training rows lack values where any do.

    Args:
        spec: What the recipe says of the column.
        column: What is known of it.
        with_times: Whether dates have times of day.
        means: Of how many things target encoding takes means: one input for each.
    """
    kind, name = kind_in_force(spec, column), column.name
    flagged = is_flagged(spec, kind, column.missing)
    dates = dates_in_force(spec, kind)
    if dates is not None:
        elapsed, numbers, circles = parts_used(dates, with_times)
        return input_names(name, elapsed, numbers, circles, dates.with_weekend, flagged)
    names: tuple[str, ...] = ()
    if kind in USABLE and not makes_codes(spec, kind):
        names = (name,)
    if isinstance(encode_in_force(spec, kind), TargetEncoding) and means > 1:
        names = tuple(f"{name} ({place})" for place in range(1, means + 1))
    return (*names, f"{name} (missing)") if flagged else names


def has_times(seconds: Iterable[float | None]) -> bool:
    """Whether dates, in seconds since 1970, have times of day; a few figures of a column tell."""
    return any(moment is not None and moment % 86_400 != 0 for moment in seconds)


def codes(spec: ColumnSpec, column: Column) -> int:
    """Number of codes of a column, the unknown one included; 0 where it becomes numbers.

    Rare levels are not known before they are counted: as if there were none.
    """
    kind = kind_in_force(spec, column)
    if not makes_codes(spec, kind):
        return 0
    fill, scale, encode = (
        missing_in_force(spec, kind),
        scale_in_force(spec, kind),
        encode_in_force(spec, kind),
    )
    own = fill is not None and fill.own_level and column.missing > 0
    if isinstance(scale, Bins):
        return 1 + min(scale.count, max(1, column.distinct)) + own
    return 1 + ((encode.buckets if encode is not None else 0) or column.distinct) + own


def expected_inputs(
    recipe: Recipe, schema: Schema, task: Task, with_times: Container[str] = ()
) -> Inputs:
    """What the network will be fed with, if the training rows hold every level of the table.

    Args:
        recipe: Lists every column with kind and role.
        schema: The table's columns.
        task: What is predicted.
        with_times: Names of the date columns that have times of day.
    """
    numbers: list[str] = []
    categories: list[tuple[str, int]] = []
    encoders: list[CategoryEncoder | None] = []
    outputs, form = _outputs(recipe, schema, task)
    means = _means(recipe, schema, task)
    for column in schema.columns:
        spec = recipe.column(column.name)
        if not is_used(spec, column):
            continue
        timed = column.name in with_times
        numbers += number_inputs(spec, column, with_times=timed, means=means)
        if count := codes(spec, column):
            categories.append((column.name, count))
            encode = encode_in_force(spec, kind_in_force(spec, column))
            encoders.append(encode.encoder if encode is not None else None)
    return Inputs(tuple(numbers), tuple(categories), outputs, tuple(encoders), form)


def _outputs(recipe: Recipe, schema: Schema, task: Task) -> tuple[int, OutputForm]:
    """How many outputs the network has, and what they are."""
    loss, several = recipe.training.loss, len(recipe.targets)
    form = OutputForm.of_task(task.of_one_target)
    if not task.is_classification:
        gaussian = loss.gives == "gaussian"
        each = 2 if gaussian else max(1, len(loss.levels))
        return each * max(1, several), OutputForm.GAUSSIAN if gaussian else form
    if task is not Task.MULTICLASS:
        return max(1, several), form
    classes = _classes(recipe, schema)
    if loss.gives == "thresholds" and classes > 2:
        return classes - 1, OutputForm.THRESHOLDS
    return classes, form


def _means(recipe: Recipe, schema: Schema, task: Task) -> int:
    """Of how many things target encoding takes means: targets, or classes if these are more than two."""
    if task.has_several_targets:
        return len(recipe.targets)
    classes = _classes(recipe, schema) if task is Task.MULTICLASS else 2
    return classes if classes > 2 else 1


def _classes(recipe: Recipe, schema: Schema) -> int:
    """How many classes the target has."""
    target = recipe.target
    if target is None or target not in schema:
        return 2
    return recipe.outcome_of(target).left_of(schema[target].distinct)


def part_sizes(split: Split, rows: int) -> tuple[int, int, int]:
    """Rows of train, validation and test when `rows` are split by chance; about that in other ways.

    The smaller parts are rounded up, but two rows stay to train on. Rows of a test file do not count.
    """
    if split.method is SplitMethod.FILE:
        split = split.model_copy(update={"test": 0.0})
    if split.in_folds is not None:
        fold, folds = split.in_folds
        test = min(_rounded_up(split.test, rows), max(0, rows - folds))
        validation = (rows - test) // folds + (fold < (rows - test) % folds)
        return rows - test - validation, validation, test
    test = min(_rounded_up(split.test, rows), max(0, rows - 2 - (split.validation > 0)))
    validation = min(_rounded_up(split.validation, rows), max(0, rows - test - 2))
    return rows - test - validation, validation, test


def _rounded_up(share: float, rows: int) -> int:
    return math.ceil(round(share * rows, 9))


def rows_to_split(recipe: Recipe, schema: Schema) -> int:
    """Rows that have a target; of several targets at most so many have one."""
    missing = [schema[name].missing for name in recipe.targets if name in schema]
    return schema.rows - min(missing, default=0)
