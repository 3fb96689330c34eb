"""What the rules of Auto go by, known before anything is prepared."""

from __future__ import annotations

from collections.abc import Container

from engine.data.preparing.plan import expected_inputs, part_sizes, rows_to_split
from engine.recipe.auto.facts import Device, TableFacts
from engine.recipe.recipe import Recipe
from engine.schema import Schema, Task


def table_facts(
    recipe: Recipe, schema: Schema, task: Task, device: Device, with_times: Container[str] = ()
) -> TableFacts:
    """Rows and inputs as they are expected, see `engine.data.preparing.plan`.

    Args:
        recipe: Lists every column with kind and role.
        schema: The table's columns.
        task: What is predicted.
        device: What trains.
        with_times: Names of the date columns that have times of day.
    """
    inputs = expected_inputs(recipe, schema, task, with_times)
    rows, _, _ = part_sizes(recipe.split, rows_to_split(recipe, schema))
    levels = tuple(count for _, count in inputs.categories)
    return TableFacts(rows, len(inputs.numbers), levels, task, device)
