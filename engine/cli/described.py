"""The network of a recipe on a table, described before it trains."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.models.summary import NetworkSummary
    from engine.pipeline.resolving import Resolved


def described(found: Resolved) -> NetworkSummary:
    """The first network of a resolved recipe, timed as a run alone on this machine would train it."""
    from engine.data.preparing.plan import expected_inputs, part_sizes, rows_to_split
    from engine.models.summary import summarize
    from engine.training.device import threads_for, use_threads
    from engine.training.probed_step import probed_step

    use_threads(threads_for(1))  # as in training: threads that wait for each other mislead
    inputs = expected_inputs(found.recipe, found.schema, found.task)
    rows, _, _ = part_sizes(found.recipe.split, rows_to_split(found.recipe, found.schema))
    return summarize(found.networks[0].recipe, inputs, rows, found.task, step_of=probed_step)
