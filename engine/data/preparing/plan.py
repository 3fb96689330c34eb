"""What the preparation will do by a recipe, known before anything is fitted.

Light to import: names, policies and counts only. `engine.data.preparing.fitted` does what is said here.
"""

from __future__ import annotations

import math
from collections.abc import Container, Iterable

from engine.data.preparing.inputs import Inputs
from engine.messages import Message, message
from engine.recipe.columns import ColumnSpec, Missing, Scale
from engine.recipe.recipe import Recipe
from engine.recipe.split import Split
from engine.schema import Column, Kind, Role, Schema, Task

USABLE = (Kind.NUMBER, Kind.CATEGORY, Kind.DATE)
"""Kinds that a network can be fed with."""

_MISSING: dict[Kind, tuple[Missing, ...]] = {
    Kind.NUMBER: (
        Missing.MEDIAN_FLAG,
        Missing.MEDIAN,
        Missing.MEAN,
        Missing.ZERO,
        Missing.DROP_ROW,
    ),
    Kind.CATEGORY: (Missing.OWN_LEVEL, Missing.MOST_FREQUENT, Missing.DROP_ROW),
    Kind.DATE: (Missing.ZERO, Missing.DROP_ROW),
}
_SCALES = (Scale.NONE, Scale.STANDARD, Scale.ROBUST, Scale.MINMAX, Scale.QUANTILE)


def missing_choices(kind: Kind) -> tuple[Missing, ...]:
    """What can stand in for a missing value of that kind, the automatic choice first."""
    return _MISSING.get(kind, ())


def scale_choices(kind: Kind) -> tuple[Scale, ...]:
    """How values of that kind can be scaled."""
    return _SCALES if kind is Kind.NUMBER else ()


def missing_in_force(spec: ColumnSpec, kind: Kind) -> Missing | None:
    """The policy for missing values with Auto replaced; None for a kind that is not used."""
    choices = missing_choices(kind)
    if not choices:
        return None
    return spec.missing if spec.missing in choices else choices[0]


def scale_in_force(spec: ColumnSpec, kind: Kind) -> Scale | None:
    """The scaling with Auto replaced; None where nothing is scaled."""
    if kind is not Kind.NUMBER:
        return None
    return Scale.STANDARD if spec.scale is Scale.AUTO else spec.scale


def why_missing(column: Column, kind: Kind) -> Message | None:
    """Why Auto treats missing values as it does; None for a kind that is not used."""
    match kind:
        case Kind.NUMBER if column.missing:
            return message(
                "The median takes the place of a missing value, and a second input tells which rows had none."
            )
        case Kind.NUMBER:
            return message("No value is missing here. In new rows the median takes its place.")
        case Kind.CATEGORY if column.missing:
            return message("Missing is a level of its own, because it may mean something.")
        case Kind.CATEGORY:
            return message("No value is missing here. In new rows a missing one counts as unknown.")
        case Kind.DATE:
            return message("A missing date is zero in every part, and an input tells so.")
        case _:
            return None


def why_scale(kind: Kind) -> Message | None:
    """Why Auto scales as it does; None where nothing is scaled."""
    if kind is not Kind.NUMBER:
        return None
    return message("Mean 0 and deviation 1, so that every number starts with the same weight.")


def is_used(spec: ColumnSpec, column: Column) -> bool:
    """Whether the column feeds the network."""
    return (spec.role or column.role) is Role.FEATURE and (spec.kind or column.kind) in USABLE


def number_inputs(spec: ColumnSpec, column: Column, *, with_times: bool = False) -> tuple[str, ...]:
    """Names of the number inputs that a number or date column becomes."""
    kind = spec.kind or column.kind
    name = column.name
    policy = missing_in_force(spec, kind)
    if kind is Kind.NUMBER:
        flagged = policy is Missing.MEDIAN_FLAG and column.missing > 0
        return (name, f"{name} (missing)") if flagged else (name,)
    if kind is Kind.DATE:
        parts = ["elapsed", "year", "month sin", "month cos", "weekday sin", "weekday cos"]
        parts += ["hour sin", "hour cos"] if with_times else []
        parts += ["missing"] if policy is Missing.ZERO and column.missing > 0 else []
        return tuple(f"{name} ({part})" for part in parts)
    return ()


def has_times(seconds: Iterable[float | None]) -> bool:
    """Whether dates, in seconds since 1970, have times of day; a few figures of a column tell."""
    return any(moment is not None and moment % 86_400 != 0 for moment in seconds)


def codes(spec: ColumnSpec, column: Column) -> int:
    """Number of codes of a category column, the unknown one included."""
    policy = missing_in_force(spec, Kind.CATEGORY)
    return 1 + column.distinct + (policy is Missing.OWN_LEVEL and column.missing > 0)


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
    for column in schema.columns:
        spec = recipe.column(column.name)
        if not is_used(spec, column):
            continue
        if (spec.kind or column.kind) is Kind.CATEGORY:
            categories.append((column.name, codes(spec, column)))
        else:
            numbers += number_inputs(spec, column, with_times=column.name in with_times)
    target = recipe.target
    classes = schema[target].distinct if target is not None and target in schema else 2
    outputs = classes if task is Task.MULTICLASS else 1
    return Inputs(tuple(numbers), tuple(categories), outputs)


def part_sizes(split: Split, rows: int) -> tuple[int, int, int]:
    """Rows of train, validation and test when `rows` are split.

    The smaller parts are rounded up, but two rows stay to train on.
    """
    test = min(_rounded_up(split.test, rows), max(0, rows - 2 - (split.validation > 0)))
    validation = min(_rounded_up(split.validation, rows), max(0, rows - test - 2))
    return rows - test - validation, validation, test


def _rounded_up(share: float, rows: int) -> int:
    return math.ceil(round(share * rows, 9))


def rows_to_split(recipe: Recipe, schema: Schema) -> int:
    """Rows that have a target."""
    target = recipe.target
    missing = schema[target].missing if target is not None and target in schema else 0
    return schema.rows - missing
