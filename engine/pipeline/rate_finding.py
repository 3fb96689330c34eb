"""The learning-rate range test of a recipe on a table."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from engine.errors import RecipeInvalid
from engine.messages import message
from engine.pipeline.resolving import resolve
from engine.recipe.parts import settled
from engine.recipe.recipe import Recipe
from engine.training.rate_curve import RateCurve

if TYPE_CHECKING:
    from engine.data.table import Table

_PREPARING = 0.5
"""Share of the time that preparing takes, for the progress."""


def find_rate_for(
    recipe: Recipe,
    table: Table,
    *,
    least: float | None = None,
    most: float | None = None,
    steps: int | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> RateCurve:
    """Find a learning rate for the first network of a recipe.

    Args:
        recipe: What would be trained.
        table: Its table.
        least: The first learning rate; None: a small one.
        most: The last one; None: a large one.
        steps: At most so many; None: as many as usual.
        progress: Takes (done, total); what it raises ends the test.

    Raises what `resolve`, `prepare` and `find_rate` raise; `RecipeInvalid` for trees, which have none.
    """
    from engine.data.preparing.dataset import prepare
    from engine.models.memory import require_memory
    from engine.models.network import build_network
    from engine.training.device import threads_for, use_threads
    from engine.training.rate_finder import LEAST, MOST, STEPS, find_rate

    use_threads(threads_for(1))
    found = resolve(recipe, table)
    chosen = found.networks[0].recipe if found.networks else found.recipe
    training = chosen.training
    if settled(chosen.model.trunk).is_grown:
        raise RecipeInvalid(
            "model.trunk",
            str(
                message(
                    "Trees are grown, not learned step by step: they have no learning rate to find."
                )
            ),
            str(message("Choose a network, such as “mlp”.")),
        )

    def half(begin: float) -> Callable[[int, int], None]:
        return lambda done, total: progress(
            round(1000 * (begin + _PREPARING * done / max(1, total))), 1000
        )

    dataset = prepare(table, chosen, found.schema, progress=half(0.0))
    inputs, task = dataset.preparation.inputs, dataset.preparation.task
    require_memory(chosen, inputs, len(dataset.train), task)
    network = build_network(chosen.model, inputs, training.seed, task, dataset.train)
    return find_rate(
        network,
        dataset,
        training,
        least=LEAST if least is None else least,
        most=MOST if most is None else most,
        steps=STEPS if steps is None else steps,
        resampling=chosen.outcome_of(chosen.target or "").resampling,
        progress=half(_PREPARING),
    )
